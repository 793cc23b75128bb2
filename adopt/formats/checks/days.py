"""Days of a history: missing, partial, without traffic, in an event, too few or too old."""

from datetime import date, timedelta

import polars as pl

from adopt.formats.checks.code import Severity
from adopt.formats.checks.finding import Finding, finding, listed
from adopt.formats.checks.result_rows import counted_once
from adopt.formats.export_days import exported_on
from adopt.platforms import EventCalendar, Platform
from adopt.platforms.event_days import events_of

PARTIAL = 0.7
"""Of the usual clicks; a day that was exported before it ended shows less."""
LOW = 0.5
SILENT = 0.05
LEAST_CLICKS = 50
"""Below so many usual clicks a day, chance alone makes low days."""
SHORT_DAYS = 7
OLD_DAYS = 14


def check_days(
    rows: pl.DataFrame, platform: Platform, calendar: EventCalendar, today: date
) -> list[Finding]:
    """Findings on the days of the result rows.

    rows: of result_rows; calendar: the platform's events and the shop's own
    today: the day on which the files are looked at
    """
    once = counted_once(rows)
    if once.is_empty():
        return []
    future = rows.filter(pl.col("date") > today)
    past = once.filter(pl.col("date") <= today)
    findings = _in_future(future, today)
    if past.is_empty():
        return findings
    days = past.group_by("date").agg(pl.col("clicks").sum()).sort("date")
    return [
        *findings,
        *_missing(days),
        *_campaign_days(past),
        *_last_day(past, days, today),
        *_silent(days),
        *_events(days, calendar),
        *_short_or_old(days, today),
        *_pending(rows, days, platform, today),
    ]


def _in_future(rows: pl.DataFrame, today: date) -> list[Finding]:
    return [
        finding(
            "DAY_IN_FUTURE",
            file=str(part["file"][0]),
            rows=part["row"],
            day=part["date"].max(),
            today=today,
        )
        for part in rows.partition_by("file", maintain_order=True)
    ]


def _bounds(days: pl.DataFrame) -> tuple[date, date]:
    return days["date"][0], days["date"][-1]


def _missing(days: pl.DataFrame) -> list[Finding]:
    first, last = _bounds(days)
    every = pl.date_range(first, last, eager=True)
    missing = every.filter(~every.is_in(days["date"].to_list()))
    if missing.is_empty():
        return []
    return [
        finding(
            "DAYS_MISSING",
            count=missing.len(),
            first=first,
            last=last,
            days=listed(missing, most=5),
        )
    ]


def _campaign_days(rows: pl.DataFrame) -> list[Finding]:
    """Campaigns without rows on a day between their first and last that the shop has."""
    shop_days = rows.select(pl.col("date").unique().sort())
    campaigns = rows.group_by("campaign_id").agg(
        pl.col("campaign").drop_nulls().first(),
        pl.col("date").min().alias("first"),
        pl.col("date").max().alias("last"),
        pl.col("date").n_unique().alias("seen"),
    )
    expected = (
        campaigns.join(shop_days, how="cross")
        .filter(pl.col("date").is_between("first", "last"))
        .group_by("campaign_id", "campaign", "seen")
        .agg(pl.len().alias("expected"))
        .with_columns((pl.col("expected") - pl.col("seen").cast(pl.Int64)).alias("days"))
        .filter(pl.col("days") > 0)
        .sort("days", "campaign_id", descending=[True, False])
    )
    if expected.is_empty():
        return []
    first = expected.row(0, named=True)
    return [
        finding(
            "CAMPAIGN_DAYS_MISSING",
            count=expected.height,
            example=first["campaign"] or first["campaign_id"],
            days=first["days"],
        )
    ]


def usual_clicks(days: pl.DataFrame, day: date) -> float | None:
    """Median clicks of the other days of that weekday, of all other days where those are few."""
    others = days.filter(pl.col("date") != day)
    weekday = others.filter(pl.col("date").dt.weekday() == day.isoweekday())
    usual = (weekday if weekday.height >= 3 else others)["clicks"].median()
    return float(usual) if isinstance(usual, int | float) else None


def _last_day(rows: pl.DataFrame, days: pl.DataFrame, today: date) -> list[Finding]:
    last = days["date"][-1]
    clicks, usual = float(days["clicks"][-1]), usual_clicks(days, last)
    files = rows.filter(pl.col("date") == last)["file"].unique().sort().to_list()
    exported = [file for file in files if exported_on(file) == last]
    said = {
        "day": last,
        "clicks": f"{clicks:,.0f}",
        "usual": "–" if usual is None else f"{usual:,.0f}",
    }
    is_known = usual is not None and usual >= LEAST_CLICKS
    share = clicks / usual if usual else 1.0
    if last == today or (exported and (not is_known or share < PARTIAL)):
        # Where few clicks are usual, a file of its day's name may well hold the whole of it.
        severity: Severity = "error" if last == today or is_known else "warning"
        return [finding("DAY_PARTIAL", file=(exported or files)[0], severity=severity, **said)]
    if is_known and share < LOW:
        return [finding("LAST_DAY_LOW", file=files[0], **said)]
    return []


def _silent(days: pl.DataFrame) -> list[Finding]:
    """Days before the last that have next to no clicks."""
    median = days["clicks"].median()
    usual = float(median) if isinstance(median, int | float) else 0.0
    silent = days.head(-1).filter(pl.col("clicks") < SILENT * usual)["date"]
    if usual < LEAST_CLICKS or silent.is_empty():
        return []
    return [
        finding(
            "DAYS_WITHOUT_TRAFFIC",
            count=silent.len(),
            usual=f"{usual:,.0f}",
            days=listed(silent, most=5),
        )
    ]


def _events(days: pl.DataFrame, calendar: EventCalendar) -> list[Finding]:
    named = events_of(days, calendar).drop_nulls()
    if named.is_empty():
        return []
    events = "、".join(named["event"].unique(maintain_order=True))
    return [finding("EVENT_DAYS", count=named.height, total=days.height, events=events)]


def _short_or_old(days: pl.DataFrame, today: date) -> list[Finding]:
    findings = []
    if days.height < SHORT_DAYS:
        findings.append(finding("HISTORY_SHORT", days=days.height))
    last = days["date"][-1]
    if (today - last).days > OLD_DAYS:
        findings.append(finding("HISTORY_OLD", day=last, days=(today - last).days))
    return findings


def _pending(
    rows: pl.DataFrame, days: pl.DataFrame, platform: Platform, today: date
) -> list[Finding]:
    """Days whose orders were still coming in when the newest file was exported."""
    stated = [day for file in rows["file"].unique() if (day := exported_on(file))]
    after = days["date"][-1] + timedelta(days=1)
    exported = min(max(*stated, after) if stated else today, today)
    open_since = exported - timedelta(days=platform.attribution_days)
    pending = days.filter(pl.col("date") > open_since).height
    if not pending:
        return []
    return [finding("ORDERS_PENDING", days=pending, window=platform.attribution_days)]

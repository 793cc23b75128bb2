"""Results that contradict each other in one row, or cannot be."""

import polars as pl

from adopt.formats.checks.code import Severity
from adopt.formats.checks.finding import Finding, finding
from adopt.platforms import MICROS, Platform
from adopt.tables import total

MUCH = 0.01
"""From this share of the cost or the clicks on, a contradiction moves the estimate."""
MUCH_REVENUE = 0.05
HIGHEST_ROI = 100.0
EVIDENCE_CLICKS = 10
_IMPRESSIONS, _CLICKS, _COST = pl.col("impressions"), pl.col("clicks"), pl.col("cost")
_ORDERS, _REVENUE = pl.col("orders"), pl.col("revenue")


def check_counts(rows: pl.DataFrame, platform: Platform) -> list[Finding]:
    """Contradictions of one file's rows (of result_rows) after the other."""
    findings = []
    for part in rows.partition_by("file", maintain_order=True):
        findings += [
            *_clicks_above_impressions(part),
            *_orders_above_clicks(part),
            *_without(part, "cost", "clicks", MUCH),
            *_without(part, "clicks", "cost", MUCH),
            *_price_above_limit(part, platform),
            *_without(part, "revenue", "orders", MUCH_REVENUE),
            *_direct_above_total(part),
        ]
    return [*findings, *_highest_returns(rows)]


def _file(rows: pl.DataFrame) -> str:
    return str(rows["file"][0])


def _from(share: float, much: float) -> Severity:
    return "error" if share >= much else "warning"


def _share(part: pl.Series, whole: pl.Series) -> float:
    everything = total(whole)
    return total(part) / everything if everything else 0.0


def _clicks_above_impressions(rows: pl.DataFrame) -> list[Finding]:
    wrong = rows.filter(_IMPRESSIONS.fill_null(0.0) < _CLICKS)
    if wrong.is_empty():
        return []
    row, clicks, shown = wrong.select("row", "clicks", "impressions").row(0)
    return [
        finding(
            "CLICKS_ABOVE_IMPRESSIONS",
            file=_file(rows),
            rows=wrong["row"],
            row=row,
            clicks=f"{clicks:g}",
            impressions=f"{shown or 0:g}",
        )
    ]


def _orders_above_clicks(rows: pl.DataFrame) -> list[Finding]:
    wrong = rows.filter(_CLICKS.fill_null(0.0) < _ORDERS)
    if wrong.is_empty():
        return []
    row, orders, clicks = wrong.select("row", "orders", "clicks").row(0)
    return [
        finding(
            "ORDERS_ABOVE_CLICKS",
            file=_file(rows),
            rows=wrong["row"],
            severity="warning" if wrong.height >= MUCH_REVENUE * rows.height else None,
            row=row,
            orders=f"{orders:g}",
            clicks=f"{clicks or 0:g}",
        )
    ]


def _without(rows: pl.DataFrame, present: str, absent: str, much: float) -> list[Finding]:
    """Rows with one result and none of another that it needs; an error from a share of the whole on."""
    wrong = rows.filter(pl.col(present) > 0, pl.col(absent).fill_null(0.0) == 0)
    if wrong.is_empty():
        return []
    decimals = 0 if present == "clicks" else 2
    return [
        finding(
            f"{present}_without_{absent}".upper(),
            file=_file(rows),
            rows=wrong["row"],
            severity=_from(_share(wrong[present], rows[present]), much),
            **{present: f"{total(wrong[present]):,.{decimals}f}"},
        )
    ]


def _price_above_limit(rows: pl.DataFrame, platform: Platform) -> list[Finding]:
    limit = platform.bid_maximum_micros / MICROS
    price = (_COST / _CLICKS).alias("cpc")
    wrong = rows.filter(_CLICKS > 0).select("row", price).filter(pl.col("cpc") > limit + 0.01)
    if wrong.is_empty():
        return []
    return [
        finding(
            "CPC_ABOVE_LIMIT",
            file=_file(rows),
            rows=wrong["row"],
            row=wrong["row"][0],
            cpc=f"{wrong['cpc'][0]:,.2f}",
            limit=f"{limit:,.2f}",
        )
    ]


def _direct_above_total(rows: pl.DataFrame) -> list[Finding]:
    above = (pl.col("orders_direct") > _ORDERS) | (pl.col("revenue_direct") > _REVENUE + 0.01)
    wrong = rows.filter(above)
    if wrong.is_empty():
        return []
    return [finding("DIRECT_ABOVE_TOTAL", file=_file(rows), rows=wrong["row"], row=wrong["row"][0])]


def _highest_returns(rows: pl.DataFrame) -> list[Finding]:
    """Keywords whose return over all days is beyond belief; a single day's may be luck."""
    totals = (
        rows.group_by("target_id", maintain_order=True)
        .agg(
            pl.coalesce("keyword", "keyword_id").first().alias("name"),
            pl.col("clicks", "cost", "revenue").sum(),
        )
        .filter(_CLICKS >= EVIDENCE_CLICKS, _COST > 0)
        .with_columns((_REVENUE / _COST).alias("roi"))
        .filter(pl.col("roi") > HIGHEST_ROI)
        .sort("roi", "target_id", descending=[True, False])
    )
    if totals.is_empty():
        return []
    shop_roi = _share(rows["revenue"], rows["cost"])
    return [
        finding(
            "ROI_ABOVE_100",
            severity="error" if shop_roi > HIGHEST_ROI else None,
            count=totals.height,
            clicks=EVIDENCE_CLICKS,
            example=totals["name"][0],
            roi=f"{totals['roi'][0]:,.0f}",
        )
    ]

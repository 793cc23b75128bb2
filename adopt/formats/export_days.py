"""Until when an export knew what had happened: its last day, or the day before the one in its name."""

import re
from datetime import date, timedelta

import polars as pl

_FILE_DAY = re.compile(r"(?<!\d)(20\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")


def exported_on(file: str) -> date | None:
    """The one day in a file's name such as ``关键词报表_20260118_130845.csv``; two are a period."""
    found = days_in_name(file)
    return found[0] if len(set(found)) == 1 else None


def days_in_name(file: str) -> list[date]:
    """Every day of the calendar that a file's name tells, in its order."""
    return [date(int(y), int(m), int(d)) for y, m, d in _FILE_DAY.findall(file) if _is_day(y, m, d)]


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def with_last_days(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `until`, the last whole day that their file knew of.

    rows: file, date
    A file is taken to be made when its last day was over; one whose name tells a later day, on that day.
    """
    last = rows.group_by("file").agg(pl.col("date").max().alias("until")).sort("file")
    stated = pl.Series(
        [
            None if (day := exported_on(file)) is None else day - timedelta(days=1)
            for file in last["file"]
        ],
        dtype=pl.Date,
    )
    until = last.with_columns(pl.max_horizontal("until", stated))
    return rows.join(until, on="file", how="left", validate="m:1", maintain_order="left")

"""The days a report is about, where its rows tell none: above its header, or in the name of its file."""

import re
from dataclasses import replace
from datetime import date

import polars as pl

from adopt.errors import DataError
from adopt.formats import numbers
from adopt.formats.export_days import days_in_name
from adopt.formats.result_rows import DETAILS, RESULTS, SHARES
from adopt.formats.sheet import Sheet

_DAY = (
    rf"(?:(?:{numbers.MONTH})\.? \d{{1,2}}, ?\d{{4}}|\d{{1,2}} (?:{numbers.MONTH})\.?,? \d{{4}}"
    r"|(?<!\d)\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?)"
)
LONGEST = 366
"""Days of a period whose results still say something of a day."""

SPREAD = (*RESULTS, *(name for name in DETAILS if name not in SHARES and "rank" not in name))
"""Results of a period that are shared out over its days."""


def period_of(sheet: Sheet) -> tuple[date, date] | None:
    """First and last day that the lines above the header tell, else the name of the file; None for neither.

    A single day above the header is a period of one; in a file's name it may as well be the day of the export.
    """
    texts = re.findall(_DAY, sheet.preamble.lower())
    told = pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(
        numbers.date(pl.col("text"))
    )
    days = told.to_series().drop_nulls().to_list()
    if not days:
        named = days_in_name(sheet.file)
        days = named if len(named) == 2 else []
    if not days or not 0 <= (days[-1] - days[0]).days < LONGEST:
        return None
    return days[0], days[-1]


def with_day(sheet: Sheet, rows: pl.DataFrame) -> tuple[pl.DataFrame, Sheet] | None:
    """The days of each row, and the sheet with a column `date` of its last day; None where none can be told.

    rows: `row` and parsed `date`, `first_day`, `last_day`, null where the sheet lacks them
    Returns row, first, last; raises DataError where a period ends before it begins or is longer than a year.
    """
    if sheet.has("date"):
        days = rows.select("row", first="date", last="date")
    elif sheet.has("first_day", "last_day"):
        days = rows.select("row", first="first_day", last="last_day")
    elif (period := period_of(sheet)) is not None:
        days = rows.select("row", first=pl.lit(period[0]), last=pl.lit(period[1]))
    else:
        return None
    wrong = days.filter(~(pl.col("last") - pl.col("first")).dt.total_days().is_between(0, LONGEST))
    if wrong.height:
        raise DataError(
            "a row's days end before they begin, or are more than a year.",
            place=sheet.place(int(wrong["row"][0])),
            remedy="Download the report again by day.",
        )
    text = days["last"].dt.to_string("%Y-%m-%d")
    if sheet.has("date"):
        return days, sheet
    headers = {**sheet.headers, "date": sheet.headers.get("last_day", "date")}
    dated = replace(sheet, headers=headers, frame=sheet.frame.with_columns(text.alias("date")))
    return days, dated


def spread(rows: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Rows of whole periods as rows of days, each an equal part; `is_spread` tells them.

    rows: results with row and date (the last day); days: row, first, last
    """
    joined = rows.join(days, on="row", how="left", validate="m:1", maintain_order="left")
    length = (pl.col("last") - pl.col("first")).dt.total_days() + 1
    return (
        joined.with_columns(length.alias("days"))
        .with_columns(
            pl.date_ranges("first", "last").alias("date"),
            *(pl.col(name) / pl.col("days") for name in SPREAD),
            (pl.col("days") > 1).alias("is_spread"),
        )
        .explode("date")
        .drop("first", "last", "days")
    )


def without_told_days(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows without parts of a period where a report by day, or of a later period, tells the day itself.

    rows: result rows with target_id, date, file; `is_spread` where a period was shared out
    """
    if "is_spread" not in rows.columns:
        return rows
    key = ["target_id", "date"]
    is_spread = pl.col("is_spread").fill_null(value=False)
    daily, parts = rows.filter(~is_spread), rows.filter(is_spread)
    parts = parts.join(daily.select(key).unique(), on=key, how="anti", maintain_order="left")
    ends = parts.group_by("file").agg(pl.col("date").max().alias("end"))
    parts = (
        parts.join(ends, on="file", how="left", validate="m:1", maintain_order="left")
        .sort("end", "file", maintain_order=True)
        .unique(key, keep="last", maintain_order=True)
        .drop("end")
    )
    return pl.concat([daily, parts]).drop("is_spread")


def known_period(first: date, last: date) -> str:
    """A period as text."""
    return f"{first} – {last}" if last > first else str(first)

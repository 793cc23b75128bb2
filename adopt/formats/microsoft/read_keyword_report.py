"""Microsoft Advertising keyword performance report: results by keyword and day, hour or device."""

from dataclasses import replace

import polars as pl

from adopt.formats.current_state import read_with_state
from adopt.formats.reading import Reading, stated_currency
from adopt.formats.recognise import MICROSOFT_KEYWORD_REPORT
from adopt.formats.sheet import Sheet

_HOURLY = r"^(\d{4}-\d{2}-\d{2})\|(\d{1,2})$"


def read_keyword_report(sheet: Sheet) -> Reading:
    """Results by keyword and day, and the bids and states in force; hours and devices are added up.

    Raises DataError where a cell cannot be read.
    """
    sheet = _with_days(sheet)
    if sheet.has("avg_rank"):
        # Always 0 since March 2021.
        headers = {name: head for name, head in sheet.headers.items() if name != "avg_rank"}
        sheet = replace(sheet, headers=headers, frame=sheet.frame.drop("avg_rank"))
    results, listing, notices = read_with_state(sheet, orders="Conversions", revenue="Revenue")
    return Reading(
        MICROSOFT_KEYWORD_REPORT, results, stated_currency(sheet), notices, listing=listing
    )


def _with_days(sheet: Sheet) -> Sheet:
    """The sheet with `hour` apart from the day where rows are hours (``2026-01-31|13``)."""
    if not sheet.has("date"):
        return sheet
    hour = pl.col("date").str.extract(_HOURLY, 2)
    if not sheet.frame.select(hour.is_not_null().any()).item():
        return sheet
    frame = sheet.frame.with_columns(
        hour.alias("hour"),
        pl.coalesce(pl.col("date").str.extract(_HOURLY, 1), "date").alias("date"),
    )
    return replace(sheet, headers={**sheet.headers, "hour": sheet.headers["date"]}, frame=frame)

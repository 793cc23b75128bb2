"""Google Ads search keyword report, as CSV, UTF-16 "Excel CSV" or workbook, with any columns the user chose."""

from dataclasses import replace

import polars as pl

from adopt.formats.cells import TEXT, parse
from adopt.formats.current_state import match_type, read_with_state
from adopt.formats.reading import Reading, stated_currency
from adopt.formats.recognise import GOOGLE_KEYWORD_REPORT
from adopt.formats.sheet import Sheet
from adopt.formats.shop_data import Notice

_TOTAL = r"(?i)^total\s*:"
_AUTOMATIC = r"(?i)^(auto|enhanced|\[?automatic)"


def read_keyword_report(sheet: Sheet) -> Reading:
    """Results by keyword and day, and the bids and states in force.

    Keywords on an automatic strategy carry no bid of their own: they are told and left out.
    Raises DataError where a cell cannot be read.
    """
    sheet = _with_plain_keywords(_without_totals(sheet))
    currency = stated_currency(sheet)
    sheet, automatic = _without_automatic(sheet)
    results, listing, notices = read_with_state(sheet, orders="Conversions", revenue="Conv. value")
    return Reading(
        GOOGLE_KEYWORD_REPORT, results, currency, (*automatic, *notices), listing=listing
    )


def _without_totals(sheet: Sheet) -> Sheet:
    """The sheet without `Total: …` rows, which stand in the keyword's column or in that of its state.

    A keyword may begin with those letters too; a total has neither campaign nor match type.
    """
    names = [name for name in ("keyword", "status", "campaign", "date") if sheet.has(name)]
    is_total = pl.any_horizontal(pl.col(names).str.contains(_TOTAL).fill_null(value=False))
    for name in ("ad_group", "match_type"):
        if sheet.has(name):
            is_total &= pl.col(name).is_null()
    return replace(sheet, frame=sheet.frame.filter(~is_total))


def _with_plain_keywords(sheet: Sheet) -> Sheet:
    """Keywords without "quotes" and [brackets]; the match type they mean where no column tells it."""
    if not sheet.has("keyword"):
        return sheet
    text = pl.col("keyword").str.strip_chars()
    meant = (
        pl.when(text.str.contains(r"^\[.*\]$"))
        .then(pl.lit("exact"))
        .when(text.str.contains('^".*"$'))
        .then(pl.lit("phrase"))
        .when(text.is_not_null())
        .then(pl.lit("broad"))
    )
    told = pl.col("match_type") if sheet.has("match_type") else pl.lit(None, pl.String)
    frame = sheet.frame.with_columns(
        text.str.replace(r"^\[(.*)\]$", "$1").str.replace('^"(.*)"$', "$1").alias("keyword"),
        pl.coalesce(match_type(told), meant).alias("match_type"),
    )
    headers = {**sheet.headers, "match_type": sheet.headers.get("match_type", "Match type")}
    return replace(sheet, headers=headers, frame=frame)


def _without_automatic(sheet: Sheet) -> tuple[Sheet, tuple[Notice, ...]]:
    """The rows with a bid of their own where the report has the column of bids, and what was left out."""
    if not sheet.has("bid"):
        return sheet, ()
    texts = parse(sheet, {"bid": TEXT})["bid"]
    is_automatic = texts.is_null() | texts.str.contains(_AUTOMATIC).fill_null(value=False)
    if not is_automatic.any():
        return sheet, ()
    count = int(is_automatic.sum())
    en = f"{sheet.file}: {count} rows of keywords without Max. CPC are bid on automatically by Google; they were left out."
    zh = f"{sheet.file}:{count} 行没有最高每次点击费用(自动出价),未计入。"
    left = replace(sheet, frame=sheet.frame.filter(~is_automatic))
    return left, (Notice("AUTOMATIC_BIDS", en, zh),)

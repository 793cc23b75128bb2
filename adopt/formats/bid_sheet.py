"""The operator's sheet of current bids, quality scores and campaign budgets."""

import polars as pl

from adopt.formats.cells import DECIMAL, TEXT, parse, refuse
from adopt.formats.reading import (
    KEYS,
    Reading,
    checked_lever,
    exact_money,
    known_only,
    money_parsers,
    of_file,
    stated_currency,
)
from adopt.formats.recognise import BID_SHEET
from adopt.formats.sheet import Sheet


def read_bid_sheet(sheet: Sheet) -> Reading:
    """Bid (micros; null where 0 or blank), quality score and campaign budget of each row.

    Raises DataError where a row names no keyword, or a cell cannot be.
    """
    exact = ("bid", "campaign_budget")
    parsed = parse(
        sheet, {**KEYS, "lever": TEXT, "quality_score": DECIMAL, **money_parsers(sheet, *exact)}
    )
    frame = checked_lever(sheet, exact_money(sheet, parsed, *exact))
    refuse(
        sheet,
        frame,
        pl.col("keyword_id").is_null() & pl.col("keyword").is_null(),
        column="keyword_id" if sheet.has("keyword_id") else "keyword",
        what="the row names no keyword.",
        remedy="Fill in 词ID or 关键词, or delete the row.",
    )
    return Reading(
        BID_SHEET,
        frame.with_columns(
            *known_only("bid", "quality_score", "campaign_budget"),
            of_file(sheet),
        ),
        stated_currency(sheet),
    )

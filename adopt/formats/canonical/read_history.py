"""History in adopt's own column names."""

import polars as pl

from adopt.errors import DataError
from adopt.formats.reading import Reading, stated_currency
from adopt.formats.recognise import HISTORY
from adopt.formats.result_rows import read_result_rows
from adopt.formats.sheet import Sheet


def read_history(sheet: Sheet) -> Reading:
    """Results per target and day; a bare target_id counts as the keyword's id.

    Raises DataError where a day, an id or a result is missing or cannot be, or shops are mixed.
    """
    frame, notices = read_result_rows(target_as_keyword(sheet))
    return Reading(HISTORY, frame, stated_currency(sheet), notices)


def target_as_keyword(sheet: Sheet) -> Sheet:
    """The sheet with its target_id as keyword_id where it has no ids of its own.

    Raises DataError when it holds several shops.
    """
    if sheet.has("shop_id") and sheet.frame["shop_id"].drop_nulls().n_unique() > 1:
        raise DataError(
            "holds several shops.",
            place=sheet.place(column="shop_id"),
            remedy="Give each shop a folder of its own.",
        )
    if sheet.has("keyword_id") or sheet.has("keyword") or not sheet.has("target_id"):
        return sheet
    headers = {**sheet.headers, "keyword_id": sheet.headers["target_id"]}
    frame = sheet.frame.with_columns(pl.col("target_id").alias("keyword_id"))
    return Sheet(sheet.file, headers, frame, sheet.numeric)

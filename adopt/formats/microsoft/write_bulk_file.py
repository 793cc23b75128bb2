"""Microsoft Advertising bulk file, format 6.0: keywords found by their id and their ad group's.

A blank cell changes nothing; ``delete_value`` gives a keyword its ad group's bid back. Source: "Bulk File
Schema" and "Keyword Record" of MicrosoftDocs/Advertising-docs @38df9bb.
"""

import polars as pl

from adopt.formats.bulk_file import (
    IS_BID,
    IS_CLICK_BID,
    STEPS,
    BulkFile,
    is_number,
    write_sheet,
)
from adopt.formats.spreadsheet_text import money_text, safe_text

FORMAT_VERSION = "6.0"
RESET = "delete_value"
_STATUS = {"off": "Paused", "on": "Active"}


def bulk_rows(steps: pl.DataFrame) -> pl.DataFrame:
    """The record of the format's version, then one record a keyword; `Client Id` echoes our target id."""
    keywords = steps.select(
        pl.lit("Keyword").alias("Type"),
        pl.col("step")
        .replace_strict(_STATUS, default=None, return_dtype=pl.String)
        .alias("Status"),
        pl.col("keyword_id").alias("Id"),
        pl.col("ad_group_id").alias("Parent Id"),
        safe_text(pl.col("target_id")).alias("Client Id"),
        pl.when(IS_BID & pl.col("falls_back"))
        .then(pl.lit(RESET))
        .when(IS_BID)
        .then(money_text(pl.col("recommended_bid")))
        .alias("Bid"),
        pl.lit(None, pl.String).alias("Name"),
    )
    version = pl.DataFrame({"Type": ["Format Version"], "Name": [FORMAT_VERSION]})
    return pl.concat([version, keywords], how="diagonal").select(keywords.columns)


BULK_FILE = BulkFile(
    name="microsoft_bulk.csv",
    carries=STEPS,
    takes=IS_CLICK_BID & is_number("keyword_id") & is_number("ad_group_id"),
    key=("Id", "Parent Id"),
    table=bulk_rows,
    write=write_sheet,
    lacks_en="ids of keyword and ad group",
    lacks_zh="关键词ID和广告组ID",
    extra_rows=1,
)

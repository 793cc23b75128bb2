"""Google Ads Editor import: keywords found by their names, so it works without any id.

A blank cell changes nothing; ``[]`` erases, which gives a keyword its ad group's bid back.
Source: Google Ads Editor help 57747.
"""

import polars as pl

from adopt.formats.bulk_file import (
    IS_BID,
    IS_CLICK_BID,
    STEPS,
    BulkFile,
    is_harmless,
    write_sheet,
)
from adopt.formats.google.keyword_cells import MATCH_TYPE, PLAIN_KEYWORD, STATUS
from adopt.formats.spreadsheet_text import money_text

ERASE = "[]"


def editor_rows(steps: pl.DataFrame) -> pl.DataFrame:
    """Rows of the import file."""
    return steps.select(
        pl.col("campaign").alias("Campaign"),
        pl.col("ad_group").alias("Ad Group"),
        PLAIN_KEYWORD.alias("Keyword"),
        MATCH_TYPE.alias("Criterion Type"),
        pl.when(IS_BID & pl.col("falls_back"))
        .then(pl.lit(ERASE))
        .when(IS_BID)
        .then(money_text(pl.col("recommended_bid")))
        .alias("Max CPC"),
        STATUS.alias("Status"),
    )


EDITOR_FILE = BulkFile(
    name="google_ads_editor.csv",
    carries=STEPS,
    takes=IS_CLICK_BID
    & MATCH_TYPE.is_not_null()
    & is_harmless(pl.col("campaign"), pl.col("ad_group"), PLAIN_KEYWORD),
    key=("Campaign", "Ad Group", "Keyword", "Criterion Type"),
    table=editor_rows,
    write=write_sheet,
    lacks_en="names and match type",
    lacks_zh="名称和匹配类型",
)

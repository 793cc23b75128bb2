"""Google Ads on the web, Tools → Bulk actions → Uploads: the keyword template.

Sources do not agree whether the bid's header is ``Max. CPC`` or ``Default max. CPC``: where an account's
own template says the latter, rename the column. No source says how this upload takes a bid away, so a
keyword that is to have its ad group's bid again stands in the Editor file alone.
"""

import polars as pl

from adopt.formats.bulk_file import (
    IS_BID,
    IS_CLICK_BID,
    STEPS,
    BulkFile,
    is_harmless,
    is_number,
    real_id,
    write_sheet,
)
from adopt.formats.google.keyword_cells import MATCH_TYPE, PLAIN_KEYWORD, STATUS
from adopt.formats.spreadsheet_text import money_text

_IS_NAMED = pl.all_horizontal(
    is_harmless(pl.col(level)) | (is_number(f"{level}_id") & pl.col(level).is_null())
    for level in ("campaign", "ad_group")
)


def bulk_rows(steps: pl.DataFrame) -> pl.DataFrame:
    """Rows of the upload; ids where the reports have them, names besides."""
    return steps.select(
        pl.lit("Keyword").alias("Row Type"),
        pl.lit("Edit").alias("Action"),
        STATUS.alias("Keyword status"),
        real_id("campaign_id").alias("Campaign ID"),
        pl.col("campaign").alias("Campaign"),
        real_id("ad_group_id").alias("Ad group ID"),
        pl.col("ad_group").alias("Ad group"),
        real_id("keyword_id").alias("Keyword ID"),
        PLAIN_KEYWORD.alias("Keyword"),
        (MATCH_TYPE + " match").alias("Type"),
        pl.when(IS_BID).then(money_text(pl.col("recommended_bid"))).alias("Max. CPC"),
    )


BULK_UPLOAD = BulkFile(
    name="google_ads_bulk.csv",
    carries=STEPS,
    takes=IS_CLICK_BID
    & MATCH_TYPE.is_not_null()
    & is_harmless(PLAIN_KEYWORD)
    & _IS_NAMED
    & ~(IS_BID & pl.col("falls_back")),
    key=("Campaign ID", "Campaign", "Ad group ID", "Ad group", "Keyword", "Type"),
    table=bulk_rows,
    write=write_sheet,
    lacks_en="ids or names, and match type",
    lacks_zh="ID或名称,以及匹配类型",
)

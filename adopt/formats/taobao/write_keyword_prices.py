"""`keywordid_prices` of ``taobao.simba.keywords.pricevon.set``: integer fen, match scope left as it is.

The call takes numeric keyword ids and whole fen from 0.05 to 99.99 yuan.
"""

import polars as pl

from adopt.formats.bulk_file import IS_CLICK_BID, BulkFile, is_number, write_payload
from adopt.platforms import PLATFORMS

TAOBAO = PLATFORMS["taobao"]
FEN_MICROS = TAOBAO.bid_step_micros

_IS_TAKEN = (
    is_number("keyword_id")
    & pl.col("keyword_id").cast(pl.Int64, strict=False).is_not_null()
    & pl.col("recommended_bid").is_between(TAOBAO.bid_minimum_micros, TAOBAO.bid_maximum_micros)
    & (pl.col("recommended_bid") % FEN_MICROS == 0)
)


def keyword_prices(steps: pl.DataFrame) -> pl.DataFrame:
    """keywordId, maxPrice (fen), isDefaultPrice of each bid to set."""
    return steps.select(
        pl.col("keyword_id").cast(pl.Int64).alias("keywordId"),
        (pl.col("recommended_bid") // FEN_MICROS).alias("maxPrice"),
        pl.lit(0).alias("isDefaultPrice"),
    )


KEYWORD_PRICES = BulkFile(
    name="keyword_prices.json",
    carries=("bid",),
    takes=IS_CLICK_BID & _IS_TAKEN.fill_null(value=False),
    key=("keywordId",),
    table=keyword_prices,
    write=write_payload,
    lacks_en="numeric keyword ids and prices in whole fen",
    lacks_zh="数字词ID和整分价格",
)

"""Bid changes → the files that carry them to the platform; with the bids swapped, the way back.

``bids.csv``            new bids, one row a target: our own documented sheet, read again by `read_shop`
``pause.csv``           targets to switch off or on; a pause has no price, so it stands apart
``keyword_prices.json`` (Taobao) `keywordid_prices` of ``taobao.simba.keywords.pricevon.set``

Taobao has no spreadsheet upload for keyword bids; the sheet is for people, the JSON for the API.
The API takes numeric keyword ids and whole fen from 0.05 to 99.99 yuan: what it cannot take stands
in the sheet alone.
"""

import json
from pathlib import Path
from typing import NamedTuple

import polars as pl

from adopt.formats.spreadsheet_text import money_text, safe_text
from adopt.platforms import PLATFORMS

TAOBAO = PLATFORMS["taobao"]
FEN_MICROS = TAOBAO.bid_step_micros


class Wording(NamedTuple):
    """Headers and words of the sheets in one language."""

    keys: dict[str, str]
    old_bid: str
    new_bid: str
    step: str
    pause: str
    enable: str


_CHINESE = Wording(
    {
        "campaign_id": "计划ID",
        "ad_group_id": "单元ID",
        "product_id": "宝贝ID",
        "keyword_id": "词ID",
        "keyword": "关键词",
        "match_type": "匹配方式",
    },
    "原出价",
    "新出价",
    "操作",
    "暂停",
    "启用",
)
_ENGLISH = Wording(
    {
        "campaign_id": "Campaign ID",
        "ad_group_id": "Ad group ID",
        "product_id": "Product ID",
        "keyword_id": "Keyword ID",
        "keyword": "Keyword",
        "match_type": "Match type",
        "lever": "Lever",
    },
    "Old bid",
    "New bid",
    "Action",
    "pause",
    "enable",
)
WORDINGS = {"taobao": _CHINESE, "google": _ENGLISH}


def write_upload(changes: pl.DataFrame, folder: Path, *, platform: str) -> tuple[str, ...]:
    """Write what carries the changes to the platform into a folder that exists; returns the file names.

    changes: ids, keyword, match_type, lever, current_bid, recommended_bid (micros; 0 = off, null = unknown)
    The rollback is the same call with the two bids swapped. A pause leaves the bid on the platform as
    it is, so a target that is switched on again needs no price.
    """
    wording = WORDINGS[platform]
    is_off = (pl.col("recommended_bid") == 0).fill_null(value=False)
    was_off = (pl.col("current_bid") == 0).fill_null(value=False)
    set_bids = changes.filter(pl.col("recommended_bid") > 0, ~was_off)
    switched = changes.filter(is_off != was_off)
    sheets = {
        "bids.csv": _bid_sheet(set_bids, wording),
        "pause.csv": _pause_sheet(switched, wording),
    }
    for name, sheet in sheets.items():
        sheet.write_csv(folder / name, include_bom=True, line_terminator="\r\n")
    if platform != TAOBAO.name:
        return tuple(sheets)
    payload = json.dumps(keyword_prices(set_bids), indent=1)
    (folder / "keyword_prices.json").write_text(payload + "\n", encoding="utf-8")
    return (*sheets, "keyword_prices.json")


def keyword_prices(changes: pl.DataFrame) -> list[dict[str, int]]:
    """`keywordid_prices` of the Taobao API: integer fen, match scope left as it is.

    Rows without a numeric id, or with a price that is not 5 to 9999 whole fen, are left out.
    """
    keyword = pl.col("keyword_id").cast(pl.String)
    priced = changes.filter(
        keyword.str.contains(r"^\d+$") & keyword.cast(pl.Int64, strict=False).is_not_null(),
        pl.col("recommended_bid").is_between(TAOBAO.bid_minimum_micros, TAOBAO.bid_maximum_micros),
        pl.col("recommended_bid") % FEN_MICROS == 0,
    )
    rows = priced.select(keyword.cast(pl.Int64), pl.col("recommended_bid") // FEN_MICROS).rows()
    return [{"keywordId": keyword, "maxPrice": fen, "isDefaultPrice": 0} for keyword, fen in rows]


def _keys(wording: Wording) -> list[pl.Expr]:
    return [
        safe_text(pl.col(name).cast(pl.String)).alias(header)
        for name, header in wording.keys.items()
    ]


def _bid_sheet(changes: pl.DataFrame, wording: Wording) -> pl.DataFrame:
    return changes.select(
        *_keys(wording),
        money_text(pl.col("current_bid")).alias(wording.old_bid),
        money_text(pl.col("recommended_bid")).alias(wording.new_bid),
    )


def _pause_sheet(changes: pl.DataFrame, wording: Wording) -> pl.DataFrame:
    return changes.select(
        *_keys(wording),
        money_text(pl.col("current_bid")).alias(wording.old_bid),
        pl.when(pl.col("recommended_bid") == 0)
        .then(pl.lit(wording.pause))
        .otherwise(pl.lit(wording.enable))
        .alias(wording.step),
    )

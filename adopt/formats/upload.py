"""Bid changes → the files that carry them to the platform; with the bids swapped, the way back.

file                     platform   for                            finds a keyword by
``bids.csv``             every      people: new bids, one row a    ids and names
                                    target; read by `read_shop`
``pause.csv``            every      people: what to switch off or  ids and names
                                    on; a pause has no price
``keyword_prices.json``  Taobao     API keywords.pricevon.set      keyword id
``bulksheet.xlsx``       Amazon     bulk operations, upload        campaign, ad group, keyword id
``google_ads_editor.csv``  Google   Google Ads Editor, import      names and match type
``google_ads_bulk.csv``  Google     web, bulk actions, uploads     ids, else names; match type
``microsoft_bulk.csv``   Microsoft  bulk file 6.0, import          keyword and ad group id

Taobao, JD and Pinduoduo have no spreadsheet upload for keyword bids that anyone documents. What a
platform's own file cannot carry (a keyword without real ids or names, a lever that is no bid a click,
or a key that it shares with another target) stands in the sheets for people alone. The way back gives a keyword that had no bid of its own its ad
group's bid again where the file has a word for it (Google Editor, Microsoft); elsewhere that bid, of the
day of the run, becomes its own.
"""

from pathlib import Path
from typing import NamedTuple

import polars as pl

from adopt.formats.amazon.write_bulksheet import BULKSHEET
from adopt.formats.bulk_file import STEPS, BulkFile, write_sheet
from adopt.formats.google.write_bulk_upload import BULK_UPLOAD
from adopt.formats.google.write_editor_file import EDITOR_FILE
from adopt.formats.microsoft.write_bulk_file import BULK_FILE
from adopt.formats.reading import NAMED
from adopt.formats.shop_data import Notice
from adopt.formats.spreadsheet_text import money_text, safe_text
from adopt.formats.taobao.write_keyword_prices import KEYWORD_PRICES
from adopt.formats.upload_guard import check_file

BULK_FILES: dict[str, tuple[BulkFile, ...]] = {
    "taobao": (KEYWORD_PRICES,),
    "amazon": (BULKSHEET,),
    "google": (EDITOR_FILE, BULK_UPLOAD),
    "microsoft": (BULK_FILE,),
}
GIVES_BACK = ("google", "microsoft")
"""Platforms with a file that takes a keyword's own bid away again."""


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
_GOODS = _CHINESE._replace(keys={**_CHINESE.keys, "product_id": "商品ID"})
WORDINGS = {
    "taobao": _CHINESE,
    "jd": _GOODS,
    "pdd": _GOODS,
    "amazon": _ENGLISH,
    "google": _ENGLISH,
    "microsoft": _ENGLISH,
}


class Written(NamedTuple):
    """What was written: names of the files; rows that a platform's file could not carry, by its name."""

    files: tuple[str, ...]
    left_out: dict[str, int]


def write_upload(changes: pl.DataFrame, folder: Path, *, platform: str) -> Written:
    """Write what carries the changes to the platform into a folder that exists.

    changes: table BID_CHANGES (recommended_bid 0 = off). A pause leaves the bid on the platform as it is.
    Raises GuardrailError, before anything is written, as check_file does.
    """
    steps = changes.with_columns(pl.lit(value=False).alias("falls_back"))
    return _write(steps, folder, platform)


def write_rollback(changes: pl.DataFrame, folder: Path, *, platform: str) -> Written:
    """Write the inverse of the same changes: their old bids, and on again what was switched off.

    A bid that was set where none was known has no way back; a pause there has.
    Raises GuardrailError, before anything is written, as check_file does.
    """
    has_way_back = pl.col("current_bid").is_not_null() | (pl.col("recommended_bid") == 0)
    steps = changes.filter(has_way_back).with_columns(
        pl.col("recommended_bid").alias("current_bid"),
        pl.col("current_bid").alias("recommended_bid"),
        pl.col("is_bid_inherited").fill_null(value=False).alias("falls_back"),
    )
    return _write(steps, folder, platform)


def upload_notices(written: Written, changes: pl.DataFrame, *, platform: str) -> tuple[Notice, ...]:
    """What an operator should know of the files: rows that stand in the sheets alone, bids that stay set.

    written: of write_upload; changes: table BID_CHANGES
    """
    notices = []
    for file in BULK_FILES.get(platform, ()):
        count = written.left_out[file.name]
        if count:
            en = f"{count} changes are in upload/bids.csv and pause.csv alone: {file.name} cannot carry them (it needs {file.lacks_en}; see docs/upload.md)."
            zh = f"{count}处变动只在upload/bids.csv和pause.csv里:{file.name}写不下(需要{file.lacks_zh};见docs/upload.md)。"
            notices.append(Notice("UPLOAD_LEFT_OUT", en, zh))
    stuck = changes.filter(pl.col("is_bid_inherited"), pl.col("recommended_bid") > 0).height
    if stuck and platform not in GIVES_BACK:
        en = f"{stuck} keywords have no bid of their own today; no file takes an own bid away again, so rollback/ sets today's default of the ad group as their own."
        zh = f"{stuck}个词今天没有单独出价;没有文件能取消单独出价,rollback/会把今天的单元默认出价设为它们的出价。"
        notices.append(Notice("DEFAULT_BID_FIXED", en, zh))
    return tuple(notices)


def _write(changes: pl.DataFrame, folder: Path, platform: str) -> Written:
    wording = WORDINGS[platform]
    steps = _with_step(changes)
    sheets = {
        "bids.csv": _bid_sheet(steps.filter(pl.col("step") == "bid"), wording),
        "pause.csv": _pause_sheet(steps.filter(pl.col("step") != "bid"), wording),
    }
    tables: list[tuple[BulkFile, pl.DataFrame]] = []
    left_out = {}
    for file in BULK_FILES.get(platform, ()):
        meant = steps.filter(pl.col("step").is_in(file.carries))
        taken = meant.filter(file.takes)
        # Two targets that the platform knows by one key: neither bid may be guessed to be meant.
        table = file.table(taken)
        table = table.filter(~pl.struct(file.key).is_duplicated())
        left_out[file.name] = meant.height - len(table) + file.extra_rows
        tables.append((file, table))
        check_file(file.name, table, file.key)
    for name, sheet in sheets.items():
        check_file(name, sheet, ())
    for name, sheet in sheets.items():
        write_sheet(sheet, folder / name)
    written = [name for file, table in tables for name in _write_parts(file, table, folder)]
    return Written((*sheets, *written), left_out)


def _write_parts(file: BulkFile, table: pl.DataFrame, folder: Path) -> list[str]:
    """Write a bulk file, in several where it is too long for one; returns their names."""
    most = file.most_rows or max(table.height, 1)
    stem, dot, kind = file.name.partition(".")
    names = []
    for at, start in enumerate(range(0, max(table.height, 1), most), start=1):
        names.append(file.name if at == 1 else f"{stem}_{at}{dot}{kind}")
        file.write(table.slice(start, most), folder / names[-1])
    return names


def _with_step(changes: pl.DataFrame) -> pl.DataFrame:
    """The changes that do something, with `step`, and names where ids were made of them."""
    is_off = (pl.col("recommended_bid") == 0).fill_null(value=False)
    was_off = (pl.col("current_bid") == 0).fill_null(value=False)
    bid, off, on = STEPS
    step = (
        pl.when(is_off & ~was_off)
        .then(pl.lit(off))
        .when(was_off & ~is_off)
        .then(pl.lit(on))
        .when((pl.col("recommended_bid") > 0) & ~was_off)
        .then(pl.lit(bid))
    )
    named = [
        pl.coalesce(
            level,
            pl.when(pl.col(f"{level}_id").str.starts_with(NAMED)).then(
                pl.col(f"{level}_id").str.strip_prefix(NAMED)
            ),
        ).alias(level)
        for level in ("campaign", "ad_group")
    ]
    return changes.with_columns(step.alias("step"), *named).filter(pl.col("step").is_not_null())


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
        pl.when(pl.col("step") == "off")
        .then(pl.lit(wording.pause))
        .otherwise(pl.lit(wording.enable))
        .alias(wording.step),
    )

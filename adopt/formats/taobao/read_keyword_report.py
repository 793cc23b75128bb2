"""直通车 / 万相台 keyword report (关键词报表): one row a day, campaign, ad group, product and word."""

import re
from dataclasses import replace

import polars as pl

from adopt.errors import DataError
from adopt.formats.cells import COUNT, MONEY, Parser, parse, refuse_outside
from adopt.formats.reading import Reading
from adopt.formats.recognise import KEYWORD_REPORT
from adopt.formats.result_rows import read_result_rows
from adopt.formats.sheet import Sheet
from adopt.formats.shop_data import Notice

SCENE = "关键词推广"
PACKAGE = "关键词包"

INDIRECT: dict[str, Parser] = {"orders_indirect": COUNT, "revenue_indirect": MONEY}
"""What a click brought of the shop's other products."""

_NEW_TEMPLATE = ("词类型", "词ID/词包ID", "词名字/词包名字", "场景ID", "原二级场景名字")
"""Headers that only 万相台 exports have; those can and must say their scene."""


def read_keyword_report(sheet: Sheet) -> Reading:
    """Results of the words that carry a bid; other scenes and automatic packages are told and left out.

    Raises DataError without days or scene, with mixed attribution windows, or where a cell cannot be.
    """
    window = _attribution_days(sheet)
    sheet, scenes = _words_of_scene(sheet)
    sheet, packages = _without_packages(sheet)
    frame, notices = read_result_rows(sheet)
    frame = _with_direct(sheet, frame)
    return Reading(
        KEYWORD_REPORT,
        frame,
        "CNY",
        (*_id_notice(sheet), *scenes, *packages, *_net_notice(sheet), *notices),
        window,
    )


def _with_direct(sheet: Sheet, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows, a direct result that is not reported being the total less the indirect one."""
    indirect = {name: parser for name, parser in INDIRECT.items() if sheet.has(name)}
    if not indirect:
        return frame
    parsed = parse(sheet, indirect)
    for name in indirect:
        refuse_outside(sheet, parsed, name)
    rest = [
        (pl.col(name.removesuffix("_indirect")) - pl.col(name)).clip(0.0).alias(f"{name}_rest")
        for name in indirect
    ]
    return (
        frame.join(parsed, on="row", how="left", validate="m:1", maintain_order="left")
        .with_columns(rest)
        .with_columns(
            pl.coalesce(direct, f"{name}_rest").alias(direct)
            for name in indirect
            for direct in (name.replace("_indirect", "_direct"),)
        )
        .drop(*indirect, *(f"{name}_rest" for name in indirect))
    )


def _attribution_days(sheet: Sheet) -> int | None:
    """Days of the report's 转化周期 (15天转化), None where it tells none.

    Raises DataError when it tells several.
    """
    if not sheet.has("attribution_window"):
        return None
    windows = sheet.frame["attribution_window"].drop_nulls().unique().sort().to_list()
    if len(windows) > 1:
        raise DataError(
            f"mixes attribution windows: {', '.join(windows)}.",
            place=sheet.place(column="attribution_window"),
            remedy="Download it again with one window (转化周期).",
        )
    days = re.search(r"[1-9]\d*", windows[0]) if windows else None
    return int(days.group()) if days else None


def _words_of_scene(sheet: Sheet) -> tuple[Sheet, tuple[Notice, ...]]:
    """The rows of keyword promotion, and what was left out."""
    if not sheet.has("scene"):
        if set(sheet.headers.values()).intersection(_NEW_TEMPLATE):
            raise DataError(
                "has no column 场景名字, so keyword promotion cannot be told from other scenes.",
                place=sheet.place(),
                remedy="Download it again with 场景名字.",
            )
        en = f"{sheet.file}: no column 场景名字; all rows are read as {SCENE}."
        return sheet, (
            Notice("SCENE_UNKNOWN", en, f"{sheet.file}:没有场景名字列,全部按{SCENE}读取。"),
        )
    is_word = (pl.col("scene") == SCENE).fill_null(value=False)
    other = sheet.frame.filter(~is_word)
    if other.is_empty():
        return sheet, ()
    names = "、".join(other["scene"].fill_null("(空)").unique().sort().to_list())
    cost = _cost(sheet, other)
    en = f"{sheet.file}: {other.height} rows of other scenes ({names}; cost {cost}) were left out."
    zh = f"{sheet.file}:其他场景({names})的 {other.height} 行(花费 {cost})未计入。"
    return replace(sheet, frame=sheet.frame.filter(is_word)), (Notice("OTHER_SCENES", en, zh),)


def _without_packages(sheet: Sheet) -> tuple[Sheet, tuple[Notice, ...]]:
    """The rows of single keywords, and what automatic packages were left out."""
    if not sheet.has("keyword_kind"):
        return sheet, ()
    is_package = pl.col("keyword_kind").str.contains("包", literal=True).fill_null(value=False)
    packages = sheet.frame.filter(is_package)
    if packages.is_empty():
        return sheet, ()
    cost = _cost(sheet, packages)
    en = (
        f"{sheet.file}: {packages.height} rows of automatic keyword packages (cost {cost}) carry no bid "
        "of their own and were left out."
    )
    zh = f"{sheet.file}:{PACKAGE} {packages.height} 行(花费 {cost})没有单独出价,未计入。"
    return replace(sheet, frame=sheet.frame.filter(~is_package)), (
        Notice("KEYWORD_PACKAGES", en, zh),
    )


def _id_notice(sheet: Sheet) -> tuple[Notice, ...]:
    titles = {
        "campaign_id": "计划ID",
        "ad_group_id": "单元ID",
        "product_id": "宝贝ID",
        "keyword_id": "词ID",
    }
    missing = "、".join(title for name, title in titles.items() if not sheet.has(name))
    if not missing:
        return ()
    en = f"{sheet.file}: no column {missing}; names stand for ids, and what has neither is not told apart."
    return (
        Notice("IDS_MISSING", en, f"{sheet.file}:缺少 {missing};以名称代替,无名称的无法区分。"),
    )


def _cost(sheet: Sheet, rows: pl.DataFrame) -> str:
    part = replace(sheet, frame=rows)
    return f"{parse(part, {'cost': MONEY})['cost'].sum():.2f}"


def _net_notice(sheet: Sheet) -> tuple[Notice, ...]:
    net = [sheet.headers[name] for name in ("orders_net", "revenue_net") if sheet.has(name)]
    if not net:
        return ()
    names = "、".join(net)
    en = f"{sheet.file}: {names} are net of refunds and were not used; orders and revenue are 总成交."
    return (
        Notice("NET_RESULTS_UNUSED", en, f"{sheet.file}:{names} 已扣退款,未使用;按总成交计算。"),
    )

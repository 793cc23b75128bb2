"""Reports that speak of no single keyword: by product, by audience, by search term. They are read, checked and told.

A product's or an audience's results hold those of its keywords, so they are never added to them; a search-term
report holds only terms with clicks, so no click-through rate may come from it.
"""

from collections.abc import Callable

import polars as pl

from adopt.formats.cells import COUNT, MONEY, TEXT, Parser, parse, refuse_outside
from adopt.formats.reading import Reading, of_file
from adopt.formats.recognise import (
    AMAZON_ADVERTISED_REPORT,
    AMAZON_SEARCH_TERM_REPORT,
    CROWD_REPORT,
    ITEM_REPORT,
    Kind,
)
from adopt.formats.sheet import Sheet
from adopt.formats.shop_data import Notice
from adopt.tables import total

_RESULTS: dict[str, Parser] = {
    "impressions": COUNT,
    "clicks": COUNT,
    "cost": MONEY,
    "orders": COUNT,
    "revenue": MONEY,
}


def _reader(kind: Kind, of: str, en: str, zh: str) -> Callable[[Sheet], Reading]:
    """A reader that checks results and tells their sum; `of`: what its rows are about."""

    def read(sheet: Sheet) -> Reading:
        """No rows that count, and the notice. Raises DataError where a cell cannot be read or is negative."""
        rows = parse(sheet, {of: TEXT, **_RESULTS})
        for name in _RESULTS:
            refuse_outside(sheet, rows, name)
        words = {
            "file": sheet.file,
            "count": rows[of].n_unique(),
            "with_orders": rows.filter(pl.col("orders") > 0)[of].n_unique(),
            "clicks": f"{total(rows['clicks']):,.0f}",
            "cost": f"{total(rows['cost']):,.2f}",
            "orders": f"{total(rows['orders']):,.0f}",
        }
        notice = Notice(kind.name.upper(), en.format(**words), zh.format(**words))
        return Reading(kind, rows.select(of_file(sheet), "row"), notices=(notice,))

    return read


read_item_report = _reader(
    ITEM_REPORT,
    "product_id",
    "{file}: results of {count} products ({clicks} clicks, cost {cost}, {orders} orders) hold those of their keywords and were not added to them.",
    "{file}:{count} 个商品的汇总(点击 {clicks},花费 {cost},成交 {orders} 笔)已含关键词数据,不重复计入。",
)
read_crowd_report = _reader(
    CROWD_REPORT,
    "crowd",
    "{file}: results of {count} audiences ({clicks} clicks, cost {cost}, {orders} orders) are no keywords' and were not counted.",
    "{file}:{count} 个人群(点击 {clicks},花费 {cost},成交 {orders} 笔)不是关键词数据,未计入。",
)
read_advertised_report = _reader(
    AMAZON_ADVERTISED_REPORT,
    "product_id",
    "{file}: results of {count} advertised products ({clicks} clicks, cost {cost}, {orders} orders) hold those of their keywords and were not added to them.",
    "{file}:{count} 个推广商品的汇总(点击 {clicks},花费 {cost},成交 {orders} 单)已含关键词数据,不重复计入。",
)
read_search_term_report = _reader(
    AMAZON_SEARCH_TERM_REPORT,
    "search_term",
    "{file}: {count} search terms with clicks, {with_orders} of them with orders ({clicks} clicks, cost {cost}, {orders} orders); they are in their keywords' results and were not added. Terms that sell and are no keywords yet are worth adding.",
    "{file}:{count} 个有点击的搜索词,其中 {with_orders} 个有成交(点击 {clicks},花费 {cost},成交 {orders} 单),已含在关键词数据里,不重复计入;有成交而不是关键词的值得添加。",
)

"""Pinduoduo promotion report (多多搜索): one row a day, product and promotion; the promotion carries the bid."""

from dataclasses import replace

import polars as pl

from adopt.formats.current_state import read_with_state
from adopt.formats.reading import Reading
from adopt.formats.recognise import PDD_PROMOTION_REPORT
from adopt.formats.sheet import Sheet


def read_promotion_report(sheet: Sheet) -> Reading:
    """Results by promotion and day; the promotion's name (推广名称), else the product's id, stands for the keyword.

    Raises DataError where a cell cannot be read.
    """
    names = [name for name in ("campaign", "product_id") if sheet.has(name)]
    frame = sheet.frame.with_columns(pl.coalesce(names).alias("keyword"))
    headers = {**sheet.headers, "keyword": sheet.headers[names[0]]}
    named = replace(sheet, headers=headers, frame=frame)
    results, listing, notices = read_with_state(named, orders="成交笔数", revenue="交易额(元)")
    return Reading(PDD_PROMOTION_REPORT, results, "CNY", notices, listing=listing)

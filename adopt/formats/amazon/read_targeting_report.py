"""Amazon Sponsored Products targeting report (console XLSX or CSV, reporting v3 JSON), and the Targeting tab."""

import re
from dataclasses import replace

import polars as pl

from adopt.errors import DataError
from adopt.formats.cells import MONEY, parse
from adopt.formats.current_state import read_with_state
from adopt.formats.headers import CURRENCIES, currency_tag
from adopt.formats.reading import Reading, stated_currency
from adopt.formats.recognise import AMAZON_TARGETING_REPORT, AMAZON_TARGETING_TAB
from adopt.formats.sheet import Sheet
from adopt.formats.shop_data import Notice

_WINDOW = re.compile(r"^(\d{1,2}) Day|[a-z](\d{1,2})d$", re.IGNORECASE)
_SHARED = ("¥", "$")
"""Signs of several currencies: which one, a marketplace knows and a header does not tell."""


def read_targeting_report(sheet: Sheet) -> Reading:
    """Results by keyword and day; automatic and product targets are told and left out.

    Raises DataError where a cell cannot be read.
    """
    if sheet.has("target"):
        word = pl.col("keyword") if sheet.has("keyword") else pl.lit(None, pl.String)
        frame = sheet.frame.with_columns(pl.coalesce(word, "target").alias("keyword"))
        headers = {
            **sheet.headers,
            "keyword": sheet.headers.get("keyword", sheet.headers["target"]),
        }
        sheet = replace(sheet, headers=headers, frame=frame)
    sheet, left_out = without_product_targets(sheet)
    results, listing, notices = read_with_state(
        sheet, orders="7 Day Total Orders (#)", revenue="7 Day Total Sales"
    )
    return Reading(
        AMAZON_TARGETING_REPORT,
        results,
        currency_of(sheet),
        (*left_out, *notices),
        window_days(sheet),
        listing,
    )


def read_targeting_tab(sheet: Sheet) -> Reading:
    """Bids and states of the Targeting tab's export; its results count where the file's name tells the days.

    Raises DataError where a cell cannot be read.
    """
    sheet, left_out = without_product_targets(sheet)
    results, listing, notices = read_with_state(sheet, orders="Orders", revenue="Sales")
    return Reading(
        AMAZON_TARGETING_TAB, results, currency_of(sheet), (*left_out, *notices), listing=listing
    )


def window_days(sheet: Sheet) -> int | None:
    """Days in which orders count, as the headers of orders and sales tell.

    Raises DataError when they tell several.
    """
    heads = [sheet.headers[name] for name in ("orders", "revenue") if sheet.has(name)]
    days = sorted(
        {int(found.group(1) or found.group(2)) for head in heads if (found := _WINDOW.search(head))}
    )
    if len(days) > 1:
        raise DataError(
            f"counts orders over {days[0]} and sales over {days[-1]} days.",
            place=sheet.place(),
            remedy="Download it again with one window for both.",
        )
    return days[0] if days else None


def currency_of(sheet: Sheet) -> str | None:
    """The currency that a column or the headers of money state."""
    tags = {currency_tag(head) for head in sheet.headers.values()}
    codes = {CURRENCIES[tag] for tag in tags if tag is not None and tag not in _SHARED}
    return stated_currency(sheet) or (codes.pop() if len(codes) == 1 else None)


def without_product_targets(sheet: Sheet) -> tuple[Sheet, tuple[Notice, ...]]:
    """The rows of keywords, which have a match type, and what was left out."""
    if not sheet.has("match_type"):
        return sheet, ()
    is_word = (
        pl.col("match_type")
        .str.to_lowercase()
        .str.contains("^(?:exact|phrase|broad)")
        .fill_null(value=False)
    )
    other = sheet.frame.filter(~is_word)
    if other.is_empty():
        return sheet, ()
    cost = parse(replace(sheet, frame=other), {"cost": MONEY})["cost"].fill_null(0.0).sum()
    en = f"{sheet.file}: {other.height} rows of automatic and product targets (cost {cost:.2f}) are no keywords and were left out."
    zh = f"{sheet.file}:自动定向和商品定向 {other.height} 行(花费 {cost:.2f})不是关键词,未计入。"
    return replace(sheet, frame=sheet.frame.filter(is_word)), (Notice("PRODUCT_TARGETS", en, zh),)

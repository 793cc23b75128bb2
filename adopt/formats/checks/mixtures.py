"""What may not be mixed in one shop: currencies and attribution windows; and totals among rows."""

import polars as pl

from adopt.formats.cells import COUNT, readable
from adopt.formats.checks.files import ShopTables
from adopt.formats.checks.finding import Finding, finding
from adopt.formats.headers import CURRENCIES, currency_tag
from adopt.formats.recognise import (
    BID_SHEET,
    HISTORY,
    JD_KEYWORD_REPORT,
    KEYWORD_REPORT,
    PDD_PROMOTION_REPORT,
    PRODUCT_REPORT,
    Kind,
)
from adopt.formats.sheet import Sheet

_HALF_WIDTH = {"\uffe5": "¥"}
_SYMBOL = "([¥\uffe5$£€₹元]|(?i:CNY|RMB|USD|GBP|EUR|INR))"
_IMPLIED: dict[Kind, frozenset[str]] = dict.fromkeys(
    (KEYWORD_REPORT, PRODUCT_REPORT, JD_KEYWORD_REPORT, PDD_PROMOTION_REPORT), frozenset({"CNY"})
)
"""Reports of a platform that knows one currency only."""
_MONEY = ("cost", "revenue", "cpc", "bid", "campaign_budget", "price")
_TOTAL = r"^(?:合计|汇总|总计|全部|totals?|grand total)(?:\s*[:\uff1a(\uff08].*)?$"
_TOTAL_KEYWORD = r"^(?:合计|汇总|总计)$"
_NAMES = ("date", "campaign_id", "campaign", "ad_group", "product", "keyword_id")


def check_currencies(shop: ShopTables, stated: str | None) -> list[Finding]:
    """Currencies that the files state in columns, headers or cells, against each other and shop.toml.

    stated: shop.currency of the settings
    """
    by_file = {
        sheet.file: currencies_of(sheet) | _IMPLIED.get(kind, frozenset())
        for kind, sheet in shop.tables
    }
    found = sorted({currency for currencies in by_file.values() for currency in currencies})
    if len(found) > 1:
        mixed = next((file for file, currencies in by_file.items() if len(currencies) > 1), None)
        return [finding("CURRENCY_MIXED", file=mixed, currencies=", ".join(found))]
    if found and stated and stated.upper() != found[0]:
        return [finding("CURRENCY_MISMATCH", found=found[0], stated=stated)]
    return []


def currencies_of(sheet: Sheet) -> set[str]:
    """ISO codes of the currencies that a sheet states."""
    found: set[str] = set()
    if sheet.has("currency"):
        found |= set(sheet.frame["currency"].drop_nulls().unique())
    found |= {tag for header in sheet.headers.values() if (tag := currency_tag(header))}
    for name in _MONEY:
        if sheet.has(name):
            signs = sheet.frame[name].str.extract(_SYMBOL).drop_nulls().unique()
            found |= set(signs)
    return {CURRENCIES.get(_HALF_WIDTH.get(sign, sign).casefold(), sign.upper()) for sign in found}


def check_windows(shop: ShopTables) -> list[Finding]:
    """Attribution windows that differ between rows or files."""
    windows: dict[str, list[str]] = {}
    for sheet in shop.of(KEYWORD_REPORT, HISTORY):
        if sheet.has("attribution_window"):
            windows[sheet.file] = (
                sheet.frame["attribution_window"].drop_nulls().unique().sort().to_list()
            )
    every = sorted({window for found in windows.values() for window in found})
    if len(every) < 2:
        return []
    mixed = next((file for file, found in windows.items() if len(found) > 1), None)
    column = "转化周期" if mixed else None
    return [finding("ATTRIBUTION_MIXED", file=mixed, column=column, windows=", ".join(every))]


def check_totals(shop: ShopTables) -> list[Finding]:
    """Rows that are a total of the others, by a name in any column or by their sums."""
    findings = []
    for sheet in shop.of(KEYWORD_REPORT, HISTORY, BID_SHEET):
        rows = pl.concat([_named_totals(sheet), _summed_totals(sheet)]).unique().sort()
        if rows.len():
            findings.append(finding("TOTALS_ROW", file=sheet.file, rows=rows, row=rows[0]))
    return findings


def _named_totals(sheet: Sheet) -> pl.Series:
    names = [name for name in _NAMES if sheet.has(name)]
    is_total = pl.any_horizontal(
        pl.col(names).str.to_lowercase().str.contains(_TOTAL).fill_null(value=False)
    )
    if sheet.has("keyword"):
        # A buyer may well search for "total".
        is_total |= pl.col("keyword").str.contains(_TOTAL_KEYWORD).fill_null(value=False)
    return sheet.frame.filter(is_total)["row"]


def _summed_totals(sheet: Sheet) -> pl.Series:
    """Rows whose impressions, clicks and cost are each the sum of all the others."""
    names = ("impressions", "clicks", "cost")
    counts = readable(sheet, dict.fromkeys(names, COUNT))
    others = [
        ((pl.col(name).sum() - 2 * pl.col(name)).abs() < 0.02) & (pl.col(name) > 0)
        for name in names
    ]
    # Of two rows, equal ones would each be the sum of the other.
    enough = counts.height > 2
    return counts.filter(pl.all_horizontal(*others, pl.lit(enough)))["row"]

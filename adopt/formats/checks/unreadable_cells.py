"""Cells that are no number, day or flag where one should be, or below zero: every column, not the first."""

import polars as pl

from adopt.formats.cells import DATE, DECIMAL, FIRST_DAY, FRACTION, MONEY, Parser, readable
from adopt.formats.checks.damaged_cells import FORMULA_ERRORS, HASHES
from adopt.formats.checks.files import Table
from adopt.formats.checks.finding import Finding, finding
from adopt.formats.checks.result_rows import keyword_rows
from adopt.formats.product_sheet import COLUMNS
from adopt.formats.recognise import (
    BID_SHEET,
    HISTORY,
    KEYWORD_REPORT,
    PRODUCT_REPORT,
    PRODUCT_SHEET,
    Kind,
)
from adopt.formats.result_rows import RESULTS
from adopt.formats.taobao.read_product_report import MEASURES

_RESULTS: dict[str, Parser] = {
    "date": DATE,
    **RESULTS,
    "orders_direct": MONEY,
    "revenue_direct": MONEY,
    "presale_orders": MONEY,
    "presale_revenue": MONEY,
}
PARSERS: dict[Kind, dict[str, Parser]] = {
    KEYWORD_REPORT: _RESULTS,
    HISTORY: _RESULTS,
    PRODUCT_REPORT: {"date": FIRST_DAY, **MEASURES},
    PRODUCT_SHEET: {name: parser for name, parser in COLUMNS.items() if name != "product_id"},
    BID_SHEET: {"bid": MONEY, "quality_score": DECIMAL, "campaign_budget": MONEY},
}
"""How the cells of each kind of table must read."""

_MAY_BE_NEGATIVE = (DATE, FIRST_DAY, DECIMAL, FRACTION)


def check_readable(table: Table) -> list[Finding]:
    """Cells of one table that its reader would refuse, by column; #### and #REF! have codes of their own."""
    sheet = keyword_rows(table.sheet)
    parsers = {n: p for n, p in PARSERS.get(table.kind, {}).items() if sheet.has(n)}
    values = readable(sheet, parsers)
    findings = []
    for name, parser in parsers.items():
        text = sheet.frame[name]
        lost = text.str.contains(f"{HASHES}|{FORMULA_ERRORS}").fill_null(value=False)
        unread = text.is_not_null() & values[name].is_null() & ~lost
        if unread.any():
            findings.append(_found("CELL_UNREADABLE", table, name, unread))
        if parser not in _MAY_BE_NEGATIVE and values[name].dtype.is_numeric():
            negative = (values[name] < 0).fill_null(value=False)
            if negative.any():
                findings.append(_found("CELL_NEGATIVE", table, name, negative))
    return findings


def _found(code: str, table: Table, name: str, wrong: pl.Series) -> Finding:
    frame = keyword_rows(table.sheet).frame
    return finding(
        code,
        file=table.sheet.file,
        column=table.sheet.headers[name],
        rows=frame["row"].filter(wrong),
        cell=frame[name].filter(wrong)[0],
    )

"""Rows of results per target and day: the checks and rules that every report of them shares."""

import polars as pl

from adopt.errors import DataError
from adopt.formats import average_rank, impression_share
from adopt.formats.average_rank import with_ranks
from adopt.formats.cells import (
    COUNT,
    DATE,
    DECIMAL,
    FRACTION,
    MONEY,
    TEXT,
    WHOLE,
    Parser,
    parse,
    refuse,
    refuse_outside,
)
from adopt.formats.impression_share import with_shares
from adopt.formats.numbers import range_start
from adopt.formats.reading import (
    KEYS,
    checked_lever,
    exact_money,
    known_only,
    money_parsers,
    named_ids,
    of_file,
)
from adopt.formats.sheet import Sheet
from adopt.formats.shop_data import Notice

RESULTS: dict[str, Parser] = {
    "impressions": COUNT,
    "clicks": COUNT,
    "cost": MONEY,
    "orders": COUNT,
    "revenue": MONEY,
}
DETAILS: dict[str, Parser] = {
    "orders_direct": COUNT,
    "revenue_direct": MONEY,
    "presale_orders": COUNT,
    "presale_revenue": MONEY,
    average_rank.LOW: DECIMAL,
    average_rank.HIGH: DECIMAL,
    impression_share.LOW: FRACTION,
    impression_share.HIGH: FRACTION,
}
SHARES = (impression_share.LOW, impression_share.HIGH)
_POSITIVE = ("avg_rank", "bid", "quality_score", "campaign_budget")
PER_DAY = "Download the report again with the option 'by day' (分日), one row a day."
AGAIN = "Export the report again, or correct the cell."


def read_result_rows(sheet: Sheet) -> tuple[pl.DataFrame, tuple[Notice, ...]]:
    """Checked rows of results: file, row, ids and names, lever, date, results, details, bid.

    Raises DataError where a day, an id or a result is missing or cannot be.
    """
    _check_columns(sheet)
    _check_days(sheet)
    exact = ("bid", "campaign_budget")
    parsed = parse(
        sheet,
        {
            **KEYS,
            "lever": TEXT,
            "date": DATE,
            **RESULTS,
            **DETAILS,
            "quality_score": DECIMAL,
            "age_days": WHOLE,
            **money_parsers(sheet, *exact),
        },
    )
    frame = checked_lever(sheet, exact_money(sheet, parsed, *exact))
    _check_keys(sheet, frame)
    frame, notices = _filled(sheet, with_ranks(sheet, with_shares(sheet, frame)))
    _check_results(sheet, frame)
    return frame.select(
        of_file(sheet),
        *named_ids(),
        *known_only(*_POSITIVE),
        pl.exclude("campaign_id", "ad_group_id", "keyword_id", *_POSITIVE),
    ), notices


def _check_columns(sheet: Sheet) -> None:
    if not sheet.has("date"):
        raise DataError(
            "has no column of days (日期), so it cannot be told what happened when.",
            place=sheet.place(),
            remedy=PER_DAY,
        )
    missing = [name for name in ("orders", "revenue") if not sheet.has(name)]
    if not missing:
        return
    titles = {"orders": "总成交笔数 (orders)", "revenue": "总成交金额 (revenue)"}
    net = (
        " Its 净成交 columns are another measure and are not taken for them."
        if (sheet.has("orders_net") or sheet.has("revenue_net"))
        else ""
    )
    raise DataError(
        f"lacks {' and '.join(titles[name] for name in missing)}.{net}",
        place=sheet.place(),
        remedy="Download it again with these columns.",
    )


def _check_days(sheet: Sheet) -> None:
    days = sheet.frame.select("row", text=pl.col("date")).unique(
        "text", keep="first", maintain_order=True
    )
    refuse(
        sheet,
        days,
        range_start(pl.col("text")).is_not_null(),
        column="date",
        what="'{cell}' is a range of days.",
        remedy=PER_DAY,
    )
    refuse(
        sheet,
        days,
        pl.col("text").is_null(),
        column="date",
        what="the day is missing.",
        remedy=PER_DAY,
    )


def _check_keys(sheet: Sheet, frame: pl.DataFrame) -> None:
    refuse(
        sheet,
        frame,
        pl.col("keyword_id").is_null() & pl.col("keyword").is_null(),
        column="keyword_id" if sheet.has("keyword_id") else "keyword",
        what="the keyword is missing.",
        remedy="Download the report again with 词ID and 关键词, or delete the row.",
    )


def _filled(sheet: Sheet, frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Notice, ...]]:
    """Rows without any delivery left out; a result that is not reported counts as none, and is told."""
    delivered = pl.any_horizontal(pl.col("impressions", "clicks", "cost").is_not_null())
    rows = frame.filter(delivered)
    notices = []
    if (empty := frame.height - rows.height) > 0:
        en = f"{sheet.file}: {empty} rows without impressions, clicks and cost were left out."
        notices.append(
            Notice(
                "ROWS_WITHOUT_DELIVERY", en, f"{sheet.file}:{empty} 行没有展现、点击和花费,已略过。"
            )
        )
    refuse(
        sheet,
        rows,
        pl.col("cost").is_null() & (pl.col("clicks") > 0),
        column="cost",
        what="there are clicks, and their cost is missing.",
        remedy=AGAIN,
    )
    blanks = {name: rows[name].null_count() for name in RESULTS}
    if any(blanks.values()):
        words = ", ".join(
            f"{sheet.headers[name]} {count}" for name, count in blanks.items() if count
        )
        en = f"{sheet.file}: blank results were counted as none (rows by column: {words})."
        notices.append(
            Notice("BLANK_RESULTS", en, f"{sheet.file}:空白的结果按 0 计(各列行数:{words})。")
        )
    return rows.with_columns(pl.col(*RESULTS).fill_null(0.0)), tuple(notices)


def _check_results(sheet: Sheet, frame: pl.DataFrame) -> None:
    for name in (*RESULTS, *DETAILS, "age_days"):
        refuse_outside(sheet, frame, name, high=1.0 if name in SHARES else None)
    refuse(
        sheet,
        frame,
        pl.col("clicks") > pl.col("impressions"),
        column="clicks",
        what="'{cell}' clicks are more than the impressions of the row.",
        remedy=AGAIN,
    )

"""Reports that print what is in force now (bid, state, quality) beside past results: both told apart.

The bid of such a row is today's, not that of its day; it never stands in the history.
"""

from dataclasses import replace

import polars as pl

from adopt.formats.average_rank import HIGH as RANK_HIGH
from adopt.formats.average_rank import LOW as RANK_LOW
from adopt.formats.cells import DATE, TEXT, parse
from adopt.formats.periods import SPREAD, known_period, spread, with_day
from adopt.formats.reading import KEYS, NAMED
from adopt.formats.result_rows import SHARES, read_result_rows
from adopt.formats.sheet import Sheet
from adopt.formats.shop_data import Notice
from adopt.tables import totals_by

IN_FORCE = ("bid", "quality_score", "campaign_budget")
BREAKDOWNS = ("device", "network", "hour")
"""Columns that split a day's results of one keyword; its results are their sum."""

_OFF = ("paus", "remov", "archiv", "delet", "ended", "inactive", "暂停", "删除", "归档", "结束")
STATES = (
    "status",
    "serving_status",
    "serving_status_reasons",
    "campaign_status",
    "ad_group_status",
)


def match_type(text: pl.Expr) -> pl.Expr:
    """``exact``, ``phrase`` or ``broad``, however a platform prints it; null for anything else."""
    word = text.str.to_lowercase().str.extract("(exact|phrase|broad)")
    chinese = {"精准": "exact", "精确": "exact", "短语": "phrase", "广泛": "broad"}
    return pl.coalesce(word, text.str.extract("(精准|精确|短语|广泛)").replace(chinese))


def is_active(sheet: Sheet) -> pl.Series:
    """Whether each row's keyword, ad group and campaign are all on; null where the sheet tells no state."""
    told = [name for name in STATES if sheet.has(name)]
    if not told:
        return pl.Series("is_active", [None] * sheet.frame.height, dtype=pl.Boolean)
    texts = parse(sheet, dict.fromkeys(told, TEXT))
    off = [
        pl.col(name).str.to_lowercase().str.contains_any(list(_OFF)).fill_null(value=False)
        for name in told
    ]
    return texts.select((~pl.any_horizontal(off)).alias("is_active")).to_series()


def read_with_state(
    sheet: Sheet, *, orders: str, revenue: str
) -> tuple[pl.DataFrame, pl.DataFrame, tuple[Notice, ...]]:
    """Result rows, what is in force, and notices; no result rows where they cannot be counted by day.

    orders, revenue: what the platform calls them
    Raises DataError as read_result_rows does.
    """
    sheet, valueless = _with_revenue(sheet, revenue)
    days = parse(sheet, {"date": DATE, "first_day": DATE, "last_day": DATE})
    found = with_day(sheet, days)
    lacks = [] if sheet.has("orders") else [orders]
    on = is_active(sheet)
    if found is None or lacks:
        blank = {"date": "1970-01-01", "orders": None}
        filled = sheet.frame.with_columns(
            pl.lit(blank[name], pl.String).alias(name) for name in blank if not sheet.has(name)
        )
        headers = {**dict.fromkeys(blank, ""), **sheet.headers}
        rows, _ = read_result_rows(replace(sheet, headers=headers, frame=filled))
        rows = _own_ids(_with_state(rows, sheet, on))
        return rows.clear(), _listing(rows), (_unused(sheet, lacks),)
    periods, dated = found
    rows, notices = read_result_rows(dated)
    rows = _own_ids(_with_state(rows, sheet, on))
    listing = _listing(rows)
    results = rows.drop("is_active").with_columns(
        pl.lit(None, rows.schema[name]).alias(name) for name in IN_FORCE
    )
    results = spread(_summed(results, sheet), periods)
    whole = periods.filter(pl.col("first") < pl.col("last"))
    if whole.height:
        notices = (*notices, _spread_notice(sheet, whole))
    notices = (*notices, *valueless)
    return results, listing, notices


def _with_revenue(sheet: Sheet, revenue: str) -> tuple[Sheet, tuple[Notice, ...]]:
    """The sheet with a column of revenue, 0 where the report tells none."""
    if sheet.has("revenue"):
        return sheet, ()
    en = f"{sheet.file}: without the column {revenue} nobody knows what its orders are worth; they are counted, their value is 0."
    zh = f"{sheet.file}:没有 {revenue} 列,不知道成交金额;只计成交笔数,金额按 0。"
    filled = sheet.frame.with_columns(pl.lit("0").alias("revenue"))
    headers = {**sheet.headers, "revenue": revenue}
    return replace(sheet, headers=headers, frame=filled), (Notice("REVENUE_UNKNOWN", en, zh),)


def _with_state(rows: pl.DataFrame, sheet: Sheet, on: pl.Series) -> pl.DataFrame:
    states = sheet.frame.select("row", on.alias("is_active"))
    return rows.join(
        states, on="row", how="left", validate="m:1", maintain_order="left"
    ).with_columns(match_type(pl.col("match_type")).alias("match_type"))


def _own_ids(rows: pl.DataFrame) -> pl.DataFrame:
    """An id that is made of the name tells the match type too: the same words may be bid on twice."""
    made = pl.col("keyword_id").str.starts_with(NAMED) & pl.col("match_type").is_not_null()
    with_match = pl.concat_str(pl.col("keyword_id"), pl.lit("|"), pl.col("match_type"))
    return rows.with_columns(
        pl.when(made).then(with_match).otherwise("keyword_id").alias("keyword_id")
    )


def _listing(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a keyword, as its last day tells it."""
    keys = [*KEYS, "lever"]
    last = rows.sort("date", maintain_order=True).unique(keys, keep="last", maintain_order=True)
    return last.select(
        "file",
        "row",
        *keys,
        *IN_FORCE,
        pl.lit(None, pl.Boolean).alias("is_bid_inherited"),
        "is_active",
    )


def _summed(rows: pl.DataFrame, sheet: Sheet) -> pl.DataFrame:
    """One row a keyword and day where the sheet breaks its results down by device, network or hour."""
    if not any(sheet.has(name) for name in BREAKDOWNS):
        return rows
    keys = [*KEYS, "lever", "date"]
    rows = rows.with_columns(pl.struct(keys).rank("dense").alias("at")).sort(
        "at", maintain_order=True
    )
    sums = totals_by(
        rows.with_columns(weighted_rank=pl.col("avg_rank") * pl.col("impressions")),
        "at",
        *SPREAD,
        "weighted_rank",
        pl.when(pl.col("avg_rank").is_not_null()).then("impressions").alias("ranked"),
    )
    told = rows.group_by("at", maintain_order=True).agg(
        pl.len().alias("parts"),
        *(pl.col(name).is_not_null().any().alias(f"{name} told") for name in SPREAD),
    )
    first = rows.unique("at", keep="first", maintain_order=True).drop(*SPREAD, "avg_rank")
    one = pl.col("parts") == 1
    bounds = (*SHARES, RANK_LOW, RANK_HIGH)
    return (
        first.join(sums, on="at", validate="1:1", maintain_order="left")
        .join(told, on="at", validate="1:1", maintain_order="left")
        .with_columns(
            # A share or a bucket of one part is none of the whole.
            *(pl.when(one).then(name).alias(name) for name in bounds),
            *(pl.when(f"{name} told").then(name).alias(name) for name in SPREAD),
            (pl.col("weighted_rank") / pl.when(pl.col("ranked") > 0).then("ranked")).alias(
                "avg_rank"
            ),
        )
        .select(rows.drop("at").columns)
    )


def _unused(sheet: Sheet, lacks: list[str]) -> Notice:
    if lacks:
        words = " and ".join(lacks)
        en = f"{sheet.file}: without the column {words} its results say nothing of profit and were not used; bids and states were. Download it again with the column."
        zh = f"{sheet.file}:缺少 {words} 列,结果未使用,只读取出价和状态;请加上该列重新下载。"
        return Notice("RESULTS_UNUSED", en, zh)
    en = f"{sheet.file}: neither its rows nor its title or name tell the days, so its results were not used; bids and states were. Download it again by day."
    zh = f"{sheet.file}:没有日期,结果未使用,只读取出价和状态;请按日重新下载。"
    return Notice("RESULTS_UNUSED", en, zh)


def _spread_notice(sheet: Sheet, whole: pl.DataFrame) -> Notice:
    first, last = whole.select(pl.col("first").min(), pl.col("last").max()).row(0)
    period = known_period(first, last)
    en = f"{sheet.file}: results of a whole period ({period}) were shared out evenly over its days; they tell nothing of weekdays or of good and bad days. A report by day tells more."
    zh = f"{sheet.file}:一段时间({period})的汇总结果按天平均分摊,看不出星期规律和波动;按日下载更准确。"
    return Notice("PERIOD_SHARED_OUT", en, zh)

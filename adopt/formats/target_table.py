"""The targets of a shop: from its results, its simulations, and the operator's sheet of bids."""

from typing import NamedTuple

import dataframely as dy
import polars as pl

from adopt.errors import DataError
from adopt.formats.join import agree, match_targets, settle
from adopt.formats.landscape_rows import COUNTS
from adopt.formats.periods import without_told_days
from adopt.formats.reading import KEYS, named_ids
from adopt.formats.repeated_exports import merge_exports
from adopt.formats.shop_data import Notice
from adopt.tables import History, LandscapePoints, OrderArrivals, check, target_id
from adopt.tables.targets import LEVERS

TARGET_SCHEMA: dict[str, type[pl.DataType]] = {
    "target_id": pl.String,
    **dict.fromkeys(KEYS, pl.String),
    "lever": pl.String,
    "current_bid": pl.Int64,
    "quality_score": pl.Float64,
    "campaign_budget": pl.Int64,
    "is_bid_inherited": pl.Boolean,
    "is_active": pl.Boolean,
}
"""TARGETS without the shop, with whether they are on; lever as text until the end."""

_STATES = ("is_bid_inherited", "is_active")
_ONE_VALUE = ("current_bid", "quality_score", "campaign_budget", *_STATES)


def no_targets() -> pl.DataFrame:
    """An empty frame of targets."""
    return pl.DataFrame(schema=TARGET_SCHEMA)


class ResultTables(NamedTuple):
    """What result rows tell: targets, history, and how late orders arrive."""

    targets: pl.DataFrame
    history: dy.DataFrame[History]
    arrivals: dy.DataFrame[OrderArrivals]
    notices: list[Notice]


def from_results(rows: pl.DataFrame) -> ResultTables:
    """Targets and history of checked result rows; the last known bid stands as the current one.

    Of several looks at a target and day the latest counts.
    Raises DataError when two rows of one target and day contradict each other.
    """
    merged = merge_exports(without_told_days(rows.with_columns(target_id())))
    notices = []
    if merged.repeated:
        en = f"{merged.repeated} rows occur twice (same keyword, same day, same numbers) and were read once."
        zh = f"{merged.repeated} 行重复(同词同日同数据),只计一次。"
        notices.append(Notice("REPEATED_ROWS", en, zh))
    if merged.grown:
        en = f"{merged.grown} days of keywords are in a later export too, which counts; the orders that came in between tell how late orders arrive."
        zh = f"{merged.grown} 条同词同日数据在后来的报表里有更新,以后来的为准;其间新增的成交用于估计转化延迟。"
        notices.append(Notice("REPEATED_EXPORTS", en, zh))
    rows = merged.rows.sort("target_id", "date")
    last = [
        pl.col(name).drop_nulls().last()
        for name in TARGET_SCHEMA
        if name not in {"target_id", "current_bid", *_STATES}
    ]
    unknown = [pl.lit(None, pl.Boolean).alias(name) for name in _STATES]
    targets = (
        rows.group_by("target_id", maintain_order=True)
        .agg(*last, pl.col("bid").drop_nulls().last().alias("current_bid"))
        .with_columns(unknown)
        .select(*TARGET_SCHEMA)
    )
    known = targets.height - targets["current_bid"].null_count()
    if known:
        en = f"for {known} keywords the bid of the last reported day is read as the bid in force."
        notices.append(
            Notice("BID_FROM_HISTORY", en, f"{known} 个词以报表最后一天的出价作为当前出价。")
        )
    history = check(rows.select(History.column_names()), History)
    return ResultTables(targets, history, merged.arrivals, notices)


def with_simulations(
    targets: pl.DataFrame, rows: pl.DataFrame
) -> tuple[pl.DataFrame, dy.DataFrame[LandscapePoints], list[Notice]]:
    """Targets with those that are simulated, and the simulated points.

    Raises DataError when rows contradict each other or one fits several targets.
    """
    ids = list(KEYS)
    heads = rows.unique(ids, keep="first", maintain_order=True).with_row_index("at")
    heads = _assigned(heads, targets, several=False)
    rows = rows.join(
        heads.select("target_id", *ids), on=ids, how="left", nulls_equal=True, maintain_order="left"
    )
    rows, dropped = settle(
        rows, ("target_id", "bid"), (*COUNTS, "window_days"), what="the same simulated bid"
    )
    known = agree(rows, "target_id", ("lever", "current_bid", "quality_score"), what="target")
    new = heads.filter(~pl.col("target_id").is_in(targets["target_id"].to_list()))
    targets = _updated(_with_new(targets, new), known.drop("lever"), sheet_rules=False)
    points = rows.select(LandscapePoints.column_names()).sort("target_id", "bid")
    notices = []
    if dropped:
        en = f"{dropped} simulated points occur twice and were read once."
        notices.append(Notice("REPEATED_POINTS", en, f"{dropped} 个模拟点重复,只计一次。"))
    return targets, check(points, LandscapePoints), notices


def with_bids(targets: pl.DataFrame, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Notice]]:
    """Targets with what is in force; rows without a target become targets.

    rows: of the operator's sheets and of listings, `rank` 0 going before 1
    Raises DataError when rows of one target and rank contradict each other.
    """
    assigned = _assigned(rows.with_row_index("at"), targets, several=True)
    assigned = assigned.rename({"bid": "current_bid"})
    known = _first_word(assigned)
    new = assigned.filter(~pl.col("target_id").is_in(targets["target_id"].to_list()))
    added = new["target_id"].n_unique()
    notices = []
    if added and targets.height:
        en = f"{added} keywords of bid sheets or bulk files are in no report; they are read as keywords without history."
        notices.append(
            Notice(
                "BIDS_WITHOUT_HISTORY",
                en,
                f"出价表或批量文件中有 {added} 个词不在报表里,按无历史的词读取。",
            )
        )
    targets = _updated(_with_new(targets, new), known, sheet_rules=True)
    return _with_budgets(targets, assigned), notices


def _first_word(assigned: pl.DataFrame) -> pl.DataFrame:
    """What is in force by target; where a rank tells nothing of a column, what the next one tells.

    Raises DataError when rows of one target and rank contradict each other.
    """
    columns = ("current_bid", "quality_score", "match_type", *_STATES)
    told = [
        agree(part, "target_id", columns, what="target")
        for part in assigned.sort("rank", maintain_order=True).partition_by(
            "rank", maintain_order=True
        )
    ]
    first = [pl.col(name).drop_nulls().first() for name in columns]
    return pl.concat(told).group_by("target_id", maintain_order=True).agg(first)


def _assigned(rows: pl.DataFrame, targets: pl.DataFrame, *, several: bool) -> pl.DataFrame:
    """Rows with the target_id they speak of: known targets, else one of their own."""
    pairs = match_targets(rows, targets)
    twice = pairs.filter(pl.col("at").is_duplicated())
    if twice.height and not several:
        row = rows.filter(pl.col("at") == twice["at"][0]).row(0, named=True)
        raise DataError(
            f"{row['file']} row {row['row']} fits several keywords of the report.",
            remedy="Add the columns campaign_id, ad_group_id and product_id.",
        )
    own = rows.with_columns(named_ids()).with_columns(target_id().alias("own_id"))
    return (
        own.join(pairs, on="at", how="left", maintain_order="left_right")
        .with_columns(pl.coalesce("target_id", "own_id").alias("target_id"))
        .drop("own_id")
    )


def _with_new(targets: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Targets and one more for each new target_id of the rows, without bid, quality and budget."""
    names = ["target_id", *KEYS, "lever"]
    new = rows.select(names).unique("target_id", keep="first", maintain_order=True)
    empty = [pl.lit(None, TARGET_SCHEMA[name]()).alias(name) for name in _ONE_VALUE]
    return pl.concat([targets, new.with_columns(empty).select(*TARGET_SCHEMA)])


def _updated(targets: pl.DataFrame, known: pl.DataFrame, *, sheet_rules: bool) -> pl.DataFrame:
    """Targets with the known values, joined by target_id; what the sheet says goes before what was there."""
    names = [name for name in known.columns if name != "target_id"]
    joined = targets.join(
        known, on="target_id", how="left", suffix="_new", validate="1:1", maintain_order="left"
    )
    order = ("{}_new", "{}") if sheet_rules else ("{}", "{}_new")
    return joined.with_columns(
        pl.coalesce(column.format(name) for column in order).alias(name) for name in names
    ).select(*TARGET_SCHEMA)


def _with_budgets(targets: pl.DataFrame, assigned: pl.DataFrame) -> pl.DataFrame:
    """Targets with the budget of their campaign; a budget holds for the whole campaign."""
    rows = (
        assigned.filter(pl.col("campaign_budget").is_not_null())
        .select("target_id", "campaign_budget", "file", "row")
        .join(
            targets.select("target_id", "campaign_id"),
            on="target_id",
            how="inner",
            maintain_order="left",
        )
        .with_columns(pl.coalesce("campaign_id", "target_id").alias("key"))
    )
    budgets = agree(rows, "key", ("campaign_budget",), what="campaign")
    return (
        targets.with_columns(pl.coalesce("campaign_id", "target_id").alias("key"))
        .join(
            budgets,
            on="key",
            how="left",
            suffix="_sheet",
            maintain_order="left",
        )
        .with_columns(
            pl.coalesce("campaign_budget_sheet", "campaign_budget").alias("campaign_budget")
        )
        .select(*TARGET_SCHEMA)
    )


def bid_notices(targets: pl.DataFrame) -> list[Notice]:
    """How many targets have no known bid."""
    unknown = targets.filter(pl.col("current_bid").is_null())
    costs = unknown.filter(pl.col("lever") == LEVERS[1]).height
    bids = unknown.height - costs
    notices = []
    if bids:
        en = f"{bids} of {targets.height} keywords have no known bid; give a sheet with 词ID and 出价."
        zh = f"{targets.height} 个词中有 {bids} 个没有当前出价;请提供含词ID和出价的表。"
        notices.append(Notice("BID_UNKNOWN", en, zh))
    if costs:
        en = f"{costs} targets are steered by a target cost per order that the files do not state."
        notices.append(
            Notice(
                "TARGET_CPA_UNKNOWN", en, f"{costs} 个对象按目标转化成本投放,文件没有给出当前值。"
            )
        )
    return notices

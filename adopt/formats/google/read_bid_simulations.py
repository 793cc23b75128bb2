"""Google Ads bid simulations, one row a point: the API's lists flattened, money in micros.

Conversion value alone is in currency. Source: google-ads v26, ad_group_criterion_simulation and kin.
"""

import polars as pl

from adopt.errors import DataError
from adopt.formats.cells import (
    COUNT,
    DATE,
    DECIMAL,
    ID,
    MICROS,
    MONEY,
    TEXT,
    WHOLE,
    Parser,
    parse,
    refuse,
    refuse_outside,
)
from adopt.formats.landscape_rows import POINT_COLUMNS, WINDOW_DAYS, check_points, per_day
from adopt.formats.reading import Reading, of_file, stated_currency
from adopt.formats.recognise import BID_SIMULATIONS
from adopt.formats.sheet import Sheet
from adopt.formats.shop_data import Notice
from adopt.platforms import MICROS as MICROS_PER_UNIT

COLUMNS: dict[str, Parser] = {
    "sim_id": ID,
    "campaign_id": ID,
    "ad_group_id": ID,
    "keyword_id": ID,
    "entity": TEXT,
    "sim_type": TEXT,
    "start_date": DATE,
    "end_date": DATE,
    "current_bid": WHOLE,
    "quality_score": DECIMAL,
    "cpc_bid": WHOLE,
    "target_cpa": WHOLE,
    "bid_modifier": MICROS,
    "impressions": COUNT,
    "clicks": COUNT,
    "cost": WHOLE,
    "orders": COUNT,
    "revenue": MONEY,
}
LEVERS = ("cpc_bid", "target_cpa", "bid_modifier")
BID_ENTITIES = ("ad_group_criterion_simulation", "ad_group_simulation")
"""Entities whose own bid the simulation varies."""


def read_bid_simulations(sheet: Sheet) -> Reading:
    """Result of each simulated bid per day, with the lever that was varied.

    Raises DataError where no lever is known, or a number is missing or cannot be.
    """
    frame = parse(sheet, COLUMNS)
    frame, unsupported = _with_lever(sheet, frame)
    frame, window = _with_window(sheet, frame)
    for name in ("bid", "current_bid"):
        refuse_outside(sheet, frame, name)
    frame = frame.with_columns(
        pl.col("cost") / MICROS_PER_UNIT,
        _current_bid().alias("current_bid"),
        of_file(sheet),
        *_ids(),
        *(pl.lit(None, pl.String).alias(name) for name in _UNKNOWN),
    )
    check_points(sheet, frame)
    return Reading(
        BID_SIMULATIONS,
        per_day(frame).select(POINT_COLUMNS),
        stated_currency(sheet),
        (*unsupported, *window),
    )


_UNKNOWN = ("campaign", "ad_group", "product_id", "product", "keyword", "match_type")


def _ids() -> list[pl.Expr]:
    """The simulation's own id stands for the target; else ad group and criterion."""
    by_sim = pl.col("sim_id").is_not_null()
    return [
        pl.when(~by_sim).then("campaign_id").alias("campaign_id"),
        pl.when(~by_sim).then("ad_group_id").alias("ad_group_id"),
        pl.coalesce("sim_id", "keyword_id").alias("keyword_id"),
    ]


def _with_lever(sheet: Sheet, frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Notice, ...]]:
    """`lever` and `bid` of each point; simulations of other settings left out and told."""
    known = [pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in LEVERS]
    frame = frame.with_columns(pl.coalesce(known).alias("lever"), pl.coalesce(LEVERS).alias("bid"))
    rows = frame.filter(pl.col("lever").is_not_null())
    if rows.is_empty():
        raise DataError(
            "varies no setting that can be used.",
            place=sheet.place(),
            remedy="Export simulations of cpc_bid, target_cpa or bid_modifier.",
        )
    left = frame.height - rows.height
    if not left:
        return rows, ()
    en = f"{sheet.file}: {left} points vary another setting than bid, target CPA or bid modifier; left out."
    zh = f"{sheet.file}:{left} 个模拟点不是出价、目标转化成本或出价系数,未计入。"
    return rows, (Notice("SIMULATION_UNSUPPORTED", en, zh),)


def _with_window(sheet: Sheet, frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Notice, ...]]:
    """`window_days` of each point; a week where the simulation does not say."""
    days = (pl.col("end_date") - pl.col("start_date")).dt.total_days() + 1
    refuse(
        sheet,
        frame,
        days < 1,
        column="end_date",
        what="'{cell}' is before the start of the window.",
        remedy="Export the simulation again.",
    )
    unknown = frame.filter(days.is_null())
    frame = frame.with_columns(days.fill_null(WINDOW_DAYS).alias("window_days"))
    if unknown.is_empty():
        return frame, ()
    ids = ", ".join(
        unknown.select(
            pl.coalesce("sim_id", "keyword_id", "ad_group_id", "campaign_id", pl.lit("-"))
            .unique()
            .sort()
        )
        .to_series()
        .to_list()
    )
    en = f"{sheet.file}: no window of days for {ids}; taken as {WINDOW_DAYS} days."
    return frame, (
        Notice(
            "LANDSCAPE_WINDOW_ASSUMED",
            en,
            f"{sheet.file}:{ids} 没有模拟时段,按 {WINDOW_DAYS} 天计。",
        ),
    )


def _current_bid() -> pl.Expr:
    """The bid in force, where the bid is what was varied; a modifier that is not set is 1."""
    own_bid = (pl.col("lever") == "cpc_bid") & pl.col("entity").is_in(BID_ENTITIES).fill_null(
        value=False
    )
    return (
        pl.when(own_bid & (pl.col("current_bid") > 0))
        .then("current_bid")
        .when(pl.col("lever") == "bid_modifier")
        .then(pl.lit(MICROS_PER_UNIT, pl.Int64))
    )

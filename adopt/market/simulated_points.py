"""Response of a target through the points of its platform's own bid simulation.

On a point the platform's numbers stand as they are. Between points they are joined linearly in ln bid.
Beyond the last point clicks, orders and revenue stay, and cost grows as between the last two points,
never above clicks x bid; below the first point all shrink with the bid, cost with its square.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

F64 = NDArray[np.float64]

COUNTS = ("impressions", "clicks", "cost", "orders", "revenue")


def point_levels(targets: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Bids of each simulated target: off, the platform's points within its window, the bid in force.

    targets: target_id, current_bid, lowest, highest (null = all points), may_pause
    points: table LANDSCAPE_POINTS. Returns target_id, bid (micros), is_current.
    """
    offered = (
        points.select("target_id", "bid")
        .join(targets, on="target_id", how="inner", validate="m:1")
        .filter(pl.col("current_bid").is_null() | pl.col("bid").is_between("lowest", "highest"))
        .select("target_id", "bid")
    )
    standing = targets.filter(pl.col("current_bid").is_not_null()).select(
        "target_id", pl.col("current_bid").alias("bid")
    )
    off = targets.filter("may_pause").select("target_id", pl.lit(0, dtype=pl.Int64).alias("bid"))
    return (
        pl.concat([offered, standing, off])
        .unique()
        .sort("target_id", "bid")
        .join(
            targets.select("target_id", "current_bid"),
            on="target_id",
            how="left",
            validate="m:1",
            maintain_order="left",
        )
        .select(
            "target_id",
            "bid",
            (pl.col("bid") == pl.col("current_bid")).fill_null(value=False).alias("is_current"),
        )
    )


def expected_points(levels: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Expected daily result of each level, with `is_extrapolated`.

    levels: target_id, bid (micros), is_current, sorted; points: table LANDSCAPE_POINTS
    """
    if levels.is_empty():
        return levels.with_columns(
            *(pl.lit(0.0).alias(name) for name in COUNTS),
            pl.lit(value=False).alias("is_extrapolated"),
        )
    parts = []
    by_target = points.sort("target_id", "bid").partition_by("target_id", as_dict=True)
    for (target,), own in levels.partition_by(
        "target_id", as_dict=True, maintain_order=True
    ).items():
        known = by_target[(target,)]
        bid = own["bid"].to_numpy().astype(np.float64)
        at = known["bid"].to_numpy().astype(np.float64)
        outcome = {name: _through_points(bid, at, known[name].to_numpy()) for name in COUNTS}
        outcome["cost"] = _cost_beyond(bid, at, known, outcome)
        parts.append(
            own.with_columns(
                *(pl.Series(name, values) for name, values in outcome.items()),
                pl.Series("is_extrapolated", (bid > 0) & ((bid < at[0]) | (bid > at[-1]))),
            )
        )
    return pl.concat(parts)


def _through_points(bid: F64, at: F64, value: F64) -> F64:
    """Linear in ln bid between points, level beyond the last, proportional to the bid below the first."""
    inside = np.interp(np.log(np.maximum(bid, 1e-9)), np.log(at), value)
    return np.where(bid < at[0], value[0] * bid / at[0], inside)


def _cost_beyond(bid: F64, at: F64, known: pl.DataFrame, outcome: dict[str, F64]) -> F64:
    cost = known["cost"].to_numpy()
    below = outcome["cost"] * np.where(bid < at[0], bid / at[0], 1.0)
    if len(at) < 2 or cost[-2] <= 0 or cost[-1] <= 0:
        slope = 1.0
    else:
        slope = np.log(cost[-1] / cost[-2]) / np.log(at[-1] / at[-2])
    beyond = cost[-1] * (np.maximum(bid, at[-1]) / at[-1]) ** np.clip(slope, 0.0, 1.0)
    is_money = known["lever"][0] == "cpc_bid"
    if is_money:
        most = np.maximum(outcome["clicks"] * bid / 1e6, cost[-1])
        beyond = np.minimum(beyond, most)
    return np.where(bid > at[-1], beyond, below)

"""The bids a target may take: the platform's grid within the guardrail's window, and the bid in force."""

import numpy as np
import polars as pl

from adopt.platforms import Platform

PPM = 1_000_000


def windows(targets: pl.DataFrame, platform: Platform, *, max_step: float) -> pl.DataFrame:
    """Lowest and highest bid of each target, integer micros, in exact integer arithmetic.

    targets: target_id, lever, current_bid (micros, null = unknown), campaign_budget, bid_minimum,
    bid_maximum (micros, null = none), is_frozen, may_rise
    Returns target_id, lowest, highest; null where the current bid is unknown.
    """
    ppm = round(max_step * PPM)
    bid = pl.col("current_bid")
    lowest = -((-bid * (PPM - ppm)) // PPM) if ppm < PPM else pl.lit(0, dtype=pl.Int64)
    highest = bid * (PPM + ppm) // PPM
    floor = pl.max_horizontal(pl.lit(platform.bid_minimum_micros), "bid_minimum")
    roof = pl.min_horizontal(
        pl.lit(platform.bid_maximum_micros, dtype=pl.Int64),
        "bid_maximum",
        *(["campaign_budget"] if platform.bid_within_budget else []),
    )
    is_money = pl.col("lever") != "bid_modifier"
    return (
        targets.with_columns(lowest.alias("lowest"), highest.alias("highest"))
        .with_columns(
            pl.when(is_money)
            .then(pl.max_horizontal("lowest", floor))
            .otherwise("lowest")
            .alias("lowest"),
            pl.when(is_money)
            .then(pl.min_horizontal("highest", roof))
            .otherwise("highest")
            .alias("highest"),
        )
        .with_columns(
            pl.when("is_frozen").then("current_bid").otherwise("lowest").alias("lowest"),
            pl.when(pl.col("is_frozen") | ~pl.col("may_rise"))
            .then(pl.min_horizontal("highest", "current_bid"))
            .otherwise("highest")
            .alias("highest"),
        )
        .select("target_id", "lowest", "highest")
    )


def grid_levels(targets: pl.DataFrame, platform: Platform, *, levels: int) -> pl.DataFrame:
    """Bids of each target on the platform's grid, micros.

    targets: target_id, current_bid, lowest, highest, may_pause; the current bid known
    levels: most bids a target; wider windows are walked in wider equal steps from the current bid
    Returns target_id, bid, is_current; the bid in force is always among them, 0 = off where offered.
    """
    step = platform.bid_step_micros
    current = targets["current_bid"].to_numpy()
    lowest = np.minimum(targets["lowest"].to_numpy(), current)
    highest = np.maximum(targets["highest"].to_numpy(), current)
    # A bid beyond the limits may stay or come back within them, never go farther out.
    lowest = np.where(targets["lowest"].to_numpy() > current, targets["lowest"].to_numpy(), lowest)
    highest = np.where(
        targets["highest"].to_numpy() < current, targets["highest"].to_numpy(), highest
    )
    stride = step * np.maximum(1, -(-(highest - lowest) // (step * (levels - 1))))
    base = current - current % step
    offsets = np.arange(-levels, levels + 1)
    bids = base[:, None] + offsets[None, :] * stride[:, None]
    allowed = (bids >= lowest[:, None]) & (bids <= highest[:, None]) & (bids > 0)
    row, column = np.nonzero(allowed)
    ids = targets["target_id"]
    walked = pl.DataFrame({"target_id": ids[row], "bid": bids[row, column]})
    # The window's own ends, which equal steps may miss.
    ends = pl.concat(
        pl.DataFrame({"target_id": ids, "bid": end - end % step}).filter(
            pl.Series((end - end % step >= lowest) & (end - end % step <= highest) & (end >= step))
        )
        for end in (highest, lowest + (step - 1))
    )
    return listed_levels(targets, pl.concat([walked, ends]))


def listed_levels(targets: pl.DataFrame, offered: pl.DataFrame) -> pl.DataFrame:
    """The offered bids with the bid in force, where known, and off, where the target may pause.

    targets: target_id, current_bid (micros, null = unknown), may_pause; offered: target_id, bid (micros)
    Returns target_id, bid, is_current, sorted, each bid once.
    """
    current = targets.select("target_id", "current_bid")
    standing = current.drop_nulls().select("target_id", pl.col("current_bid").alias("bid"))
    off = targets.filter("may_pause").select("target_id", pl.lit(0, dtype=pl.Int64).alias("bid"))
    is_current = (pl.col("bid") == pl.col("current_bid")).fill_null(value=False)
    return (
        pl.concat([offered, standing, off])
        .unique()
        .sort("target_id", "bid")
        .join(current, on="target_id", how="left", validate="m:1", maintain_order="left")
        .select("target_id", "bid", is_current.alias("is_current"))
    )

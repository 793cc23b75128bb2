"""What multipliers on the bid mean for a plan: how high the base bid may go, and what is said of them."""

from typing import Any

import numpy as np
import polars as pl

from adopt.market.bid_levels import PPM
from adopt.platforms import Platform
from adopt.platforms.bid_segments import Owner, owners_of, rules_in_force, stacked


def within_multiples(
    guarded: pl.DataFrame, targets: pl.DataFrame, multipliers: pl.DataFrame, platform: Platform
) -> pl.DataFrame:
    """The guarded targets with `highest` lowered where its highest multiple would break a bound.

    guarded: of plan.guards; targets: table TARGETS; multipliers: table BID_MULTIPLIERS
    Bounds: the platform's highest bid, and the campaign's daily budget where bids must stay within it.
    """
    if multipliers.is_empty():
        return guarded
    rules = rules_in_force(multipliers)
    most = {owner: _most_ppm(rows) for owner, rows in rules.items()}
    factors = pl.DataFrame(
        {
            "target_id": targets["target_id"],
            "most": [most.get(owner, PPM) for owner in owners_of(targets, rules)],
        },
        schema_overrides={"most": pl.Int64},
    )
    bound = pl.lit(platform.bid_maximum_micros, dtype=pl.Int64)
    if platform.bid_within_budget:
        bound = pl.min_horizontal(bound, "campaign_budget")
    is_money = pl.col("lever") == "cpc_bid"
    return (
        guarded.join(factors, on="target_id", how="left", validate="1:1", maintain_order="left")
        .with_columns(
            pl.when(is_money & (pl.col("most") > PPM) & pl.col("highest").is_not_null())
            .then(pl.min_horizontal("highest", bound * PPM // pl.col("most")))
            .otherwise("highest")
            .alias("highest")
        )
        .drop("most")
    )


def _most_ppm(rows: pl.DataFrame) -> int:
    """The highest multiple in millionths, rounded up past the noise of a product of decimals."""
    return int(np.ceil(np.round(stacked(rows)[0].max() * PPM, 3)))


def multiplier_facts(targets: pl.DataFrame, multipliers: pl.DataFrame) -> list[dict[str, Any]]:
    """For ``summary.json``: by what the bids of each campaign, or ad group of its own, are multiplied.

    targets: table TARGETS. Keys: campaign_id, ad_group_id (null = those without rows of their own), each
    dimension's lowest and highest multiplier by segment (hours as one), mean over the searches, highest.
    """
    if multipliers.is_empty():
        return []
    rules = rules_in_force(multipliers)
    used = set(owners_of(targets, rules))
    return [
        _facts(owner, rows)
        for owner, rows in rules.items()
        if owner in used and (rows["multiplier"] != 1.0).any()
    ]


def _facts(owner: Owner, rows: pl.DataFrame) -> dict[str, Any]:
    multiplier, share = stacked(rows)
    hours = rows.filter(pl.col("dimension") == "hour")["multiplier"]
    others = rows.filter(pl.col("dimension") != "hour").sort("dimension", "segment")
    spans = (
        [{"segment": "hour", "lowest": hours.min(), "highest": hours.max()}] if len(hours) else []
    )
    spans += [
        {"segment": segment, "lowest": factor, "highest": factor}
        for segment, factor in others.select("segment", "multiplier").rows()
    ]
    return {
        "campaign_id": owner[0],
        "ad_group_id": owner[1],
        "segments": spans,
        "mean": float((multiplier * share).sum()),
        "highest": float(multiplier.max()),
    }

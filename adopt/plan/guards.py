"""How far each bid may move: thin evidence holds it, a product's trouble caps it, certain loss may pause it.

Besides the operator's own word: bids that are frozen, bounds, and whole products or shared keywords that
may be switched off because shop.toml asks for it (docs/decisions/0003).
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.config import Settings
from adopt.market.bid_levels import windows
from adopt.plan.scopes import with_bounds
from adopt.plan.shared_keywords import with_shared_keywords
from adopt.platforms import Platform

F64 = NDArray[np.float64]


FROZEN = pl.col("frozen_by").is_not_null()
BID_UNKNOWN = pl.col("current_bid").is_null() | (pl.col("current_bid") == 0)


def guard_targets(
    targets: pl.DataFrame,
    judged: pl.DataFrame,
    economics: pl.DataFrame,
    evidence: pl.DataFrame,
    value_per_click: F64,
    settings: Settings,
    platform: Platform,
) -> pl.DataFrame:
    """One row a target: how far it may move, and why not farther.

    judged: products with their first reason and may_rise; evidence: rows of the targets in order, with
    evidence_clicks, evidence_cost, is_simulated; value_per_click: (n, draws) currency a click
    Returns guard (code or null), may_rise, p_loss, is_sure_loss, bid_minimum, bid_maximum, lowest,
    highest (micros), frozen_by (section of shop.toml), keyword_scope (where several products share the
    keyword and one is to have it), is_switched (its product may be switched off whole), may_pause_alone
    (own evidence allows off), may_pause (off is offered), off_with_product (then only with its product).
    """
    rules = settings.guardrails
    frame = with_bounds(_joined(targets, judged, economics, evidence), settings)
    frame = frame.with_columns(_p_loss(frame, value_per_click, rules.max_step))
    is_thin = ~pl.col("is_simulated") & (pl.col("evidence_clicks") < rules.evidence_clicks)
    is_sure_loss = (pl.col("evidence_clicks") >= rules.pause_clicks) & (
        pl.col("p_loss") >= rules.pause_confidence
    )
    frame = frame.with_columns(
        (FROZEN | is_thin).alias("is_frozen"),
        pl.when(FROZEN)
        .then(pl.lit("FROZEN"))
        .when(is_thin)
        .then(pl.lit("THIN_EVIDENCE"))
        .when(~pl.col("may_rise"))
        .then("trouble")
        .alias("guard"),
        is_sure_loss.fill_null(value=False).alias("is_sure_loss"),
        (FROZEN | (BID_UNKNOWN & ~pl.col("is_simulated"))).alias("is_pinned"),
    )
    frame = with_switches(frame, settings)
    bounds = windows(frame, platform, max_step=rules.max_step)
    return frame.join(bounds, on="target_id", validate="1:1", maintain_order="left")


def with_switches(frame: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """The targets with what may be switched off: alone on evidence, for a keyword, or with the product.

    frame: product_id, keyword_id, keyword, match_type, is_simulated, is_sure_loss, is_pinned
    """
    floors = [name for name, own in settings.products.items() if own.minimum_spend]
    is_switched = pl.col("product_id").is_in(floors).fill_null(value=False)
    if settings.goal.most_products is not None:
        is_switched = pl.col("product_id").is_not_null()
    return (
        with_shared_keywords(frame, is_asked=settings.guardrails.one_product_per_keyword)
        .with_columns(
            is_switched.alias("is_switched"),
            ((pl.col("is_simulated") | pl.col("is_sure_loss")) & ~pl.col("is_pinned")).alias(
                "may_pause_alone"
            ),
            pl.col("keyword_scope").is_not_null().alias("is_contested"),
        )
        .with_columns(
            (
                (pl.col("may_pause_alone") | pl.col("is_contested") | pl.col("is_switched"))
                & ~pl.col("is_pinned")
            ).alias("may_pause"),
            (
                pl.col("is_switched")
                & ~pl.col("may_pause_alone")
                & ~pl.col("is_contested")
                & ~pl.col("is_pinned")
            ).alias("off_with_product"),
        )
    )


def _joined(
    targets: pl.DataFrame, judged: pl.DataFrame, economics: pl.DataFrame, evidence: pl.DataFrame
) -> pl.DataFrame:
    names = "target_id campaign_id product_id keyword_id keyword match_type lever current_bid campaign_budget"
    frame = targets.select(names.split()).join(
        evidence, on="target_id", how="left", validate="1:1", maintain_order="left"
    )
    by_product = (
        judged.select("product_id", "may_rise", pl.col("reasons").list.first().alias("trouble")),
        economics.select("product_id", "break_even_roi", "category"),
    )
    for other in by_product:
        frame = frame.join(
            other, on="product_id", how="left", validate="m:1", maintain_order="left"
        )
    return frame.with_columns(pl.col("may_rise").fill_null(value=True))


def _p_loss(frame: pl.DataFrame, value_per_click: F64, max_step: float) -> pl.Series:
    """P(return below break-even) even if the whole step down came off the cost per click."""
    cost_per_click = frame.select(
        (pl.col("evidence_cost") / pl.col("evidence_clicks") * (1.0 - min(max_step, 0.9))).alias(
            "cpc"
        )
    )["cpc"]
    with np.errstate(invalid="ignore", divide="ignore"):
        roi = value_per_click / cost_per_click.cast(pl.Float64).to_numpy()[:, None]
    below = (roi < frame["break_even_roi"].cast(pl.Float64).to_numpy()[:, None]).mean(axis=1)
    known = frame.select(
        (pl.col("break_even_roi").is_not_null() & (pl.col("evidence_clicks") > 0)).alias("known")
    )["known"]
    return (
        pl.DataFrame({"p": below, "known": known})
        .select(pl.when("known").then("p").alias("p_loss"))
        .to_series()
    )

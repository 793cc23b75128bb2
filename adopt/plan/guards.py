"""How far each bid may move: thin evidence holds it, a product's trouble caps it, certain loss may pause it."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.config import Guardrails
from adopt.market.bid_levels import windows
from adopt.platforms import Platform

F64 = NDArray[np.float64]


def guard_targets(
    targets: pl.DataFrame,
    judged: pl.DataFrame,
    economics: pl.DataFrame,
    evidence: pl.DataFrame,
    value_per_click: F64,
    rules: Guardrails,
    platform: Platform,
) -> pl.DataFrame:
    """One row a target: guard (code or null), may_rise, may_pause, p_loss, lowest, highest (micros).

    judged: products with their first reason and may_rise; evidence: rows of the targets in order, with
    evidence_clicks, evidence_cost, is_simulated; value_per_click: (n, draws) currency a click
    """
    frame = _joined(targets, judged, economics, evidence)
    frame = frame.with_columns(_p_loss(frame, value_per_click, rules.max_step))
    is_thin = ~pl.col("is_simulated") & (pl.col("evidence_clicks") < rules.evidence_clicks)
    is_sure_loss = (pl.col("evidence_clicks") >= rules.pause_clicks) & (
        pl.col("p_loss") >= rules.pause_confidence
    )
    frame = frame.with_columns(
        is_thin.alias("is_frozen"),
        pl.when(is_thin)
        .then(pl.lit("THIN_EVIDENCE"))
        .when(~pl.col("may_rise"))
        .then("trouble")
        .alias("guard"),
        (pl.col("is_simulated") | is_sure_loss.fill_null(value=False)).alias("may_pause"),
    )
    bounds = windows(
        frame,
        platform,
        max_step=rules.max_step,
        bid_minimum=rules.bid_minimum,
        bid_maximum=rules.bid_maximum,
    )
    return frame.join(bounds, on="target_id", validate="1:1", maintain_order="left")


def _joined(
    targets: pl.DataFrame, judged: pl.DataFrame, economics: pl.DataFrame, evidence: pl.DataFrame
) -> pl.DataFrame:
    frame = targets.select(
        "target_id", "campaign_id", "product_id", "lever", "current_bid", "campaign_budget"
    ).join(evidence, on="target_id", how="left", validate="1:1", maintain_order="left")
    by_product = (
        judged.select("product_id", "may_rise", pl.col("reasons").list.first().alias("trouble")),
        economics.select("product_id", "break_even_roi"),
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

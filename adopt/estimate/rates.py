"""Click-through rate, conversion rate and order value of each target, with their posteriors."""

import math
from dataclasses import dataclass

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.estimate.draws import draw_level
from adopt.estimate.evidence import ORDERS, REVENUE, sum_evidence
from adopt.estimate.hierarchy import Groups, Hierarchy, PriorBelief, fit_hierarchy, group_targets
from adopt.kernels.shrink import BETA_BINOMIAL, GAMMA_INVERSE_GAMMA, GAMMA_POISSON
from adopt.tables import Rates, check, total, totals_by

F64 = NDArray[np.float64]

CTR_PRIOR = PriorBelief(0.04, 50.0, math.log(300.0), 1.5)
CVR_PRIOR = PriorBelief(0.02, 50.0, math.log(150.0), 1.5)
"""Weak beliefs: an average shop's rates, worth 50 impressions or clicks; the data soon outweigh them."""
VALUE_STRENGTH_LOG, VALUE_STRENGTH_SD = math.log(5.0), 2.0
UNKNOWN_SHAPE = 4.0
"""Shape of order values where too few orders tell it: a coefficient of variation of a half."""


@dataclass(frozen=True, slots=True)
class RatePosterior:
    """Fitted hierarchies of one shop, targets in the order of `rates`."""

    rates: dy.DataFrame[Rates]
    ctr: Hierarchy
    cvr: Hierarchy
    value: Hierarchy

    def draw(self, draws: int, seed: int) -> tuple[F64, F64, F64]:
        """Draws (n, draws) of CTR, CVR and AOV, what targets share drawn once."""
        generator = np.random.Generator(np.random.Philox(key=[seed, 6]))
        return (
            draw_level(self.ctr, 0, draws, generator),
            draw_level(self.cvr, 0, draws, generator),
            draw_level(self.value, 0, draws, generator),
        )


def fit_rates(
    history: pl.DataFrame,
    targets: pl.DataFrame,
    categories: pl.DataFrame,
    *,
    half_life_days: float,
    draws: int,
    seed: int,
) -> RatePosterior:
    """Posterior CTR (clicks per impression), CVR (orders per click), AOV (currency per order).

    history: table HISTORY; targets: table TARGETS; categories: product_id, category
    Method: empirical-Bayes Beta-Binomial, Gamma-Poisson (orders may exceed clicks in short windows)
    and Gamma-InverseGamma shrinkage, target → product → category → shop; docs/methods/rates.md.
    """
    seen = sum_evidence(history, targets, half_life_days=half_life_days)
    groups = group_targets(seen.select("target_id", "product_id"), categories)

    def column(name: str) -> F64:
        return seen[name].cast(pl.Float64).to_numpy(writable=True)

    clicks, orders = column("clicks_weighted"), column("orders_weighted")
    ctr = fit_hierarchy(
        clicks, column("impressions_weighted"), groups, kind=BETA_BINOMIAL, prior=CTR_PRIOR
    )
    cvr = fit_hierarchy(orders, clicks, groups, kind=GAMMA_POISSON, prior=CVR_PRIOR)
    value = _fit_order_value(history, seen, groups, column("revenue_weighted"), orders)
    generator = np.random.Generator(np.random.Philox(key=[seed, 1]))
    spread = np.quantile(draw_level(cvr, 0, draws, generator), [0.1, 0.9], axis=1)
    rates = pl.DataFrame(
        {
            "target_id": seen["target_id"],
            "evidence_impressions": seen["impressions"],
            "evidence_clicks": seen["clicks"],
            "evidence_orders": seen["orders"],
            "evidence_cost": seen["cost"],
            "ctr": ctr.mean[0],
            "cvr": cvr.mean[0],
            "cvr_p10": spread[0],
            "cvr_p90": spread[1],
            "aov": value.mean[0],
            "ctr_prior": np.full(len(seen), ctr.strength[0]),
            "cvr_prior": np.full(len(seen), cvr.strength[0]),
            "aov_prior": np.full(len(seen), value.strength[0]),
        }
    )
    return RatePosterior(check(rates, Rates), ctr, cvr, value)


def _fit_order_value(
    history: pl.DataFrame, seen: pl.DataFrame, groups: Groups, revenue: F64, orders: F64
) -> Hierarchy:
    sold = math.fsum(orders)
    mean = math.fsum(revenue) / sold if sold > 0 else 1.0
    prior = PriorBelief(max(mean, 1e-9), 1.0, VALUE_STRENGTH_LOG, VALUE_STRENGTH_SD)
    return fit_hierarchy(
        revenue,
        orders,
        groups,
        kind=GAMMA_INVERSE_GAMMA,
        prior=prior,
        shape=order_value_shape(history, seen),
    )


def order_value_shape(history: pl.DataFrame, seen: pl.DataFrame) -> float:
    """Gamma shape of single order values: 1 over their squared coefficient of variation.

    By moments: a day with n orders of mean value v has E[(revenue - n v)^2] = n v^2 / shape.
    The mean is the product's own, so one degree of freedom a product is spent.
    """
    sold = (
        history.with_columns(ORDERS, REVENUE)
        .filter(pl.col("orders") > 0, pl.col("revenue") > 0)
        .join(seen.select("target_id", "product_id"), on="target_id", how="left")
        .with_columns(pl.col("product_id").fill_null(pl.col("target_id")))
        .sort("target_id", "date")
    )
    products = totals_by(sold, "product_id", "orders", "revenue")
    means = products.select("product_id", (pl.col("revenue") / pl.col("orders")).alias("mean"))
    squares = sold.join(means, on="product_id", how="left", maintain_order="left").select(
        (pl.col("revenue") - pl.col("orders") * pl.col("mean")) ** 2
        / (pl.col("orders") * pl.col("mean") ** 2)
    )
    squared = total(squares.to_series()) if len(sold) else 0.0
    freedom = len(sold) - len(products)
    if freedom < 10 or squared <= 0:
        return UNKNOWN_SHAPE
    return float(np.clip(freedom / squared, 0.5, 100.0))

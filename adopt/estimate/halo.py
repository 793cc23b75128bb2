"""The halo of a click: which share of a target's orders and revenue is of other products than the clicked one.

Platforms that tell direct from indirect results attribute to the clicked ad what its visitor buys of the
shop within the window. That is attribution, not cause: docs/methods/halo.md.
"""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.estimate.hierarchy import Groups, Hierarchy, PriorBelief, fit_hierarchy, group_targets
from adopt.estimate.recency import Recency
from adopt.kernels.shrink import BETA_BINOMIAL
from adopt.tables import sorted_by, totals_by

F64 = NDArray[np.float64]

HALO_PRIOR = PriorBelief(0.15, 5.0, math.log(30.0), 1.5)
"""A weak belief: an average shop's share, worth five orders; targets alike within some thirty."""


@dataclass(frozen=True, slots=True)
class HaloPosterior:
    """Fitted shares of a shop's orders and of its revenue that are indirect, targets in order.

    None where no day tells direct from indirect; where only one of the two is told, it stands for both
    """

    orders: Hierarchy | None
    revenue: Hierarchy | None

    def with_shares(self, targets: pl.DataFrame) -> pl.DataFrame:
        """The targets with the posterior means halo_orders_share and halo_revenue_share (fractions), null where unknown."""
        orders, revenue = self.orders or self.revenue, self.revenue or self.orders
        columns = {"halo_orders_share": orders, "halo_revenue_share": revenue}
        nothing = pl.lit(None, dtype=pl.Float64)
        return targets.with_columns(
            nothing.alias(name)
            if fitted is None
            else pl.Series(name, np.clip(fitted.mean[0], 0.0, 1.0))
            for name, fitted in columns.items()
        )


def fit_halo(
    history: pl.DataFrame,
    targets: pl.DataFrame,
    categories: pl.DataFrame,
    *,
    half_life_days: float,
) -> HaloPosterior:
    """Share of each target's orders and of its revenue that is indirect.

    history: table HISTORY; targets: table TARGETS; categories: product_id, category
    Presale orders, whose parts are not told, are taken to be like the others.
    Method: empirical-Bayes Beta-Binomial, target → product → category → shop; of revenue the orders are
    the trials, and orders x indirect share of revenue the successes; docs/methods/halo.md.
    """
    seen = _split_evidence(history, targets, half_life_days=half_life_days)
    groups = group_targets(targets.select("target_id", "product_id"), categories)
    return HaloPosterior(*(_fit_share(seen, name, groups) for name in ("orders", "revenue")))


def _split_evidence(
    history: pl.DataFrame, targets: pl.DataFrame, *, half_life_days: float
) -> pl.DataFrame:
    """Weighted sums of the days that tell the parts, in the order of targets.

    For orders and for revenue: X_trials (orders of those days), X_whole and X_indirect (both in X's unit).
    """
    days = sorted_by(history, "target_id", "date").with_columns(Recency(half_life_days).weight())
    sums = []
    for name in ("orders", "revenue"):
        weight = pl.when(pl.col(f"{name}_direct").is_not_null()).then("weight").otherwise(0.0)
        direct = pl.min_horizontal(f"{name}_direct", name)
        sums += [
            (pl.col("orders") * weight).alias(f"{name}_trials"),
            (pl.col(name) * weight).alias(f"{name}_whole"),
            ((pl.col(name) - direct) * weight).alias(f"{name}_indirect"),
        ]
    names = [expression.meta.output_name() for expression in sums]
    return (
        targets.select("target_id")
        .join(
            totals_by(days, "target_id", *sums),
            on="target_id",
            how="left",
            validate="1:1",
            maintain_order="left",
        )
        .with_columns(pl.col(names).cast(pl.Float64).fill_null(0.0))
    )


def _fit_share(seen: pl.DataFrame, name: str, groups: Groups) -> Hierarchy | None:
    """Posterior of the share; None where no order tells it."""
    trials, whole, indirect = (
        seen[f"{name}_{part}"].to_numpy(writable=True) for part in ("trials", "whole", "indirect")
    )
    # Revenue without an order, or orders without value, tell no share.
    tells = (trials > 0.0) & (whole > 0.0)
    if not tells.any():
        return None
    share = np.divide(indirect, whole, out=np.zeros_like(whole), where=tells)
    trials = np.where(tells, trials, 0.0)
    return fit_hierarchy(
        np.clip(share, 0.0, 1.0) * trials, trials, groups, kind=BETA_BINOMIAL, prior=HALO_PRIOR
    )

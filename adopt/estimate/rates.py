"""Click-through rate, conversion rate and order value of each target, with their posteriors."""

import math
from dataclasses import dataclass, replace

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.estimate.attribution_lag import AttributionLag
from adopt.estimate.draws import draw_level
from adopt.estimate.evidence import evidence_days, sum_evidence
from adopt.estimate.factors import PRODUCTS, Factor, crossed_factors, price_ratio
from adopt.estimate.hierarchy import Groups, Hierarchy, PriorBelief, fit_hierarchy, group_targets
from adopt.estimate.recency import WEEK, Recency, learn_recency
from adopt.estimate.timing import Timing, clicks_by_age, timed_days
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
    """Fitted hierarchies of one shop, targets in the order of `rates`.

    recency: of the rates ctr and cvr; order values fade as cvr
    clicks_by_age: (window + 1,) weighted clicks of the days of each age, those older in the last
    knows_value: whether an order or a price tells what an order is worth
    """

    rates: dy.DataFrame[Rates]
    ctr: Hierarchy
    cvr: Hierarchy
    value: Hierarchy
    recency: dict[str, Recency]
    timing: Timing
    clicks_by_age: F64
    knows_value: bool

    def draw_arrival(self, draws: int, seed: int) -> F64:
        """Draws (draws,), about 1, of the share of the orders that is in, over what was taken for it."""
        lag, clicks = self.timing.lag, self.clicks_by_age
        taken = float(clicks @ lag.arrived(np.arange(clicks.size)))
        if taken <= 0.0:
            return np.ones(draws)
        return np.asarray(clicks @ lag.draw(draws, seed) / taken)

    def draw(self, draws: int, seed: int) -> tuple[F64, F64, F64]:
        """Draws (n, draws) of CTR, CVR and AOV, what targets share drawn once."""
        generator = np.random.Generator(np.random.Philox(key=[seed, 6]))
        return (
            draw_level(self.ctr, 0, draws, generator),
            draw_level(self.cvr, 0, draws, generator) / self.draw_arrival(draws, seed),
            draw_level(self.value, 0, draws, generator),
        )


def fit_rates(
    history: pl.DataFrame,
    targets: pl.DataFrame,
    economics: pl.DataFrame,
    lag: AttributionLag,
    *,
    half_life_days: float | None = None,
    prior_cvr: float | None = None,
) -> RatePosterior:
    """Posterior CTR (clicks per impression), CVR (orders per click), AOV (currency per order).

    history: table HISTORY; targets: table TARGETS; economics: product_id, category, price
    lag: of orders after their click; half_life_days: age at which a day counts half; learnt where None
    prior_cvr: what an operator believes of the shop's CVR before data
    Method: empirical-Bayes Beta-Binomial, Gamma-Poisson (orders may exceed clicks in short windows)
    and Gamma-InverseGamma shrinkage, target → product → category → shop, crossed by keyword, match type,
    keyword length and price; docs/methods/rates.md.
    """
    targets = targets.sort("target_id")
    days, timing = timed_days(evidence_days(history, targets), lag)
    recency = {
        rate: learn_recency(days, events, trials, half_life_days=half_life_days)
        for rate, events, trials in (("ctr", "clicks", "views"), ("cvr", "orders", "exposure"))
    }
    seen = sum_evidence(days, targets, recency)
    groups = group_targets(targets, economics.select("product_id", "category"))
    factors = crossed_factors(targets, groups.names[0], economics)

    def column(name: str) -> F64:
        return seen[name].to_numpy(writable=True)

    ctr = fit_hierarchy(
        column("clicks_ctr"),
        column("views_ctr"),
        groups,
        kind=BETA_BINOMIAL,
        prior=CTR_PRIOR,
        factors=factors,
        tellable=_tellable(recency["ctr"], days),
    )
    cvr = fit_hierarchy(
        column("orders_cvr"),
        column("exposure_cvr"),
        groups,
        kind=GAMMA_POISSON,
        prior=CVR_PRIOR if prior_cvr is None else replace(CVR_PRIOR, mean=prior_cvr),
        factors=factors,
        tellable=_tellable(recency["cvr"], days),
    )
    value = _fit_order_value(days, seen, groups, factors, economics)
    return RatePosterior(
        _rates_of(seen, ctr, cvr, value),
        ctr,
        cvr,
        value,
        recency,
        timing,
        clicks_by_age(days, recency["cvr"].weight(), lag.window_days),
        bool((days["revenue"] > 0.0).any()) or economics["price"].null_count() < len(economics),
    )


def _rates_of(
    seen: pl.DataFrame, ctr: Hierarchy, cvr: Hierarchy, value: Hierarchy
) -> dy.DataFrame[Rates]:
    """Table RATES; seen: of ``sum_evidence``."""
    evidence = ("impressions", "clicks", "orders", "cost")
    rates = seen.select(
        "target_id",
        *(pl.col(name).alias(f"evidence_{name}") for name in evidence),
        pl.Series("ctr", ctr.mean[0]),
        pl.Series("cvr", cvr.mean[0]),
        pl.Series("aov", value.mean[0]),
    )
    return check(rates, Rates)


def _tellable(recency: Recency, days: pl.DataFrame) -> float:
    """Events that a node's days tell at most, what moves whole weeks taken off."""
    if days.is_empty():
        return math.inf
    span = (days["date"].max() - days["date"].min()).days // WEEK + 1  # type: ignore[operator, union-attr]
    weeks = math.fsum(0.5 ** (WEEK * week / recency.half_life_days) for week in range(span))
    return weeks * recency.noise


def _fit_order_value(
    days: pl.DataFrame,
    seen: pl.DataFrame,
    groups: Groups,
    factors: tuple[Factor, ...],
    economics: pl.DataFrame,
) -> Hierarchy:
    """Order values, expected in proportion to the price; seen: of ``sum_evidence``.

    Where nothing was sold the shop's median price is their mean, 1 where none is known.
    """
    revenue, orders = (
        seen[f"{name}_aov"].to_numpy(writable=True) for name in ("revenue", "orders")
    )
    sold, price = math.fsum(orders), economics["price"].median()
    guess = float(price) if isinstance(price, int | float) else 1.0
    mean = math.fsum(revenue) / sold if sold > 0 else guess
    offset = [np.ones(size) for size in groups.sizes[:-1]]
    offset[PRODUCTS] = price_ratio(groups.names[0], economics).fill_null(1.0).to_numpy()
    prior = PriorBelief(max(mean, 1e-9), 1.0, VALUE_STRENGTH_LOG, VALUE_STRENGTH_SD, tuple(offset))
    return fit_hierarchy(
        revenue,
        orders,
        groups,
        kind=GAMMA_INVERSE_GAMMA,
        prior=prior,
        shape=order_value_shape(days),
        factors=tuple(factor for factor in factors if factor.level == PRODUCTS),
    )


def order_value_shape(days: pl.DataFrame) -> float:
    """Gamma shape of single order values: 1 over their squared coefficient of variation.

    By moments: a day with n orders of mean value v has E[(revenue - n v)^2] = n v^2 / shape.
    The mean is the product's own, so one degree of freedom a product is spent.
    days: of ``evidence_days``
    """
    sold = days.filter(pl.col("orders") > 0, pl.col("revenue") > 0)
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

"""What is believed of every node of the hierarchies, and how far each one is from being told."""

from itertools import islice

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.estimate.draws import draw_downwards, draw_factor
from adopt.estimate.factors import PRODUCTS, TARGETS
from adopt.estimate.halo import HaloPosterior
from adopt.estimate.hierarchy import Hierarchy
from adopt.estimate.rates import RatePosterior
from adopt.estimate.weekdays import WeekdayProfile
from adopt.kernels.decision import clicks_to_decide
from adopt.tables import RateNodes, check
from adopt.tables.rate_nodes import LEVELS, RATES

F64 = NDArray[np.float64]

CERTAINTY, CHANCE = 0.8, 0.8
"""How sure a decision is, and how sure it is to be had after the clicks that are said to be needed."""
BOUNDS = (0.1, 0.9)
TINY = 1e-30
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def rate_nodes(
    posterior: RatePosterior,
    halo: HaloPosterior,
    targets: pl.DataFrame,
    draws: tuple[F64, F64, F64],
    *,
    shop_id: str,
    seed: int,
) -> dy.DataFrame[RateNodes]:
    """Table RATE_NODES of one shop, sorted.

    targets: target_id, product_id, net_margin, in the order of the posterior
    draws: of CTR, CVR and AOV, each (n, draws)
    Method: quantiles of the draws; preposterior analysis, adopt/kernels/decision.py.
    """
    of_targets = dict(zip(("ctr", "cvr", "aov"), draws, strict=True))
    frames, count = [], draws[0].shape[1]
    for rate, hierarchy in hierarchies(posterior, halo).items():
        generator = np.random.Generator(np.random.Philox(key=[seed, 20 + RATES.index(rate)]))
        depth = len(hierarchy.groups.parent)
        names = (tuple(targets["target_id"]), *hierarchy.groups.names[:-1], (shop_id,))
        known = rate in of_targets
        arrival = posterior.draw_arrival(count, seed) if rate == "cvr" else 1.0
        above = islice(draw_downwards(hierarchy, count, generator), depth + (not known))
        levels = [(level, drawn / arrival) for level, drawn in above]
        if known:
            levels.append((TARGETS, of_targets[rate]))
        for level, drawn in levels:
            frame = _nodes(hierarchy, level, names[level], drawn)
            if rate == "cvr" and level in (TARGETS, PRODUCTS):
                frame = frame.with_columns(_told(posterior, targets, level, drawn))
            frames.append(frame.with_columns(pl.lit(rate).alias("rate")))
        frames += [
            frame.with_columns(pl.lit(rate).alias("rate"))
            for frame in _factors(hierarchy, count, generator)
        ]
    for rate, profile in posterior.timing.weekdays.items():
        frames.append(_weekdays(profile).with_columns(pl.lit(rate).alias("rate")))
    table = pl.concat(frames, how="diagonal").with_columns(
        pl.lit(shop_id).alias("shop_id"),
        pl.col("rate").cast(pl.Enum(RATES)),
        pl.col("level").cast(pl.Enum(LEVELS)),
    )
    return check(table.select(RateNodes.column_names()).sort("rate", "level", "node"), RateNodes)


def hierarchies(posterior: RatePosterior, halo: HaloPosterior) -> dict[str, Hierarchy]:
    """The fitted chain of each rate of RATE_NODES that the history tells of."""
    fits = (posterior.ctr, posterior.cvr, posterior.value, halo.orders, halo.revenue)
    return {rate: fit for rate, fit in zip(RATES, fits, strict=True) if fit is not None}


def _nodes(hierarchy: Hierarchy, level: int, names: tuple[str, ...], drawn: F64) -> pl.DataFrame:
    is_top = level == len(hierarchy.groups.parent)
    return _frame(
        LEVELS[level],
        names,
        (hierarchy.total[level], hierarchy.evidence[level]),
        np.full(1, hierarchy.prior.mean) if is_top else hierarchy.expected(level),
        hierarchy.prior.strength if is_top else hierarchy.strength[level],
        (hierarchy.mean[level], *np.quantile(drawn, BOUNDS, axis=1)),
    )


def _factors(
    hierarchy: Hierarchy, draws: int, generator: np.random.Generator
) -> list[pl.DataFrame]:
    return [
        _frame(
            fitted.factor.name,
            fitted.factor.labels,
            (fitted.total, fitted.evidence),
            np.ones(len(fitted.factor.labels)),
            fitted.strength,
            (
                fitted.mean,
                *np.quantile(draw_factor(hierarchy, fitted, draws, generator), BOUNDS, axis=1),
            ),
        )
        for fitted in hierarchy.factors
    ]


def _weekdays(profile: WeekdayProfile) -> pl.DataFrame:
    return _frame(
        "weekday",
        WEEKDAYS,
        (profile.total, profile.evidence),
        np.ones(len(WEEKDAYS)),
        profile.strength,
        (profile.factor, profile.p10, profile.p90),
    )


def _frame(
    level: str,
    names: tuple[str, ...],
    told: tuple[F64, F64],
    prior_mean: F64,
    strength: float,
    believed: tuple[F64, F64, F64],
) -> pl.DataFrame:
    """Rows of one level; told: total and evidence; believed: mean, p10, p90; all (names,)."""
    return pl.DataFrame(
        {
            "level": [level] * len(names),
            "node": list(names),
            "total": told[0],
            "evidence": told[1],
            "prior_mean": prior_mean,
            "prior_strength": np.full(len(names), strength),
            **dict(zip(("mean", "p10", "p90"), believed, strict=True)),
        }
    )


def _told(
    posterior: RatePosterior, targets: pl.DataFrame, level: int, drawn: F64
) -> list[pl.Series]:
    """Counts as seen, and how far targets or products are from being told."""
    clicks, orders, cost, margin = _seen(posterior, targets, level)
    with np.errstate(invalid="ignore", divide="ignore"):
        cost_per_click = np.where(clicks > 0.0, cost / clicks, np.nan)
        bar = cost_per_click / (posterior.value.mean[level] * np.maximum(margin, 0.0))
    if not posterior.knows_value:
        bar = np.full_like(bar, np.nan)
    mean, variance = drawn.mean(axis=1), np.maximum(drawn.var(axis=1), TINY)
    more = np.empty(clicks.size)
    clicks_to_decide(mean**2 / variance, mean / variance, bar, CERTAINTY, CHANCE, more)
    more = np.where(np.isfinite(more), np.ceil(more), np.nan)
    below = np.where(np.isnan(bar), np.nan, (drawn < bar[:, None]).mean(axis=1))
    expected = np.clip(posterior.cvr.expected_without_own(level), 0.0, 1.0)
    columns = {
        "clicks": clicks,
        "orders": orders,
        "expected_without_own": expected,
        "p_below_break_even": below,
        "p_no_orders": (1.0 - expected) ** clicks,
        "clicks_to_decide": more,
        "cost_to_decide": more * cost_per_click,
    }
    return [pl.Series(name, values).fill_nan(None) for name, values in columns.items()]


def _seen(posterior: RatePosterior, targets: pl.DataFrame, level: int) -> list[F64]:
    """Clicks, orders, cost and net margin (nan where unknown) of the nodes of a level, targets or products."""
    names = ("clicks", "orders", "cost")
    sums = [posterior.rates[f"evidence_{name}"].to_numpy() for name in names]
    margin = targets["net_margin"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    if level == TARGETS:
        return [*sums, margin]
    groups = posterior.cvr.groups
    parent, size = groups.parent[TARGETS], groups.sizes[PRODUCTS]
    of_product = np.full(size, np.nan)
    of_product[parent] = margin
    whole = [np.bincount(parent, weights=values, minlength=size) for values in sums]
    return [*(np.asarray(values, dtype=np.float64) for values in whole), of_product]

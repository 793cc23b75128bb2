"""Shops whose orders arrive late, and what exports of several days show of them; the end is known.

Nothing here follows the form that is fitted: delays are log-normal, Pareto, in two waves or geometric,
conversion moves from day to day, and where asked for the orders of a day come together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.formats.result_rows import DETAILS
from adopt.market.scenario import Market
from adopt.market.scenario_market import lag_of

F64 = NDArray[np.float64]

FIRST = date(2026, 3, 1)
DAYS, TARGETS = 60, 20


def geometric(window_days: int) -> F64:
    """Of `adopt simulate`: 80 % on the first day, each later day 0.6 times the one before."""
    return np.diff(lag_of(Market(), window_days), prepend=0.0)


def quick(window_days: int) -> F64:
    """Nearly all on the first day."""
    return np.diff(lag_of(Market(same_day=0.97), window_days), prepend=0.0)


def log_normal(window_days: int) -> F64:
    """Median of 14 hours after a click at any hour, log sd 1.9; what comes after the window is not counted."""
    delays = np.exp(np.random.default_rng(1).normal(np.log(14.0), 1.9, 400_000))
    hours = np.random.default_rng(2).uniform(0.0, 24.0, len(delays)) + delays
    counts = np.bincount(np.minimum(hours // 24.0, window_days + 1).astype(np.int64))
    return np.asarray(counts[: window_days + 1] / counts[: window_days + 1].sum())


def pareto(window_days: int) -> F64:
    """A heavy tail: 1 - (1 + a / 1.5)^-0.8 by the end of day a, cut off at the window."""
    known = 1.0 - (1.0 + np.arange(1, window_days + 2) / 1.5) ** -0.8
    return np.diff(known / known[-1], prepend=0.0)


def two_waves(window_days: int) -> F64:
    """65 % soon, and a second wave about a week later."""
    days = np.arange(window_days + 1)
    wave = np.exp(-0.5 * ((days - 7.0) / 1.2) ** 2)
    soon = np.where(days == 0, 1.0, 0.25 * 0.5**days)
    return np.asarray(0.85 * soon / soon.sum() + 0.15 * wave / wave.sum())


Shape = Callable[[int], F64]


@dataclass(frozen=True, slots=True)
class LateShop:
    """A shop whose every order is known.

    clicks: (targets, days); orders: (targets, days, window_days + 1) by delay
    """

    clicks: F64
    orders: F64


def make_late_shop(
    seed: int, shape: Shape, window_days: int, *, correlation: float = 0.0
) -> LateShop:
    """Draw a shop of 20 targets and 60 days, 6 to 200 orders a day.

    correlation: of the delays of one day's orders
    """
    generator = np.random.default_rng([seed, 77])
    mean_orders = np.exp(generator.uniform(np.log(6.0), np.log(200.0)))
    cvr = generator.gamma(4.0, 0.03 / 4.0, TARGETS)
    size = np.exp(generator.normal(0.0, 1.2, TARGETS))
    size *= mean_orders / (size @ cvr)
    day = np.exp(generator.normal(0.0, 0.25, DAYS))
    clicks = generator.poisson(size[:, None] * day)
    mood = np.exp(generator.normal(0.0, 0.1, DAYS))
    sold = generator.poisson(clicks * cvr[:, None] * mood)
    shares = np.broadcast_to(shape(window_days), (DAYS, window_days + 1))
    if correlation > 0.0:
        strength = 1.0 / correlation - 1.0
        parts = generator.gamma(np.maximum(shares * strength, 1e-6))
        shares = parts / parts.sum(axis=1, keepdims=True)
    orders = np.stack([generator.multinomial(row, shares) for row in sold])
    return LateShop(clicks.astype(np.float64), orders.astype(np.float64))


def export_rows(shop: LateShop, last: int, days: int) -> pl.DataFrame:
    """Result rows of the last `days` days as an export shows them when day number `last` is over."""
    first = max(0, last - days + 1)
    numbers = np.arange(first, last + 1)
    ages = np.minimum(last - numbers, shop.orders.shape[2] - 1)
    known = np.cumsum(shop.orders[:, numbers], axis=2)[:, np.arange(len(numbers)), ages]
    clicks = shop.clicks[:, numbers]
    n = known.size
    dates = np.datetime64(FIRST) + numbers
    rows = pl.DataFrame(
        {
            "file": [f"export {last}.csv"] * n,
            "row": np.arange(n) + 2,
            "target_id": np.repeat([f"t{k:02}" for k in range(len(clicks))], len(numbers)),
            "date": np.tile(dates, len(clicks)),
            "impressions": 30.0 * clicks.ravel(),
            "clicks": clicks.ravel(),
            "cost": 1.5 * clicks.ravel(),
            "orders": known.ravel(),
            "revenue": 90.0 * known.ravel(),
        },
        schema_overrides={"target_id": pl.String, "date": pl.Date},
    )
    nothing = (*DETAILS, "avg_rank", "bid", "quality_score")
    return rows.with_columns(
        *(pl.lit(None, pl.Float64).alias(name) for name in nothing),
        pl.lit(None, pl.Int64).alias("age_days"),
    )

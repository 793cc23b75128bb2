"""Young cohorts completed, against what their orders came to: bias and coverage by delay and by exports.

For each shape of delay several shops are drawn, exported as their owner would, read, fitted and completed.
Printed for the clicks of age 0 to 7: orders as reported, divided by F (naive) and completed, each against
the orders in the end, and how often these lie between the 10 % and 90 % draws (80 % is right).
Run with ``python -m sims.study_lag [shops]``.
"""

import sys
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.estimate.attribution_lag import AttributionLag, fit_lag
from adopt.estimate.timing import clicks_by_age
from adopt.estimate.young_cohorts import draw_late_orders, with_arrived
from adopt.formats.repeated_exports import merge_exports
from adopt.platforms import PLATFORMS
from adopt.tables import History
from sims.worlds.late_orders import (
    DAYS,
    LateShop,
    Shape,
    export_rows,
    geometric,
    log_normal,
    make_late_shop,
    pareto,
    quick,
    two_waves,
)

F64 = NDArray[np.float64]

DRAWS, OLDEST, POOLED_CLICKS = 300, 7, 200.0
LAST = DAYS - 1


class World(NamedTuple):
    """One kind of delay."""

    shape: Shape
    platform: str = "taobao"
    correlation: float = 0.0


WORLDS = {
    "quick": World(quick),
    "geometric (simulate)": World(geometric),
    "log-normal": World(log_normal),
    "Pareto": World(pareto),
    "two waves": World(two_waves),
    "log-normal, together": World(log_normal, correlation=0.03),
    "Pareto, 30 days": World(pareto, platform="google"),
}
PATTERNS: dict[str, tuple[int, ...]] = {
    "weekly, last 30 days": (LAST - 21, LAST - 14, LAST - 7, LAST),
    "daily, last 30 days": tuple(range(LAST - 8, LAST + 1)),
    "two, five days apart": (LAST - 5, LAST),
    "none repeated": (LAST,),
}


class Completed(NamedTuple):
    """Orders of the clicks of ages 0 .. OLDEST of one shop, (ages,) each; place: of the truth among the draws."""

    reported: F64
    naive: F64
    completed: F64
    truth: F64
    place: F64


def complete_shop(shop: LateShop, world: World, exports: tuple[int, ...], seed: int) -> Completed:
    """Read the exports, fit the lag and complete the young days."""
    rows = pl.concat([export_rows(shop, last, 30) for last in exports])
    merged = merge_exports(rows)
    platform = PLATFORMS[world.platform]
    lag = fit_lag(merged.arrivals, window_days=platform.attribution_days, prior=platform.order_lag)
    history = with_arrived(merged.rows.select(History.column_names()), lag)
    reported, expected, middle = _forecast(history, lag, seed)
    ages = np.arange(OLDEST + 1)
    curves = lag.draw(DRAWS, seed)
    late = draw_late_orders(expected, curves[ages], lag, seed)
    known = lag.arrived(ages)
    truth = shop.orders.sum(axis=(0, 2))[LAST - ages]
    still = (truth - reported)[:, None]
    below, equal = (late < still).mean(axis=1), (late == still).mean(axis=1)
    luck = np.random.default_rng([seed, 5]).uniform(size=len(ages))
    return Completed(
        reported,
        reported / known,
        reported + middle * (1.0 - known),
        truth,
        below + luck * equal,
    )


def _forecast(history: pl.DataFrame, lag: AttributionLag, seed: int) -> tuple[F64, F64, F64]:
    """Orders known, draws of the orders in the end (ages, DRAWS) and their mean; ages 0 .. OLDEST.

    Rates are shrunk to the shop's as a stand-in for estimate/rates.py.
    """
    sums = (
        history.with_columns((pl.col("clicks") * pl.col("arrived")).alias("exposure"))
        .group_by("target_id")
        .agg(pl.col("orders", "exposure").sum())
        .sort("target_id")
    )
    orders, exposure = sums["orders"].to_numpy(), sums["exposure"].to_numpy()
    clicks = clicks_by_age(history, pl.lit(1.0), lag.window_days)
    share = clicks @ lag.draw(DRAWS, seed) / (clicks @ lag.mean)
    generator = np.random.default_rng([seed, 4])
    shop = (orders.sum() + generator.gamma(1.0, size=DRAWS)) / exposure.sum()
    rates = generator.gamma(orders[:, None] + POOLED_CLICKS * shop)
    rates = rates / (exposure[:, None] + POOLED_CLICKS) / share
    mean = (orders + POOLED_CLICKS * orders.sum() / exposure.sum()) / (exposure + POOLED_CLICKS)
    young = history.filter(pl.col("age_days") <= OLDEST).sort("target_id", "age_days")
    shape = (len(sums), OLDEST + 1)
    clicks = young["clicks"].to_numpy().reshape(shape)
    known = young["orders"].to_numpy().reshape(shape).sum(axis=0)
    return known, clicks.T @ rates, clicks.T @ mean


def main() -> None:
    """Print a table a pattern of exports."""
    shops = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    for pattern, exports in PATTERNS.items():
        print(f"\n{pattern} ({shops} shops); error of the orders of ages 0 to {OLDEST}")
        print(
            f"{'delay':22}{'F(0)':>7}{'reported':>10}{'o / F':>9}{'distance':>10}"
            f"{'completed':>11}{'distance':>10}{'worst age':>11}{'covered':>9}"
        )
        for title, world in WORLDS.items():
            print(f"{title:22}{_line(world, exports, shops)}")


def _line(world: World, exports: tuple[int, ...], shops: int) -> str:
    window = PLATFORMS[world.platform].attribution_days
    done = []
    for seed in range(shops):
        shop = make_late_shop(seed, world.shape, window, correlation=world.correlation)
        done.append(complete_shop(shop, world, exports, seed))
    reported, naive, completed, truth, place = (np.array(part) for part in zip(*done, strict=True))

    def error(found: F64) -> float:
        return float(found.sum() / truth.sum() - 1.0)

    def distance(found: F64) -> float:
        return float(np.abs(found - truth).sum() / truth.sum())

    ages = completed.sum(axis=0) / truth.sum(axis=0) - 1.0
    covered = np.mean((place >= 0.1) & (place <= 0.9))
    return (
        f"{world.shape(window)[0]:7.2f}{error(reported):+10.1%}{error(naive):+9.1%}"
        f"{distance(naive):10.1%}{error(completed):+11.1%}{distance(completed):10.1%}"
        f"{ages[np.abs(ages).argmax()]:+11.1%}{covered:9.0%}"
    )


if __name__ == "__main__":
    main()

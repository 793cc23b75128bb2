"""Days of products whose conversion is known: weekdays, seasons, noise of days, and a hidden change of some.

Not the estimator's own model: days' rates vary log-normally, all days of the shop move a little
together, and rates drift in waves, the shop's and each product's own.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

F64 = NDArray[np.float64]

FIRST = date(2025, 3, 3)
WEEKDAY = np.array([1.04, 1.06, 1.04, 1.0, 0.95, 0.92, 0.99])
TRAFFIC = np.array([0.95, 0.95, 0.97, 0.98, 1.0, 1.08, 1.07])
"""Of CVR and of clicks, Monday first."""
DAY_SPREAD, SHOP_DAY_SPREAD = 0.15, 0.04
"""Of a day's rate, each product's own and all products' together, standard deviation of the log."""
SHOP_WAVE, OWN_WAVE = 0.10, 0.06
"""Heights of the slow waves, the shop's of 180 days, products' own of 90 to 240 days."""


@dataclass(frozen=True, slots=True)
class ChangingShop:
    """Counts (n, days) and the truth: rate (n,) orders a click in a usual week."""

    rate: F64
    clicks: F64
    orders: F64

    def days(self, first: int, end: int) -> pl.DataFrame:
        """What a report of the days from `first` up to, not including, `end` shows: product_id, date, clicks, orders."""
        n, length = len(self.rate), end - first
        dates = [FIRST + timedelta(days=day) for day in range(first, end)]
        return pl.DataFrame(
            {
                "product_id": np.repeat([f"p{i:04}" for i in range(n)], length),
                "date": pl.Series(dates * n),
                "clicks": self.clicks[:, first:end].ravel(),
                "orders": self.orders[:, first:end].ravel(),
            }
        )


def make_changing_shop(
    seed: int, *, products: int, days: int, clicks: float = 100.0, factor: F64 | float = 1.0
) -> ChangingShop:
    """A shop of products with CVR from 1 to 8 %, `clicks` a day each.

    factor: (products, days) or 1.0, by which the rates are multiplied: the hidden changes
    """
    generator = np.random.Generator(np.random.Philox(key=[seed, 41]))
    rate = np.exp(generator.uniform(np.log(0.01), np.log(0.08), products))
    day = np.arange(days)
    weekday = (FIRST.weekday() + day) % 7
    period = generator.uniform(90.0, 240.0, (products, 1))
    phase = generator.uniform(0.0, 2 * np.pi, (products, 1))
    waves = SHOP_WAVE * np.sin(2 * np.pi * day / 180.0) + OWN_WAVE * np.sin(
        2 * np.pi * day / period + phase
    )
    noise = generator.normal(0.0, DAY_SPREAD, (products, days)) + generator.normal(
        0.0, SHOP_DAY_SPREAD, days
    )
    traffic = clicks * TRAFFIC[weekday] * np.exp(generator.normal(-0.02, 0.2, (products, days)))
    seen = generator.poisson(traffic)
    true = rate[:, None] * WEEKDAY[weekday] * np.exp(waves + noise) * factor
    return ChangingShop(
        rate, seen.astype(np.float64), generator.poisson(seen * true).astype(np.float64)
    )

"""Young cohorts completed: clicks whose orders are still arriving, and the orders that are yet to come.

With F(a) the share of orders known at age a, clicks of age a bear witness to the conversion rate as
clicks x F(a) (orders known ~ Poisson(cvr x clicks x F(a))), and the orders still to come are
cvr x clicks x (1 - F(a)) whatever has been seen: orders / F(a) would multiply the luck of the first hours.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.estimate.attribution_lag import AttributionLag

F64 = NDArray[np.float64]

AGE_DAYS = pl.coalesce("age_days", (pl.col("date").max() - pl.col("date")).dt.total_days()).alias(
    "age_days"
)
"""Age of a day of HISTORY at the report that tells it."""


def with_arrived(history: pl.DataFrame, lag: AttributionLag) -> pl.DataFrame:
    """History with `arrived`, the share of its orders that each row is expected to hold, in (0, 1].

    history: table HISTORY
    `clicks * arrived` is the exposure of a conversion rate; `cvr * clicks * (1 - arrived)` are the orders
    to come.
    Method: exposure as in Chapelle (2014); docs/methods/attribution_lag.md.
    """
    aged = history.with_columns(AGE_DAYS)
    return aged.with_columns(pl.Series("arrived", lag.arrived(aged["age_days"].to_numpy())))


def draw_late_orders(expected: F64, arrived: F64, lag: AttributionLag, seed: int) -> F64:
    """Orders yet to come of each cohort, by draw.

    expected: (cohorts, draws) orders in the end, clicks x cvr; arrived: (cohorts, draws) shares by age
    One cohort is all the clicks of a day whose orders come together; its arrivals have lag.correlation.
    Method: Gamma-Poisson with the variance of a Beta-Binomial's rest: mean m, variance m + m^2 r F / (1 - F).
    """
    generator = np.random.Generator(np.random.Philox(key=[seed, 16]))
    late = np.maximum(expected * (1.0 - arrived), 0.0)
    spread = lag.correlation * arrived / np.maximum(1.0 - arrived, 1e-9)
    together = np.where(spread > 0.0, generator.gamma(1.0 / np.maximum(spread, 1e-9)) * spread, 1.0)
    return generator.poisson(late * together).astype(np.float64)

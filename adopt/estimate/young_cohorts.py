"""Young cohorts completed: clicks whose orders are still arriving, and the orders that are yet to come.

With F(a) the share of orders known at age a, clicks of age a bear witness to the conversion rate as
clicks x F(a) (orders known ~ Poisson(cvr x clicks x F(a))), and the orders still to come are
cvr x clicks x (1 - F(a)) whatever has been seen: orders / F(a) would multiply the luck of the first hours.
"""

from typing import NamedTuple

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


class ArrivedClicks(NamedTuple):
    """Clicks of each target that have brought their orders: target_id, and clicks by draw (n, draws)."""

    target_id: pl.Series
    clicks: F64


def draw_arrived_clicks(
    history: pl.DataFrame, curves: F64, weight: pl.Expr | None = None
) -> ArrivedClicks:
    """Exposure of each target's conversion rate under each draw of the arrival curve, targets ascending.

    history: table HISTORY; curves: (window_days + 1, draws) of AttributionLag.draw
    weight: of a day, such as recency_weight
    A rate estimated with the mean exposure is, under draw d, that rate x mean exposure / exposure d: the
    curve's error is shared by all targets.
    Method: the exposure is linear in the curve, so targets x ages are summed once for all draws.
    """
    window = len(curves) - 1
    rows = (
        history.with_columns(AGE_DAYS)
        .with_columns((pl.col("clicks") * (1.0 if weight is None else weight)).alias("exposure"))
        .sort("target_id", "date")
    )
    ids = rows["target_id"].unique(maintain_order=True)
    sums = np.zeros((len(ids), window + 1))
    ages = np.minimum(rows["age_days"].to_numpy(), window)
    np.add.at(sums, (rows["target_id"].rle_id().to_numpy(), ages), rows["exposure"].to_numpy())
    return ArrivedClicks(ids, sums @ curves)


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

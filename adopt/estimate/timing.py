"""What time does to a target's days: weekdays, orders not yet in, and changes of conversion.

A day's clicks count as exposure: by its weekday's factor, and by the share of its orders that a report can know
by now. Days before a likely change of a product's conversion lose their word.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.estimate.attribution_lag import AttributionLag
from adopt.estimate.changes import HAZARD, Changes, find_changes
from adopt.estimate.weekdays import WeekdayProfile, weekday_profile
from adopt.estimate.young_cohorts import with_arrived

F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Timing:
    """What was learnt of a shop's days.

    weekdays: profiles of the rates ctr and cvr; lag: of orders after their click; changes: of CVR
    """

    weekdays: dict[str, WeekdayProfile]
    lag: AttributionLag
    changes: Changes


def timed_days(days: pl.DataFrame, lag: AttributionLag) -> tuple[pl.DataFrame, Timing]:
    """The days with `views` and `exposure`, what impressions and clicks count for, and `steady`.

    days: of ``evidence_days``
    views: impressions x weekday's factor of CTR; exposure: clicks x weekday's factor of CVR x share of the orders
    that have arrived; steady: weight of a day's word on CVR, 1 unless it lies before a likely change
    """
    days = with_arrived(days, lag)
    names = ("target_id", "date")
    ripe = pl.col("clicks") * pl.col("arrived")
    weekdays = {
        "ctr": weekday_profile(
            days.select(*names, trials="impressions", events="clicks"),
        ),
        "cvr": weekday_profile(days.select(*names, ripe.alias("trials"), events="orders")),
    }
    changes = find_changes(days, weekdays["cvr"])
    age = (pl.col("date").max() - pl.col("date")).dt.total_days()
    steady = (pl.col("unchanged") / (1.0 - HAZARD) ** age).clip(0.0, 1.0).fill_null(1.0)
    on = pl.col("date")
    timed = (
        days.join(
            changes.weights,
            on=["product_id", "date"],
            how="left",
            validate="m:1",
            maintain_order="left",
        )
        .with_columns(
            (pl.col("impressions") * weekdays["ctr"].on(on)).alias("views"),
            (ripe * weekdays["cvr"].on(on)).alias("exposure"),
            steady.alias("steady"),
        )
        .drop("unchanged", "arrived")
    )
    return timed, Timing(weekdays, lag, changes)


def clicks_by_age(days: pl.DataFrame, weight: pl.Expr, window_days: int) -> F64:
    """Weighted clicks (window_days + 1,) of the days of each age, the last with all older ones."""
    age = pl.col("age_days").clip(0, window_days)
    rows = days.select(age.alias("age"), (pl.col("clicks") * weight).alias("clicks"))
    sums = np.bincount(
        rows["age"].to_numpy(), weights=rows["clicks"].to_numpy(), minlength=window_days + 1
    )
    return np.asarray(sums, dtype=np.float64)

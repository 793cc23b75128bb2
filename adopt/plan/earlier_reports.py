"""What a simulated shop's keyword report showed on earlier days: orders known by then, and no others."""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from adopt.platforms import MICROS

REPORT_DAYS = 30
"""Days that a report reaches back."""


def earlier_reports(
    history: pl.DataFrame, events: pl.DataFrame, *, every_days: int
) -> Iterator[tuple[date, pl.DataFrame]]:
    """Last day and rows of the report as exported every so many days before the last, newest first.

    history: table HISTORY; events: of SimulatedDays
    An order of lag l is known from l days after its click; traffic is known at once.
    """
    # Whole micros add up to the same sum in any order.
    orders = events.filter(pl.col("order_value").is_not_null()).select(
        "target_id",
        "date",
        (pl.col("date") + pl.duration(days="lag")).alias("known"),
        (pl.col("order_value") * MICROS).round().cast(pl.Int64).alias("micros"),
    )
    first, last = history["date"].min(), history["date"].max()
    while isinstance(last, date) and isinstance(first, date):
        last -= timedelta(days=every_days)
        if last < first:
            return
        seen = pl.col("date").is_between(last - timedelta(days=REPORT_DAYS - 1), last)
        known = (
            orders.filter(pl.col("known") <= last)
            .group_by("target_id", "date")
            .agg(pl.len().cast(pl.Float64).alias("orders"), pl.col("micros").sum())
            .with_columns((pl.col("micros") / MICROS).alias("revenue"))
        )
        yield (
            last,
            history.filter(seen)
            .drop("orders", "revenue")
            .join(
                known, on=["target_id", "date"], how="left", validate="1:1", maintain_order="left"
            )
            .with_columns(pl.col("orders", "revenue").fill_null(0.0)),
        )

"""Evidence of each target: its history summed, recent days weighing more."""

import polars as pl

from adopt.estimate.recency import Recency
from adopt.tables import sorted_by, totals_by

COUNTS = ("impressions", "clicks", "cost", "orders", "revenue")

ORDERS = (pl.col("orders") + pl.col("presale_orders").fill_null(0.0)).alias("orders")
REVENUE = (pl.col("revenue") + pl.col("presale_revenue").fill_null(0.0)).alias("revenue")
"""Presale orders and their value count: a payment rate of 0 before the final payment is no rate (K13)."""


def evidence_days(history: pl.DataFrame, targets: pl.DataFrame) -> pl.DataFrame:
    """The days of the targets, sorted by target and date: product_id, age_days and COUNTS, presale counted in.

    history: table HISTORY, its ages known; targets: table TARGETS. A target without a product stands for its own.
    """
    owner = targets.select("target_id", pl.coalesce("product_id", "target_id").alias("product_id"))
    days = history.with_columns(ORDERS, REVENUE).select("target_id", "date", "age_days", *COUNTS)
    return sorted_by(days, "target_id", "date").join(
        owner, on="target_id", how="inner", validate="m:1", maintain_order="left"
    )


def sum_evidence(
    days: pl.DataFrame, targets: pl.DataFrame, recency: dict[str, Recency]
) -> pl.DataFrame:
    """One row a target, in the order of targets: counts as seen (`X`) and weighted (`X_RATE`).

    days: of ``timing.timed_days``; recency: of the rates ctr and cvr
    Returns COUNTS, views_ctr, clicks_ctr, exposure_cvr, orders_cvr, orders_aov, revenue_aov. Targets
    without history have zeros.
    """
    steady = pl.col("steady")
    weighted = [
        (pl.col(name) * weight).alias(f"{name}_{rate}")
        for name, rate, weight in (
            ("views", "ctr", recency["ctr"].weight()),
            ("clicks", "ctr", recency["ctr"].weight()),
            ("exposure", "cvr", recency["cvr"].weight() * steady),
            ("orders", "cvr", recency["cvr"].weight() * steady),
            ("orders", "aov", recency["cvr"].weight()),
            ("revenue", "aov", recency["cvr"].weight()),
        )
    ]
    summed = totals_by(days, "target_id", *COUNTS, *weighted)
    return (
        targets.select("target_id", "product_id")
        .join(summed, on="target_id", how="left", validate="1:1", maintain_order="left")
        .with_columns(pl.exclude("target_id", "product_id").fill_null(0.0))
    )

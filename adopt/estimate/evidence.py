"""Evidence of each target: its history summed, recent days weighing more."""

import polars as pl

from adopt.tables import totals_by

COUNTS = ("impressions", "clicks", "cost", "orders", "revenue")

ORDERS = (pl.col("orders") + pl.col("presale_orders").fill_null(0.0)).alias("orders")
REVENUE = (pl.col("revenue") + pl.col("presale_revenue").fill_null(0.0)).alias("revenue")
"""Presale orders and their value count: a payment rate of 0 before the final payment is no rate (K13)."""


def recency_weight(half_life_days: float) -> pl.Expr:
    """Weight of a day by its age: a half at the half-life."""
    age = (pl.col("date").max() - pl.col("date")).dt.total_days()
    return (0.5 ** (age / half_life_days)).alias("weight")


def sum_evidence(
    history: pl.DataFrame, targets: pl.DataFrame, *, half_life_days: float
) -> pl.DataFrame:
    """One row a target, sorted: counts as seen (`X`) and weighted by recency (`X_weighted`).

    history: table HISTORY; targets: table TARGETS
    Presale orders are counted with the orders. Targets without history have zeros.
    """
    days = history.with_columns(ORDERS, REVENUE, recency_weight(half_life_days))
    summed = totals_by(
        days.sort("target_id", "date"),
        "target_id",
        *COUNTS,
        *((pl.col(name) * pl.col("weight")).alias(f"{name}_weighted") for name in COUNTS),
    )
    names = [*COUNTS, *(f"{name}_weighted" for name in COUNTS)]
    return (
        targets.select("target_id", "product_id")
        .sort("target_id")
        .join(summed, on="target_id", how="left", validate="1:1", maintain_order="left")
        .with_columns(pl.col(names).fill_null(0.0))
    )

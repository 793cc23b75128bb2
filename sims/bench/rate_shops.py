"""Daily histories of several large shops in one Parquet file, written shop by shop: what ``sims.bench.rates`` reads.

Targets of a product share its taste, products of a category theirs; clicks and orders are Poisson, order values
gamma. Everything is random and plausible, nothing is any shop's.
"""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

DAYS = 365
TARGETS = 13_700
TARGETS_A_PRODUCT, PRODUCTS_A_CATEGORY, TARGETS_A_CAMPAIGN = 25, 20, 500
FIRST = date(2025, 10, 1)
GROUP_ROWS = 500_000
WEEK = np.array([1.0, 0.97, 0.95, 0.98, 1.02, 1.08, 1.05])
"""Factors of conversion, Monday first."""


def write_shops(path: Path, rows: int, *, seed: int = 11, targets: int = TARGETS) -> int:
    """Write a file of about so many rows, sorted by shop, then target, then day; returns how many they are.

    targets: of each shop, DAYS rows each; row groups hold GROUP_ROWS rows of one shop
    """
    shops = max(round(rows / (targets * DAYS)), 1)
    writer = None
    try:
        for shop in range(shops):
            table = shop_days(f"shop{shop:03d}", targets, seed=seed + shop).to_arrow()
            if writer is None:
                writer = pq.ParquetWriter(path, table.schema, compression="zstd")
            writer.write_table(table, row_group_size=GROUP_ROWS)
    finally:
        if writer is not None:
            writer.close()
    return shops * targets * DAYS


def shop_days(shop_id: str, targets: int = TARGETS, *, seed: int = 11) -> pl.DataFrame:
    """One shop's days: ids, keyword, match_type, date, and counts of HISTORY with the direct part."""
    rng = np.random.default_rng(seed)
    product = np.arange(targets) // TARGETS_A_PRODUCT
    category = product // PRODUCTS_A_CATEGORY
    ids = pl.DataFrame(
        {
            "campaign_id": np.arange(targets) // TARGETS_A_CAMPAIGN + 310_000_000,
            "ad_group_id": product + 320_000_000,
            "product_id": product + 670_000_000,
            "keyword_id": rng.permutation(targets) + 890_000_000,
        }
    ).cast(pl.String)
    ids = ids.with_columns(
        pl.Series("keyword", _keywords(rng, targets)),
        pl.Series("match_type", np.where(rng.random(targets) < 0.5, "exact", "broad")),
    )
    days = _results(rng, product, category)
    dates = pl.date_range(FIRST, FIRST + timedelta(days=DAYS - 1), eager=True).alias("date")
    named = ids.select(pl.lit(shop_id).alias("shop_id"), *ids.columns)
    return named.join(dates.to_frame(), how="cross", maintain_order="left_right").hstack(days)


def _keywords(rng: np.random.Generator, targets: int) -> list[str]:
    words = [
        "dress",
        "coat",
        "linen",
        "autumn",
        "slim",
        "long",
        "retro",
        "wool",
        "plus size",
        "sale",
    ]
    picks = rng.integers(0, len(words), (targets, 3))
    return [" ".join(words[k] for k in dict.fromkeys(row)) for row in picks.tolist()]


def _results(rng: np.random.Generator, product: np.ndarray, category: np.ndarray) -> pl.DataFrame:
    """Counts (targets x DAYS,) of targets of these products and categories."""
    shape = (product.size, DAYS)

    def nested(mean: float, sd: float) -> np.ndarray:
        steps = (rng.normal(0.0, sd, int(of.max()) + 1)[of] for of in (category, product))
        return np.asarray(mean * np.exp(sum(steps) + rng.normal(0.0, sd, product.size))[:, None])

    weekday = WEEK[(np.arange(DAYS) + FIRST.weekday()) % 7]
    impressions = rng.poisson(rng.lognormal(3.0, 1.2, product.size)[:, None], shape)
    clicks = rng.binomial(impressions, np.clip(nested(0.05, 0.3), 0.0, 0.5))
    orders = rng.poisson(clicks * nested(0.03, 0.3) * weekday)
    revenue = rng.gamma(4.0 * np.maximum(orders, 1)) / 4.0 * nested(120.0, 0.4)
    cost = clicks * nested(1.2, 0.2) * rng.uniform(0.8, 1.2, shape)
    direct = rng.binomial(orders, 0.8)
    value = np.where(orders > 0, revenue, 0.0)
    columns = {
        "impressions": impressions,
        "clicks": clicks,
        "cost": np.round(cost, 2),
        "orders": orders,
        "revenue": np.round(value, 2),
        "orders_direct": direct,
        "revenue_direct": np.round(value * direct / np.maximum(orders, 1), 2),
    }
    return pl.DataFrame(
        {name: values.ravel().astype(np.float64) for name, values in columns.items()}
    )

"""A shop of three products in two categories, one keyword shared by all: what limits are tried on."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from adopt.formats.shop_data import ShopData
from adopt.tables import (
    BidMultipliers,
    History,
    LandscapePoints,
    OrderArrivals,
    ProductReport,
    Products,
    Targets,
    check,
    target_id,
)

DAYS = 20
PRODUCTS = ("p0", "p1", "p2")
CATEGORIES = ("女装/连衣裙", "女装/上装", "鞋")
CVR = (0.06, 0.04, 0.03)
HALO = 0.25
"""Share of orders that are of another product than the clicked one."""


def filled(frame, table):
    """The frame as the table, columns that it lacks unknown."""
    for name, kind in table.create_empty().schema.items():
        if name not in frame.columns:
            frame = frame.with_columns(pl.lit(None, dtype=kind).alias(name))
        else:
            frame = frame.with_columns(pl.col(name).cast(kind))
    return check(frame.select(table.column_names()).sort(table.primary_key()), table)


def limited_targets():
    rows = [
        {
            "shop_id": "s",
            "campaign_id": "c0" if k < 2 else "c1",
            "ad_group_id": product,
            "product_id": product,
            "keyword_id": "k" if k == 0 else f"{product}k{k}",
            "keyword": "共用" if k == 0 else f"{product}词{k}",
            "lever": "cpc_bid",
            "current_bid": 1_000_000 + 100_000 * k,
            "quality_score": 8.0,
        }
        for product in PRODUCTS
        for k in range(4)
    ]
    return filled(pl.DataFrame(rows).with_columns(target_id()), Targets)


def limited_history(targets, *, tells_halo=True, scale=1.0):
    generator = np.random.default_rng(7)
    rows = []
    for row in targets.iter_rows(named=True):
        cvr = CVR[PRODUCTS.index(row["product_id"])]
        for day in range(DAYS):
            clicks = generator.poisson(12 * scale)
            orders = generator.binomial(clicks, cvr)
            direct = generator.binomial(orders, 1.0 - HALO)
            rows.append(
                {
                    "target_id": row["target_id"],
                    "date": date(2026, 3, 1) + timedelta(day),
                    "impressions": float(clicks + generator.poisson(250 * scale)),
                    "clicks": float(clicks),
                    "cost": clicks * row["current_bid"] / 1e6 * 0.8,
                    "orders": float(orders),
                    "revenue": 100.0 * orders,
                    "orders_direct": float(direct) if tells_halo else None,
                    "revenue_direct": 100.0 * direct if tells_halo else None,
                }
            )
    schema = dict.fromkeys(("orders_direct", "revenue_direct"), pl.Float64)
    return filled(pl.DataFrame(rows, schema_overrides=schema), History)


def limited_shop(*, targets=None, tells_halo=True, scale=1.0):
    """ShopData; margins of a half, so 100 of revenue are worth 50."""
    targets = limited_targets() if targets is None else targets
    products = pl.DataFrame(
        {"product_id": PRODUCTS, "category": CATEGORIES, "margin": [0.5, 0.5, 0.5]}
    )
    return ShopData(
        "s",
        "taobao",
        "CNY",
        targets,
        Targets.create_empty(),
        limited_history(targets, tells_halo=tells_halo, scale=scale),
        LandscapePoints.create_empty(),
        filled(products, Products),
        ProductReport.create_empty(),
        BidMultipliers.create_empty(),
        OrderArrivals.create_empty(),
        15,
        (),
        (),
    )

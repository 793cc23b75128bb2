"""A small shop with everything that couples targets: budgets, stock, and keywords shared by products."""

import numpy as np
import polars as pl

from adopt.market.shop_market import ShopMarket, Shoppers
from adopt.tables import BidMultipliers


def small_shop(
    shoppers=None,
    seed=4,
    queries=60.0,
    budget_yuan=(15, 60, None, 40),
    rival_budget=None,
    multipliers=None,
):
    """Twelve keywords, 30 targets, four campaigns in three groups, six products of which two are scarce."""
    generator = np.random.default_rng(seed)
    campaigns, keywords = 4, 12
    rows = []
    for k in range(keywords):
        for copy in range(1 + k % 4):
            # Campaigns 0 and 1 share keywords; 2 and 3 stand alone.
            campaign = copy % 2 if k < 6 else 2 + k % 2
            product = (k + copy) % 4 if k < 6 else 4 + copy
            rows.append((f"t{k:02d}{copy}", f"c{campaign}", f"p{product}", f"k{k:02d}"))
    n = len(rows)
    names = ["target_id", "campaign_id", "product_id", "keyword_id"]
    targets = pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.Series("bid", generator.integers(30, 250, n) * 10_000),
        pl.Series("quality", generator.integers(4, 11, n).astype(float)),
        pl.Series("click_rate", generator.uniform(0.2, 0.6, n)),
        pl.Series("cvr", generator.uniform(0.05, 0.3, n)),
        pl.Series("aov", generator.uniform(50.0, 300.0, n)),
        (pl.col("campaign_id") + "-" + pl.col("product_id")).alias("ad_group_id"),
    )
    return ShopMarket(
        "small",
        targets,
        pl.DataFrame(
            {
                "keyword_id": [f"k{k:02d}" for k in range(keywords)],
                "queries": generator.uniform(0.5, 1.5, keywords) * queries,
                "rivals": generator.uniform(2.0, 30.0, keywords),
                "mu": generator.normal(1.8, 0.3, keywords),
                "sigma": generator.uniform(0.4, 0.9, keywords),
            }
        ).with_columns(pl.lit(rival_budget, dtype=pl.Float64).alias("rival_budget")),
        pl.DataFrame(
            {
                "campaign_id": [f"c{c}" for c in range(campaigns)],
                "budget": [None if b is None else b * 1_000_000 for b in budget_yuan],
                "is_smooth": [c % 2 == 1 for c in range(campaigns)],
            }
        ),
        pl.DataFrame(
            {
                "product_id": [f"p{p}" for p in range(8)],
                "stock": [None, 3, None, None, None, None, None, 2],
            },
            schema_overrides={"stock": pl.Int64},
        ),
        shoppers or Shoppers(day_spread=0.2, lag=(0.7, 0.9, 1.0)),
        BidMultipliers.create_empty() if multipliers is None else multipliers,
    )


PARTS = {"devices": (("mobile", 0.8), ("pc", 0.2)), "audiences": (("old", 0.25), ("vip", 0.1))}
"""Who searches, where bids are multiplied."""


def small_multipliers(hour_share=(1 / 24,) * 24):
    """Nights, phones and audiences in the small shop; one ad group has hours of its own, campaign c3 none."""
    of_c0 = [("c0", None, "hour", str(24 * d + h), 0.4) for d in range(5) for h in range(8)]
    of_c0 += [("c0", None, "hour", str(24 * d + 20), 1.5) for d in range(7)]
    of_ad_group = [
        ("c0", "c0-p1", "hour", str(24 * d + h), 0.7) for d in range(7) for h in range(24)
    ]
    rows = [
        *of_c0,
        *of_ad_group,
        ("c0", None, "device", "mobile", 1.3),
        ("c0", None, "audience", "old", 1.6),
        ("c1", None, "device", "pc", 0.35),
        ("c1", None, "audience", "vip", 2.0),
        ("c2", None, "audience", "vip", 1.0),
        ("c2", None, "hour", "80", 0.02),
    ]
    parts = dict(PARTS["devices"] + PARTS["audiences"])
    shares = [parts[r[3]] if r[3] in parts else hour_share[int(r[3]) % 24] / 7 for r in rows]
    names = ["campaign_id", "ad_group_id", "dimension", "segment", "multiplier"]
    frame = pl.DataFrame(rows, schema=names, orient="row").with_columns(share=pl.Series(shares))
    return frame.cast(BidMultipliers.create_empty().schema)

"""A small shop with everything that couples targets: budgets, stock, and keywords shared by products."""

import numpy as np
import polars as pl

from adopt.market.shop_market import ShopMarket, Shoppers


def small_shop(shoppers=None, seed=4, queries=60.0, budget_yuan=(15, 60, None, 40)):
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
        ),
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
    )

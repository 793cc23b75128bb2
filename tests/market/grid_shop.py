"""A shop of one target a keyword, over bids, qualities, numbers and spreads of rivals; no limits."""

import itertools
from dataclasses import replace

import polars as pl

from adopt.market.shop_market import ShopMarket, Shoppers
from adopt.tables import BidMultipliers

QUERIES = 20_000.0


def grid_shop():
    """One target a keyword, over bids, qualities, numbers and spreads of rivals; no limits."""
    grid = list(itertools.product((0.05, 0.6, 1.6, 4.0), (4.0, 9.0), (1.5, 20.0, 90.0), (0.3, 0.8)))
    ids = [f"{number:03d}" for number in range(len(grid))]
    bid, quality, rivals, sigma = (list(column) for column in zip(*grid, strict=True))
    return ShopMarket(
        "grid",
        pl.DataFrame(
            {
                "target_id": ids,
                "campaign_id": ids,
                "product_id": ids,
                "keyword_id": ids,
                "bid": [round(b * 1e6) for b in bid],
                "quality": quality,
                "click_rate": [0.3] * len(ids),
                "cvr": [0.1] * len(ids),
                "aov": [120.0] * len(ids),
                "ad_group_id": ids,
            }
        ),
        pl.DataFrame(
            {
                "keyword_id": ids,
                "queries": [QUERIES] * len(ids),
                "rivals": rivals,
                "mu": [1.9] * len(ids),
                "sigma": sigma,
            }
        ).with_columns(pl.lit(None, dtype=pl.Float64).alias("rival_budget")),
        pl.DataFrame({"campaign_id": ids, "is_smooth": [False] * len(ids)}).with_columns(
            pl.lit(None, dtype=pl.Int64).alias("budget")
        ),
        pl.DataFrame({"product_id": ids}).with_columns(pl.lit(None, dtype=pl.Int64).alias("stock")),
        Shoppers(order_shape=2.0),
    )


def multiplied_grid(factors=(0.5, 1.5, 2.0)):
    """The grid's bids multiplied on weekday nights, on phones, and for an audience of a tenth."""
    market = grid_shop()
    targets = market.targets.filter(pl.col("bid") >= 600_000)
    segments = [("hour", str(24 * d + h), factors[0], 1 / 168) for d in range(5) for h in range(8)]
    segments += [("device", "mobile", factors[1], 0.75), ("audience", "vip", factors[2], 0.1)]
    rows = [(one, None, *segment) for one in targets["campaign_id"] for segment in segments]
    multipliers = pl.DataFrame(rows, schema=BidMultipliers.create_empty().schema, orient="row")
    shoppers = replace(
        market.shoppers, devices=(("mobile", 0.75), ("pc", 0.25)), audiences=(("vip", 0.1),)
    )
    keywords = market.keywords.with_columns(queries=pl.lit(QUERIES / 7))
    return replace(
        market, targets=targets, multipliers=multipliers, shoppers=shoppers, keywords=keywords
    )

"""What stands in the same export beside the targets: keyword packages and another scene.

Real downloads hold such rows; they carry no bid of ours and belong to no target.
"""

import numpy as np
import polars as pl

from sims.worlds.auction_world import I64
from sims.worlds.demo_catalogue import CAMPAIGNS, PRODUCTS, Product
from sims.worlds.demo_history import order_values
from sims.worlds.demo_market import DAYS, generator_of

AUDIENCE_CAMPAIGN = ("2031147790", "人群_老客召回")
AUDIENCE_GROUP = ("3054410290", "老客人群")
AUDIENCE_PRODUCT = PRODUCTS[0]
AUDIENCE_COST = 75.0
"""Yuan per day of the audience campaign."""


def package_costs(seed: int) -> I64:
    """(campaigns, days) fen that each campaign's keyword package spends."""
    generator = generator_of(seed, 5)
    usual = np.array([100.0 * campaign.package for campaign in CAMPAIGNS])
    noise = np.exp(0.15 * generator.standard_normal((len(CAMPAIGNS), len(DAYS))))
    costs: I64 = np.rint(usual[:, None] * noise).astype(np.int64)
    return costs


def side_results(seed: int) -> pl.DataFrame:
    """Rows of packages and of the audience scene, one a day; columns as Month.results, and ids.

    Adds kind (关键词包, or null in the audience scene), scene, campaign_id, campaign, ad_group_id,
    ad_group, product_id, product, keyword_id, keyword.
    """
    costs = package_costs(seed)
    parts = []
    for number, campaign in enumerate(CAMPAIGNS):
        if campaign.package > 0:
            product = next(one for one in PRODUCTS if one.campaign == number)
            ids: dict[str, str | None] = {
                "scene": "关键词推广",
                "campaign_id": campaign.campaign_id,
                "campaign": campaign.name,
                "ad_group_id": product.ad_group_id,
                "ad_group": product.ad_group,
                "kind": "关键词包",
                "keyword_id": f"51830027{number:04d}",
                "keyword": "流量智选词包",
            }
            parts.append(_rows(product, costs[number], ids, generator_of(seed, 6, number)))
    return pl.concat([*parts, _audience(seed)])


def _audience(seed: int) -> pl.DataFrame:
    generator = generator_of(seed, 7)
    cost = np.rint(100.0 * AUDIENCE_COST * np.exp(0.1 * generator.standard_normal(len(DAYS))))
    ids: dict[str, str | None] = {
        "scene": "人群推广",
        "campaign_id": AUDIENCE_CAMPAIGN[0],
        "campaign": AUDIENCE_CAMPAIGN[1],
        "ad_group_id": AUDIENCE_GROUP[0],
        "ad_group": AUDIENCE_GROUP[1],
        "kind": None,
        "keyword_id": None,
        "keyword": None,
    }
    return _rows(AUDIENCE_PRODUCT, cost.astype(np.int64), ids, generator)


def _rows(
    product: Product, cost: I64, ids: dict[str, str | None], generator: np.random.Generator
) -> pl.DataFrame:
    """One row a day that spends the cost (days,), fen, at about 90 fen a click."""
    clicks = np.maximum(
        np.rint(cost / (90.0 * np.exp(0.1 * generator.standard_normal(len(cost))))), 1
    )
    clicks = clicks.astype(np.int64)
    orders = generator.binomial(clicks, 0.9 * product.cvr)
    revenue = [int(order_values(np.full(n, product.price), generator).sum()) for n in orders]
    frame = pl.DataFrame(
        {
            "day": np.arange(len(cost)),
            "product_id": [product.product_id] * len(cost),
            "product": [product.title] * len(cost),
            "impressions": clicks + generator.poisson(17.0 * clicks),
            "clicks": clicks,
            "cost": cost,
            "ranks": np.zeros(len(cost), dtype=np.int64),
            "orders": orders,
            "orders_direct": orders,
            "revenue": pl.Series(revenue, dtype=pl.Int64),
            "revenue_direct": pl.Series(revenue, dtype=pl.Int64),
            "presale_orders": np.zeros(len(cost), dtype=np.int64),
            "presale_revenue": np.zeros(len(cost), dtype=np.int64),
        }
    )
    return frame.with_columns(
        pl.lit(value, dtype=pl.String).alias(name) for name, value in ids.items()
    )

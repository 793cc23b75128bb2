"""What is true of a simulated shop's targets and no export tells: for those who judge advice on it."""

import numpy as np
import polars as pl

from adopt.market.rival_budgets import staying_share
from adopt.market.shop_market import ShopMarket
from adopt.platforms.bid_segments import bid_segments


def truth_of(market: ShopMarket) -> pl.DataFrame:
    """One row a target: bid, quality, true rates, and the landscape of its keyword.

    rivals are those of a search while all are there, mean_rivals those of the day's mean search;
    rival_budget, rival_budget_spread: as in ShopMarket and Shoppers, null = endless
    mean_multiplier: of the bid over all searches
    """
    hours = np.array(market.shoppers.hour_share, dtype=np.float64)
    spread = market.shoppers.rival_budget_spread
    budget = market.keywords["rival_budget"]
    days = budget.fill_null(np.inf).to_numpy()
    staying = staying_share(days, spread, hours / hours.sum()) @ (hours / hours.sum())
    keywords = market.keywords.select(
        "keyword_id",
        "queries",
        "rivals",
        "mu",
        "sigma",
        "rival_budget",
        pl.when(budget.is_not_null()).then(spread).alias("rival_budget_spread"),
        (pl.col("rivals") * pl.Series(staying)).alias("mean_rivals"),
    )
    segments = bid_segments(market.targets, market.multipliers)
    means = np.add.reduceat(segments.multiplier * segments.share, segments.start[:-1])
    return (
        market.targets.with_columns(pl.Series("mean_multiplier", means[segments.profile]))
        .join(keywords, on="keyword_id", how="left", validate="m:1")
        .sort("target_id")
    )

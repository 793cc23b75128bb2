"""TARGETS: one row a target, the thing that carries a bid."""

import dataframely as dy
import polars as pl

ID_COLUMNS = ("shop_id", "campaign_id", "ad_group_id", "product_id", "keyword_id")
"""Ids are strings; what a platform does not report is null."""

LEVERS = ("cpc_bid", "target_cpa", "bid_modifier")
"""What the bid of a target is: money a click, money an order, or a factor on another bid."""


def target_id() -> pl.Expr:
    """The id of a target: its campaign, ad group, product and keyword; ``-`` where there is none."""
    parts = [pl.col(name).fill_null("-") for name in ID_COLUMNS[1:]]
    return pl.concat_str(parts, separator="/").alias("target_id")


class Targets(dy.Schema):
    """Target with its current bid.

    current_bid: integer micros of the currency (of 1 for a bid modifier); null where unknown
    quality_score: as the platform gives it; null where unknown
    campaign_budget: integer micros per day; null where unknown
    is_bid_inherited: the bid is its ad group's, it has none of its own; null where unknown
    """

    target_id = dy.String(primary_key=True)
    shop_id = dy.String()
    campaign_id = dy.String(nullable=True)
    campaign = dy.String(nullable=True)
    ad_group_id = dy.String(nullable=True)
    ad_group = dy.String(nullable=True)
    product_id = dy.String(nullable=True)
    product = dy.String(nullable=True)
    keyword_id = dy.String(nullable=True)
    keyword = dy.String(nullable=True)
    match_type = dy.String(nullable=True)
    lever = dy.Enum(LEVERS)
    current_bid = dy.Int64(nullable=True, min=0)
    quality_score = dy.Float64(nullable=True, min_exclusive=0)
    campaign_budget = dy.Int64(nullable=True, min=0)
    is_bid_inherited = dy.Bool(nullable=True)

"""BID_CHANGES: one row a bid that a run changes; what the platform's files are written from, both ways."""

import dataframely as dy

from adopt.tables.targets import LEVERS


class BidChanges(dy.Schema):
    """A change of one target's bid, with all that a platform may want to know it by.

    current_bid, recommended_bid: integer micros; 0 = off; null where unknown
    is_bid_inherited: the current bid is the ad group's default, the keyword has none of its own; null
    where the reports do not tell
    campaign_budget: integer micros per day; null where unknown
    """

    target_id = dy.String(primary_key=True)
    campaign_id = dy.String(nullable=True)
    campaign = dy.String(nullable=True)
    ad_group_id = dy.String(nullable=True)
    ad_group = dy.String(nullable=True)
    product_id = dy.String(nullable=True)
    keyword_id = dy.String(nullable=True)
    keyword = dy.String(nullable=True)
    match_type = dy.String(nullable=True)
    lever = dy.Enum(LEVERS)
    current_bid = dy.Int64(nullable=True, min=0)
    recommended_bid = dy.Int64(nullable=True, min=0)
    is_bid_inherited = dy.Bool(nullable=True)
    campaign_budget = dy.Int64(nullable=True, min=0)

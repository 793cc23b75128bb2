"""BIDS: the operator's sheet of current bids and quality."""

import dataframely as dy


class Bids(dy.Schema):
    """Current bid of a target; ids are null where the sheet leaves them out.

    bid: integer micros of the currency
    quality_score: 1 to 10 on most platforms; null where unknown
    campaign_budget: integer micros per day
    """

    campaign_id = dy.String(nullable=True)
    ad_group_id = dy.String(nullable=True)
    product_id = dy.String(nullable=True)
    keyword_id = dy.String(nullable=True)
    keyword = dy.String(nullable=True)
    match_type = dy.String(nullable=True)
    bid = dy.Int64(min=0)
    quality_score = dy.Float64(nullable=True)
    campaign_budget = dy.Int64(nullable=True, min=0)

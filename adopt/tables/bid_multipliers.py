"""BID_MULTIPLIERS: by what the bids of a campaign or ad group are multiplied, and in which searches."""

import dataframely as dy

DIMENSIONS = ("hour", "device", "audience")


class BidMultipliers(dy.Schema):
    """Multiplier of one segment of one dimension; dimensions stack, the rest bids at 1.

    ad_group_id: null = all ad groups of the campaign that have none of their own in the dimension
    segment: hour of the week (0 = Monday, 0:00, to 167); a device; the name of an audience
    multiplier: of the bid, 1 = as it is
    share: of the campaign's searches in this segment, fraction; within a dimension at most 1 in sum
    """

    campaign_id = dy.String()
    ad_group_id = dy.String(nullable=True)
    dimension = dy.Enum(DIMENSIONS)
    segment = dy.String()
    multiplier = dy.Float64(min_exclusive=0)
    share = dy.Float64(min=0, max=1)

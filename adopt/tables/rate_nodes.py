"""RATE_NODES: what is believed of the rates of every target, product, category, of the shop, and of factors."""

import dataframely as dy

RATES = ("ctr", "cvr", "aov", "halo_orders", "halo_revenue")
LEVELS = (
    "target",
    "product",
    "category",
    "shop",
    "keyword",
    "match_type",
    "keyword_length",
    "price",
    "weekday",
)


class RateNodes(dy.Schema):
    """Posterior of one node for one rate; `_p10` and `_p90` bound its central 80 %.

    shop_id: the shop's
    rate: ctr (clicks an impression), cvr (orders a click), aov (currency an order), halo_orders and
    halo_revenue (share that is of other products); of the levels from keyword on a factor on it, 1 = no difference
    node: id, name or label; total, evidence: what it tells, recency and what moves whole weeks weighed in
    (clicks of impressions, orders of clicks, currency of orders, indirect of all orders)
    clicks, orders: counts as seen, of cvr at targets and products, else null
    prior_mean: what was expected of it; prior_strength: what that word is worth, in the unit of the evidence
    expected_without_own: the same without what the node itself tells
    p_below_break_even: P(it loses money at the cost per click paid); p_no_orders: P(not one order in its
    clicks at the rate that is expected without them); clicks_to_decide, cost_to_decide: clicks and
    currency until four times in five it is told, with 80 % certainty, on which side of break-even it is: 0 where it is
    told, null where no number of clicks tells; all five of cvr at targets and products, else null
    """

    shop_id = dy.String(primary_key=True)
    rate = dy.Enum(RATES, primary_key=True)
    level = dy.Enum(LEVELS, primary_key=True)
    node = dy.String(primary_key=True)
    total = dy.Float64(min=0)
    evidence = dy.Float64(min=0)
    clicks = dy.Float64(nullable=True, min=0)
    orders = dy.Float64(nullable=True, min=0)
    prior_mean = dy.Float64(min=0)
    prior_strength = dy.Float64(min=0)
    mean = dy.Float64(min=0)
    p10 = dy.Float64(min=0)
    p90 = dy.Float64(min=0)
    expected_without_own = dy.Float64(nullable=True, min=0)
    p_below_break_even = dy.Float64(nullable=True, min=0, max=1)
    p_no_orders = dy.Float64(nullable=True, min=0, max=1)
    clicks_to_decide = dy.Float64(nullable=True, min=0)
    cost_to_decide = dy.Float64(nullable=True, min=0)

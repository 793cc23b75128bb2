"""RECOMMENDATIONS: one row a target; the file an operator acts on."""

import dataframely as dy

from adopt.tables.targets import LEVERS

ACTIONS = ("raise", "lower", "hold", "pause", "add")
METRICS = ("clicks", "cost", "orders", "revenue", "profit", "roi")


class Recommendations(dy.Schema):
    """Advice for one target, with the expected daily result now and after.

    current_bid, recommended_bid: integer micros; 0 = off; null where unknown
    X_current, X_recommended: expected per day; X_recommended_p10, _p90: central 80 % of the mean
    day over the forecast horizon, day-to-day chance included; profit null without a margin, roi
    null without cost
    reasons: codes, most important first; reason_zh, reason_en: the same in a sentence
    """

    target_id = dy.String(primary_key=True)
    shop_id = dy.String()
    campaign_id = dy.String(nullable=True)
    ad_group_id = dy.String(nullable=True)
    product_id = dy.String(nullable=True)
    keyword_id = dy.String(nullable=True)
    keyword = dy.String(nullable=True)
    match_type = dy.String(nullable=True)
    lever = dy.Enum(LEVERS)
    current_bid = dy.Int64(nullable=True, min=0)
    recommended_bid = dy.Int64(nullable=True, min=0)
    action = dy.Enum(ACTIONS)
    reasons = dy.List(dy.String())
    reason_zh = dy.String()
    reason_en = dy.String()
    evidence_clicks = dy.Float64(min=0)
    is_extrapolated = dy.Bool()
    clicks_current = dy.Float64(nullable=True, min=0)
    clicks_recommended = dy.Float64(min=0)
    clicks_recommended_p10 = dy.Float64(min=0)
    clicks_recommended_p90 = dy.Float64(min=0)
    cost_current = dy.Float64(nullable=True, min=0)
    cost_recommended = dy.Float64(min=0)
    cost_recommended_p10 = dy.Float64(min=0)
    cost_recommended_p90 = dy.Float64(min=0)
    orders_current = dy.Float64(nullable=True, min=0)
    orders_recommended = dy.Float64(min=0)
    orders_recommended_p10 = dy.Float64(min=0)
    orders_recommended_p90 = dy.Float64(min=0)
    revenue_current = dy.Float64(nullable=True, min=0)
    revenue_recommended = dy.Float64(min=0)
    revenue_recommended_p10 = dy.Float64(min=0)
    revenue_recommended_p90 = dy.Float64(min=0)
    profit_current = dy.Float64(nullable=True)
    profit_recommended = dy.Float64(nullable=True)
    profit_recommended_p10 = dy.Float64(nullable=True)
    profit_recommended_p90 = dy.Float64(nullable=True)
    roi_current = dy.Float64(nullable=True, min=0)
    roi_recommended = dy.Float64(nullable=True, min=0)
    roi_recommended_p10 = dy.Float64(nullable=True, min=0)
    roi_recommended_p90 = dy.Float64(nullable=True, min=0)

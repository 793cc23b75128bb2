"""PRODUCT_DECISIONS: one row a product; what deserves traffic, and why."""

import dataframely as dy

DECISIONS = ("HERO", "PUSH", "TEST", "FIX", "STOP")


class ProductDecisions(dy.Schema):
    """Decision on one product.

    cvr: orders a click, posterior mean with its central 80 %; peer_index: cvr over its category's
    cvr_ratio: orders a click after over before their last change, if there was one since
    cvr_changed_on, and p_cvr_changed: probability that there was; all null without a history
    break_even_roi: revenue over cost at which the order's margin is used up; null without a margin
    units_per_day: sales from all traffic; stock_cover_days: stock over units_per_day
    X_current, X_recommended: sums over the product's targets, per day
    """

    product_id = dy.String(primary_key=True)
    product = dy.String(nullable=True)
    category = dy.String(nullable=True)
    decision = dy.Enum(DECISIONS)
    reasons = dy.List(dy.String())
    reason_zh = dy.String()
    reason_en = dy.String()
    evidence_clicks = dy.Float64(min=0)
    evidence_orders = dy.Float64(min=0)
    cvr = dy.Float64(min=0)
    cvr_p10 = dy.Float64(min=0)
    cvr_p90 = dy.Float64(min=0)
    cvr_ratio = dy.Float64(nullable=True, min=0)
    cvr_changed_on = dy.Date(nullable=True)
    p_cvr_changed = dy.Float64(nullable=True, min=0, max=1)
    peer_index = dy.Float64(nullable=True, min=0)
    break_even_roi = dy.Float64(nullable=True)
    target_roi = dy.Float64(nullable=True, min=0)
    is_presale = dy.Bool()
    units_per_day = dy.Float64(nullable=True, min=0)
    stock = dy.Float64(nullable=True, min=0)
    stock_cover_days = dy.Float64(nullable=True, min=0)
    cost_current = dy.Float64(nullable=True, min=0)
    cost_recommended = dy.Float64(min=0)
    revenue_current = dy.Float64(nullable=True, min=0)
    revenue_recommended = dy.Float64(min=0)
    orders_recommended = dy.Float64(min=0)
    profit_current = dy.Float64(nullable=True)
    profit_recommended = dy.Float64(nullable=True)
    roi_current = dy.Float64(nullable=True, min=0)
    roi_recommended = dy.Float64(nullable=True, min=0)

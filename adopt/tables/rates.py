"""RATES: posterior rates and order value of each target."""

import dataframely as dy


class Rates(dy.Schema):
    """Posterior of one target; `_p10` and `_p90` bound its central 80 %.

    evidence_*: counts that were seen and currency that was paid, undiscounted
    ctr: clicks an impression; cvr: orders a click; aov: currency an order
    *_prior: strength of the group's word, in the unit of the evidence (impressions, clicks, orders)
    """

    target_id = dy.String(primary_key=True)
    evidence_impressions = dy.Float64(min=0)
    evidence_clicks = dy.Float64(min=0)
    evidence_orders = dy.Float64(min=0)
    evidence_cost = dy.Float64(min=0)
    ctr = dy.Float64(min=0)
    cvr = dy.Float64(min=0)
    cvr_p10 = dy.Float64(min=0)
    cvr_p90 = dy.Float64(min=0)
    aov = dy.Float64(min=0)
    ctr_prior = dy.Float64(min=0)
    cvr_prior = dy.Float64(min=0)
    aov_prior = dy.Float64(min=0)

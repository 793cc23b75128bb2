"""RATES: posterior rates and order value of each target."""

import dataframely as dy


class Rates(dy.Schema):
    """Posterior means of one target.

    evidence_*: counts that were seen and currency that was paid, undiscounted
    ctr: clicks an impression; cvr: orders a click; aov: currency an order
    """

    target_id = dy.String(primary_key=True)
    evidence_impressions = dy.Float64(min=0)
    evidence_clicks = dy.Float64(min=0)
    evidence_orders = dy.Float64(min=0)
    evidence_cost = dy.Float64(min=0)
    ctr = dy.Float64(min=0)
    cvr = dy.Float64(min=0)
    aov = dy.Float64(min=0)

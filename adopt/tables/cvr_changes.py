"""CVR_CHANGES: one row a product; when its conversion last changed, how surely, and by how much."""

import dataframely as dy


class CvrChanges(dy.Schema):
    """Last change of a product's orders a click; null where the history is a single day.

    p_changed: probability of a change within the last 60 days of the history
    What follows holds if there was one, however unlikely:
    changed_on: most probable first day of the new rate; changed_on_low, _high: its central 80 %
    cvr_ratio: rate after over rate before, median over all dates, with its central 80 %
    X_before, X_after: counts of the run that ends before changed_on, and from changed_on to the end
    """

    product_id = dy.String(primary_key=True)
    p_changed = dy.Float64(nullable=True, min=0, max=1)
    changed_on = dy.Date(nullable=True)
    changed_on_low = dy.Date(nullable=True)
    changed_on_high = dy.Date(nullable=True)
    cvr_ratio = dy.Float64(nullable=True, min=0)
    cvr_ratio_p10 = dy.Float64(nullable=True, min=0)
    cvr_ratio_p90 = dy.Float64(nullable=True, min=0)
    clicks_before = dy.Float64(nullable=True, min=0)
    orders_before = dy.Float64(nullable=True, min=0)
    clicks_after = dy.Float64(nullable=True, min=0)
    orders_after = dy.Float64(nullable=True, min=0)

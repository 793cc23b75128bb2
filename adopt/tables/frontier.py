"""FRONTIER and ROI_FRONTIER: what another budget, or another target ROI, would bring."""

import dataframely as dy


class Frontier(dy.Schema):
    """Best plan at each budget; currency per day.

    marginal_roi: revenue of the next unit of budget
    shadow_price: objective of the next unit of budget
    gap: share of the objective by which a plan of this budget can be better at most
    """

    budget = dy.Float64(primary_key=True, min=0)
    cost = dy.Float64(min=0)
    revenue = dy.Float64(min=0)
    profit = dy.Float64(nullable=True)
    roi = dy.Float64(nullable=True)
    marginal_roi = dy.Float64(nullable=True)
    shadow_price = dy.Float64(min=0)
    gap = dy.Float64(min=0)


class RoiFrontier(dy.Schema):
    """Best plan at each target ROI; currency per day.

    shadow_price: objective gained per 1.0 that the target is lowered; null at the highest
    gap: share of the objective by which a plan of this target can be better at most; null where unproved, as at the highest
    """

    target_roi = dy.Float64(primary_key=True, min=0)
    cost = dy.Float64(min=0)
    revenue = dy.Float64(min=0)
    profit = dy.Float64(nullable=True)
    roi = dy.Float64(nullable=True)
    shadow_price = dy.Float64(nullable=True, min=0)
    gap = dy.Float64(nullable=True, min=0)

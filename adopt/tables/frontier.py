"""FRONTIER: what more or less budget would bring."""

import dataframely as dy


class Frontier(dy.Schema):
    """Best plan at each budget; currency per day.

    marginal_roi: revenue of the next unit of budget
    shadow_price: objective of the next unit of budget
    """

    budget = dy.Float64(primary_key=True, min=0)
    cost = dy.Float64(min=0)
    revenue = dy.Float64(min=0)
    profit = dy.Float64(nullable=True)
    roi = dy.Float64(nullable=True)
    marginal_roi = dy.Float64(nullable=True)
    shadow_price = dy.Float64(min=0)

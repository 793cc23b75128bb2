"""RESPONSE: what each allowed bid of each target is expected to bring per day."""

import dataframely as dy


class Response(dy.Schema):
    """Expected daily result of one bid level of one target.

    level: index into the allowed bids of the target, ascending with the bid; 0 and bid 0 = off where offered
    bid: integer micros; null = the bid in force, not known
    impressions, clicks, orders: per day; cost, revenue, profit: currency per day
    profit: null where the margin is unknown
    is_current: the bid now in force; is_extrapolated: outside what was observed or simulated
    """

    target_id = dy.String(primary_key=True)
    level = dy.Int64(primary_key=True, min=0)
    bid = dy.Int64(nullable=True, min=0)
    impressions = dy.Float64(min=0)
    clicks = dy.Float64(min=0)
    cost = dy.Float64(min=0)
    orders = dy.Float64(min=0)
    revenue = dy.Float64(min=0)
    profit = dy.Float64(nullable=True)
    is_current = dy.Bool()
    is_extrapolated = dy.Bool()

"""RESPONSE: what each allowed bid of each target is expected to bring per day."""

import dataframely as dy
import polars as pl


class Response(dy.Schema):
    """Expected daily result of one bid level of one target.

    level: index into the allowed bids of the target, ascending with the bid; 0 and bid 0 = off where offered
    bid: integer micros; null = the bid in force, not known
    impressions, clicks, orders: per day; cost, revenue, profit: currency per day
    profit: null where the margin is unknown
    is_current: the bid now in force; is_extrapolated: outside what was observed or simulated
    with_product_only: an off level that may be chosen only where the target's whole product is off
    halo_orders (per day), halo_revenue, halo_profit (currency per day): the indirect part of orders and
    revenue, and halo_revenue x net margin; contained in orders, revenue, profit; null where no report
    tells direct from indirect, halo_profit also without a margin
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
    with_product_only = dy.Bool()
    halo_orders = dy.Float64(nullable=True, min=0)
    halo_revenue = dy.Float64(nullable=True, min=0)
    halo_profit = dy.Float64(nullable=True)

    @dy.rule()
    def only_off_goes_with_the_product(cls) -> pl.Expr:
        """A bid is no switch."""
        return ~pl.col("with_product_only") | (pl.col("bid") == 0).fill_null(value=False)

"""LANDSCAPE_POINTS: a platform's own bid simulation, one row a target and simulated bid."""

import dataframely as dy
import polars as pl


class LandscapePoints(dy.Schema):
    """Expected result of a bid by the platform's own simulator, per day.

    bid: integer micros (of the currency, or of 1 for a bid modifier)
    impressions, clicks, orders: counts per day; cost, revenue: currency per day
    window_days: length of the window that the platform simulated
    Orders may exceed clicks: a platform may count several conversions a click.
    """

    target_id = dy.String(primary_key=True)
    bid = dy.Int64(primary_key=True, min=0)
    impressions = dy.Float64(min=0)
    clicks = dy.Float64(min=0)
    cost = dy.Float64(min=0)
    orders = dy.Float64(min=0)
    revenue = dy.Float64(min=0)
    window_days = dy.Int64(min=1)

    @dy.rule()
    def clicks_within_impressions(cls) -> pl.Expr:
        """A click needs an impression."""
        return pl.col("clicks") <= pl.col("impressions")

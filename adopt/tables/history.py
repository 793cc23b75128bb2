"""HISTORY: what happened, one row a target and day."""

import dataframely as dy
import polars as pl


class History(dy.Schema):
    """Result of one target on one day, as the platform reports it.

    impressions, clicks, orders: counts per day; orders may be fractional (modelled conversions)
    cost, revenue: currency per day; revenue_direct is of the clicked product
    presale_orders, presale_revenue: not contained in orders and revenue
    avg_rank: 1 = first; null where not reported
    avg_rank_low, avg_rank_high: bounds of the average rank where only a bucket is reported (4-6); else null
    impression_share_low, impression_share_high: bounds of the share of possible impressions, fractions;
    equal where it is exact, null where not reported
    bid: integer micros in force that day; null where not reported
    quality_score: of that day, in the platform's unit; null where not reported
    age_days: days from the date to the last day of which the export that tells it knew; null where not known
    """

    target_id = dy.String(primary_key=True)
    date = dy.Date(primary_key=True)
    impressions = dy.Float64(min=0)
    clicks = dy.Float64(min=0)
    cost = dy.Float64(min=0)
    orders = dy.Float64(min=0)
    revenue = dy.Float64(min=0)
    orders_direct = dy.Float64(nullable=True, min=0)
    revenue_direct = dy.Float64(nullable=True, min=0)
    presale_orders = dy.Float64(nullable=True, min=0)
    presale_revenue = dy.Float64(nullable=True, min=0)
    avg_rank = dy.Float64(nullable=True, min=1)
    avg_rank_low = dy.Float64(nullable=True, min=1)
    avg_rank_high = dy.Float64(nullable=True, min=1)
    impression_share_low = dy.Float64(nullable=True, min=0, max=1)
    impression_share_high = dy.Float64(nullable=True, min=0, max=1)
    bid = dy.Int64(nullable=True, min=0)
    quality_score = dy.Float64(nullable=True, min_exclusive=0)
    age_days = dy.Int64(nullable=True, min=0)

    @dy.rule()
    def clicks_within_impressions(cls) -> pl.Expr:
        """A click needs an impression."""
        return pl.col("clicks") <= pl.col("impressions")

    @dy.rule()
    def share_is_an_interval(cls) -> pl.Expr:
        """Both bounds or none, in order."""
        low, high = pl.col("impression_share_low"), pl.col("impression_share_high")
        return (low.is_null() & high.is_null()) | (low <= high).fill_null(value=False)

    @dy.rule()
    def rank_is_an_interval(cls) -> pl.Expr:
        """Both bounds or none, in order."""
        low, high = pl.col("avg_rank_low"), pl.col("avg_rank_high")
        return (low.is_null() & high.is_null()) | (low <= high).fill_null(value=False)

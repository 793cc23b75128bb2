"""ORDER_ARRIVALS: what repeated exports tell of how late orders arrive, one row a day and two looks at it."""

import dataframely as dy
import polars as pl


class OrderArrivals(dy.Schema):
    """Orders of one day's clicks as an earlier and the next later export tell them.

    date: day of the clicks
    age_days, later_age_days: days from the date to the last day of the earlier and of the later export
    clicks, orders, later_orders: counts, summed over exactly those targets that both exports tell;
    orders with presale orders, clicks as the later export has them
    """

    date = dy.Date(primary_key=True)
    age_days = dy.Int64(primary_key=True, min=0)
    later_age_days = dy.Int64(primary_key=True, min=1)
    clicks = dy.Float64(min=0)
    orders = dy.Float64(min=0)
    later_orders = dy.Float64(min=0)

    @dy.rule()
    def later_is_older(cls) -> pl.Expr:
        """The second look is at a later day."""
        return pl.col("later_age_days") > pl.col("age_days")

    @dy.rule()
    def orders_only_arrive(cls) -> pl.Expr:
        """An order that was told is not taken back."""
        return pl.col("later_orders") >= pl.col("orders")

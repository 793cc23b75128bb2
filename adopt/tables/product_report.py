"""PRODUCT_REPORT: what the shop sold by product, from every source of traffic."""

import dataframely as dy


class ProductReport(dy.Schema):
    """Result of one product on one day (or one period that ends on that day).

    days: length of the period
    visitors, buyers, units, buyers_placed: counts in the period
    revenue, refunds: currency in the period
    """

    product_id = dy.String(primary_key=True)
    date = dy.Date(primary_key=True)
    product = dy.String(nullable=True)
    days = dy.Int64(min=1)
    visitors = dy.Float64(nullable=True, min=0)
    buyers = dy.Float64(nullable=True, min=0)
    buyers_placed = dy.Float64(nullable=True, min=0)
    units = dy.Float64(nullable=True, min=0)
    revenue = dy.Float64(nullable=True, min=0)
    refunds = dy.Float64(nullable=True, min=0)

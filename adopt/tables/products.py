"""PRODUCTS: what an operator knows of each product (``--products FILE`` or a sheet in the folder)."""

import dataframely as dy


class Products(dy.Schema):
    """Product with its economics; unknown is null.

    price: currency a unit; margin: gross margin as a fraction of price
    refund_rate: fraction of revenue refunded; stock: units on hand
    dsr: detailed seller rating, 1 to 5
    """

    product_id = dy.String(primary_key=True)
    product = dy.String(nullable=True)
    category = dy.String(nullable=True)
    price = dy.Float64(nullable=True, min=0)
    margin = dy.Float64(nullable=True, min=-10, max=1)
    refund_rate = dy.Float64(nullable=True, min=0, max=1)
    stock = dy.Float64(nullable=True, min=0)
    is_presale = dy.Bool(nullable=True)
    dsr = dy.Float64(nullable=True, min=0, max=5)

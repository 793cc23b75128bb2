"""Thirty days of the demo shop: every impression, click and order, added up by target and day."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from sims.worlds.auction_world import F64, I64, Impressions, play_keyword, stop_at_budget
from sims.worlds.demo_catalogue import CAMPAIGNS, PRODUCTS, Product
from sims.worlds.demo_market import (
    ARRIVED,
    DAYS,
    ORDER_SPREAD,
    Target,
    day_factors,
    generator_of,
    live_days,
    receivers,
)


@dataclass(frozen=True, slots=True)
class Month:
    """What happened in the shop's keyword ads.

    results: one row a target and day with impressions; money in fen, presale orders apart
    orders: one row an order: target_id, day, product_id sold, value in fen, is_direct, is_presale
    """

    results: pl.DataFrame
    orders: pl.DataFrame


def play_month(targets: tuple[Target, ...], package_costs: I64, seed: int) -> Month:
    """Play the auctions of all targets under their campaigns' budgets.

    package_costs: (campaigns, days) fen that the campaign's keyword package spends
    """
    delivered = _delivered(targets, package_costs, seed)
    traffic = pl.concat(
        [_count(target, shown) for target, shown in zip(targets, delivered, strict=True)]
    )
    orders = pl.concat(
        [
            _arrived(
                _orders(target, shown, generator_of(seed, 3, index)), generator_of(seed, 9, index)
            )
            for index, (target, shown) in enumerate(zip(targets, delivered, strict=True))
        ]
    )
    results = traffic.join(_by_day(orders), on=["target_id", "day"], how="left", validate="1:1")
    sums = [name for name in results.columns if name.startswith(("orders", "revenue", "presale"))]
    return Month(results.with_columns(pl.col(sums).fill_null(0)).sort("day", "target_id"), orders)


def _delivered(targets: tuple[Target, ...], package_costs: I64, seed: int) -> list[Impressions]:
    """Impressions of each target that its campaign could pay."""
    factors = day_factors()
    won = [
        play_keyword(target.auction, factors * target.live, generator_of(seed, 2, index))
        for index, target in enumerate(targets)
    ]
    for number, campaign in enumerate(CAMPAIGNS):
        places = [index for index, target in enumerate(targets) if target.campaign is campaign]
        if not places:
            continue
        left = 100 * campaign.budget - package_costs[number]
        kept = stop_at_budget([won[index] for index in places], left)
        for index, shown in zip(places, kept, strict=True):
            won[index] = shown
    return won


def _count(target: Target, shown: Impressions) -> pl.DataFrame:
    """Impressions, clicks, cost (fen) and sum of ranks of a target by day."""
    days = len(DAYS)
    counts = {
        "day": np.arange(days),
        "impressions": np.bincount(shown.day, minlength=days),
        "clicks": np.bincount(shown.day[shown.is_click], minlength=days),
        "cost": np.bincount(shown.day, weights=shown.price, minlength=days).astype(np.int64),
        "ranks": np.bincount(shown.day, weights=shown.rank, minlength=days).astype(np.int64),
    }
    frame = pl.DataFrame({"target_id": [target.target_id] * days} | counts)
    return frame.filter(pl.col("impressions") > 0)


def order_values(price: F64, generator: np.random.Generator) -> I64:
    """Values of orders (n,), fen, whose mean is the price (n,), yuan."""
    factor = np.exp(ORDER_SPREAD * generator.standard_normal(len(price)) - 0.5 * ORDER_SPREAD**2)
    return np.rint(100.0 * price * factor).astype(np.int64)


def _orders(target: Target, shown: Impressions, generator: np.random.Generator) -> pl.DataFrame:
    """Orders that the clicks of one target bring, each on the day of its click."""
    click_days = np.sort(shown.day[shown.is_click])
    day = click_days[generator.random(len(click_days)) < target.cvr]
    product = target.product
    is_indirect = generator.random(len(day)) < product.indirect_share
    others, share = receivers(product)
    other = generator.choice(len(others), len(day), p=share)
    sold = [
        others[pick] if aside else product for pick, aside in zip(other, is_indirect, strict=True)
    ]
    price = np.array([one.price for one in sold], dtype=np.float64)
    return pl.DataFrame(
        {
            "target_id": [target.target_id] * len(day),
            "day": day,
            "product_id": pl.Series([one.product_id for one in sold], dtype=pl.String),
            "value": order_values(price, generator),
            "is_direct": ~is_indirect,
            "is_presale": np.full(len(day), product.role == "presale"),
        }
    )


def _arrived(orders: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    """The orders that were made by the day of the download."""
    age = len(DAYS) - 1 - orders["day"].to_numpy()
    share = np.append(ARRIVED, np.ones(len(DAYS)))[age]
    return orders.filter(generator.random(len(orders)) < share)


def _by_day(orders: pl.DataFrame) -> pl.DataFrame:
    paid, direct = ~pl.col("is_presale"), pl.col("is_direct")
    return orders.group_by("target_id", "day").agg(
        paid.sum().cast(pl.Int64).alias("orders"),
        (paid & direct).sum().cast(pl.Int64).alias("orders_direct"),
        pl.col("value").filter(paid).sum().alias("revenue"),
        pl.col("value").filter(paid & direct).sum().alias("revenue_direct"),
        pl.col("is_presale").sum().cast(pl.Int64).alias("presale_orders"),
        pl.col("value").filter("is_presale").sum().alias("presale_revenue"),
    )


def product_sales(month: Month, seed: int) -> pl.DataFrame:
    """Sales of each product and day from ads and all other traffic; money in fen.

    Returns product_id, day, visitors, pageviews, carts, buyers, units, revenue, refunds; of a presale
    the orders placed. Other traffic follows the product's own ad traffic of an average day and
    converts a fifth better.
    """
    return pl.concat(
        [_sales_of(index, month, generator_of(seed, 4, index)) for index in range(len(PRODUCTS))]
    ).sort("day", "product_id")


def _sales_of(index: int, month: Month, generator: np.random.Generator) -> pl.DataFrame:
    product, live = PRODUCTS[index], live_days(PRODUCTS[index])
    own = month.results.filter(pl.col("target_id").str.contains(f"/{product.product_id}/"))
    clicks = _daily(own.group_by("day").agg(pl.col("clicks").sum()), "clicks")
    sold = month.orders.filter(pl.col("product_id") == product.product_id).group_by("day")
    ad = sold.agg(pl.len().cast(pl.Int64).alias("orders"), pl.col("value").sum())
    other = generator.poisson(product.organic * clicks[live > 0].mean() * day_factors() * live)
    bought = generator.binomial(other, 1.2 * product.cvr)
    buyers = _daily(ad, "orders") + bought
    revenue = _daily(ad, "value") + _spent(product, bought, generator)
    visitors = np.rint(0.93 * clicks).astype(np.int64) + other + _daily(ad, "orders")
    returned = product.refund_rate * np.exp(0.25 * generator.standard_normal(len(DAYS)))
    return pl.DataFrame(
        {
            "product_id": [product.product_id] * len(DAYS),
            "day": np.arange(len(DAYS)),
            "visitors": visitors,
            "pageviews": visitors + generator.binomial(visitors * 2, 0.42),
            "carts": np.maximum(generator.binomial(visitors, 0.085), buyers),
            "buyers": buyers,
            "units": buyers + generator.binomial(buyers, 0.06),
            "revenue": revenue,
            "refunds": np.rint(returned * revenue).astype(np.int64),
        }
    ).filter(pl.Series(live > 0))


def _spent(product: Product, orders: I64, generator: np.random.Generator) -> I64:
    """(days,) fen that so many orders of each day are worth."""
    values = order_values(np.full(orders.sum(), product.price), generator)
    day = np.repeat(np.arange(len(orders)), orders)
    return np.bincount(day, weights=values, minlength=len(orders)).astype(np.int64)


def _daily(counts: pl.DataFrame, name: str) -> I64:
    """(days,) of a column, 0 on days without a row."""
    days = pl.DataFrame({"day": np.arange(len(DAYS))})
    joined = days.join(counts, on="day", how="left", maintain_order="left")
    return joined[name].fill_null(0).to_numpy().astype(np.int64)

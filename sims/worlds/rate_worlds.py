"""Shops with true rates that no conjugate model draws: what a report shows of them, and the week after.

log rate = shop + category + product + price + keyword + keyword length + match type + target, the effects
normal, Student's t or a mixture, the same keyword text under several products carrying one effect. On top:
outliers, slow drift of some products, a weekday pattern, and days that differ more than chance.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.tables import target_id

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

WEEK = 7
FIRST_DAY = date(2026, 1, 5)
MATCHES = ("broad", "exact", "phrase")
MATCH_EFFECT = {"ctr": np.array([-0.20, 0.25, 0.0]), "cvr": np.array([-0.12, 0.12, 0.0])}
LENGTH_EFFECT = {"ctr": 0.06, "cvr": 0.12}
PRICE_EFFECT = {"ctr": 0.0, "cvr": -0.25}
SPREAD = {
    "ctr": {"category": 0.25, "product": 0.30, "target": 0.20},
    "cvr": {"category": 0.30, "product": 0.40, "target": 0.20},
}
"""Standard deviations of log rates. They, like the other magnitudes, are assumed, not measured."""
WEEKDAYS = {
    "traffic": np.array([1.05, 1.0, 0.98, 1.0, 1.02, 0.95, 1.0]),
    "cvr": np.array([1.06, 1.05, 1.0, 1.0, 0.97, 0.92, 1.0]),
}
DRIFTING, DRIFT_SD = 0.25, 0.03
"""Share of products whose log CVR walks, and its step a day."""
ALL_IN = 1
"""Age of every day, days, at which all orders are in: these worlds have no late ones."""
NEW = 0.05
"""Share of targets that start after the report."""
SHOP_DAY_SD, ORDER_SD = 0.08, 0.6
TARGET_DAY_CV = {"traffic": 0.5, "ctr": 0.15, "cvr": 0.25}
DIRECT = 0.85
PARTS = ("shop", "category", "product", "price", "keyword", "length", "match", "target")


@dataclass(frozen=True, slots=True)
class RateWorld:
    """What a shop is drawn from.

    orders_per_day: expected of the whole shop; keyword_sd: of the effect a keyword has under every product
    tail: normal, t or mixture; days: of the report
    """

    orders_per_day: float
    days: int
    keyword_sd: float = 0.3
    tail: str = "normal"
    day_noise: bool = True
    drift: bool = True


@dataclass(frozen=True, slots=True)
class RateShop:
    """Report of a shop, the week after it, and the truth; arrays (n,) in the order of targets.

    history, targets: tables HISTORY, TARGETS; categories: product_id, category; prices: product_id, price
    impressions, clicks, orders, revenue: of the week after
    ctr, cvr: true rates of that week, its days weighted as they came; aov: true currency an order
    parts: log effects of cvr and ctr by name, each (n,)
    """

    history: pl.DataFrame
    targets: pl.DataFrame
    categories: pl.DataFrame
    prices: pl.DataFrame
    impressions: F64
    clicks: F64
    orders: F64
    revenue: F64
    ctr: F64
    cvr: F64
    aov: F64
    parts: dict[str, dict[str, F64]]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Indices (n,) of each target's keyword and match type, (products,) of categories."""

    product: I64
    keyword: I64
    match: I64
    category: I64
    length: I64
    price: F64


def make_rate_shop(world: RateWorld, seed: int) -> RateShop:
    """Draw one shop; the same seed gives the same shop."""
    generator = np.random.Generator(np.random.Philox(key=[seed, 21]))
    layout = _layout(world, generator)
    parts = {name: _effects(name, world, layout, generator) for name in ("ctr", "cvr")}
    level = {name: np.minimum(np.exp(sum(parts[name].values())), 0.4) for name in parts}
    span = world.days + WEEK
    drift = np.zeros((len(layout.category), span))
    if world.drift:
        walks = generator.random(len(layout.category)) < DRIFTING
        drift = np.cumsum(DRIFT_SD * generator.standard_normal(drift.shape), axis=1)
        drift *= walks[:, None]
    weekday = np.arange(span) % WEEK
    ctr = np.repeat(level["ctr"][:, None], span, axis=1)
    cvr = level["cvr"][:, None] * np.exp(drift[layout.product]) * WEEKDAYS["cvr"][weekday]
    cvr = np.minimum(cvr, 0.5)
    traffic = _traffic(world, level["ctr"] * level["cvr"], span, generator)
    counts = _play(world, traffic, ctr, cvr, generator)
    return _as_shop(world, layout, parts, counts, (ctr, cvr), generator)


def _layout(world: RateWorld, generator: np.random.Generator) -> _Layout:
    """Products of few categories, each advertised on keywords its category shares."""
    size = np.log10(world.orders_per_day)
    categories = int(np.interp(size, [0.3, 3.3], [3, 10]))
    products = int(10.0 ** np.interp(size, [0.3, 1.3, 3.3], [1.0, 1.6, 2.48]))
    each = int(np.interp(size, [0.3, 3.3], [8, 14]))
    vocabulary = 3 * each
    category = generator.integers(0, categories, products)
    # Gumbel keys choose `each` keywords without replacement, the popular ones oftener.
    popular = -0.9 * np.log(np.arange(1, vocabulary + 1))
    keys = popular + generator.gumbel(size=(products, vocabulary))
    chosen = np.argsort(-keys, axis=1)[:, :each]
    keyword = (category[:, None] * vocabulary + chosen).ravel()
    product = np.repeat(np.arange(products), each)
    return _Layout(
        product=product,
        keyword=keyword,
        match=generator.choice(3, len(product), p=[0.5, 0.2, 0.3]),
        category=category,
        length=1 + generator.binomial(4, 0.4, categories * vocabulary),
        price=np.exp(generator.normal(4.0, 0.7, products)),
    )


def _heavy(size: int, sd: float, tail: str, generator: np.random.Generator) -> F64:
    """Effects (size,) of mean about 0 and standard deviation sd."""
    if tail == "t":
        return np.asarray(sd * generator.standard_t(4, size) / np.sqrt(2.0))
    z = generator.standard_normal(size)
    if tail == "mixture":
        low = generator.random(size) < 0.15
        return np.asarray(sd * np.where(low, -2.0 + 0.5 * z, 0.35 + 0.6 * z))
    return sd * z


def _effects(
    name: str, world: RateWorld, layout: _Layout, generator: np.random.Generator
) -> dict[str, F64]:
    """Log effects (n,) by name of one rate."""
    spread, n = SPREAD[name], len(layout.product)
    mean, deviation = {"ctr": (0.04, 0.3), "cvr": (0.028, 0.4)}[name]
    shop = np.log(mean) + deviation * generator.standard_normal()
    by_category = _heavy(layout.category.max() + 1, spread["category"], "normal", generator)
    by_product = _heavy(len(layout.category), spread["product"], world.tail, generator)
    by_keyword = _heavy(len(layout.length), world.keyword_sd, world.tail, generator)
    by_target = _heavy(n, spread["target"], world.tail, generator)
    if world.tail != "normal":
        odd = generator.random(n)
        by_target += np.where(odd < 0.01, np.log(3.0), np.where(odd < 0.02, np.log(0.1), 0.0))
    price = np.log(layout.price / np.median(layout.price))
    return {
        "shop": np.full(n, shop),
        "category": by_category[layout.category[layout.product]],
        "product": by_product[layout.product],
        "price": PRICE_EFFECT[name] * price[layout.product],
        "keyword": by_keyword[layout.keyword],
        "length": LENGTH_EFFECT[name] * (layout.length[layout.keyword] - 2.6),
        "match": MATCH_EFFECT[name][layout.match],
        "target": by_target,
    }


def _traffic(world: RateWorld, yields: F64, span: int, generator: np.random.Generator) -> F64:
    """Expected impressions (n, span): heavy-tailed over targets; the shop has its orders a day."""
    n = len(yields)
    weight = 1.0 / (1.0 + generator.permutation(n)) ** 1.05
    weight *= np.exp(0.5 * generator.standard_normal(n))
    weight *= world.orders_per_day / np.sum(weight * yields)
    start = np.where(generator.random(n) < NEW, world.days, 0)
    young = generator.random(n) < 0.15
    start = np.where(young & (start == 0), generator.integers(0, world.days, n), start)
    there = np.arange(span) >= start[:, None]
    return np.asarray(there * weight[:, None] * WEEKDAYS["traffic"][np.arange(span) % WEEK])


def _play(
    world: RateWorld, traffic: F64, ctr: F64, cvr: F64, generator: np.random.Generator
) -> dict[str, I64]:
    """Counts (n, span) of impressions, clicks, orders."""

    def noise(name: str) -> F64:
        if not world.day_noise:
            return np.ones_like(traffic)
        shop = np.exp(SHOP_DAY_SD * generator.standard_normal(traffic.shape[1]))
        shape = TARGET_DAY_CV[name] ** -2
        return np.asarray(shop * generator.gamma(shape, 1.0 / shape, traffic.shape))

    impressions = generator.poisson(traffic * noise("traffic"))
    clicks = generator.binomial(impressions, np.minimum(ctr * noise("ctr"), 1.0))
    orders = generator.binomial(clicks, np.minimum(cvr * noise("cvr"), 1.0))
    return {"impressions": impressions, "clicks": clicks, "orders": orders}


def _as_shop(
    world: RateWorld,
    layout: _Layout,
    parts: dict[str, dict[str, F64]],
    counts: dict[str, I64],
    rates: tuple[F64, F64],
    generator: np.random.Generator,
) -> RateShop:
    """Report and week after, the targets sorted by id."""
    targets = _targets(layout)
    order = targets["row"].to_numpy()
    counts = {name: values[order] for name, values in counts.items()}
    ctr, cvr = rates[0][order], rates[1][order]
    cell, value = _order_values(layout, counts["orders"], order, generator)
    revenue = np.bincount(cell, weights=value, minlength=cvr.size).reshape(cvr.shape)
    after = {name: values[:, world.days :].astype(np.float64) for name, values in counts.items()}

    def mean_rate(rate: F64, weight: F64) -> F64:
        # The tiny weight makes an even mean of a week without traffic.
        return np.asarray(np.average(rate[:, world.days :], axis=1, weights=weight + 1e-9))

    products = pl.Series([f"p{p:04d}" for p in range(len(layout.category))])
    return RateShop(
        history=_history(targets["target_id"], world.days, counts, revenue, generator),
        targets=targets.drop("row"),
        categories=pl.DataFrame(
            {"product_id": products, "category": [f"c{c:02d}" for c in layout.category]}
        ),
        prices=pl.DataFrame({"product_id": products, "price": layout.price.round(2)}),
        impressions=after["impressions"].sum(axis=1),
        clicks=after["clicks"].sum(axis=1),
        orders=after["orders"].sum(axis=1),
        revenue=revenue[:, world.days :].sum(axis=1),
        ctr=mean_rate(ctr, after["impressions"]),
        cvr=mean_rate(cvr, after["clicks"]),
        aov=_mean_value(layout)[layout.product][order],
        parts={
            name: {part: values[order] for part, values in effects.items()}
            for name, effects in parts.items()
        },
    )


def _mean_value(layout: _Layout) -> F64:
    """Mean order value (products,), currency: somewhat more than the price, dear things bought alone."""
    return np.asarray(8.0 * layout.price**0.75)


def _order_values(
    layout: _Layout, orders: I64, order: I64, generator: np.random.Generator
) -> tuple[I64, F64]:
    """Cell (target x span) and log-normal value of each order."""
    cell = np.repeat(np.arange(orders.size), orders.ravel())
    mean = _mean_value(layout)[layout.product[order[cell // orders.shape[1]]]]
    noise = ORDER_SD * generator.standard_normal(len(cell)) - 0.5 * ORDER_SD**2
    return cell, np.asarray(mean * np.exp(noise))


def _targets(layout: _Layout) -> pl.DataFrame:
    """Table TARGETS, sorted, with `row`: the place of the target in the layout."""
    words = [
        " ".join([f"word{k:04d}", *(f"more{(7 * k + j) % 50:02d}" for j in range(length - 1))])
        for k, length in enumerate(layout.length)
    ]
    text = pl.String
    return (
        pl.DataFrame(
            {
                "shop_id": "shop",
                "campaign_id": [f"c{layout.category[p]:02d}" for p in layout.product],
                "ad_group_id": [f"g{p:04d}" for p in layout.product],
                "product_id": [f"p{p:04d}" for p in layout.product],
                "keyword_id": [f"k{k:04d}" for k in layout.keyword],
                "keyword": [words[k] for k in layout.keyword],
                "match_type": [MATCHES[m] for m in layout.match],
                "lever": "cpc_bid",
                "row": np.arange(len(layout.product)),
            }
        )
        .with_columns(
            target_id(),
            *(pl.lit(None, text).alias(name) for name in ("campaign", "ad_group", "product")),
            *(pl.lit(None, pl.Int64).alias(name) for name in ("current_bid", "campaign_budget")),
            pl.lit(None, pl.Float64).alias("quality_score"),
            pl.lit(None, pl.Boolean).alias("is_bid_inherited"),
            pl.col("lever").cast(pl.Enum(["cpc_bid", "target_cpa", "bid_modifier"])),
        )
        .sort("target_id")
    )


def _history(
    ids: pl.Series, days: int, counts: dict[str, I64], revenue: F64, generator: np.random.Generator
) -> pl.DataFrame:
    """Table HISTORY of the report's days; a day without impressions has no row."""
    n = len(ids)
    seen = {name: values[:, :days].ravel() for name, values in counts.items()}
    value = revenue[:, :days].ravel()
    direct = generator.binomial(seen["orders"], DIRECT)
    share = direct / np.maximum(seen["orders"], 1)
    floats = ("avg_rank", "avg_rank_low", "avg_rank_high", "quality_score")
    shares = ("impression_share_low", "impression_share_high")
    presale = ("presale_orders", "presale_revenue")
    return (
        pl.DataFrame(
            {
                "target_id": ids.gather(np.repeat(np.arange(n), days)),
                "date": [FIRST_DAY + timedelta(day) for day in range(days)] * n,
                **{name: values.astype(np.float64) for name, values in seen.items()},
                "cost": 1.5 * seen["clicks"],
                "revenue": value,
                "orders_direct": direct.astype(np.float64),
                "revenue_direct": share * value,
            }
        )
        .with_columns(
            *(pl.lit(None, pl.Float64).alias(name) for name in (*floats, *shares, *presale)),
            pl.lit(None, pl.Int64).alias("bid"),
            pl.lit(ALL_IN, pl.Int64).alias("age_days"),
        )
        .filter(pl.col("impressions") > 0)
    )

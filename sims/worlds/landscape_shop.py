"""A shop whose auctions are known, and a history drawn from them: what a report of each kind would show.

Products, categories and the shop have means of their own, so thin keywords have somebody to lean on.
Impressions, clicks and single prices come from the closed form's distributions, day by day.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import special

from adopt.market.auction_curve import Auctions, expected_traffic
from adopt.platforms import MICROS, Platform

F64 = NDArray[np.float64]

SHOP_MEAN = np.array([np.log(20.0), -0.3, np.log(0.5)])
SHOP_SD = np.array([0.5, 0.35, 0.3])
"""Of ln rivals, median rival score over ours (log), ln spread of their scores: how shops differ."""
SPREADS = np.array([[0.2, 0.2, 0.15], [0.2, 0.2, 0.15], [0.35, 0.3, 0.2]])
"""How categories of a shop, products of a category and keywords of a product differ."""
DAY_SPREAD = 0.3
"""Spread of a day's searches over an average day's, standard deviation of the log."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a report shows.

    bids: factors on the bid in force, each for an equal stretch of days, the last is 1
    has_bid, has_rank: whether bids and average ranks by day are told
    has_share: whether shares of possible impressions are told, below 10 % as an interval
    """

    bids: tuple[float, ...] = (1.0,)
    has_bid: bool = False
    has_rank: bool = False
    has_share: bool = False


@dataclass(frozen=True, slots=True)
class LandscapeShop:
    """The truth and its tables; bid: (n,) currency in force."""

    bid: F64
    truth: Auctions
    history: pl.DataFrame
    targets: pl.DataFrame
    categories: pl.DataFrame


def make_landscape_shop(
    seed: int, report: Report, platform: Platform, *, n: int = 120, days: int = 30
) -> LandscapeShop:
    """A shop of n keywords in n/10 products, with `days` days of history."""
    generator = np.random.Generator(np.random.Philox(key=[seed, 11]))
    product = np.arange(n) // 10
    category = np.arange(product[-1] + 1) % 3
    value = SHOP_MEAN + SHOP_SD * generator.standard_normal(3)
    by_category = value + SPREADS[0] * generator.standard_normal((3, 3))
    by_product = by_category[category] + SPREADS[1] * generator.standard_normal((len(category), 3))
    keyword = by_product[product] + SPREADS[2] * generator.standard_normal((n, 3))
    bid: F64 = np.exp(generator.normal(0.3, 0.4, n)).round(2)
    truth = Auctions(
        queries=np.exp(generator.normal(3.6, 1.7, n)),
        m=np.exp(keyword[:, 0]),
        mu=np.log(bid) + keyword[:, 1],
        sigma=np.exp(keyword[:, 2]),
        quality=np.ones(n),
    )
    ctr = 0.12 * np.exp(0.3 * generator.standard_normal(n))
    factor = np.array(report.bids)[np.arange(days) * len(report.bids) // days]
    history = _history(truth, bid[:, None] * factor, ctr, report, platform, generator)
    names = [f"t{i:04}" for i in range(n)]
    return LandscapeShop(
        bid,
        truth,
        history.with_columns(pl.Series("target_id", np.repeat(names, days))),
        pl.DataFrame(
            {
                "target_id": names,
                "product_id": [f"p{p:03}" for p in product],
                "current_bid": np.round(bid * MICROS).astype(np.int64),
                "quality_score": np.full(n, 8.0),
                "lever": ["cpc_bid"] * n,
            }
        ),
        pl.DataFrame(
            {
                "product_id": [f"p{p:03}" for p in range(len(category))],
                "category": [f"c{c}" for c in category],
            }
        ),
    )


def _history(
    truth: Auctions,
    bid: F64,
    ctr: F64,
    report: Report,
    platform: Platform,
    generator: np.random.Generator,
) -> pl.DataFrame:
    """Table HISTORY without ids; bid: (n, days) in force."""
    n, days = bid.shape
    start = np.arange(n * days + 1)
    cells = Auctions(*(np.repeat(getattr(truth, name), days) for name in truth.__slots__))
    shown = expected_traffic(
        bid.ravel(), start, replace(cells, queries=np.ones(n * days)), platform
    )
    swing = np.exp(generator.normal(-0.5 * DAY_SPREAD**2, DAY_SPREAD, n * days))
    searches = generator.poisson(cells.queries * swing)
    impressions = generator.binomial(searches, np.minimum(shown.impressions, 1.0))
    looked = shown.examined / np.maximum(shown.impressions, 1e-300)
    clicks = generator.binomial(impressions, np.minimum(looked * np.repeat(ctr, days), 1.0))
    unknown = pl.lit(None, dtype=pl.Float64)
    frame = pl.DataFrame(
        {
            "date": [date(2026, 1, 1) + timedelta(day) for _ in range(n) for day in range(days)],
            "impressions": impressions.astype(np.float64),
            "clicks": clicks.astype(np.float64),
            "cost": _cost(cells, bid.ravel(), clicks, platform, generator),
            "bid": np.round(bid.ravel() * MICROS).astype(np.int64),
            "avg_rank": _ranks(cells, bid.ravel(), impressions, platform, generator)
            if report.has_rank
            else np.ones(n * days),
            "share": impressions / np.maximum(searches, 1),
        }
    ).with_columns(
        pl.when(pl.col("impressions") > 0, pl.lit(report.has_rank)).then("avg_rank"),
        pl.when(pl.lit(report.has_bid)).then("bid"),
    )
    share = pl.when(pl.lit(report.has_share), pl.col("impressions") > 0)
    low = pl.when(pl.col("share") < 0.1).then(0.0).otherwise(pl.col("share").round(2))
    high = pl.when(pl.col("share") < 0.1).then(0.1).otherwise(pl.col("share").round(2))
    return frame.with_columns(
        share.then(low).otherwise(unknown).alias("impression_share_low"),
        share.then(high).otherwise(unknown).alias("impression_share_high"),
    ).drop("share")


def _above(cells: Auctions, bid: F64) -> F64:
    """Expected rivals above each bid (cells,)."""
    z = (np.log(bid) - cells.mu) / cells.sigma
    return np.asarray(cells.m * special.ndtr(-z), dtype=np.float64)


def _cost(
    cells: Auctions,
    bid: F64,
    clicks: NDArray[np.int64],
    platform: Platform,
    generator: np.random.Generator,
) -> F64:
    """Cost (cells,) of the clicks, each at a price of its own: the next rival is an exponential away."""
    of = np.repeat(np.arange(len(clicks)), clicks)
    floor, step = platform.price_floor_micros / MICROS, platform.bid_step_micros / MICROS
    reached = (_above(cells, bid)[of] + generator.exponential(size=len(of))) / cells.m[of]
    score = np.exp(cells.mu[of] - cells.sigma[of] * special.ndtri(np.minimum(reached, 1.0)))
    price = np.where(reached >= 1.0, floor, score + step)
    price = np.clip(price, floor, bid[of])
    return np.bincount(of, weights=price, minlength=len(clicks)).astype(np.float64)


def _ranks(
    cells: Auctions,
    bid: F64,
    impressions: NDArray[np.int64],
    platform: Platform,
    generator: np.random.Generator,
) -> F64:
    """Average rank (cells,) of the impressions, to a tenth; 1 where there were none."""
    above = np.maximum(_above(cells, bid), 1e-12)[:, None]
    k = np.arange(platform.slots)
    chance = np.exp(k * np.log(above) - above - special.gammaln(k + 1.0))
    counts = generator.multinomial(impressions, chance / chance.sum(axis=1, keepdims=True))
    return np.round((counts @ (k + 1.0)) / np.maximum(impressions, 1), 1).clip(1.0)

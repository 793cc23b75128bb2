"""A shop whose auctions are known, and a history drawn from them: what a report of each kind would show.

Products, categories and the shop have means of their own, so thin keywords have somebody to lean on.
Impressions, clicks and single prices come from the closed form's distributions, day by day.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import special

from adopt.market.auction_curve import Auctions, expected_traffic
from adopt.platforms import MICROS, Platform
from adopt.platforms.bid_segments import BidSegments

F64 = NDArray[np.float64]

SHOP_MEAN = np.array([np.log(20.0), -0.3, np.log(0.5)])
SHOP_SD = np.array([0.5, 0.35, 0.3])
"""Of ln rivals, median rival score over ours (log), ln spread of their scores: how shops differ."""
SPREADS = np.array([[0.2, 0.2, 0.15], [0.2, 0.2, 0.15], [0.35, 0.3, 0.2]])
"""How categories of a shop, products of a category and keywords of a product differ."""
EXPONENT_SPREAD = 0.2
"""How the exponents of examination of shops differ from the platform's, as a share of it."""
DAY_SPREAD = 0.3
"""Spread of a day's searches over an average day's, standard deviation of the log."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a report shows.

    bids: factors on the bid in force, each for an equal stretch of days, the last is 1
    has_bid, has_rank: whether bids and average ranks by day are told
    has_bucket: whether ranks are told, but only in which BUCKETS the average lies
    has_share: whether shares of possible impressions are told, below 10 % as an interval
    qualities: factors on the quality, each for an equal stretch of days, the last is 1
    segments: multipliers on the bid and the shares of the searches that they meet
    exponent: of the examination by rank, over the platform's; None = drawn, for shops differ
    """

    bids: tuple[float, ...] = (1.0,)
    has_bid: bool = False
    has_rank: bool = False
    has_bucket: bool = False
    has_share: bool = False
    qualities: tuple[float, ...] = (1.0,)
    segments: tuple[tuple[float, float], ...] = ((1.0, 1.0),)
    exponent: float | None = None


BUCKETS = np.array([1.0, 3.0, 6.0, 10.0, 20.0])
LEAST_SHARE = 0.1
SCORE = 8.0
"""Bounds of the buckets of ranks; the share below which no number is told; quality score in force."""


@dataclass(frozen=True, slots=True)
class LandscapeShop:
    """The truth and its tables; bid: (n,) currency in force; platform: with the true exponent."""

    bid: F64
    report: Report
    platform: Platform
    truth: Auctions
    history: pl.DataFrame
    targets: pl.DataFrame
    categories: pl.DataFrame


def segments_of(report: Report, n: int) -> BidSegments:
    """The report's segments for n targets."""
    multiplier, share = np.array(report.segments).T
    return BidSegments(
        np.zeros(n, dtype=np.int64), np.array([0, len(share)]), multiplier.copy(), share.copy()
    )


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
    exponent = report.exponent or max(1.0 + EXPONENT_SPREAD * float(generator.normal()), 0.1)
    platform = replace(platform, examination_exponent=exponent * platform.examination_exponent)
    truth = Auctions(
        queries=np.exp(generator.normal(3.6, 1.7, n)),
        m=np.exp(keyword[:, 0]),
        mu=np.log(bid) + keyword[:, 1],
        sigma=np.exp(keyword[:, 2]),
        quality=np.ones(n),
        segments=segments_of(report, n),
    )
    ctr = 0.12 * np.exp(0.3 * generator.standard_normal(n))
    history = _history(truth, bid, ctr, report, platform, generator, days)
    names = [f"t{i:04}" for i in range(n)]
    return LandscapeShop(
        bid,
        report,
        platform,
        truth,
        history.with_columns(pl.Series("target_id", np.repeat(names, days))),
        pl.DataFrame(
            {
                "target_id": names,
                "product_id": [f"p{p:03}" for p in product],
                "current_bid": np.round(bid * MICROS).astype(np.int64),
                "quality_score": np.full(n, SCORE),
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
    days: int,
) -> pl.DataFrame:
    """Table HISTORY without ids; bid: (n,) in force on the last day."""
    n = len(bid)
    stretch = np.arange(days)
    bids = np.outer(bid, np.array(report.bids)[stretch * len(report.bids) // days]).ravel()
    quality = np.tile(np.array(report.qualities)[stretch * len(report.qualities) // days], n)
    swing = np.exp(generator.normal(-0.5 * DAY_SPREAD**2, DAY_SPREAD, n * days))
    whole = _Counts(*(np.zeros(n * days) for _ in _Counts._fields))
    for multiplier, share in report.segments:
        cells = Auctions(
            queries=np.repeat(truth.queries, days) * swing * share,
            m=np.repeat(truth.m, days),
            mu=np.repeat(truth.mu, days),
            sigma=np.repeat(truth.sigma, days),
            quality=quality,
        )
        seen = _counts(cells, bids * multiplier, np.repeat(ctr, days), platform, generator)
        whole = _Counts(*(one + other for one, other in zip(whole, seen, strict=True)))
    shown = np.where(whole.impressions > 0, 1.0, np.nan)
    rank = np.round(whole.rank_sum / np.maximum(whole.impressions, 1), 1).clip(1.0)
    bucket = np.clip(np.searchsorted(BUCKETS, rank, side="right"), 1, len(BUCKETS) - 1)
    share_seen = shown * whole.impressions / np.maximum(whole.searches, 1)
    low = np.where(share_seen < LEAST_SHARE, 0.0, share_seen.round(2))
    high = np.where(share_seen < LEAST_SHARE, LEAST_SHARE, share_seen.round(2))
    told: dict[str, tuple[F64, bool]] = {
        "bid": (np.round(bids * MICROS), report.has_bid),
        "quality_score": (SCORE * quality, len(report.qualities) > 1),
        "avg_rank": (shown * rank, report.has_rank),
        "avg_rank_low": (shown * BUCKETS[bucket - 1], report.has_bucket),
        "avg_rank_high": (shown * BUCKETS[bucket], report.has_bucket),
        "impression_share_low": (low, report.has_share),
        "impression_share_high": (high, report.has_share),
    }
    unknown = np.full(n * days, np.nan)
    return (
        pl.DataFrame(
            {
                "date": [
                    date(2026, 1, 1) + timedelta(day) for _ in range(n) for day in range(days)
                ],
                "impressions": whole.impressions,
                "clicks": whole.clicks,
                "cost": whole.cost,
                **{
                    name: values if is_told else unknown for name, (values, is_told) in told.items()
                },
            }
        )
        .with_columns(pl.col(*told).fill_nan(None))
        .with_columns(pl.col("bid").cast(pl.Int64))
    )


class _Counts(NamedTuple):
    """Counts of each keyword and day (cells,); cost in currency."""

    searches: F64
    impressions: F64
    clicks: F64
    cost: F64
    rank_sum: F64


def _counts(
    cells: Auctions, bid: F64, ctr: F64, platform: Platform, generator: np.random.Generator
) -> _Counts:
    """One segment of the searches; cells.queries: expected on that day."""
    one = replace(cells, queries=np.ones(len(bid)))
    shown = expected_traffic(bid, np.arange(len(bid) + 1), one, platform)
    searches = generator.poisson(cells.queries)
    impressions = generator.binomial(searches, np.minimum(shown.impressions, 1.0))
    looked = shown.examined / np.maximum(shown.impressions, 1e-300)
    clicks = generator.binomial(impressions, np.minimum(looked * ctr, 1.0))
    return _Counts(
        searches.astype(np.float64),
        impressions.astype(np.float64),
        clicks.astype(np.float64),
        _cost(cells, bid, clicks, platform, generator),
        _rank_sum(cells, bid, impressions, platform, generator),
    )


def _above(cells: Auctions, bid: F64) -> F64:
    """Expected rivals above each bid (cells,)."""
    z = (np.log(bid * cells.quality) - cells.mu) / cells.sigma
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
    price = np.where(reached >= 1.0, floor, score / cells.quality[of] + step)
    price = np.clip(price, floor, bid[of])
    return np.bincount(of, weights=price, minlength=len(clicks)).astype(np.float64)


def _rank_sum(
    cells: Auctions,
    bid: F64,
    impressions: NDArray[np.int64],
    platform: Platform,
    generator: np.random.Generator,
) -> F64:
    """Sum (cells,) of the ranks of the impressions."""
    above = np.maximum(_above(cells, bid), 1e-12)[:, None]
    k = np.arange(platform.slots)
    chance = np.exp(k * np.log(above) - above - special.gammaln(k + 1.0))
    whole = np.maximum(chance.sum(axis=1, keepdims=True), 1e-300)
    counts = generator.multinomial(impressions, chance / whole)
    return np.asarray(counts @ (k + 1.0), dtype=np.float64)

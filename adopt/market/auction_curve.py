"""Response of a keyword to its bid in closed form, from the fitted landscape and rates.

Where the bid is multiplied by hour, device or audience, the result is the mean over the segments of the
searches, each at its own multiple of the bid.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.response import evaluate_levels, evaluate_outcomes
from adopt.platforms import MICROS, Platform
from adopt.platforms.bid_segments import BidSegments
from adopt.platforms.examination import examination_by_rank

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

CHUNK = 1 << 18
"""Cells (level x segment) of multiplied bids that are in memory at a time."""


@dataclass(frozen=True, slots=True)
class Auctions:
    """The competition of n targets: searches per day and the rank scores of rivals.

    queries, m, mu, sigma, quality: (n,); quality 1 = average
    segments: by what the bid is multiplied in which searches; None = by nothing, in none
    """

    queries: F64
    m: F64
    mu: F64
    sigma: F64
    quality: F64
    segments: BidSegments | None = None

    def of(self, rows: I64) -> "Auctions":
        """The auctions of the targets at these places; a place may occur more than once."""
        return Auctions(
            self.queries[rows],
            self.m[rows],
            self.mu[rows],
            self.sigma[rows],
            self.quality[rows],
            None if self.segments is None else self.segments.of(rows),
        )


@dataclass(frozen=True, slots=True)
class Traffic:
    """Expected traffic (cells,) per day: impressions, examined impressions, price of a click."""

    impressions: F64
    examined: F64
    cpc: F64


@dataclass(frozen=True, slots=True)
class Results:
    """Expected results (cells,) per day: counts, and cost in currency."""

    impressions: F64
    clicks: F64
    cost: F64
    orders: F64


def expected_traffic(bid: F64, start: I64, auctions: Auctions, platform: Platform) -> Traffic:
    """Expected traffic of every bid level.

    bid: (cells,) currency, ascending along the levels of each target; start: (n + 1,) first cells
    Impressions, examined impressions and their cost never fall with the bid; where it is multiplied,
    the mean price may, as cheap searches join. Source: kernels/curve.py, docs/methods/response-curves.md.
    """
    traffic = _plain_traffic(_unmultiplied(bid, start, auctions), start, auctions, platform)
    for part in _multiplied(bid, start, auctions, platform):
        found = _plain_traffic(part.bid, part.start, part.auctions, platform)
        examined = part.sum(found.examined)
        cost = part.sum(found.examined * found.cpc)
        price = np.divide(cost, examined, out=np.zeros_like(cost), where=examined > 0.0)
        traffic.impressions[part.cells] = part.sum(found.impressions)
        traffic.examined[part.cells] = examined
        traffic.cpc[part.cells] = price
    return traffic


def expected_results(
    bid: F64, start: I64, auctions: Auctions, click_rate: F64, cvr: F64, platform: Platform
) -> Results:
    """Expected results of every bid level, in one pass over the cells.

    bid: (cells,) currency, ascending along the levels of each target; start: (n + 1,) first cells
    click_rate: (n,) clicks an examined impression; cvr: (n,) orders a click
    All are non-decreasing along the bids. Source: kernels/curve.py, docs/methods/response-curves.md.
    """
    alone = _unmultiplied(bid, start, auctions)
    results = _plain_results(alone, start, auctions, click_rate, cvr, platform)
    for part in _multiplied(bid, start, auctions, platform):
        rates = click_rate[part.owner], cvr[part.owner]
        found = _plain_results(part.bid, part.start, part.auctions, *rates, platform)
        results.impressions[part.cells] = part.sum(found.impressions)
        results.clicks[part.cells] = part.sum(found.clicks)
        results.cost[part.cells] = part.sum(found.cost)
        results.orders[part.cells] = part.sum(found.orders)
    return results


def highest_bid(bid: F64, auctions: Auctions, platform: Platform) -> F64:
    """The most (n,) that one bid (n,) of each target enters an auction with, currency."""
    segments = auctions.segments
    if segments is None:
        return bid
    highest = np.maximum.reduceat(segments.multiplier, segments.start[:-1])[segments.profile]
    return _capped(bid, highest, platform)


def _capped(bid: F64, multiplier: F64, platform: Platform) -> F64:
    """The multiplied bid, at most the platform's highest; a bid in force beyond it stays what it is."""
    highest = np.maximum(bid, platform.bid_maximum_micros / MICROS)
    return np.asarray(np.minimum(bid * multiplier, highest))


@dataclass(frozen=True, slots=True)
class _Part:
    """Some targets, one row a target and segment of it.

    bid, start, auctions, owner: of the rows; cells: of the targets' levels in the whole;
    place: position in cells of each cell of the rows
    """

    bid: F64
    start: I64
    auctions: Auctions
    owner: I64
    cells: I64
    place: I64

    def sum(self, values: F64) -> F64:
        """Sums over the segments, one after the other in their order."""
        sums = np.bincount(self.place, weights=values, minlength=len(self.cells))
        return np.asarray(sums, dtype=np.float64)


def _unmultiplied(bid: F64, start: I64, auctions: Auctions) -> F64:
    """The bids, off where they are multiplied: those are evaluated by segment."""
    segments = auctions.segments
    if segments is None or not (is_multiplied := segments.is_multiplied()).any():
        return bid
    return np.where(np.repeat(is_multiplied, np.diff(start)), 0.0, bid)


def _multiplied(bid: F64, start: I64, auctions: Auctions, platform: Platform) -> Iterator[_Part]:
    """The targets whose bid is multiplied, by chunks of at most about CHUNK cells."""
    segments = auctions.segments
    if segments is None:
        return
    targets = np.flatnonzero(segments.is_multiplied())
    count = np.diff(segments.start)[segments.profile[targets]]
    levels = np.diff(start)[targets]
    chunk = np.cumsum(count * levels) // CHUNK
    for one in np.unique(chunk):
        inside = chunk == one
        yield _part(targets[inside], bid, start, auctions, segments, platform)


def _part(
    targets: I64,
    bid: F64,
    start: I64,
    auctions: Auctions,
    segments: BidSegments,
    platform: Platform,
) -> _Part:
    profile = segments.profile[targets]
    count = np.diff(segments.start)[profile]
    owner = np.repeat(targets, count)
    segment = _ranges(segments.start[profile], count)
    levels = np.diff(start)
    first = np.concatenate([[0], np.cumsum(levels[targets])])
    row_start = np.concatenate([[0], np.cumsum(levels[owner])]).astype(np.int64)
    cell = _ranges(start[owner], levels[owner])
    own = _ranges(np.repeat(first[:-1], count), levels[owner])
    multiplier = np.repeat(segments.multiplier[segment], levels[owner])

    def of(values: F64) -> F64:
        return values[owner]

    return _Part(
        _capped(bid[cell], multiplier, platform),
        row_start,
        Auctions(
            of(auctions.queries) * segments.share[segment],
            of(auctions.m),
            of(auctions.mu),
            of(auctions.sigma),
            of(auctions.quality),
        ),
        owner,
        _ranges(start[targets], levels[targets]),
        own,
    )


def _ranges(first: I64, count: I64) -> I64:
    """The whole numbers first .. first + count - 1 of each pair, one after the other."""
    shift = np.repeat(first - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
    return np.asarray(shift + np.arange(len(shift)), dtype=np.int64)


def _plain_traffic(bid: F64, start: I64, auctions: Auctions, platform: Platform) -> Traffic:
    """Traffic of bids that are multiplied by nothing."""
    cells = len(bid)
    traffic = Traffic(np.empty(cells), np.empty(cells), np.empty(cells))
    evaluate_levels(
        *_as_arrays(bid, start, auctions),
        *_page(platform),
        traffic.impressions,
        traffic.examined,
        traffic.cpc,
    )
    return traffic


def _plain_results(
    bid: F64, start: I64, auctions: Auctions, click_rate: F64, cvr: F64, platform: Platform
) -> Results:
    """Results of bids that are multiplied by nothing."""
    cells = len(bid)
    results = Results(np.empty(cells), np.empty(cells), np.empty(cells), np.empty(cells))
    evaluate_outcomes(
        *_as_arrays(bid, start, auctions),
        np.ascontiguousarray(click_rate, dtype=np.float64),
        np.ascontiguousarray(cvr, dtype=np.float64),
        *_page(platform),
        results.impressions,
        results.clicks,
        results.cost,
        results.orders,
    )
    return results


def _as_arrays(
    bid: F64, start: I64, auctions: Auctions
) -> tuple[F64, I64, F64, F64, F64, F64, F64]:
    """Contiguous arrays in the kernels' order."""

    def values(array: F64) -> F64:
        return np.ascontiguousarray(array, dtype=np.float64)

    return (
        values(bid),
        np.ascontiguousarray(start, dtype=np.int64),
        values(auctions.quality),
        values(auctions.queries),
        values(auctions.m),
        values(auctions.mu),
        values(auctions.sigma),
    )


def _page(platform: Platform) -> tuple[F64, float, float]:
    """Examination by rank (slots,), and floor and step of the price in currency."""
    return (
        examination_by_rank(platform.slots, platform.examination_exponent),
        platform.price_floor_micros / MICROS,
        platform.bid_step_micros / MICROS,
    )


def click_rate(ctr: F64, traffic_now: Traffic) -> F64:
    """Clicks per examined impression (n,), so that the CTR at the bid in force is the posterior's.

    ctr: (n,) clicks per impression at the bid in force; traffic_now: (n,) at that bid
    """
    seen = np.maximum(traffic_now.impressions, 1e-300)
    return ctr * seen / np.maximum(traffic_now.examined, 1e-300)

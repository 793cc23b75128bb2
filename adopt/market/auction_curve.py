"""Response of a keyword to its bid in closed form, from the fitted landscape and rates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.response import evaluate_levels, evaluate_outcomes
from adopt.platforms import MICROS, Platform

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Auctions:
    """The competition of n targets: searches per day and the rank scores of rivals.

    queries, m, mu, sigma, quality: (n,); quality 1 = average
    """

    queries: F64
    m: F64
    mu: F64
    sigma: F64
    quality: F64


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
    Source: kernels/curve.py, docs/methods/response-curves.md.
    """
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


def expected_results(
    bid: F64, start: I64, auctions: Auctions, click_rate: F64, cvr: F64, platform: Platform
) -> Results:
    """Expected results of every bid level, in one pass over the cells.

    bid: (cells,) currency, ascending along the levels of each target; start: (n + 1,) first cells
    click_rate: (n,) clicks an examined impression; cvr: (n,) orders a click
    Source: kernels/curve.py, docs/methods/response-curves.md.
    """
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
    ranks = np.arange(1, platform.slots + 1, dtype=np.float64)
    return (
        ranks**-platform.examination_exponent,
        platform.price_floor_micros / MICROS,
        platform.bid_step_micros / MICROS,
    )


def click_rate(ctr: F64, traffic_now: Traffic) -> F64:
    """Clicks per examined impression (n,), so that the CTR at the bid in force is the posterior's.

    ctr: (n,) clicks per impression at the bid in force; traffic_now: (n,) at that bid
    """
    seen = np.maximum(traffic_now.impressions, 1e-300)
    return ctr * seen / np.maximum(traffic_now.examined, 1e-300)

"""Response of a keyword to its bid in closed form, from the fitted landscape and rates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.response import evaluate_levels
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


def expected_traffic(bid: F64, start: I64, auctions: Auctions, platform: Platform) -> Traffic:
    """Expected traffic of every bid level.

    bid: (cells,) currency, ascending along the levels of each target; start: (n + 1,) first cells
    Source: kernels/auction.py, docs/methods/landscape.md.
    """
    cells = len(bid)
    traffic = Traffic(np.empty(cells), np.empty(cells), np.empty(cells))
    ranks = np.arange(1, platform.slots + 1, dtype=np.float64)
    evaluate_levels(
        np.ascontiguousarray(bid, dtype=np.float64),
        np.ascontiguousarray(start, dtype=np.int64),
        np.ascontiguousarray(auctions.quality),
        np.ascontiguousarray(auctions.queries),
        np.ascontiguousarray(auctions.m),
        np.ascontiguousarray(auctions.mu),
        np.ascontiguousarray(auctions.sigma),
        ranks**-platform.examination_exponent,
        platform.price_floor_micros / MICROS,
        platform.bid_step_micros / MICROS,
        traffic.impressions,
        traffic.examined,
        traffic.cpc,
    )
    return traffic


def click_rate(ctr: F64, traffic_now: Traffic) -> F64:
    """Clicks per examined impression (n,), so that the CTR at the bid in force is the posterior's.

    ctr: (n,) clicks per impression at the bid in force; traffic_now: (n,) at that bid
    """
    seen = np.maximum(traffic_now.impressions, 1e-300)
    return ctr * seen / np.maximum(traffic_now.examined, 1e-300)

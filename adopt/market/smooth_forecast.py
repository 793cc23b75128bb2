"""What a campaign of smooth delivery would spend hour by hour without a budget: the platform's forecast."""

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.offers import HOURS, WEEK_HOURS, Layout, Offers, Searches
from adopt.market.auction_curve import Auctions, expected_traffic
from adopt.market.bid_rows import BidRows
from adopt.platforms import MICROS, Platform

F64 = NDArray[np.float64]


def hourly_cost(
    layout: Layout,
    searches: Searches,
    offers: Offers,
    rows: BidRows,
    hour_share: F64,
    platform: Platform,
    is_smooth: NDArray[np.bool_],
) -> F64:
    """Micros in each hour of the week, were each target alone, (campaigns, 168); 0 where not smooth.

    is_smooth: (campaigns,); hour_share: (24,), sum 1
    Source: the closed form of every bid the targets make, by its share of the hour's searches.
    """
    own = np.flatnonzero(is_smooth[layout.campaign])
    cost = _day_cost(layout, searches, offers, rows, platform, is_smooth)
    multiples = rows.multiples
    cell_share = np.diff(multiples.cells_upto, prepend=0.0)
    hourly = np.empty((len(is_smooth), WEEK_HOURS))
    found: dict[tuple[bytes, int], F64] = {}
    for week_hour in range(WEEK_HOURS):
        level = multiples.level[:, week_hour]
        hour = week_hour % HOURS % cost.shape[1]
        key = (level.tobytes(), hour)
        if key not in found:
            at = level[multiples.profile[own]]
            row = np.where(at == 0, own[:, None], multiples.extra[own, None] + at)
            met = cost[row, hour]
            mean = met @ cell_share if len(cell_share) else met[:, 0]
            sums = np.bincount(layout.campaign[own], mean, minlength=len(is_smooth))
            found[key] = sums.astype(np.float64)
        hourly[:, week_hour] = found[key] * hour_share[week_hour % HOURS]
    return hourly


def _day_cost(
    layout: Layout,
    searches: Searches,
    offers: Offers,
    rows: BidRows,
    platform: Platform,
    is_smooth: NDArray[np.bool_],
) -> F64:
    """Micros of a day of every bid with the rivals of each hour, (rows, 24 or 1); 0 where not smooth."""
    used = np.flatnonzero(is_smooth[layout.campaign[rows.target]])
    # The bids of a target are the levels of its curve, which costs less than a curve for each.
    used = used[np.lexsort((offers.bid[used], rows.target[used]))]
    targets, first, count = np.unique(rows.target[used], return_index=True, return_counts=True)
    start = np.append(first, len(used))
    keyword = np.repeat(np.arange(len(searches.queries)), np.diff(layout.keyword_targets))[targets]
    click_rate = np.repeat(offers.click_rate[targets], count)
    serves = offers.bid[used] >= platform.price_floor_micros
    hours = HOURS if len(searches.staying) else 1
    cost = np.zeros((len(rows.target), hours))
    for hour in range(hours):
        staying = searches.staying[keyword, hour] if len(searches.staying) else 1.0
        auctions = Auctions(
            searches.queries[keyword],
            searches.m[keyword] * staying,
            searches.mu[keyword],
            searches.sigma[keyword],
            offers.quality[targets],
        )
        traffic = expected_traffic(offers.bid[used] / MICROS, start, auctions, platform)
        cost[used, hour] = serves * traffic.examined * click_rate * traffic.cpc * MICROS
    return cost

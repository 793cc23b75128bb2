"""Curves of many targets: monotone, and the same bytes on one thread and on two."""

import numba
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from adopt.market.auction_curve import Auctions, expected_traffic
from adopt.platforms import PLATFORMS

TAOBAO = PLATFORMS["taobao"]


def some_auctions(seed, n):
    generator = np.random.default_rng(seed)
    return Auctions(
        queries=np.exp(generator.normal(5, 1, n)),
        m=np.exp(generator.uniform(0, 5, n)),
        mu=generator.normal(0, 0.5, n),
        sigma=generator.uniform(0.2, 1.0, n),
        quality=generator.uniform(0.5, 1.5, n),
    )


@given(st.integers(0, 10_000))
def test_traffic_and_cost_never_fall_as_the_bid_rises(seed):
    bids = np.round(np.linspace(0.05, 6.0, 80), 2)
    traffic = expected_traffic(bids, np.array([0, 80]), some_auctions(seed, 1), TAOBAO)
    for values in (traffic.impressions, traffic.examined, traffic.cpc):
        assert (np.diff(values) >= -1e-12 * values[1:]).all()
    assert (traffic.cpc <= bids + 1e-12).all()


def test_a_bid_below_the_floor_shows_nothing():
    traffic = expected_traffic(np.array([0.0, 0.04]), np.array([0, 2]), some_auctions(1, 1), TAOBAO)
    assert traffic.impressions.tolist() == [0.0, 0.0]


def test_threads_do_not_change_a_byte():
    bids = np.tile(np.linspace(0.1, 3.0, 30), 200)
    start = np.arange(0, 6001, 30)
    results = []
    for threads in (1, 2):
        numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
        results.append(expected_traffic(bids, start, some_auctions(3, 200), TAOBAO))
    assert results[0].examined.tobytes() == results[1].examined.tobytes()
    assert results[0].cpc.tobytes() == results[1].cpc.tobytes()

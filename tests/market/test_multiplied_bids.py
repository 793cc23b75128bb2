"""Multiplied bids: the closed form is the sum over segments, and never falls with the base bid."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adopt.market import auction_curve
from adopt.market.auction_curve import Auctions, expected_results, expected_traffic, highest_bid
from adopt.platforms import PLATFORMS
from adopt.platforms.bid_segments import BidSegments, plain_segments

TAOBAO = PLATFORMS["taobao"]
# Targets 0 and 2 are plain, 1 and 4 share a profile of three multiples, 3 has a single one.
SEGMENTS = BidSegments(
    profile=np.array([0, 1, 0, 2, 1]),
    start=np.array([0, 1, 4, 5]),
    multiplier=np.array([1.0, 0.3, 1.0, 1.9, 1.3]),
    share=np.array([1.0, 0.2, 0.5, 0.3, 1.0]),
)


def some_auctions(seed, n):
    generator = np.random.default_rng(seed)
    return Auctions(
        queries=generator.lognormal(4, 1, n),
        m=generator.lognormal(2.5, 0.8, n),
        mu=generator.normal(0, 0.5, n),
        sigma=generator.uniform(0.2, 1.0, n),
        quality=generator.uniform(0.6, 1.5, n),
    )


def some_levels(seed, n):
    generator = np.random.default_rng(seed)
    counts = generator.integers(1, 30, n)
    bid = np.concatenate([np.sort(generator.uniform(0.1, 4.0, count)) for count in counts])
    return bid, np.concatenate([[0], np.cumsum(counts)])


def plain_one(auctions, i):
    names = ("queries", "m", "mu", "sigma", "quality")
    return Auctions(*(getattr(auctions, name)[i : i + 1] for name in names))


def by_hand(bid, start, auctions, rate, cvr):
    """Plain results at every multiple by itself, summed by share: impressions, clicks, cost, orders."""
    rows = []
    for i in range(len(rate)):
        levels = bid[start[i] : start[i + 1]]
        profile = SEGMENTS.profile[i]
        whole = np.zeros((4, len(levels)))
        for s in range(SEGMENTS.start[profile], SEGMENTS.start[profile + 1]):
            bids = np.minimum(levels * SEGMENTS.multiplier[s], 99.99)
            traffic = expected_traffic(
                bids, np.array([0, len(bids)]), plain_one(auctions, i), TAOBAO
            )
            clicks = traffic.examined * rate[i]
            part = (traffic.impressions, clicks, clicks * traffic.cpc, clicks * cvr[i])
            whole += SEGMENTS.share[s] * np.array(part)
        rows.append(whole)
    return np.concatenate(rows, axis=1)


@pytest.mark.parametrize("chunk", [1, 40, 1 << 18])
def test_results_are_the_sum_over_segments(monkeypatch, chunk):
    monkeypatch.setattr(auction_curve, "CHUNK", chunk)
    auctions = replace(some_auctions(1, 5), segments=SEGMENTS)
    bid, start = some_levels(1, 5)
    rate, cvr = np.linspace(0.05, 0.1, 5), np.linspace(0.01, 0.05, 5)
    expected = by_hand(bid, start, auctions, rate, cvr)
    found = expected_results(bid, start, auctions, rate, cvr, TAOBAO)
    got = np.array([found.impressions, found.clicks, found.cost, found.orders])
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-300)
    traffic = expected_traffic(bid, start, auctions, TAOBAO)
    owner = np.repeat(np.arange(5), np.diff(start))
    np.testing.assert_allclose(traffic.impressions, expected[0], rtol=1e-12)
    np.testing.assert_allclose(traffic.examined * rate[owner], expected[1], rtol=1e-12)
    # The price is weighed by clicks.
    np.testing.assert_allclose(traffic.cpc, expected[2] / expected[1], rtol=1e-12)


def test_plain_targets_keep_every_byte_beside_multiplied_ones():
    plain = some_auctions(2, 5)
    bid, start = some_levels(2, 5)
    rate = np.full(5, 0.1)
    alone = expected_results(bid, start, plain, rate, rate, TAOBAO)
    unmoved = replace(plain, segments=plain_segments(5))
    mixed = replace(plain, segments=SEGMENTS)
    is_plain = np.repeat(~SEGMENTS.is_multiplied(), np.diff(start))
    for name in ("impressions", "clicks", "cost", "orders"):
        same = expected_results(bid, start, unmoved, rate, rate, TAOBAO)
        beside = expected_results(bid, start, mixed, rate, rate, TAOBAO)
        np.testing.assert_array_equal(getattr(same, name), getattr(alone, name))
        np.testing.assert_array_equal(
            getattr(beside, name)[is_plain], getattr(alone, name)[is_plain]
        )


@given(st.integers(0, 10_000))
def test_nothing_falls_when_the_base_bid_rises(seed):
    generator = np.random.default_rng(seed)
    share = generator.dirichlet(np.ones(4))
    multiplier = np.sort(generator.uniform(0.01, 4.0, 4))
    segments = BidSegments(np.zeros(1, dtype=np.int64), np.array([0, 4]), multiplier, share)
    auctions = replace(some_auctions(seed, 1), segments=segments)
    bid = np.sort(generator.lognormal(0, 1.5, 40)).clip(0.05, 99.99)
    one = np.array([0.1])
    found = expected_results(bid, np.array([0, 40]), auctions, one, one, TAOBAO)
    for values in (found.impressions, found.clicks, found.cost, found.orders):
        assert (np.diff(values) >= 0).all()
    assert (found.cost <= found.clicks * bid * multiplier[-1] * (1 + 1e-12)).all()


def test_no_multiple_enters_above_the_platforms_highest_bid():
    auctions = replace(some_auctions(3, 5), segments=SEGMENTS)
    bid = np.full(5, 90.0)
    assert highest_bid(bid, auctions, TAOBAO) == pytest.approx([90, 99.99, 90, 99.99, 99.99])
    high = replace(some_auctions(3, 1), segments=BidSegments(*_one(1.9)))
    capped = expected_traffic(np.array([90.0]), np.array([0, 1]), high, TAOBAO)
    at_the_top = expected_traffic(np.array([99.99]), np.array([0, 1]), some_auctions(3, 1), TAOBAO)
    assert capped.cpc == pytest.approx(at_the_top.cpc)


def _one(multiplier):
    zero = np.zeros(1, dtype=np.int64)
    return zero, np.array([0, 1]), np.array([multiplier]), np.ones(1)


def test_a_multiple_for_all_searches_is_a_plain_bid():
    auctions = some_auctions(4, 1)
    multiplied = replace(auctions, segments=BidSegments(*_one(1.3)))
    bid, start = np.linspace(0.3, 2.0, 9), np.array([0, 9])
    found = expected_traffic(bid, start, multiplied, TAOBAO)
    same = expected_traffic(1.3 * bid, start, auctions, TAOBAO)
    np.testing.assert_allclose(found.examined, same.examined, rtol=1e-14)
    np.testing.assert_allclose(found.cpc, same.cpc, rtol=1e-14)


def test_a_target_that_is_off_brings_nothing():
    auctions = replace(some_auctions(5, 5), segments=SEGMENTS)
    off = expected_traffic(np.zeros(5), np.arange(6), auctions, TAOBAO)
    assert not off.examined.any()
    assert not off.cpc.any()

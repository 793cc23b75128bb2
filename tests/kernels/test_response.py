"""Curves of many targets: right, monotone, and the same bytes on one thread and on two."""

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from adopt.kernels.response import evaluate_levels, evaluate_outcomes
from adopt.market.auction_curve import Auctions, expected_traffic
from adopt.platforms import PLATFORMS

TAOBAO = PLATFORMS["taobao"]
EXAMINATION = np.arange(1, 21.0) ** -0.6


def some_auctions(seed, n):
    generator = np.random.default_rng(seed)
    return Auctions(
        queries=np.exp(generator.normal(5, 1, n)),
        m=np.exp(generator.uniform(0, 5, n)),
        mu=generator.normal(0, 0.5, n),
        sigma=generator.uniform(0.2, 1.0, n),
        quality=generator.uniform(0.5, 1.5, n),
    )


def exact_price(bid, quality, m, mu, sigma, floor, step):
    """20 Gauss-Legendre nodes in each of 400 panels that crowd at both ends."""
    nodes, weights = np.polynomial.legendre.leggauss(20)
    near = np.concatenate([[0.0], np.geomspace(1e-8, 0.5, 200)])
    edges = floor + (bid - floor) * np.concatenate([near, 1 - near[::-1]])
    half = 0.5 * np.diff(edges)
    price = 0.5 * (edges[1:] + edges[:-1])[:, None] + half[:, None] * nodes
    rival = np.maximum((price - step) * quality, 1e-300)
    between = m * ndtr(-(np.log(rival) - mu) / sigma) - m * ndtr(
        -(np.log(bid * quality) - mu) / sigma
    )
    return floor + float((half[:, None] * weights * -np.expm1(-np.maximum(between, 0))).sum())


def exact_page(bid, quality, m, mu, sigma):
    above = m * ndtr(-(np.log(bid * quality) - mu) / sigma)
    chance, shown, examined = np.exp(-above), 0.0, 0.0
    for r, share in enumerate(EXAMINATION):
        shown, examined = shown + chance, examined + chance * share
        chance = chance * above / (r + 1)
    return shown, examined


SPACINGS = {
    "window": lambda g: np.exp(g.normal(0, 0.8)) * np.linspace(0.8, 1.2, 17),
    "wide": lambda _: np.linspace(0.1, 6.4, 15),
    "uneven": lambda g: np.sort(g.uniform(0.05, 10.0, 9)),
    "single": lambda g: np.exp(g.normal(0, 0.8, 1)),
    "pair": lambda g: np.exp(g.normal(0, 0.8)) * np.array([1.0, 1.2]),
    "equal": lambda g: np.repeat(np.exp(g.normal(0, 0.8)), 3),
}


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize(("floor", "step"), [(0.05, 0.01), (0.01, 0.01), (0.01, 0.02)])
def test_clicks_and_price_are_right_to_a_millionth(spacing, floor, step):
    for seed in range(12):
        generator = np.random.default_rng(seed)
        bid = np.maximum(SPACINGS[spacing](generator), floor)
        landscape = (
            generator.uniform(0.5, 1.5),
            np.exp(generator.uniform(0, 6)),
            generator.normal(0, 0.7),
            generator.uniform(0.15, 1.3),
        )
        one = [np.array([value]) for value in (landscape[0], 1.0, *landscape[1:])]
        found = [np.empty(len(bid)) for _ in range(3)]
        evaluate_levels(bid, np.array([0, len(bid)]), *one, EXAMINATION, floor, step, *found)
        exact = [exact_price(b, *landscape, floor, step) for b in bid]
        np.testing.assert_allclose(found[2], exact, rtol=1e-6)
        shown, examined = exact_page(bid, *landscape)
        np.testing.assert_allclose(found[0], shown, rtol=1e-6, atol=1e-200)
        np.testing.assert_allclose(found[1], examined, rtol=1e-6, atol=1e-200)


@given(st.integers(0, 10_000))
def test_traffic_and_cost_never_fall_as_the_bid_rises(seed):
    bids = np.round(np.linspace(0.05, 6.0, 80), 2)
    traffic = expected_traffic(bids, np.array([0, 80]), some_auctions(seed, 1), TAOBAO)
    for values in (traffic.impressions, traffic.examined, traffic.cpc):
        assert (np.diff(values) >= 0).all()
    assert (traffic.cpc <= bids).all()
    assert (traffic.cpc >= 0.05).all()


def test_a_bid_below_the_floor_shows_nothing():
    bids = np.array([0.0, 0.04, 0.05, 1.0])
    traffic = expected_traffic(bids, np.array([0, 4]), some_auctions(1, 1), TAOBAO)
    assert traffic.impressions[:2].tolist() == [0.0, 0.0]
    assert traffic.cpc[2] == 0.05
    assert traffic.impressions[3] > traffic.impressions[2]


@pytest.mark.parametrize("m", [1e-9, 700.0, 5_000.0])
def test_deserted_and_crowded_auctions_stay_finite(m):
    bids = np.linspace(0.05, 50.0, 40)
    auctions = Auctions(*(np.array([v]) for v in (100.0, m, 0.0, 0.3, 1.0)))
    traffic = expected_traffic(bids, np.array([0, 40]), auctions, TAOBAO)
    for values in (traffic.impressions, traffic.examined, traffic.cpc):
        assert np.isfinite(values).all()
        assert (np.diff(values) >= 0).all()


def test_other_levels_of_a_target_do_not_change_a_level():
    bids = np.sort(np.random.default_rng(5).uniform(0.05, 5.0, 40))
    auctions = some_auctions(8, 1)
    together = expected_traffic(bids, np.array([0, 40]), auctions, TAOBAO)
    alone = expected_traffic(bids[20:21], np.array([0, 1]), auctions, TAOBAO)
    assert alone.cpc[0] == pytest.approx(together.cpc[20], rel=1e-6)
    assert alone.examined[0] == pytest.approx(together.examined[20], rel=1e-9)


def many_targets(seed, n):
    """Targets of none to 90 levels, some off or below the floor, some wide apart, some crowded."""
    generator = np.random.default_rng(seed)
    levels = generator.choice([0, 1, 2, 3, 15, 16, 17, 64, 90], n)
    start = np.concatenate([[0], np.cumsum(levels)])
    bids = [
        np.sort(generator.uniform(0.0, 8.0, count)) if generator.random() < 0.5
        else np.exp(generator.normal(0, 1)) * np.linspace(0.8, 1.2, count)
        for count in levels
    ]  # fmt: skip
    parameters = [
        generator.uniform(0.5, 1.5, n),
        np.exp(generator.normal(5, 1, n)),
        np.exp(generator.uniform(-2, 7, n)),
        generator.normal(0, 0.7, n),
        generator.uniform(0.15, 1.3, n),
    ]
    return np.concatenate(bids), start, parameters


def levels_of(bids, start, parameters):
    found = [np.empty(len(bids)) for _ in range(3)]
    evaluate_levels(bids, start, *parameters, EXAMINATION, 0.05, 0.01, *found)
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_other_targets_do_not_change_a_byte(seed):
    bids, start, parameters = many_targets(seed, 600)
    together = levels_of(bids, start, parameters)
    for i in range(600):
        own = slice(start[i], start[i + 1])
        alone = levels_of(
            bids[own], np.array([0, start[i + 1] - start[i]]), [p[i : i + 1] for p in parameters]
        )
        for ours, theirs in zip(alone, together, strict=True):
            assert ours.tobytes() == theirs[own].tobytes()
            assert (np.diff(ours) >= 0).all()


def test_outcomes_are_levels_times_rates():
    bids, start, parameters = many_targets(3, 300)
    impressions, examined, cpc = levels_of(bids, start, parameters)
    clicked, ordered = np.random.default_rng(3).uniform(0.01, 0.1, (2, 300))
    found = [np.empty(len(bids)) for _ in range(4)]
    evaluate_outcomes(bids, start, *parameters, clicked, ordered, EXAMINATION, 0.05, 0.01, *found)
    levels = np.diff(start)
    clicks = examined * np.repeat(clicked, levels)
    assert found[0].tobytes() == impressions.tobytes()
    np.testing.assert_allclose(found[1], clicks, rtol=1e-14)
    np.testing.assert_allclose(found[2], clicks * cpc, rtol=1e-14)
    np.testing.assert_allclose(found[3], clicks * np.repeat(ordered, levels), rtol=1e-14)


def test_threads_do_not_change_a_byte():
    bids = np.tile(np.linspace(0.1, 3.0, 30), 200)
    start = np.arange(0, 6001, 30)
    results = []
    before = numba.get_num_threads()
    for threads in (1, 2):
        numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
        results.append(expected_traffic(bids, start, some_auctions(3, 200), TAOBAO))
    numba.set_num_threads(before)
    assert results[0].examined.tobytes() == results[1].examined.tobytes()
    assert results[0].cpc.tobytes() == results[1].cpc.tobytes()

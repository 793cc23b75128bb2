"""The closed-form auction against numerical integration and against auctions that are played."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import ndtr

from adopt.kernels.auction import expected_price, page_of, rivals_above

FLOOR, STEP = 0.05, 0.01
LANDSCAPES = st.tuples(
    st.floats(0.06, 20.0),  # bid
    st.floats(0.3, 3.0),  # quality
    st.floats(0.5, 150.0),  # m
    st.floats(-0.9, 0.9),  # mu - ln score
    st.floats(0.2, 1.2),  # sigma
)


def price_by_quadrature(bid, quality, m, mu, sigma):
    def tail(score):
        return m * ndtr(-(math.log(score) - mu) / sigma) if score > 0 else m

    def more_than(price):
        between = tail((price - STEP) * quality) - tail(bid * quality)
        return max(0.0, -math.expm1(-between))

    edges = np.geomspace(FLOOR, bid, 30)
    return FLOOR + sum(quad(more_than, a, b, limit=200)[0] for a, b in itertools.pairwise(edges))


@given(LANDSCAPES)
def test_expected_price_is_the_integral(case):
    bid, quality, m, off, sigma = case
    mu = math.log(bid * quality) + off
    exact = price_by_quadrature(bid, quality, m, mu, sigma)
    assert expected_price(bid, quality, m, mu, sigma, FLOOR, STEP) == pytest.approx(exact, rel=2e-4)


@given(LANDSCAPES)
def test_price_stays_between_floor_and_bid(case):
    bid, quality, m, off, sigma = case
    mu = math.log(bid * quality) + off
    price = expected_price(bid, quality, m, mu, sigma, FLOOR, STEP)
    assert FLOOR <= price <= bid


def test_played_auctions_agree_with_the_closed_form():
    generator = np.random.default_rng(7)
    bid, quality, m, mu, sigma, auctions = 1.4, 1.2, 12.0, 0.1, 0.5, 60_000
    examination = np.arange(1, 6.0) ** -0.6
    score = bid * quality
    prices, shown, looked_at = [], 0, 0.0
    for rivals in generator.poisson(m, auctions):
        scores = np.exp(generator.normal(mu, sigma, rivals))
        rank = int((scores > score).sum())
        if rank < len(examination):
            shown += 1
            looked_at += examination[rank]
        below = scores[scores <= score]
        following = below.max() / quality + STEP if below.size else FLOOR
        prices.append(min(bid, max(FLOOR, following)))
    above = rivals_above(math.log(score), m, mu, sigma)
    p_shown, p_looked, _ = page_of(above, examination)
    assert shown / auctions == pytest.approx(p_shown, abs=4 * math.sqrt(0.25 / auctions))
    assert looked_at / auctions == pytest.approx(p_looked, abs=0.01)
    expected = expected_price(bid, quality, m, mu, sigma, FLOOR, STEP)
    assert np.mean(prices) == pytest.approx(expected, abs=4 * np.std(prices) / math.sqrt(auctions))


def test_a_page_without_rivals_shows_the_first_rank():
    shown, examined, rank = page_of(0.0, np.array([1.0, 0.5]))
    assert (shown, examined, rank) == (1.0, 1.0, 1.0)

"""Clicks to a decision, against simulation of what further clicks would show."""

import math

import numpy as np
import pytest
from scipy.special import gammainc

from adopt.kernels.decision import chance_to_decide, clicks_to_decide, gamma_below


def simulated_chance(a, b, bar, more, certainty=0.8, draws=40_000):
    generator = np.random.default_rng(1)
    rate = generator.gamma(a, 1.0 / b, draws)
    below = gammainc(a + generator.poisson(rate * more), bar * (b + more))
    return np.mean((below >= certainty) | (below <= 1.0 - certainty))


def needed(a, b, bar):
    out = np.empty(1)
    clicks_to_decide(np.array([a]), np.array([b]), np.array([bar]), 0.8, 0.8, out)
    return out[0]


@pytest.mark.parametrize(("shape", "x"), [(0.8, 0.5), (3.0, 2.0), (40.0, 44.0), (900.0, 870.0)])
def test_gamma_tails_are_those_of_the_incomplete_gamma_function(shape, x):
    assert gamma_below(shape, x) == pytest.approx(gammainc(shape, x), abs=0.01)


@pytest.mark.parametrize(
    ("a", "b", "bar"), [(4.0, 200.0, 0.022), (12.0, 400.0, 0.025), (2.0, 80.0, 0.03)]
)
def test_after_the_clicks_that_are_named_four_in_five_are_told(a, b, bar):
    more = needed(a, b, bar)
    assert 0.0 < more < 1e6
    assert chance_to_decide(a, b, bar, 0.8, more) == pytest.approx(0.8, abs=0.01)
    assert simulated_chance(a, b, bar, more) == pytest.approx(0.8, abs=0.04)


def test_what_is_told_needs_no_more_and_what_is_near_the_bar_needs_many():
    assert needed(50.0, 1000.0, 0.02) == 0.0
    assert needed(5.0, 500.0, 0.02) == 0.0
    near, far = needed(20.0, 1000.0, 0.0205), needed(3.0, 150.0, 0.026)
    assert near > far > 0.0


def test_without_a_bar_nothing_is_said_and_what_never_pays_is_told():
    assert math.isnan(needed(2.0, 100.0, math.nan))
    assert needed(2.0, 100.0, math.inf) == 0.0

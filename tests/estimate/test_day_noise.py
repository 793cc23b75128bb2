"""Noise of days beyond chance is found again, and slow change is not taken for it."""

import numpy as np
import pytest

from adopt.estimate.day_noise import USUAL_VARIANCE, day_variance, day_worth


def noisy(seed, variance, level=1.0, n=300, days=90):
    rng = np.random.default_rng(seed)
    expected = rng.uniform(0.5, 12.0, (n, 1)) * np.ones(days)
    rate = rng.gamma(1 / variance, variance, expected.shape) if variance else 1.0
    return rng.poisson(expected * level * rate).astype(np.float64), expected


@pytest.mark.parametrize("variance", [0.0, 0.02, 0.1])
def test_the_variance_is_found_again(variance):
    assert day_variance(*noisy(1, variance)) == pytest.approx(variance, abs=0.01)


def test_a_slow_change_is_no_noise():
    level = np.exp(0.3 * np.sin(np.arange(90) / 14.0))
    assert day_variance(*noisy(2, 0.02, level)) == pytest.approx(0.02, abs=0.01)


def test_few_days_leave_the_belief():
    nothing = np.zeros((1, 5))
    assert day_variance(nothing, nothing) == pytest.approx(USUAL_VARIANCE)
    assert day_variance(*noisy(3, 0.0, n=1, days=10)) == pytest.approx(USUAL_VARIANCE, rel=0.5)


def test_a_busy_day_is_worth_less_than_its_count():
    assert day_worth(np.array([0.0, 10.0]), 0.1) == pytest.approx([1.0, 0.5])

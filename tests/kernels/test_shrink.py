"""Marginal likelihoods against scipy's beta function and against numerical integration."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import betaln

from adopt.kernels.shrink import (
    BETA_BINOMIAL,
    GAMMA_INVERSE_GAMMA,
    GAMMA_POISSON,
    fit_strength,
    log_marginal,
)

K = np.array([3.0, 0.0, 11.0])
N = np.array([100.0, 20.0, 300.0])
P = np.full(3, 0.03)
SURE = np.zeros(3)


def test_beta_binomial_is_a_ratio_of_beta_functions():
    s = 70.0
    expected = (betaln(K + s * P, N - K + s * (1 - P)) - betaln(s * P, s * (1 - P))).sum()
    assert log_marginal(BETA_BINOMIAL, K, N, P, SURE, s, 1.0) == pytest.approx(expected)


def test_gamma_poisson_integrates_the_rate_out():
    s, k, n, p = 50.0, 4.0, 90.0, 0.03

    def joint(rate):
        prior = s * p * math.log(s) - math.lgamma(s * p) + (s * p - 1) * math.log(rate) - s * rate
        return math.exp(prior + k * math.log(rate) - n * rate)

    exact = math.log(quad(joint, 1e-9, 1.0, limit=500)[0])
    got = log_marginal(
        GAMMA_POISSON, np.array([k]), np.array([n]), np.array([p]), np.zeros(1), s, 1.0
    )
    assert got == pytest.approx(exact, rel=1e-5)


def test_order_values_integrate_the_mean_out():
    s, shape, p, k, n = 3.0, 4.0, 100.0, 700.0, 6.0
    a0, b0 = s * shape + 1, s * shape * p

    def joint(value):
        prior = a0 * math.log(b0) - math.lgamma(a0) - (a0 + 1) * math.log(value) - b0 / value
        return math.exp(prior - n * shape * math.log(value) - shape * k / value + 139.0)

    exact = math.log(quad(joint, 10.0, 2000.0, limit=500)[0]) - 139.0
    got = log_marginal(
        GAMMA_INVERSE_GAMMA, np.array([k]), np.array([n]), np.array([p]), np.zeros(1), s, shape
    )
    assert got == pytest.approx(exact, rel=1e-5)


def test_strength_is_found_again():
    generator = np.random.default_rng(3)
    true_strength, mean = 120.0, 0.03
    n = generator.integers(50, 2000, 4000).astype(np.float64)
    rates = generator.beta(true_strength * mean, true_strength * (1 - mean), 4000)
    k = generator.binomial(n.astype(np.int64), rates).astype(np.float64)
    found = fit_strength(
        BETA_BINOMIAL, k, n, np.full(4000, mean), np.zeros(4000), 1.0, math.log(20.0), 2.0
    )
    assert found == pytest.approx(true_strength, rel=0.15)


def test_an_uncertain_prior_mean_is_a_weaker_word():
    sure = log_marginal(GAMMA_POISSON, K, N, P, SURE, 40.0, 1.0)
    weaker = log_marginal(GAMMA_POISSON, K, N, P, np.full(3, 1.0 / 40.0), 80.0 * 1.0, 1.0)
    # 1 / 80 + 1 / 40 is the variance of a word of 80 / 3.
    assert weaker == pytest.approx(log_marginal(GAMMA_POISSON, K, N, P, SURE, 80.0 / 3.0, 1.0))
    assert weaker != pytest.approx(sure)

"""Logarithm, exponential and normal tail keep the errors they state."""

import numpy as np
from scipy.special import ndtr

from adopt.kernels.fast_math import fast_exp, fast_log, fast_tail


def test_exponential():
    x = np.concatenate([np.linspace(-700, 700, 4001), np.linspace(-1, 1, 4001)])
    found = np.array([fast_exp(v) for v in x])
    assert np.abs(found / np.exp(x) - 1).max() < 1e-11


def test_logarithm():
    x = np.concatenate([np.geomspace(1e-300, 1e300, 4001), np.linspace(0.4, 2.5, 4001)])
    found = np.array([fast_log(v) for v in x])
    assert (np.abs(found - np.log(x)) < 1e-13 * np.maximum(1, np.abs(np.log(x)))).all()


def test_tail_and_density():
    z = np.concatenate([np.linspace(-12, 12, 6001), np.random.default_rng(1).normal(0, 2, 2000)])
    tail, density = np.array([fast_tail(v) for v in z]).T
    assert np.abs(tail - ndtr(-z)).max() < 1e-12
    inside = np.abs(z) < 8
    exact = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    assert np.abs(density - exact)[inside].max() < 1e-10

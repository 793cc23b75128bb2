"""Empirical-Bayes shrinkage of rates and order values: how strongly children lean on their parent.

A child with total k over n units of evidence, whose parent's mean is p, has the marginal likelihood

* rate of trials, Beta-Binomial:   B(k + s p, n - k + s (1 - p)) / B(s p, s (1 - p))
* rate of events, Gamma-Poisson:   G(k + s p) / G(s p) * s^(s p) / (s + n)^(s p + k)
* value of an order, Gamma-InverseGamma with shape c: a0 = s c + 1, b0 = s c p,
  G(a0 + n c) / G(a0) * b0^a0 / (b0 + c k)^(a0 + n c)

up to factors free of s. What p itself is uncertain by, v in units of 1 / evidence, weakens the word for one
child: it counts as s / (1 + s v). In all three the posterior mean is (k + s p) / (n + s): s is the strength of
the parent's word in units of evidence. Source: Gelman et al., Bayesian Data Analysis (2013), ch. 2, 5.
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import kernel

F64 = NDArray[np.float64]

BETA_BINOMIAL, GAMMA_POISSON, GAMMA_INVERSE_GAMMA = 0, 1, 2
TINY = 1e-12


@kernel
def log_marginal(kind: int, k: F64, n: F64, p: F64, v: F64, word: float, shape: float) -> float:
    """Log marginal likelihood of a strength, the word; k, n, p, v: (children,)."""
    total = 0.0
    for c in range(k.size):
        if n[c] <= 0.0:
            continue
        strength = word / (1.0 + word * v[c])
        if kind == BETA_BINOMIAL:
            a = strength * min(max(p[c], TINY), 1.0 - TINY)
            b = strength - a
            total += math.lgamma(k[c] + a) - math.lgamma(a)
            total += math.lgamma(n[c] - k[c] + b) - math.lgamma(b)
            total += math.lgamma(strength) - math.lgamma(strength + n[c])
        elif kind == GAMMA_POISSON:
            a = strength * max(p[c], TINY)
            total += math.lgamma(k[c] + a) - math.lgamma(a)
            total += a * math.log(strength) - (a + k[c]) * math.log(strength + n[c])
        else:
            a = strength * shape + 1.0
            b = strength * shape * max(p[c], TINY)
            more = n[c] * shape
            total += math.lgamma(a + more) - math.lgamma(a)
            total += a * math.log(b) - (a + more) * math.log(b + shape * k[c])
    return total


@kernel
def fit_strength(
    kind: int, k: F64, n: F64, p: F64, v: F64, shape: float, prior_log: float, prior_log_sd: float
) -> float:
    """Strength of greatest posterior density, its log having a normal prior.

    k, n, p: (children,) total, evidence, prior mean; v: (children,) what p is uncertain by, 1 / evidence

    Golden-section search on ln s between 0.01 and 1e6 units of evidence, after a grid that
    finds the right hill.
    """
    best = prior_log
    best_value = -math.inf
    for g in range(38):
        at = math.log(0.01) + g * 0.5
        z = (at - prior_log) / prior_log_sd
        value = log_marginal(kind, k, n, p, v, math.exp(at), shape) - 0.5 * z * z
        if value > best_value:
            best, best_value = at, value
    low, high = best - 0.5, best + 0.5
    ratio = 0.5 * (math.sqrt(5.0) - 1.0)
    for _ in range(30):
        a = high - ratio * (high - low)
        b = low + ratio * (high - low)
        za = (a - prior_log) / prior_log_sd
        zb = (b - prior_log) / prior_log_sd
        at_a = log_marginal(kind, k, n, p, v, math.exp(a), shape) - 0.5 * za * za
        at_b = log_marginal(kind, k, n, p, v, math.exp(b), shape) - 0.5 * zb * zb
        if at_a > at_b:
            high = b
        else:
            low = a
    return math.exp(0.5 * (low + high))

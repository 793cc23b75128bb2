"""When a rate last changed: a history cut into runs of constant rate, every cut weighed.

Days come as blocks (single days, or weeks long ago). Orders K of a run of blocks are Poisson around
``rate x expected``, M being what the product's usual rate would bring; the rate of each run is
Gamma(a, a), mean 1. Up to factors that all cuts share, a run has the marginal likelihood

    G(a + K) / G(a) * a^a / (a + M)^(a + K)

A new run begins at block b with probability h_b. ``before[b]``, the probability of all data before b and
of a run that begins there, follows from those of earlier blocks; the last run's beginning at s has
weight ``before[s] x likelihood(s..end) x chance of no later change``.
Source: Barry & Hartigan (1993); Fearnhead (2006) for the recursions; Adams & MacKay (2007).
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import kernel, parallel_kernel, prange

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@kernel
def log_run(orders: float, expected: float, shape: float) -> float:
    """Log marginal likelihood of one run but for what every run has; log_prior is that."""
    return math.lgamma(shape + orders) - (shape + orders) * math.log(shape + expected)


@kernel
def log_prior(shape: float) -> float:
    """Part of a run's log marginal likelihood that no data change."""
    return shape * math.log(shape) - math.lgamma(shape)


@kernel
def _log_sum(values: F64, count: int) -> float:
    top = -math.inf
    for i in range(count):
        top = max(top, values[i])
    total = 0.0
    for i in range(count):
        total += math.exp(values[i] - top)
    return top + math.log(total)


@kernel
def _sums(values: F64) -> F64:
    """Sums before each block, and of all."""
    sums = np.zeros(values.size + 1)
    for b in range(values.size):
        sums[b + 1] = sums[b] + values[b]
    return sums


@kernel
def _stays(hazard: F64) -> F64:
    """Log chance that no block up to each one begins a run."""
    return _sums(np.log1p(-hazard))


@parallel_kernel
def run_starts(
    orders: F64, expected: F64, hazard: F64, shape: float, started: F64, previous: I64
) -> None:
    """Where the last run of each product began, and where the run before it.

    orders, expected: (n, blocks) counts of orders; hazard: (blocks,) probability of a change at a block
    started: (n, blocks) probability that the last run began at the block; 0 = no change at all
    previous: (n, blocks) most probable begin of the run that ends just before the block; [:, 0] is 0
    """
    n, blocks = orders.shape
    stay = _stays(hazard)
    # Each cut pays for one run more; the first run is common to all cuts.
    begin = np.log(hazard) + log_prior(shape)
    for i in prange(n):
        k = _sums(orders[i])
        m = _sums(expected[i])
        before = np.zeros(blocks + 1)
        weight = np.empty(blocks)
        for end in range(blocks):
            best = 0
            for s in range(end + 1):
                seen = log_run(k[end + 1] - k[s], m[end + 1] - m[s], shape)
                weight[s] = before[s] + seen + stay[end + 1] - stay[s + 1]
                if weight[s] > weight[best]:
                    best = s
            if end + 1 < blocks:
                before[end + 1] = _log_sum(weight, end + 1) + begin[end + 1]
                previous[i, end + 1] = best
        whole = _log_sum(weight, blocks)
        previous[i, 0] = 0
        for s in range(blocks):
            started[i, s] = math.exp(weight[s] - whole)


@kernel
def run_levels(orders: F64, expected: F64, hazard: F64, shape: float, level: F64) -> None:
    """Posterior mean rate of one series in each block, over all cuts; 1 = the usual rate.

    orders, expected, hazard, level: (blocks,)
    """
    blocks = orders.size
    k = _sums(orders)
    m = _sums(expected)
    stay = _stays(hazard)
    begin = np.log(hazard) + log_prior(shape)
    before = np.zeros(blocks + 1)
    after = np.zeros(blocks + 1)
    weight = np.empty(blocks)
    for end in range(blocks - 1):
        for s in range(end + 1):
            seen = log_run(k[end + 1] - k[s], m[end + 1] - m[s], shape)
            weight[s] = before[s] + seen + stay[end + 1] - stay[s + 1]
        before[end + 1] = _log_sum(weight, end + 1) + begin[end + 1]
    for s in range(blocks - 1, -1, -1):
        for end in range(s, blocks):
            seen = log_run(k[end + 1] - k[s], m[end + 1] - m[s], shape)
            change = begin[end + 1] if end + 1 < blocks else 0.0
            weight[end - s] = seen + stay[end + 1] - stay[s + 1] + change + after[end + 1]
        after[s] = _log_sum(weight, blocks - s)
    level[:] = 0.0
    for s in range(blocks):
        for end in range(s, blocks):
            orders_in = k[end + 1] - k[s]
            expected_in = m[end + 1] - m[s]
            change = begin[end + 1] if end + 1 < blocks else 0.0
            seen = log_run(orders_in, expected_in, shape) + stay[end + 1] - stay[s + 1]
            share = math.exp(before[s] + seen + change + after[end + 1] - after[0])
            for b in range(s, end + 1):
                level[b] += share * (shape + orders_in) / (shape + expected_in)

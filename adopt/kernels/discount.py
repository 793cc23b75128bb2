"""How well discounted counts foretell the next period's: the evidence on a half-life.

A node's rate has the Gamma posterior of its past counts, each period weighing ``decay`` times the one
after it. The next count is negative binomial: Poisson by its clicks, Gamma by what is not known of the
rate, and Gamma again by what moves a single period.
Source: Harvey & Fernandes (1989); West & Harrison (1997), power discounting.
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import kernel

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@kernel
def log_predictive(
    node: I64,
    period: I64,
    k: F64,
    n: F64,
    mean: float,
    strength: float,
    decay: float,
    noise: float,
) -> float:
    """Log predictive density of the counts k (rows,), each given those before it at its node.

    node, period: (rows,) ascending by node, then period; n: (rows,) evidence
    mean, strength: of the nodes' prior, rate and units of evidence; decay: per period
    noise: shape of what moves a single period, events; returns the sum of logs
    """
    total = 0.0
    before = 0.0
    seen = 0.0
    for c in range(k.size):
        if c == 0 or node[c] != node[c - 1]:
            before = 0.0
            seen = 0.0
        else:
            faded = decay ** (period[c] - period[c - 1])
            before *= faded
            seen *= faded
        if n[c] <= 0.0:
            continue
        known = before + strength * mean
        expected = n[c] * known / (seen + strength)
        shape = 1.0 / (1.0 / known + 1.0 / noise)
        share = shape / (shape + expected)
        total += math.lgamma(k[c] + shape) - math.lgamma(shape)
        total += shape * math.log(share) + k[c] * math.log1p(-share)
        # A period of many events tells less than they: all of it moved together.
        weight = 1.0 / (1.0 + expected / noise)
        before += weight * k[c]
        seen += weight * n[c]
    return total

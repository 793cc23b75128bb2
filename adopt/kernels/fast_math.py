"""Logarithm, exponential and normal tail without branches or calls, so that loops over them vectorise.

A loop over ``math.log`` or ``math.erfc`` calls a library once an element; these compile to four lanes
at a time. Stated errors are checked in tests/kernels/test_fast_math.py:

* fast_log: absolute 1e-13, for positive normal numbers;
* fast_exp: relative 1e-11, for -700 <= x <= 700;
* fast_tail: absolute 1e-12, everywhere; beyond 8 standard deviations the tail stays as it is there.

Source: Cody & Waite (1980) for the reductions; the tail's Taylor terms are Hermite polynomials,
Abramowitz & Stegun (1964), 26.2.
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.fused import multiply_add
from adopt.kernels.jit import kernel

LOG2E = 1.0 / math.log(2.0)
LN2 = math.log(2.0)
ROUND = 1.5 * 2.0**52
"""Added to a number below 2^51, this leaves its nearest integer in the last bits."""
ROUND_BITS = 0x4338000000000000
SQRT_HALF_BITS = 0x3FE6A09E667F3BCD
EXPONENT_BIAS = 1024
TWO_52_BITS = 0x4330000000000000
TWO_52_AND_BIAS = 2.0**52 + EXPONENT_BIAS

BATCH = 16
"""Elements a vector loop takes at a time, four lanes four times; fewer go one by one, at ten times the cost."""

TAIL_END = 8.0
PER_UNIT = 64
"""Nodes of the tail's table in one standard deviation."""
LAST_NODE = int(TAIL_END) * PER_UNIT


_nodes = np.arange(-LAST_NODE, LAST_NODE + 1) / PER_UNIT
TAIL_AT: NDArray[np.float64] = np.array([0.5 * math.erfc(z * math.sqrt(0.5)) for z in _nodes])
DENSITY_AT: NDArray[np.float64] = np.exp(-0.5 * _nodes**2) / math.sqrt(2.0 * math.pi)


@kernel
def fast_exp(x: float) -> float:
    """Exponential of x in [-700, 700]."""
    shifted = multiply_add(x, LOG2E, ROUND)
    r = multiply_add(shifted - ROUND, -LN2, x)
    p = multiply_add(r, 1.0 / 362880.0, 1.0 / 40320.0)
    p = multiply_add(p, r, 1.0 / 5040.0)
    p = multiply_add(p, r, 1.0 / 720.0)
    p = multiply_add(p, r, 1.0 / 120.0)
    p = multiply_add(p, r, 1.0 / 24.0)
    p = multiply_add(p, r, 1.0 / 6.0)
    p = multiply_add(p, r, 0.5)
    p = multiply_add(p, r, 1.0)
    p = multiply_add(p, r, 1.0)
    power = np.float64(shifted).view(np.int64) << 52
    return np.int64(np.float64(p).view(np.int64) + power).view(np.float64)


@kernel
def fast_log(x: float) -> float:
    """Natural logarithm of a positive normal number."""
    bits = np.float64(x).view(np.int64)
    exponent = (bits - np.int64(SQRT_HALF_BITS)) >> 52
    fraction = np.int64(bits - (exponent << 52)).view(np.float64)
    # An integer becomes a float without a conversion that four lanes do not have.
    biased = np.int64((exponent + np.int64(EXPONENT_BIAS)) | np.int64(TWO_52_BITS))
    whole = biased.view(np.float64) - TWO_52_AND_BIAS
    s = (fraction - 1.0) / (fraction + 1.0)
    q = s * s
    p = multiply_add(q, 1.0 / 15.0, 1.0 / 13.0)
    p = multiply_add(p, q, 1.0 / 11.0)
    p = multiply_add(p, q, 1.0 / 9.0)
    p = multiply_add(p, q, 1.0 / 7.0)
    p = multiply_add(p, q, 1.0 / 5.0)
    p = multiply_add(p, q, 1.0 / 3.0)
    p = multiply_add(p, q, 1.0)
    return multiply_add(whole, LN2, 2.0 * s * p)


@kernel
def fast_tail(z: float) -> tuple[float, float]:
    """Normal tail 1 - Phi(z) and density phi(z), by Taylor's series from the nearest node."""
    z = min(max(z, -TAIL_END), TAIL_END)
    shifted = multiply_add(z, float(PER_UNIT), ROUND)
    whole = shifted - ROUND
    at = np.uint64(np.float64(shifted).view(np.int64) - np.int64(ROUND_BITS - LAST_NODE))
    z0 = whole * (1.0 / PER_UNIT)
    d = z - z0
    h2 = multiply_add(z0, z0, -1.0)
    h3 = (h2 - 2.0) * z0
    h4 = multiply_add(h3, z0, -3.0 * h2)
    tail = multiply_add(h3 * (-1.0 / 24.0), d, h2 * (1.0 / 6.0))
    tail = multiply_add(tail, d, -0.5 * z0)
    tail = multiply_add(tail, d, 1.0)
    density = multiply_add(h4 * (1.0 / 24.0), d, h3 * (-1.0 / 6.0))
    density = multiply_add(density, d, 0.5 * h2)
    density = multiply_add(density, d, -z0)
    density = multiply_add(density, d, 1.0)
    node_density = DENSITY_AT[at]
    return multiply_add(node_density * -d, tail, TAIL_AT[at]), node_density * density


@kernel
def whole_batches(count: int) -> int:
    """The least multiple of BATCH that is not below."""
    return (count + BATCH - 1) // BATCH * BATCH

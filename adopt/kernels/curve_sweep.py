"""Sweeps over the curves of many targets: sums a group of the choices that prices lead to.

Reduced values q and groups as in ``curve_arrays``.
Source: Everett (1963); Nesterov (2005) for the softening.
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.curve_arrays import (
    CurveArrays,
    Floats,
    best_after_orders,
    best_by_margin,
    best_by_value,
)
from adopt.kernels.jit import kernel, parallel_kernel, prange

F64 = NDArray[np.float64]

SUMS = 11
"""Sums of a softened group: soft, best, 3 attributes, their 6 covariances."""


@kernel
def soften_block(
    first: int,
    last: int,
    curves: CurveArrays,
    price: Floats,
    temperature: float,
    q: Floats,
    sums: F64,
) -> None:
    """Fill sums: (groups, SUMS) with those of targets first .. last."""
    sums[:] = 0.0
    level_start, cost, revenue, orders, value, margin, _, group = curves
    has_orders = orders.size > 0
    has_value = value.size > 0
    for i in range(first, last):
        g = group[i]
        begin = level_start[i]
        c = cost[begin : level_start[i + 1]]
        r = revenue[begin : level_start[i + 1]]
        # best_level, written out: the call costs a tenth of the sweep.
        if has_value:
            v = value[begin : level_start[i + 1]]
            best = best_by_value(v, c, r, price[g, 0], price[g, 1], q)
        else:
            best = best_by_margin(c, r, margin[i] - price[g, 1], price[g, 0], q)
        if has_orders:
            best = best_after_orders(orders[begin : level_start[i + 1]], price[g, 2], q)
        top = q[best]
        c0 = float(c[best])
        r0 = float(r[best])
        o0 = float(orders[begin + best]) if has_orders else 0.0
        sums[g, 1] += top
        sums[g, 2] += c0
        sums[g, 3] += r0
        sums[g, 4] += o0
        if temperature <= 0.0:
            sums[g, 0] += top
            continue
        total = 0.0
        m0 = 0.0
        m1 = 0.0
        m2 = 0.0
        s00 = 0.0
        s01 = 0.0
        s02 = 0.0
        s11 = 0.0
        s12 = 0.0
        s22 = 0.0
        cut = top - 12.0 * temperature
        for j in range(c.size):
            if q[j] < cut:
                continue
            share = math.exp((float(q[j]) - float(top)) / temperature)
            # Distances from the best level keep the covariance exact when it has all the weight.
            d0 = float(c[j]) - c0
            d1 = float(r[j]) - r0
            total += share
            m0 += share * d0
            m1 += share * d1
            s00 += share * d0 * d0
            s01 += share * d0 * d1
            s11 += share * d1 * d1
            if has_orders:
                d2 = float(orders[begin + j]) - o0
                m2 += share * d2
                s02 += share * d0 * d2
                s12 += share * d1 * d2
                s22 += share * d2 * d2
        m0 /= total
        m1 /= total
        m2 /= total
        sums[g, 0] += top + temperature * math.log(total)
        sums[g, 2] += m0
        sums[g, 3] += m1
        sums[g, 4] += m2
        sums[g, 5] += s00 / total - m0 * m0
        sums[g, 6] += s01 / total - m0 * m1
        sums[g, 7] += s02 / total - m0 * m2
        sums[g, 8] += s11 / total - m1 * m1
        sums[g, 9] += s12 / total - m1 * m2
        sums[g, 10] += s22 / total - m2 * m2


@parallel_kernel
def soften_groups(
    curves: CurveArrays,
    price: Floats,
    temperature: float,
    most: int,
    partial: F64,
) -> None:
    """Sums a block and group of soft and exact maxima and of the moments of the attributes.

    price: (groups, 3), curves' type, as in ``best_level``; temperature: objective units, 0 for exact
    most: levels of any target at most; partial: (blocks, groups, SUMS) output
    """
    blocks = partial.shape[0]
    count = curves.level_start.size - 1
    for b in prange(blocks):
        q = np.empty(most, dtype=curves.cost.dtype)
        soften_block(
            count * b // blocks,
            count * (b + 1) // blocks,
            curves,
            price,
            temperature,
            q,
            partial[b],
        )


@kernel
def soften_groups_serially(
    curves: CurveArrays,
    price: Floats,
    temperature: float,
    most: int,
    partial: F64,
) -> None:
    """The same bytes as ``soften_groups``, by one thread: for sweeps too short to wake the others."""
    blocks = partial.shape[0]
    count = curves.level_start.size - 1
    for b in range(blocks):
        q = np.empty(most, dtype=curves.cost.dtype)
        soften_block(
            count * b // blocks,
            count * (b + 1) // blocks,
            curves,
            price,
            temperature,
            q,
            partial[b],
        )

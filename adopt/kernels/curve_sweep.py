"""Sweeps over the curves of many targets: sums a group of the choices that prices lead to.

Reduced values q and groups as in ``curve_arrays``. A sweep takes the best level of each target, or at
temperature t softens the choice to shares ``s_j ~ exp(q_j / t)``, with the soft maximum
``t log sum exp(q / t)`` and the covariance of the levels' attributes. The exponentials of one target are
taken by batches, without branches.
Source: Everett (1963); Nesterov (2005) for the softening.
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.curve_arrays import (
    CurveArrays,
    Floats,
    best_level,
    best_of_single,
)
from adopt.kernels.fast_math import BATCH, fast_exp
from adopt.kernels.jit import kernel, parallel_kernel, prange

F64 = NDArray[np.float64]

LOWEST = -40.0
"""Exponent below which a level has no share."""
SUMS = 11
"""Sums of a softened group: soft, best, 3 attributes, their 6 covariances."""


@kernel
def sum_best_block(
    first: int, last: int, curves: CurveArrays, price: Floats, q: Floats, sums: F64
) -> None:
    """Fill sums: (groups, SUMS) with those of targets first .. last, up to the attributes; q: (most,) room."""
    sums[:] = 0.0
    level_start, cost, revenue, orders, value, margin, _, group = curves
    has_orders = orders.size > 0
    is_single = value.size == 0 and not has_orders and cost.itemsize == 4
    for i in range(first, last):
        g = group[i]
        begin = level_start[i]
        c = cost[begin : level_start[i + 1]]
        r = revenue[begin : level_start[i + 1]]
        if is_single:
            a = margin[i] - price[g, 1]
            best = best_of_single(c, r, a, price[g, 0])
            top = a * r[best] - price[g, 0] * c[best]
        else:
            best = best_level(begin, c, r, orders, value, margin[i], price, g, q)
            top = q[best]
        sums[g, 0] += top
        sums[g, 2] += c[best]
        sums[g, 3] += r[best]
        if has_orders:
            sums[g, 4] += orders[begin + best]
    sums[:, 1] = sums[:, 0]


@parallel_kernel
def sum_best(curves: CurveArrays, price: Floats, most: int, partial: F64) -> None:
    """Sums a block and group of the best levels; arguments as in ``soften_groups``."""
    blocks = partial.shape[0]
    count = curves.level_start.size - 1
    for b in prange(blocks):
        sum_best_block(
            count * b // blocks,
            count * (b + 1) // blocks,
            curves,
            price,
            np.empty(most, dtype=curves.cost.dtype),
            partial[b],
        )


@kernel
def sum_best_serially(curves: CurveArrays, price: Floats, most: int, partial: F64) -> None:
    """The same bytes as ``sum_best``, by one thread."""
    blocks = partial.shape[0]
    count = curves.level_start.size - 1
    q = np.empty(most, dtype=curves.cost.dtype)
    for b in range(blocks):
        sum_best_block(count * b // blocks, count * (b + 1) // blocks, curves, price, q, partial[b])


@kernel
def share_levels(q: Floats, top: float, temperature: float, share: F64) -> None:
    """Fill share with ``exp((q - top) / temperature)``; both as long as some batches."""
    scale = 1.0 / temperature
    for j in range(share.size):
        share[j] = fast_exp(max((float(q[j]) - top) * scale, LOWEST))


@kernel
def soften_block(
    first: int,
    last: int,
    curves: CurveArrays,
    price: Floats,
    temperature: float,
    q: Floats,
    share: F64,
    sums: F64,
) -> None:
    """Fill sums: (groups, SUMS) with those of targets first .. last; q, share: room for batches of levels."""
    sums[:] = 0.0
    level_start, cost, revenue, orders, value, margin, _, group = curves
    has_orders = orders.size > 0
    o0 = 0.0
    for i in range(first, last):
        g = group[i]
        begin = level_start[i]
        c = cost[begin : level_start[i + 1]]
        r = revenue[begin : level_start[i + 1]]
        best = best_level(begin, c, r, orders, value, margin[i], price, g, q)
        top = float(q[best])
        padded = (c.size + BATCH - 1) // BATCH * BATCH
        for j in range(c.size, padded):
            q[j] = -math.inf
        share_levels(q[:padded], top, temperature, share[:padded])
        c0 = float(c[best])
        r0 = float(r[best])
        if has_orders:
            o0 = float(orders[begin + best])
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
        for j in range(c.size):
            # Distances from the best level keep the covariance exact when it has all the weight.
            d0 = float(c[j]) - c0
            d1 = float(r[j]) - r0
            e0 = share[j] * d0
            e1 = share[j] * d1
            total += share[j]
            m0 += e0
            m1 += e1
            s00 += e0 * d0
            s01 += e0 * d1
            s11 += e1 * d1
        if has_orders:
            for j in range(c.size):
                d2 = float(orders[begin + j]) - o0
                e2 = share[j] * d2
                m2 += e2
                s02 += e2 * (float(c[j]) - c0)
                s12 += e2 * (float(r[j]) - r0)
                s22 += e2 * d2
        part = 1.0 / total
        m0 *= part
        m1 *= part
        m2 *= part
        s = sums[g]
        s[0] += top + temperature * math.log(total)
        s[1] += top
        s[2] += c0 + m0
        s[3] += r0 + m1
        s[4] += o0 + m2
        s[5] += s00 * part - m0 * m0
        s[6] += s01 * part - m0 * m1
        s[7] += s02 * part - m0 * m2
        s[8] += s11 * part - m1 * m1
        s[9] += s12 * part - m1 * m2
        s[10] += s22 * part - m2 * m2


@parallel_kernel
def soften_groups(
    curves: CurveArrays,
    price: Floats,
    temperature: float,
    most: int,
    partial: F64,
) -> None:
    """Sums a block and group of soft and exact maxima and of the moments of the attributes.

    price: (groups, 3), curves' type, as in ``best_level``; temperature: objective units, > 0
    most: levels of any target at most; partial: (blocks, groups, SUMS) output
    """
    blocks = partial.shape[0]
    count = curves.level_start.size - 1
    for b in prange(blocks):
        soften_block(
            count * b // blocks,
            count * (b + 1) // blocks,
            curves,
            price,
            temperature,
            np.empty(most + BATCH, dtype=curves.cost.dtype),
            np.empty(most + BATCH),
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
    q = np.empty(most + BATCH, dtype=curves.cost.dtype)
    share = np.empty(most + BATCH)
    for b in range(blocks):
        soften_block(
            count * b // blocks,
            count * (b + 1) // blocks,
            curves,
            price,
            temperature,
            q,
            share,
            partial[b],
        )

"""Sweeps over the curves of many targets: sums a group of the choices that prices lead to.

Reduced values q and groups as in ``curve_arrays``. A sweep takes the best level of each target, or at
temperature t softens the choice to shares ``s_j ~ exp(q_j / t)``, with the soft maximum
``t log sum exp(q / t)`` and the covariance of the levels' attributes. The exponentials of one target are
taken by batches, without branches; of few levels, as a core has them, one by one where there is a share.
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
from adopt.kernels.fast_math import BATCH, fast_exp, fast_log, whole_batches
from adopt.kernels.jit import kernel, parallel_kernel, prange

F64 = NDArray[np.float64]

LOWEST = -40.0
"""Exponent below which a level has no share."""
FEW = 6
"""Levels up to which exponentials are taken one by one."""
LEFT = 2
"""Levels beyond whole batches that are not worth another batch."""
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
    has_value = value.size > 0
    is_single = not has_value and not has_orders and cost.itemsize == 4
    for i in range(first, last):
        g = group[i]
        begin = level_start[i]
        end = level_start[i + 1]
        if is_single:
            c = cost[begin:end]
            r = revenue[begin:end]
            a = margin[i] - price[g, 1]
            best = begin + best_of_single(c, r, a, price[g, 0])
            top = float(a * revenue[best] - price[g, 0] * cost[best])
        elif end - begin <= FEW:
            best = begin
            top = -math.inf
            for at in range(begin, end):
                if has_value:
                    x = float(value[at] - price[g, 0] * cost[at] - price[g, 1] * revenue[at])
                else:
                    x = float((margin[i] - price[g, 1]) * revenue[at] - price[g, 0] * cost[at])
                if has_orders:
                    x -= price[g, 2] * orders[at]
                if x > top:
                    top = x
                    best = at
        else:
            c = cost[begin:end]
            r = revenue[begin:end]
            at = best_level(begin, c, r, orders, value, margin[i], price, g, q)
            best = begin + at
            top = float(q[at])
        sums[g, 0] += top
        sums[g, 2] += cost[best]
        sums[g, 3] += revenue[best]
        if has_orders:
            sums[g, 4] += orders[best]
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
def reduce_levels(
    begin: int,
    cost: Floats,
    revenue: Floats,
    orders: Floats,
    value: Floats,
    margin: float,
    price: Floats,
    g: int,
    q: Floats,
) -> int:
    """``best_level``, by vectors where it can be."""
    if value.size > 0 or orders.size > 0 or cost.itemsize > 4:
        return best_level(begin, cost, revenue, orders, value, margin, price, g, q)
    a, k = margin - price[g, 1], price[g, 0]
    for j in range(cost.size):
        q[j] = a * revenue[j] - k * cost[j]
    return best_of_single(cost, revenue, a, k)


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
    has_value = value.size > 0
    scale = 1.0 / temperature
    o0 = 0.0
    d2 = 0.0
    for i in range(first, last):
        g = group[i]
        begin = level_start[i]
        count = level_start[i + 1] - begin
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
        if count <= FEW:
            # No slices here: counting their references would take longer than the work.
            best = begin
            top = -math.inf
            for j in range(count):
                at = begin + j
                if has_value:
                    x = float(value[at] - price[g, 0] * cost[at] - price[g, 1] * revenue[at])
                else:
                    x = float((margin[i] - price[g, 1]) * revenue[at] - price[g, 0] * cost[at])
                if has_orders:
                    x -= price[g, 2] * orders[at]
                q[j] = x
                if x > top:
                    top = x
                    best = at
            c0 = float(cost[best])
            r0 = float(revenue[best])
            if has_orders:
                o0 = float(orders[best])
            total = 1.0
            for j in range(count):
                below = (float(q[j]) - top) * scale
                at = begin + j
                if at == best or not below >= LOWEST:
                    continue
                e = fast_exp(below)
                d0 = float(cost[at]) - c0
                d1 = float(revenue[at]) - r0
                if has_orders:
                    d2 = float(orders[at]) - o0
                total += e
                m0 += e * d0
                m1 += e * d1
                m2 += e * d2
                s00 += e * d0 * d0
                s01 += e * d0 * d1
                s02 += e * d0 * d2
                s11 += e * d1 * d1
                s12 += e * d1 * d2
                s22 += e * d2 * d2
            if total == 1.0:
                sums[g, 0] += top
                sums[g, 1] += top
                sums[g, 2] += c0
                sums[g, 3] += r0
                sums[g, 4] += o0
                continue
        else:
            c = cost[begin : begin + count]
            r = revenue[begin : begin + count]
            best = reduce_levels(begin, c, r, orders, value, margin[i], price, g, q)
            top = float(q[best])
            c0 = float(c[best])
            r0 = float(r[best])
            if has_orders:
                o0 = float(orders[begin + best])
            whole = count if count % BATCH <= LEFT else whole_batches(count)
            for j in range(count, whole):
                q[j] = -math.inf
            for j in range(whole):
                share[j] = fast_exp(max((float(q[j]) - top) * scale, LOWEST))
            for j in range(count):
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
                for j in range(count):
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
        sums[g, 0] += top + temperature * fast_log(total)
        sums[g, 1] += top
        sums[g, 2] += c0 + m0
        sums[g, 3] += r0 + m1
        sums[g, 4] += o0 + m2
        sums[g, 5] += s00 * part - m0 * m0
        sums[g, 6] += s01 * part - m0 * m1
        sums[g, 7] += s02 * part - m0 * m2
        sums[g, 8] += s11 * part - m1 * m1
        sums[g, 9] += s12 * part - m1 * m2
        sums[g, 10] += s22 * part - m2 * m2


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

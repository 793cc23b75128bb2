"""Sweeps over the curves of many targets: sums a group of the choices that prices lead to.

Targets that share all their coupling rows form a group g and see one price vector p_g. With cost c,
revenue r and orders o, level j of target i is worth ``q_j = v_j - p_g . (c, r, o)_j``, where v is given
or, where ``value`` is empty, ``v = margin_i r - charge c``. The arrays may be float32 or float64; q is
evaluated in their type, sums in float64 over fixed blocks, so any number of threads gives the same bytes.
Source: Everett (1963); Nesterov (2005) for the softening.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import kernel, parallel_kernel, prange

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Floats = NDArray[Any]
"""float32 or float64."""

SUMS = 11
"""Sums of a softened group: soft, best, 3 attributes, their 6 covariances."""


@kernel
def best_by_margin(cost: Floats, revenue: Floats, a: float, k: float, q: Floats) -> int:
    """Fill q with ``a revenue - k cost`` of one target's levels; returns the first best."""
    at = 0
    top = a * revenue[0] - k * cost[0]
    for j in range(cost.size):
        x = a * revenue[j] - k * cost[j]
        q[j] = x
        if x > top:
            top = x
            at = j
    return at


@kernel
def best_by_value(
    value: Floats, cost: Floats, revenue: Floats, k: float, p: float, q: Floats
) -> int:
    """Fill q with ``value - k cost - p revenue`` of one target's levels; returns the first best."""
    at = 0
    top = value[0] - k * cost[0] - p * revenue[0]
    for j in range(cost.size):
        x = value[j] - k * cost[j] - p * revenue[j]
        q[j] = x
        if x > top:
            top = x
            at = j
    return at


@kernel
def best_after_orders(orders: Floats, p: float, q: Floats) -> int:
    """Take the price of orders off q; returns the first best."""
    at = 0
    for j in range(orders.size):
        q[j] -= p * orders[j]
        if q[j] > q[at]:
            at = j
    return at


@kernel
def soften_block(
    first: int,
    last: int,
    level_start: I64,
    cost: Floats,
    revenue: Floats,
    orders: Floats,
    value: Floats,
    margin: Floats,
    group: NDArray[np.int32],
    price: Floats,
    temperature: float,
    q: Floats,
    sums: F64,
) -> None:
    """Fill sums: (groups, SUMS) with those of targets first .. last."""
    sums[:] = 0.0
    has_orders = orders.size > 0
    has_value = value.size > 0
    for i in range(first, last):
        g = group[i]
        begin = level_start[i]
        c = cost[begin : level_start[i + 1]]
        r = revenue[begin : level_start[i + 1]]
        if has_value:
            v = value[begin : level_start[i + 1]]
            best = best_by_value(v, c, r, price[g, 0], price[g, 1], q)
        else:
            best = best_by_margin(c, r, margin[i] - price[g, 1], price[g, 0], q)
        if has_orders:
            o = orders[begin : level_start[i + 1]]
            best = best_after_orders(o, price[g, 2], q)
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
    level_start: I64,
    cost: Floats,
    revenue: Floats,
    orders: Floats,
    value: Floats,
    margin: Floats,
    group: NDArray[np.int32],
    price: Floats,
    temperature: float,
    most: int,
    partial: F64,
) -> None:
    """Sums a block and group of soft and exact maxima and of the moments of the attributes.

    cost, revenue: (cells,); orders, value: (cells,) or empty
    margin: (n,); group: (n,); price: (groups, 3), curves' type; temperature: objective units, 0 for exact
    most: levels of any target at most; partial: (blocks, groups, SUMS) output
    """
    blocks = partial.shape[0]
    count = level_start.size - 1
    for b in prange(blocks):
        q = np.empty(most, dtype=cost.dtype)
        soften_block(
            count * b // blocks,
            count * (b + 1) // blocks,
            level_start,
            cost,
            revenue,
            orders,
            value,
            margin,
            group,
            price,
            temperature,
            q,
            partial[b],
        )


@kernel
def soften_groups_serially(
    level_start: I64,
    cost: Floats,
    revenue: Floats,
    orders: Floats,
    value: Floats,
    margin: Floats,
    group: NDArray[np.int32],
    price: Floats,
    temperature: float,
    most: int,
    partial: F64,
) -> None:
    """The same bytes as ``soften_groups``, by one thread: for sweeps too short to wake the others."""
    blocks = partial.shape[0]
    count = level_start.size - 1
    for b in range(blocks):
        q = np.empty(most, dtype=cost.dtype)
        soften_block(
            count * b // blocks,
            count * (b + 1) // blocks,
            level_start,
            cost,
            revenue,
            orders,
            value,
            margin,
            group,
            price,
            temperature,
            q,
            partial[b],
        )

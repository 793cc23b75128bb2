"""Which targets prices decide, and the levels that the others may still take.

Reduced values q and groups as in ``curve_sweep``. While each price stays within ``reach_g`` of p_g, level
k can beat the best level j only if ``q_k + |a_k - a_j| . reach_g > q_j``. Targets without such a k are
decided; the others, with the levels that pass, are the core.
Source: Pisinger (1995).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.curve_sweep import best_after_orders, best_by_margin, best_by_value
from adopt.kernels.jit import kernel, parallel_kernel, prange

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Floats = NDArray[Any]
"""float32 or float64."""


@kernel
def decide_block(
    first: int,
    last: int,
    level_start: I64,
    cost: Floats,
    revenue: Floats,
    orders: Floats,
    value: Floats,
    margin: Floats,
    charge: float,
    group: NDArray[np.int32],
    price: Floats,
    reach: Floats,
    q: Floats,
    choice: I64,
    live: NDArray[np.uint16],
    sums: F64,
) -> None:
    """Fill choice and live of targets first .. last; add the decided ones to sums: (groups, 4)."""
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
        c0 = c[best]
        r0 = r[best]
        d0 = reach[g, 0]
        d1 = reach[g, 1]
        rivals = 0
        if has_orders:
            o0 = orders[begin + best]
            for j in range(c.size):
                far = q[j] + abs(c[j] - c0) * d0 + abs(r[j] - r0) * d1
                far += abs(orders[begin + j] - o0) * reach[g, 2]
                rivals += 1 if far > top else 0
        else:
            for j in range(c.size):
                far = q[j] + abs(c[j] - c0) * d0 + abs(r[j] - r0) * d1
                rivals += 1 if far > top else 0
        choice[i] = begin + best
        live[i] = 0
        if rivals > 0:
            live[i] = rivals + 1
            continue
        if has_value:
            sums[g, 0] += value[begin + best]
        else:
            sums[g, 0] += float(margin[i]) * float(r0) - charge * float(c0)
        sums[g, 1] += c0
        sums[g, 2] += r0
        if has_orders:
            sums[g, 3] += orders[begin + best]


@parallel_kernel
def decide_targets(
    level_start: I64,
    cost: Floats,
    revenue: Floats,
    orders: Floats,
    value: Floats,
    margin: Floats,
    charge: float,
    group: NDArray[np.int32],
    price: Floats,
    reach: Floats,
    most: int,
    choice: I64,
    live: NDArray[np.uint16],
    partial: F64,
) -> None:
    """Best level of each target, and how many levels may be best while prices stay within reach.

    price, reach: (groups, 3) in the curves' type; the rest as in ``soften_groups``
    choice: (n,) cell; live: (n,) levels that may be best, 0 where decided: outputs
    partial: (blocks, groups, 4) output, value, cost, revenue and orders of the decided targets
    """
    blocks = partial.shape[0]
    count = level_start.size - 1
    for b in prange(blocks):
        q = np.empty(most, dtype=cost.dtype)
        decide_block(
            count * b // blocks,
            count * (b + 1) // blocks,
            level_start,
            cost,
            revenue,
            orders,
            value,
            margin,
            charge,
            group,
            price,
            reach,
            q,
            choice,
            live,
            partial[b],
        )


@kernel
def fill_core_block(
    first: int,
    last: int,
    target: I64,
    level_start: I64,
    cost: Floats,
    revenue: Floats,
    orders: Floats,
    value: Floats,
    margin: Floats,
    charge: float,
    group: NDArray[np.int32],
    price: Floats,
    reach: Floats,
    q: Floats,
    core_start: I64,
    cell: I64,
    core_value: F64,
    attribute: F64,
) -> None:
    """Fill the core levels of open targets first .. last."""
    has_orders = orders.size > 0
    has_value = value.size > 0
    for m in range(first, last):
        i = target[m]
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
        at = core_start[m]
        for j in range(c.size):
            far = q[j] + abs(c[j] - c[best]) * reach[g, 0] + abs(r[j] - r[best]) * reach[g, 1]
            if has_orders:
                far += abs(orders[begin + j] - orders[begin + best]) * reach[g, 2]
            if j != best and not far > top:
                continue
            cell[at] = begin + j
            attribute[at, 0] = c[j]
            attribute[at, 1] = r[j]
            attribute[at, 2] = orders[begin + j] if has_orders else 0.0
            if has_value:
                core_value[at] = value[begin + j]
            else:
                core_value[at] = float(margin[i]) * float(r[j]) - charge * float(c[j])
            at += 1


@parallel_kernel
def fill_core(
    blocks: int,
    target: I64,
    level_start: I64,
    cost: Floats,
    revenue: Floats,
    orders: Floats,
    value: Floats,
    margin: Floats,
    charge: float,
    group: NDArray[np.int32],
    price: Floats,
    reach: Floats,
    most: int,
    core_start: I64,
    cell: I64,
    core_value: F64,
    attribute: F64,
) -> None:
    """Fill the levels that ``decide_targets`` left open, in float64, the best one among them.

    target: (m,) open targets; core_start: (m + 1,); prices and curves as given to ``decide_targets``
    cell: (core,), core_value: (core,), attribute: (core, 3): outputs
    """
    for b in prange(blocks):
        fill_core_block(
            target.size * b // blocks,
            target.size * (b + 1) // blocks,
            target,
            level_start,
            cost,
            revenue,
            orders,
            value,
            margin,
            charge,
            group,
            price,
            reach,
            np.empty(most, dtype=cost.dtype),
            core_start,
            cell,
            core_value,
            attribute,
        )

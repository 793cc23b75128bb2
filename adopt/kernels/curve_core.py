"""Which targets prices decide, and the levels that the others may still take.

Reduced values q and groups as in ``curve_arrays``. While each price stays within ``reach_g`` of p_g, level
k can beat the best level j only if ``q_k + |a_k - a_j| . reach_g > q_j``. Targets without such a k are
decided; the others, with the levels that pass, are the core.
Source: Pisinger (1995).
"""

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.curve_arrays import (
    CurveArrays,
    Floats,
    add_level,
    best_level,
    best_of_single,
    value_of,
)
from adopt.kernels.jit import kernel, parallel_kernel, prange

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@kernel
def reached(q: float, cost: float, revenue: float, d0: float, d1: float) -> float:
    """Most that a level so far from the best one is worth while prices stay within reach d0, d1."""
    return q + abs(cost) * d0 + abs(revenue) * d1


@kernel
def count_rivals(
    cost: Floats, revenue: Floats, a: float, k: float, best: int, d0: float, d1: float
) -> int:
    """Levels of one target that may beat the best one by ``a revenue - k cost`` within reach d0, d1."""
    c0, r0 = cost[best], revenue[best]
    top = a * r0 - k * c0
    count = np.int32(0)
    for j in range(cost.size):
        far = reached(a * revenue[j] - k * cost[j], cost[j] - c0, revenue[j] - r0, d0, d1)
        count = np.int32(count + np.int32(far > top))
    return int(count)


@kernel
def decide_block(
    first: int,
    last: int,
    curves: CurveArrays,
    price: Floats,
    reach: Floats,
    q: Floats,
    level: NDArray[np.uint16],
    live: NDArray[np.uint16],
    sums: F64,
) -> None:
    """Fill level and live of targets first .. last; add the decided ones to sums: (groups, 4)."""
    sums[:] = 0.0
    level_start, cost, revenue, orders, value, margin, charge, group = curves
    has_orders = orders.size > 0
    is_single = value.size == 0 and not has_orders and cost.itemsize == 4
    for i in range(first, last):
        g = group[i]
        begin = level_start[i]
        end = level_start[i + 1]
        d0, d1 = reach[g, 0], reach[g, 1]
        rivals = 0
        # Each way makes its own slices: shared ones would have their references counted.
        if is_single:
            c = cost[begin:end]
            r = revenue[begin:end]
            a = margin[i] - price[g, 1]
            best = best_of_single(c, r, a, price[g, 0])
            rivals = count_rivals(c, r, a, price[g, 0], best, d0, d1)
        else:
            c = cost[begin:end]
            r = revenue[begin:end]
            best = best_level(begin, c, r, orders, value, margin[i], price, g, q)
            for j in range(c.size):
                far = reached(q[j], c[j] - c[best], r[j] - r[best], d0, d1)
                if has_orders:
                    far += abs(orders[begin + j] - orders[begin + best]) * reach[g, 2]
                rivals += 1 if far > q[best] else 0
        cell = begin + best
        level[i] = best
        live[i] = 0
        if rivals > 0:
            live[i] = rivals + 1
        elif is_single:
            sums[g, 0] += float(margin[i]) * float(revenue[cell]) - charge * float(cost[cell])
            sums[g, 1] += float(cost[cell])
            sums[g, 2] += float(revenue[cell])
        else:
            add_level(cell, cost, revenue, orders, value, margin[i], charge, sums, g)


@parallel_kernel
def decide_targets(
    curves: CurveArrays,
    price: Floats,
    reach: Floats,
    most: int,
    level: NDArray[np.uint16],
    live: NDArray[np.uint16],
    partial: F64,
) -> None:
    """Best level of each target, and how many levels may be best while prices stay within reach.

    price, reach: (groups, 3) in the curves' type; the rest as in ``soften_groups``
    level: (n,) best level; live: (n,) how many may be best, 0 where decided: outputs
    partial: (blocks, groups, 4) output, value, cost, revenue and orders of the decided targets
    """
    blocks = partial.shape[0]
    count = curves.level_start.size - 1
    for b in prange(blocks):
        q = np.empty(most, dtype=curves.cost.dtype)
        decide_block(
            count * b // blocks,
            count * (b + 1) // blocks,
            curves,
            price,
            reach,
            q,
            level,
            live,
            partial[b],
        )


@kernel
def decide_targets_serially(
    curves: CurveArrays,
    price: Floats,
    reach: Floats,
    most: int,
    level: NDArray[np.uint16],
    live: NDArray[np.uint16],
    partial: F64,
) -> None:
    """The same bytes as ``decide_targets``, by one thread."""
    blocks = partial.shape[0]
    count = curves.level_start.size - 1
    q = np.empty(most, dtype=curves.cost.dtype)
    for b in range(blocks):
        first = count * b // blocks
        last = count * (b + 1) // blocks
        decide_block(first, last, curves, price, reach, q, level, live, partial[b])


@kernel
def fill_core_block(
    first: int,
    last: int,
    target: I64,
    curves: CurveArrays,
    price: Floats,
    reach: Floats,
    q: Floats,
    core_start: I64,
    cell: I64,
    core_value: F64,
    attribute: F64,
) -> None:
    """Fill the core levels of open targets first .. last."""
    level_start, cost, revenue, orders, value, margin, charge, group = curves
    has_orders = orders.size > 0
    for m in range(first, last):
        i = target[m]
        g = group[i]
        begin = level_start[i]
        c = cost[begin : level_start[i + 1]]
        r = revenue[begin : level_start[i + 1]]
        best = best_level(begin, c, r, orders, value, margin[i], price, g, q)
        at = core_start[m]
        for j in range(c.size):
            far = reached(q[j], c[j] - c[best], r[j] - r[best], reach[g, 0], reach[g, 1])
            if has_orders:
                far += abs(orders[begin + j] - orders[begin + best]) * reach[g, 2]
            if j != best and not far > q[best]:
                continue
            cell[at] = begin + j
            attribute[at, 0] = c[j]
            attribute[at, 1] = r[j]
            attribute[at, 2] = orders[begin + j] if has_orders else 0.0
            core_value[at] = value_of(begin + j, cost, revenue, value, margin[i], charge)
            at += 1


@parallel_kernel
def fill_core(
    blocks: int,
    target: I64,
    curves: CurveArrays,
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
            curves,
            price,
            reach,
            np.empty(most, dtype=curves.cost.dtype),
            core_start,
            cell,
            core_value,
            attribute,
        )


@kernel
def fill_core_serially(
    target: I64,
    curves: CurveArrays,
    price: Floats,
    reach: Floats,
    most: int,
    core_start: I64,
    cell: I64,
    core_value: F64,
    attribute: F64,
) -> None:
    """The same as ``fill_core``, by one thread."""
    q = np.empty(most, dtype=curves.cost.dtype)
    fill_core_block(
        0, target.size, target, curves, price, reach, q, core_start, cell, core_value, attribute
    )

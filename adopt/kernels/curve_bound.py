"""What prices prove and what a plan uses, streamed over the curves of many targets in float64.

Knows nothing of how prices or plan were found. Sums run over fixed blocks, so any number of threads
gives the same bytes.
Source: Everett (1963) for the bound.
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.curve_arrays import CurveArrays, Floats
from adopt.kernels.jit import kernel, parallel_kernel, prange

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
LARGEST_INT = np.int64(2**63 - 1)
AT_ONCE = 64
"""Targets whose curves stay near the processor."""


@kernel
def top_of_margin(
    cost: Floats, revenue: Floats, a: float, k: float, sizes: tuple[float, float]
) -> tuple[float, float]:
    """Largest ``a revenue - k cost`` of one target, in float64, and largest sum of the terms' sizes.

    sizes: of what a and k sum. The maxima are taken of bits, as in ``best_of_single``; what is no number
    is above all, so that it can't hide.
    """
    top = np.int64(-(2**63))
    largest = np.int64(0)
    for j in range(cost.size):
        u = float(cost[j])
        v = float(revenue[j])
        bits = np.float64(a * v - k * u).view(np.int64)
        key = bits ^ ((bits >> 63) & LARGEST_INT)
        top = max(key, top)
        size = np.float64(sizes[0] * abs(v) + sizes[1] * abs(u)).view(np.int64)
        largest = max(size, largest)
    best = np.int64(top ^ ((top >> 63) & LARGEST_INT)).view(np.float64)
    return best, np.int64(largest).view(np.float64)


@kernel
def bound_block(
    first: int,
    last: int,
    curves: CurveArrays,
    price: F64,
    sums: F64,
) -> None:
    """Add to sums: (3,) of targets first .. last: best reduced values, their sizes, largest sums of terms."""
    total = sums[0]
    absolute = sums[1]
    size = sums[2]
    level_start, cost, revenue, orders, value, margin, charge, group = curves
    has_value = value.size > 0
    has_orders = orders.size > 0
    for i in range(first, last):
        g = group[i]
        begin = level_start[i]
        end = level_start[i + 1]
        c = cost[begin:end]
        r = revenue[begin:end]
        p0 = price[g, 0]
        p1 = price[g, 1]
        p2 = price[g, 2]
        if not has_value and not has_orders:
            own = float(margin[i])
            sizes = abs(own) + abs(p1), abs(charge) + abs(p0)
            top, largest = top_of_margin(c, r, own - p1, charge + p0, sizes)
        else:
            top = -math.inf
            largest = 0.0
            for j in range(c.size):
                own = float(margin[i])
                v = float(value[begin + j]) if has_value else own * float(r[j])
                w = 0.0 if has_value else charge * float(c[j])
                u = p0 * float(c[j])
                x = p1 * float(r[j])
                y = p2 * float(orders[begin + j]) if has_orders else 0.0
                q = v - w - u - x - y
                z = abs(v) + abs(w) + abs(u) + abs(x) + abs(y)
                top = max(top, q)
                largest = max(largest, z)
        total += top
        absolute += abs(top)
        size += largest
    sums[0] = total
    sums[1] = absolute
    sums[2] = size


@parallel_kernel
def bound_targets(
    curves: CurveArrays,
    price: F64,
    partial: F64,
) -> None:
    """Sums a block of ``max_j (v_j - p . a_j)``, of their sizes, and of the largest sum of terms.

    price: (groups, 3); partial: (blocks, 3) output
    """
    blocks = partial.shape[0]
    count = curves.level_start.size - 1
    for b in prange(blocks):
        partial[b] = 0.0
        bound_block(
            count * b // blocks,
            count * (b + 1) // blocks,
            curves,
            price,
            partial[b],
        )


@kernel
def plan_block(
    first: int,
    last: int,
    curves: CurveArrays,
    choice: I64,
    sums: F64,
) -> None:
    """Add to sums: (groups, 4) of targets first .. last."""
    _, cost, revenue, orders, value, margin, charge, group = curves
    for i in range(first, last):
        g = group[i]
        c = choice[i]
        if value.size > 0:
            sums[g, 0] += float(value[c])
        else:
            sums[g, 0] += float(margin[i]) * float(revenue[c]) - charge * float(cost[c])
        sums[g, 1] += float(cost[c])
        sums[g, 2] += float(revenue[c])
        if orders.size > 0:
            sums[g, 3] += float(orders[c])


@parallel_kernel
def sum_plan(
    curves: CurveArrays,
    choice: I64,
    partial: F64,
) -> None:
    """Value, cost, revenue and orders of a plan, a block and group.

    choice: (n,) cells; partial: (blocks, groups, 4) output
    """
    blocks = partial.shape[0]
    count = choice.size
    for b in prange(blocks):
        partial[b] = 0.0
        plan_block(
            count * b // blocks,
            count * (b + 1) // blocks,
            curves,
            choice,
            partial[b],
        )


@parallel_kernel
def bound_and_sum_plan(
    curves: CurveArrays,
    price: F64,
    choice: I64,
    partial: F64,
    plan: F64,
) -> None:
    """What ``bound_targets`` and ``sum_plan`` fill, the same bytes, in one read of the curves.

    price: (groups, 3); choice: (n,) cells; partial: (blocks, 3), plan: (blocks, groups, 4) outputs
    """
    blocks = partial.shape[0]
    count = choice.size
    for b in prange(blocks):
        partial[b] = 0.0
        plan[b] = 0.0
        last = count * (b + 1) // blocks
        for first in range(count * b // blocks, last, AT_ONCE):
            end = min(first + AT_ONCE, last)
            bound_block(first, end, curves, price, partial[b])
            plan_block(first, end, curves, choice, plan[b])


@kernel
def count_members(group: NDArray[np.int32], members: I64) -> None:
    """Add the targets of each group to members: (groups,); group: (n,)."""
    for g in group:
        members[g] += 1


@kernel
def most_levels(level_start: I64) -> int:
    """Levels of any target at most, at least 1; level_start: (n + 1,)."""
    most = 1
    for i in range(level_start.size - 1):
        most = max(most, level_start[i + 1] - level_start[i])
    return int(most)


@kernel
def group_targets(member_start: I64, member_row: I64, group: NDArray[np.int32], first: I64) -> int:
    """Number the targets by the list of rows they belong to; returns the number of lists.

    group: (n,) output, lists numbered as they are met; first: (n,) output, a target of each list
    """
    n = group.size
    slots = 1
    while slots < 2 * n:
        slots *= 2
    table = np.full(slots, -1, dtype=np.int32)
    count = 0
    for i in range(n):
        mark = np.uint64(14695981039346656037)
        for k in range(member_start[i], member_start[i + 1]):
            mark = (mark ^ np.uint64(member_row[k])) * np.uint64(1099511628211)
        at = np.int64((mark ^ (mark >> np.uint64(29))) & np.uint64(slots - 1))
        while True:
            known = table[at]
            if known < 0:
                table[at] = count
                first[count] = i
                group[i] = count
                count += 1
                break
            j = first[known]
            is_same = member_start[j + 1] - member_start[j] == member_start[i + 1] - member_start[i]
            if is_same:
                for k in range(member_start[i + 1] - member_start[i]):
                    if member_row[member_start[j] + k] != member_row[member_start[i] + k]:
                        is_same = False
                        break
            if is_same:
                group[i] = known
                break
            at = (at + 1) & (slots - 1)
    return count

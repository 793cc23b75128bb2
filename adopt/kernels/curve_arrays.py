"""Curves of many targets as the kernels take them: the best level at a price, and what a cell is worth.

Targets that share all their coupling rows form a group g and see one price vector p_g. With cost c,
revenue r and orders o, level j of target i is worth ``q_j = v_j - p_g . (c, r, o)_j``, where v is given
or, where ``value`` is empty, ``v = margin_i r - charge c``. The arrays may be float32 or float64; q is
evaluated in their type, sums in float64 over fixed blocks, so any number of threads gives the same bytes.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import kernel

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Floats = NDArray[Any]
"""float32 or float64."""


class CurveArrays(NamedTuple):
    """Levels of n targets.

    level_start: (n + 1,) first cell of each target; cost, revenue: (cells,) currency per day
    orders: (cells,) per day, value: (cells,) objective; each may be empty
    margin: (n,) objective per unit of revenue; charge: objective per unit of cost; group: (n,)
    """

    level_start: I64
    cost: Floats
    revenue: Floats
    orders: Floats
    value: Floats
    margin: Floats
    charge: float
    group: NDArray[np.int32]


LARGEST_INT, LEAST_INT = np.int32(0x7FFFFFFF), np.int32(-(2**31))
NOTHING = np.float32(0.0)


@kernel
def best_of_single(cost: Floats, revenue: Floats, a: float, k: float) -> int:
    """First best of ``a revenue - k cost`` over one target's float32 levels, without storing them.

    The bits of a float sort as integers once those of a negative one are turned, and integers have a
    maximum that compiles to vectors; the level's number stands in the lower half, the first above the last.
    """
    top = np.int64(-(2**63))
    for j in range(cost.size):
        # Adding nothing makes one zero of both.
        x = np.float32(np.float32(a * revenue[j] - k * cost[j]) + NOTHING)
        bits = x.view(np.int32)
        key = np.int32(bits ^ np.int32(np.int32(bits >> np.int32(31)) & LARGEST_INT))
        key = key if x == x else LEAST_INT  # noqa: PLR0124  what is no number is never best
        mark = (np.int64(key) << 32) | (np.int64(LARGEST_INT) - j)
        top = max(top, mark)
    return int(LARGEST_INT) - int(top & np.int64(0xFFFFFFFF))


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
def best_level(
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
    """Fill q with the reduced values of one target's levels; returns the first best, from 0.

    begin: its first cell; cost, revenue: its levels; orders, value: all (cells,) or empty
    price: (groups, 3) on cost, revenue, orders; where ``value`` is empty, that on cost holds the charge
    """
    end = begin + cost.size
    if value.size > 0:
        best = best_by_value(value[begin:end], cost, revenue, price[g, 0], price[g, 1], q)
    else:
        best = best_by_margin(cost, revenue, margin - price[g, 1], price[g, 0], q)
    if orders.size > 0:
        best = best_after_orders(orders[begin:end], price[g, 2], q)
    return best


@kernel
def value_of(
    cell: int, cost: Floats, revenue: Floats, value: Floats, margin: float, charge: float
) -> float:
    """Objective of a cell, in float64; margin: of its target."""
    if value.size > 0:
        return float(value[cell])
    return float(margin) * float(revenue[cell]) - charge * float(cost[cell])


@kernel
def add_level(
    cell: int,
    cost: Floats,
    revenue: Floats,
    orders: Floats,
    value: Floats,
    margin: float,
    charge: float,
    sums: F64,
    g: int,
) -> None:
    """Add value, cost, revenue and orders of a cell to its group's sums: (groups, 4)."""
    sums[g, 0] += value_of(cell, cost, revenue, value, margin, charge)
    sums[g, 1] += float(cost[cell])
    sums[g, 2] += float(revenue[cell])
    if orders.size > 0:
        sums[g, 3] += float(orders[cell])

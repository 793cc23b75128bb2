"""A sample of many curves: copied out, and what its levels span.

Reduced values q and groups as in ``curve_arrays``.
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.curve_arrays import CurveArrays, Floats, best_level, value_of
from adopt.kernels.jit import kernel

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@kernel
def copy_targets(
    index: I64, level_start: I64, numbers: Floats, stride: int, start: I64, copied: Floats
) -> None:
    """Fill copied with the cells of some targets: the last level and every stride-th one before it.

    index: (m,) targets; numbers: (cells,); start: (m + 1,) first cell of each in copied, the output
    """
    for k in range(index.size):
        begin = level_start[index[k]]
        c = level_start[index[k] + 1] - 1
        for j in range(start[k + 1] - 1, start[k] - 1, -1):
            copied[j] = numbers[max(c, begin)]
            c -= stride
        copied[start[k]] = numbers[begin]


@kernel
def add_ranges(
    curves: CurveArrays, group_start: I64, group_row: I64, weight: F64, value: F64, use: F64
) -> None:
    """Fill value: (2,) and use: (rows, 2) with sums of the targets' ranges and of their largest sizes.

    weight: (rows, 3) on cost, revenue, orders
    """
    level_start, cost, revenue, orders, _, margin, charge, group = curves
    value[:] = 0.0
    use[:] = 0.0
    for i in range(level_start.size - 1):
        g = group[i]
        for k in range(group_start[g] - 1, group_start[g + 1]):
            least = math.inf
            most = -math.inf
            for c in range(level_start[i], level_start[i + 1]):
                if k < group_start[g]:
                    x = value_of(c, cost, revenue, curves.value, margin[i], charge)
                else:
                    w = weight[group_row[k]]
                    x = w[0] * float(cost[c]) + w[1] * float(revenue[c])
                    if orders.size > 0:
                        x += w[2] * float(orders[c])
                least = min(least, x)
                most = max(most, x)
            to = value if k < group_start[g] else use[group_row[k]]
            to[0] += most - least
            to[1] += max(abs(least), abs(most))


@kernel
def widths_of_targets(
    curves: CurveArrays, price: Floats, reach: Floats, most: int, width: F64
) -> None:
    """Fill width: (n,) with the multiple of the reach within which no level beats the best one.

    price, reach: (groups, 3), curves' type, as in ``decide_targets``; most: levels of any target at most
    """
    level_start, cost, revenue, orders, value, margin, _, group = curves
    q = np.empty(most, dtype=cost.dtype)
    for i in range(width.size):
        g = group[i]
        begin = level_start[i]
        c = cost[begin : level_start[i + 1]]
        r = revenue[begin : level_start[i + 1]]
        best = best_level(begin, c, r, orders, value, margin[i], price, g, q)
        least = math.inf
        for j in range(c.size):
            far = abs(c[j] - c[best]) * reach[g, 0] + abs(r[j] - r[best]) * reach[g, 1]
            if orders.size > 0:
                far += abs(orders[begin + j] - orders[begin + best]) * reach[g, 2]
            if far > 0.0:
                least = min(least, float(q[best] - q[j]) / far)
        width[i] = least

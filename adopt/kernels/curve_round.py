"""Whole levels from prices: rows eased, and then filled, by moves of least loss.

Curves are a core in float64 with values given. With the prices p_g of the rows' multipliers, level c of
target i loses ``max_j q_j - q_c`` of reduced value; a plan that keeps the rows is worth the bound less its
losses and less its priced slack, so plans of small losses that leave little slack are sought. All kernels
are serial: each move rests on the last. What an inner loop reads is taken out of its bundle before, as numba
counts references to the arrays of a bundle each time.
Source: Sinha & Zoltners (1979).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.curve_arrays import CurveArrays
from adopt.kernels.jit import kernel

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

ROUNDS = 6
"""Times that all rows are eased: easing one may exceed another."""


class RowUse(NamedTuple):
    """How targets use rows.

    group_start: (groups + 1,), group_row: rows of each group; weight: (rows, 3)
    member_start: (groups + 1,), member: targets of each group
    row_order: (rows,) in which they are eased; multiplier: (rows,) objective per unit of row
    """

    group_start: I64
    group_row: I64
    weight: F64
    member_start: I64
    member: I64
    row_order: I64
    multiplier: F64


@kernel
def added_use(
    weight: F64, cost: F64, revenue: F64, orders: F64, r: int, old: int, new: int
) -> float:
    """Use of a row that a move from cell old to new adds; weight: (rows, 3)."""
    added = weight[r, 0] * (cost[new] - cost[old]) + weight[r, 1] * (revenue[new] - revenue[old])
    if orders.size > 0:
        added += weight[r, 2] * (orders[new] - orders[old])
    return float(added)


@kernel
def use_between(curves: CurveArrays, rows: RowUse, r: int, old: int, new: int) -> float:
    """``added_use`` of these curves and rows."""
    return added_use(rows.weight, curves.cost, curves.revenue, curves.orders, r, old, new)


@kernel
def move(curves: CurveArrays, rows: RowUse, i: int, new: int, choice: I64, slack: F64) -> None:
    """Move target i to a cell."""
    g = curves.group[i]
    for k in range(rows.group_start[g], rows.group_start[g + 1]):
        r = rows.group_row[k]
        slack[r] -= use_between(curves, rows, r, choice[i], new)
    choice[i] = new


@kernel
def lose_levels(curves: CurveArrays, price: F64, loss: F64, choice: I64) -> None:
    """Fill loss: (cells,) of reduced value, and choice: (n,) with the first best cells; price: (groups, 3)."""
    for i in range(choice.size):
        p = price[curves.group[i]]
        top = -math.inf
        for c in range(curves.level_start[i], curves.level_start[i + 1]):
            q = curves.value[c] - p[0] * curves.cost[c] - p[1] * curves.revenue[c]
            if curves.orders.size > 0:
                q -= p[2] * curves.orders[c]
            loss[c] = q
            if q > top:
                top = q
                choice[i] = c
        for c in range(curves.level_start[i], curves.level_start[i + 1]):
            loss[c] = top - loss[c]


@kernel
def members_of(rows: RowUse, r: int, of_row: I64) -> int:
    """Fill of_row with the targets that a row couples; returns how many."""
    count = 0
    for g in range(rows.member_start.size - 1):
        for k in range(rows.group_start[g], rows.group_start[g + 1]):
            if rows.group_row[k] == r:
                for m in range(rows.member_start[g], rows.member_start[g + 1]):
                    of_row[count] = rows.member[m]
                    count += 1
    return count


@kernel
def cost_of_move(
    curves: CurveArrays,
    rows: RowUse,
    r: int,
    i: int,
    new: int,
    loss: F64,
    choice: I64,
    is_met: NDArray[np.bool_],
) -> float:
    """Reduced value that a move loses, with the price of what it frees of rows that are met, r left out."""
    g = curves.group[i]
    old = choice[i]
    lost = loss[new] - loss[old]
    weight, cost, revenue, orders = rows.weight, curves.cost, curves.revenue, curves.orders
    for k in range(rows.group_start[g], rows.group_start[g + 1]):
        s = rows.group_row[k]
        if is_met[s] and s != r:
            freed = -added_use(weight, cost, revenue, orders, s, old, new)
            lost += rows.multiplier[s] * max(freed, 0.0)
    return float(max(lost, 0.0))


@kernel
def sorted_moves(
    curves: CurveArrays,
    rows: RowUse,
    r: int,
    sign: float,
    loss: F64,
    choice: I64,
    is_met: NDArray[np.bool_],
) -> tuple[I64, I64]:
    """Targets and cells of the moves whose use of a row has a sign, by rising cost per use."""
    level_start, weight = curves.level_start, rows.weight
    cost, revenue, orders = curves.cost, curves.revenue, curves.orders
    of_row = np.empty(choice.size, dtype=np.int64)
    members = members_of(rows, r, of_row)
    count = 0
    for m in range(members):
        count += level_start[of_row[m] + 1] - level_start[of_row[m]]
    target = np.empty(count, dtype=np.int64)
    cell = np.empty(count, dtype=np.int64)
    ratio = np.empty(count)
    count = 0
    for m in range(members):
        i = of_row[m]
        for c in range(level_start[i], level_start[i + 1]):
            added = sign * added_use(weight, cost, revenue, orders, r, choice[i], c)
            if added > 0.0:
                target[count] = i
                cell[count] = c
                ratio[count] = cost_of_move(curves, rows, r, i, c, loss, choice, is_met) / added
                count += 1
    order = np.argsort(ratio[:count], kind="mergesort")
    return target[order], cell[order]


@kernel
def ease_row(
    curves: CurveArrays,
    rows: RowUse,
    r: int,
    loss: F64,
    choice: I64,
    is_met: NDArray[np.bool_],
    slack: F64,
) -> None:
    """Move targets until a row is kept, by rising cost per use cut; what ends it is the cheapest that does."""
    target, cell = sorted_moves(curves, rows, r, -1.0, loss, choice, is_met)
    for k in range(target.size):
        cut = -use_between(curves, rows, r, choice[target[k]], cell[k])
        if 0.0 < cut <= -slack[r] and fits(curves, rows, target[k], cell[k], choice, is_met, slack):
            move(curves, rows, target[k], cell[k], choice, slack)
    if slack[r] >= 0.0:
        return
    least = math.inf
    last = -1
    for k in range(target.size):
        cut = -use_between(curves, rows, r, choice[target[k]], cell[k])
        if cut >= -slack[r]:
            more = cost_of_move(curves, rows, r, target[k], cell[k], loss, choice, is_met)
            more += rows.multiplier[r] * (cut + slack[r])
            if more < least and fits(curves, rows, target[k], cell[k], choice, is_met, slack):
                least = more
                last = k
    if last >= 0:
        move(curves, rows, target[last], cell[last], choice, slack)


@kernel
def fill_row(
    curves: CurveArrays,
    rows: RowUse,
    r: int,
    loss: F64,
    choice: I64,
    is_met: NDArray[np.bool_],
    slack: F64,
) -> None:
    """Move targets into what is left of a row, by rising cost per use, where that gains and fits."""
    target, cell = sorted_moves(curves, rows, r, 1.0, loss, choice, is_met)
    for k in range(target.size):
        i = target[k]
        if not curves.value[cell[k]] > curves.value[choice[i]]:
            continue
        added = use_between(curves, rows, r, choice[i], cell[k])
        cost = cost_of_move(curves, rows, r, i, cell[k], loss, choice, is_met)
        if (
            0.0 < added <= slack[r]
            and cost < rows.multiplier[r] * added
            and fits(curves, rows, i, cell[k], choice, is_met, slack)
        ):
            move(curves, rows, i, cell[k], choice, slack)


@kernel
def meet_rows(curves: CurveArrays, rows: RowUse, loss: F64, choice: I64, slack: F64) -> bool:
    """Move targets until every row is kept and, where it has a price, full; False where none keeps all.

    loss: (cells,); choice: (n,) cells and slack: (rows,) of that plan, changed in place
    """
    is_met = np.zeros(slack.size, dtype=np.bool_)
    for turn in range(ROUNDS):
        is_kept = True
        for r in rows.row_order:
            if slack[r] < 0.0:
                is_kept = False
                is_met[r] = False
                ease_row(curves, rows, r, loss, choice, is_met, slack)
            if turn == 0 and slack[r] > 0.0 and rows.multiplier[r] > 0.0:
                is_met[r] = True
                fill_row(curves, rows, r, loss, choice, is_met, slack)
            is_met[r] = slack[r] >= 0.0
        if is_kept:
            return True
        if turn + 2 == ROUNDS:
            is_met[:] = False
    return bool(slack.min() >= 0.0)


@kernel
def fits(
    curves: CurveArrays,
    rows: RowUse,
    i: int,
    new: int,
    choice: I64,
    is_asked: NDArray[np.bool_],
    slack: F64,
) -> bool:
    """Whether moving target i to a cell keeps its rows, as far as they are asked for."""
    g = curves.group[i]
    for k in range(rows.group_start[g], rows.group_start[g + 1]):
        r = rows.group_row[k]
        if is_asked[r] and use_between(curves, rows, r, choice[i], new) > max(slack[r], 0.0):
            return False
    return True

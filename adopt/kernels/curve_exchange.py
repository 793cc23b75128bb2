"""Moves and pairs of moves that gain, from a plan of whole levels that keeps the rows.

Curves are a core, as in ``curve_round``; all kernels are serial.
Source: Dyer, Riha & Walker (1995) for exchanges.
"""

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.curve_arrays import CurveArrays
from adopt.kernels.curve_round import RowUse, added_use, move, use_between
from adopt.kernels.jit import kernel

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

PASSES = 30
"""Improvements of one group, and passes of exchanges between groups, at most."""


@kernel
def fits_exactly(
    curves: CurveArrays, rows: RowUse, i: int, new: int, choice: I64, slack: F64
) -> bool:
    """Whether moving target i to a cell leaves no slack of its rows below nothing."""
    g = curves.group[i]
    weight, cost, revenue, orders = rows.weight, curves.cost, curves.revenue, curves.orders
    old = choice[i]
    for k in range(rows.group_start[g], rows.group_start[g + 1]):
        r = rows.group_row[k]
        if added_use(weight, cost, revenue, orders, r, old, new) > slack[r]:
            return False
    return True


@kernel
def exchange(
    curves: CurveArrays,
    rows: RowUse,
    target: I64,
    cell: I64,
    least_gain: float,
    passes: int,
    choice: I64,
    slack: F64,
) -> None:
    """Make the moves, and pairs of moves of two targets, that gain and fit.

    target, cell: (moves,) what is tried; choice: (n,) and slack: (rows,) changed in place
    """
    value, group = curves.value, curves.group
    after = slack.copy()
    for _ in range(passes):
        is_moving = False
        for a in range(target.size):
            i = target[a]
            old = choice[i]
            if cell[a] == old:
                continue
            own = value[cell[a]] - value[old]
            after[:] = slack
            g = group[i]
            is_short = False
            for k in range(rows.group_start[g], rows.group_start[g + 1]):
                r = rows.group_row[k]
                after[r] -= use_between(curves, rows, r, old, cell[a])
                is_short = is_short or after[r] < 0.0
            best = least_gain
            partner = -1
            if not is_short and own > best:
                best = own
                partner = a
            for b in range(target.size):
                j = target[b]
                gain = own + value[cell[b]] - value[choice[j]]
                if gain <= best or j == i:
                    continue
                if is_short:
                    # The partner must lift every row that this move exceeds.
                    is_kept = True
                    for k in range(rows.group_start[g], rows.group_start[g + 1]):
                        r = rows.group_row[k]
                        if after[r] < 0.0 and not meets(rows, group[j], r):
                            is_kept = False
                    if not is_kept:
                        continue
                if fits_exactly(curves, rows, j, cell[b], choice, after):
                    best = gain
                    partner = b
            if partner < 0:
                continue
            move(curves, rows, i, cell[a], choice, slack)
            if partner != a:
                move(curves, rows, target[partner], cell[partner], choice, slack)
            is_moving = True
        if not is_moving:
            break


@kernel
def meets(rows: RowUse, g: int, r: int) -> bool:
    """Whether a group uses a row."""
    used = False
    for k in range(rows.group_start[g], rows.group_start[g + 1]):
        used = used or rows.group_row[k] == r
    return used


@kernel
def least_losses(
    curves: CurveArrays,
    member: I64,
    loss: F64,
    choice: I64,
    most: int,
    target: I64,
    cell: I64,
) -> int:
    """Fill target, cell with the cells of least loss that some targets may move to; returns how many."""
    count = 0
    for i in member:
        count += curves.level_start[i + 1] - curves.level_start[i]
    of = np.empty(count, dtype=np.int64)
    at = np.empty(count, dtype=np.int64)
    lost = np.empty(count)
    count = 0
    for i in member:
        for c in range(curves.level_start[i], curves.level_start[i + 1]):
            if c != choice[i]:
                of[count] = i
                at[count] = c
                lost[count] = loss[c]
                count += 1
    order = np.argsort(lost[:count], kind="mergesort")
    kept = min(most, count)
    for k in range(kept):
        target[k] = of[order[k]]
        cell[k] = at[order[k]]
    return kept


@kernel
def improve_plan(
    curves: CurveArrays,
    rows: RowUse,
    loss: F64,
    least_gain: float,
    most_of_group: int,
    most: int,
    choice: I64,
    slack: F64,
) -> None:
    """Make moves and pairs of moves that gain, within each group, then between all.

    most_of_group, most: cells of least loss tried in one group, and in all together, beside the best ones
    choice: (n,) cells of a plan that keeps the rows, slack: (rows,) >= 0: changed in place
    """
    groups = rows.member_start.size - 1
    for g in range(groups):
        member = rows.member[rows.member_start[g] : rows.member_start[g + 1]]
        target = np.empty(most_of_group, dtype=np.int64)
        cell = np.empty(most_of_group, dtype=np.int64)
        count = least_losses(curves, member, loss, choice, most_of_group, target, cell)
        exchange(curves, rows, target[:count], cell[:count], least_gain, PASSES, choice, slack)
    target = np.empty(most, dtype=np.int64)
    cell = np.empty(most, dtype=np.int64)
    count = least_losses(curves, np.arange(choice.size), loss, choice, most, target, cell)
    exchange(curves, rows, target[:count], cell[:count], least_gain, PASSES, choice, slack)

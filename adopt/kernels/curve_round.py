"""Whole levels from prices: rows eased by moves of least loss, then moves and pairs of moves that gain.

Curves are a core in float64 with values given. With the prices p_g of the rows' multipliers, level c of
target i loses ``max_j q_j - q_c`` of reduced value; a plan that keeps the rows is worth the bound less its
losses and less its priced slack, so plans of small losses that leave little slack are sought. All kernels
are serial: each move rests on the last.
Source: Sinha & Zoltners (1979); Dyer, Riha & Walker (1995) for exchanges.
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
PASSES = 30
"""Improvements of one group, and passes of exchanges between groups, at most."""


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
def use_between(curves: CurveArrays, rows: RowUse, r: int, old: int, new: int) -> float:
    """Use of a row that a move from cell old to new adds."""
    added = rows.weight[r, 0] * (curves.cost[new] - curves.cost[old])
    added += rows.weight[r, 1] * (curves.revenue[new] - curves.revenue[old])
    if curves.orders.size > 0:
        added += rows.weight[r, 2] * (curves.orders[new] - curves.orders[old])
    return float(added)


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
    cost = loss[new] - loss[choice[i]]
    for k in range(rows.group_start[g], rows.group_start[g + 1]):
        s = rows.group_row[k]
        if is_met[s] and s != r:
            cost += rows.multiplier[s] * max(-use_between(curves, rows, s, choice[i], new), 0.0)
    return float(max(cost, 0.0))


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
    of_row = np.empty(choice.size, dtype=np.int64)
    members = members_of(rows, r, of_row)
    count = 0
    for m in range(members):
        count += curves.level_start[of_row[m] + 1] - curves.level_start[of_row[m]]
    target = np.empty(count, dtype=np.int64)
    cell = np.empty(count, dtype=np.int64)
    ratio = np.empty(count)
    count = 0
    for m in range(members):
        i = of_row[m]
        for c in range(curves.level_start[i], curves.level_start[i + 1]):
            added = sign * use_between(curves, rows, r, choice[i], c)
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


@kernel
def fits_exactly(
    curves: CurveArrays, rows: RowUse, i: int, new: int, choice: I64, slack: F64
) -> bool:
    """Whether moving target i to a cell leaves no slack of its rows below nothing."""
    g = curves.group[i]
    for k in range(rows.group_start[g], rows.group_start[g + 1]):
        r = rows.group_row[k]
        if use_between(curves, rows, r, choice[i], new) > slack[r]:
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
    after = slack.copy()
    for _ in range(passes):
        is_moving = False
        for a in range(target.size):
            i = target[a]
            old = choice[i]
            if cell[a] == old:
                continue
            own = curves.value[cell[a]] - curves.value[old]
            after[:] = slack
            g = curves.group[i]
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
                gain = own + curves.value[cell[b]] - curves.value[choice[j]]
                if gain <= best or j == i:
                    continue
                if is_short:
                    # The partner must lift every row that this move exceeds.
                    is_kept = True
                    for k in range(rows.group_start[g], rows.group_start[g + 1]):
                        r = rows.group_row[k]
                        if after[r] < 0.0 and not meets(rows, curves.group[j], r):
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

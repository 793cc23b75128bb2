"""Integer plans of a multiple-choice knapsack: choose, repair, improve, one cell a target.

Cell c of target i uses ``weight[r] . attribute[c]`` of each row r of the target; a plan ``choice``
(n,) of cells keeps row r when the sum over its members is at most ``capacity[r]``. Rows come scaled,
so that violations of different rows may be added. All kernels are serial: each move rests on the last.
Source: Dyer, Riha & Walker (1995) for exchanges; Pisinger (1995) for the core.
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import kernel

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@kernel
def cell_use(attribute: F64, weight: F64, cell: int, r: int) -> float:
    """Use of row r by a cell of a member."""
    return float(
        weight[r, 0] * attribute[cell, 0]
        + weight[r, 1] * attribute[cell, 1]
        + weight[r, 2] * attribute[cell, 2]
        + weight[r, 3] * attribute[cell, 3]
    )


@kernel
def add_use(
    attribute: F64, member_start: I64, member_row: I64, weight: F64, choice: I64, use: F64
) -> None:
    """Fill use: (rows,) of a plan."""
    use[:] = 0.0
    for i in range(choice.size):
        for k in range(member_start[i], member_start[i + 1]):
            r = member_row[k]
            use[r] += cell_use(attribute, weight, choice[i], r)


@kernel
def choose_best(
    worth: F64, cost: F64, level_start: I64, current: I64, tie: float, choice: I64
) -> None:
    """Fill choice: (n,) with each target's best cell; within ``tie`` the current, then the cheapest.

    worth, cost: (cells,); current: (n,) cell or -1
    """
    for i in range(choice.size):
        top = -math.inf
        for c in range(level_start[i], level_start[i + 1]):
            top = max(top, worth[c])
        at = -1
        for c in range(level_start[i], level_start[i + 1]):
            if worth[c] >= top - tie and (at < 0 or cost[c] < cost[at]):
                at = c
        if current[i] >= 0 and worth[current[i]] >= top - tie:
            at = current[i]
        choice[i] = at


@kernel
def repair_choice(
    loss: F64,
    attribute: F64,
    level_start: I64,
    member_start: I64,
    member_row: I64,
    weight: F64,
    capacity: F64,
    max_steps: int,
    choice: I64,
    use: F64,
) -> bool:
    """Move cells until every row is kept, each time with the least loss per violation removed.

    loss: (cells,) reduced value lost against the target's best cell, >= 0
    choice: (n,) changed in place; use: (rows,) output. True when all rows are kept; False when no
    single move removes violation any more.
    """
    for _ in range(max_steps):
        add_use(attribute, member_start, member_row, weight, choice, use)
        total = 0.0
        for r in range(use.size):
            total += max(use[r] - capacity[r], 0.0)
        if total <= 0.0:
            return True
        best = math.inf
        best_target = -1
        best_cell = -1
        for i in range(choice.size):
            is_touched = False
            for k in range(member_start[i], member_start[i + 1]):
                r = member_row[k]
                is_touched = is_touched or use[r] > capacity[r]
            if not is_touched:
                continue
            for c in range(level_start[i], level_start[i + 1]):
                cut = 0.0
                for k in range(member_start[i], member_start[i + 1]):
                    r = member_row[k]
                    moved = cell_use(attribute, weight, c, r)
                    moved -= cell_use(attribute, weight, choice[i], r)
                    cut += max(use[r] - capacity[r], 0.0) - max(use[r] + moved - capacity[r], 0.0)
                if cut <= 1e-12 * total:
                    continue
                # A little price on every move: free moves are taken from the largest cut down.
                ratio = (max(loss[c] - loss[choice[i]], 0.0) + 1e-12) / min(cut, total)
                if ratio < best:
                    best = ratio
                    best_target = i
                    best_cell = c
        if best_target < 0:
            return False
        choice[best_target] = best_cell
    return False


@kernel
def fits(
    attribute: F64,
    weight: F64,
    member_row: I64,
    first: int,
    last: int,
    old: int,
    new: int,
    slack: F64,
) -> bool:
    """Whether moving one target from cell old to new keeps its rows, member_row[first:last]."""
    for k in range(first, last):
        r = member_row[k]
        moved = cell_use(attribute, weight, new, r) - cell_use(attribute, weight, old, r)
        if moved > slack[r]:
            return False
    return True


@kernel
def apply_move(
    attribute: F64,
    weight: F64,
    member_row: I64,
    first: int,
    last: int,
    old: int,
    new: int,
    slack: F64,
) -> None:
    """Take a move off the slack of its rows."""
    for k in range(first, last):
        r = member_row[k]
        slack[r] -= cell_use(attribute, weight, new, r) - cell_use(attribute, weight, old, r)


@kernel
def raise_choice(
    value: F64,
    attribute: F64,
    level_start: I64,
    member_start: I64,
    member_row: I64,
    weight: F64,
    least_gain: float,
    choice: I64,
    slack: F64,
) -> int:
    """Move single targets to their best cell that fits, until none gains; returns the moves made.

    choice: (n,) and slack: (rows,) capacity less use, >= 0, changed in place
    """
    moves = 0
    is_moving = True
    while is_moving:
        is_moving = False
        for i in range(choice.size):
            first = member_start[i]
            last = member_start[i + 1]
            to = -1
            top = value[choice[i]] + least_gain
            for c in range(level_start[i], level_start[i + 1]):
                if value[c] > top and fits(
                    attribute, weight, member_row, first, last, choice[i], c, slack
                ):
                    top = value[c]
                    to = c
            if to >= 0:
                apply_move(attribute, weight, member_row, first, last, choice[i], to, slack)
                choice[i] = to
                moves += 1
                is_moving = True
    return moves


@kernel
def exchange_pairs(
    value: F64,
    attribute: F64,
    core_start: I64,
    core_cell: I64,
    member_start: I64,
    member_row: I64,
    weight: F64,
    least_gain: float,
    max_passes: int,
    choice: I64,
    slack: F64,
) -> int:
    """Move two targets at once wherever together they gain and fit; returns the exchanges made.

    core_cell: cells worth a look, those of target i at core_start[i] .. core_start[i + 1]
    choice: (n,) and slack: (rows,) changed in place
    """
    n = choice.size
    rows = slack.size
    after = np.empty(rows)
    top_gain = np.empty(n)
    exchanges = 0
    for i in range(n):
        top_gain[i] = -math.inf
        for k in range(core_start[i], core_start[i + 1]):
            top_gain[i] = max(top_gain[i], value[core_cell[k]] - value[choice[i]])
    for _ in range(max_passes):
        is_moving = False
        for i in range(n):
            for k in range(core_start[i], core_start[i + 1]):
                c = core_cell[k]
                if c == choice[i]:
                    continue
                own = value[c] - value[choice[i]]
                after[:] = slack
                apply_move(
                    attribute,
                    weight,
                    member_row,
                    member_start[i],
                    member_start[i + 1],
                    choice[i],
                    c,
                    after,
                )
                short = 0
                for r in range(rows):
                    if after[r] < 0.0:
                        short += 1
                best = least_gain
                partner = -1
                partner_cell = -1
                for j in range(n):
                    if j == i or own + top_gain[j] <= best:
                        continue
                    first = member_start[j]
                    last = member_start[j + 1]
                    shared = 0
                    for m in range(first, last):
                        if after[member_row[m]] < 0.0:
                            shared += 1
                    if shared < short:
                        continue
                    for m in range(core_start[j], core_start[j + 1]):
                        d = core_cell[m]
                        gain = own + value[d] - value[choice[j]]
                        if gain > best and fits(
                            attribute, weight, member_row, first, last, choice[j], d, after
                        ):
                            best = gain
                            partner = j
                            partner_cell = d
                if partner < 0:
                    continue
                slack[:] = after
                apply_move(
                    attribute,
                    weight,
                    member_row,
                    member_start[partner],
                    member_start[partner + 1],
                    choice[partner],
                    partner_cell,
                    slack,
                )
                top_gain[i] -= own
                top_gain[partner] -= value[partner_cell] - value[choice[partner]]
                choice[i] = c
                choice[partner] = partner_cell
                exchanges += 1
                is_moving = True
        if not is_moving:
            break
    return exchanges


@kernel
def settle_ties(
    target: I64,
    value: F64,
    attribute: F64,
    level_start: I64,
    current: I64,
    member_start: I64,
    member_row: I64,
    weight: F64,
    tie: float,
    choice: I64,
    slack: F64,
) -> None:
    """Among cells of equal value that fit, take the current one, else the cheapest.

    target: (m,) those that are settled, ascending; choice: (n,) and slack: (rows,) changed in place
    """
    for i in target:
        first = member_start[i]
        last = member_start[i + 1]
        floor = value[choice[i]] - tie
        at = choice[i]
        now = current[i]
        if at == now:
            continue
        if (
            now >= 0
            and value[now] >= floor
            and fits(attribute, weight, member_row, first, last, at, now, slack)
        ):
            to = now
        else:
            to = at
            for c in range(level_start[i], level_start[i + 1]):
                if (
                    value[c] >= floor
                    and attribute[c, 0] < attribute[to, 0]
                    and fits(attribute, weight, member_row, first, last, at, c, slack)
                ):
                    to = c
        if to != at:
            apply_move(attribute, weight, member_row, first, last, at, to, slack)
            choice[i] = to

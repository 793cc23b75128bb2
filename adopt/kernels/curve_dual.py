"""The least dual of many curves: Newton steps on softened sweeps, followed as the softening fades.

With scaled multipliers y of the rows, group g sees the prices ``p_g = unit x sum of y_r w_r``, and

    F_t(y) = y . capacity + sum of soft maxima / unit - t sum of log y

falls to the dual as t falls. The sweeps leave sums a group (``curve_sweep``); what is decided already
enters as sums of value and use. Newton's matrix is that of the rows that share a group: with the rows of
fewest groups first its factor stays nearly as empty as itself.
Source: Bertsekas (1982) for steps cut one by one; Nesterov (2005); Fiacco & McCormick (1968) for the barrier.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.curve_arrays import CurveArrays, Floats
from adopt.kernels.curve_sweep import (
    SUMS,
    soften_groups,
    soften_groups_serially,
    sum_best,
    sum_best_serially,
)
from adopt.kernels.jit import kernel

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

MAX_STEPS, SHORTEST = 30, 0.01
"""Newton steps at one temperature at most; share of a step below which none is taken."""
LEAST_CUT = 1e-7
"""Share of the longest moves that the shortest step is cut to, in float64."""
LONGEST_FALL, LONGEST_RISE = 0.95, 9.0
"""Relative moves of a multiplier in one step at most."""
LARGEST = 1e9
"""Scaled multiplier beyond which no plan keeps the rows."""
FEW = 6_000
"""Targets below which waking the threads takes longer than the work."""
COOLING = 0.1
"""Factor of one fall of the temperature."""


class GroupRows(NamedTuple):
    """The rows of each group, in scaled units, and what is known of the targets outside the curves.

    group_start: (groups + 1,), group_row: rows of each group; weight: (rows, 3); capacity: (rows,)
    place: (rows,) where each row stands in Newton's matrix; unit: objective units of one of y
    factor: (groups,) targets that each target stands for; decided: (groups, 4) value, cost, revenue, orders
    """

    group_start: I64
    group_row: I64
    weight: F64
    capacity: F64
    place: I64
    unit: float
    factor: F64
    decided: F64


class Room(NamedTuple):
    """Room for one evaluation, and what it leaves.

    price: (groups, 3); own: the same in the curves' type; partial: (blocks, groups, SUMS)
    sums: (groups, SUMS) of the last evaluation; most: levels of any target at most
    """

    price: F64
    own: Floats
    partial: F64
    sums: F64
    most: int


@kernel
def price_groups(rows: GroupRows, y: F64, price: F64) -> None:
    """Fill price: (groups, 3), objective per unit."""
    for g in range(price.shape[0]):
        for a in range(3):
            total = 0.0
            for k in range(rows.group_start[g], rows.group_start[g + 1]):
                r = rows.group_row[k]
                total += y[r] * rows.weight[r, a]
            price[g, a] = rows.unit * total


@kernel
def sweep(curves: CurveArrays, rows: GroupRows, room: Room, temperature: float) -> None:
    """Fill room.sums at room.price; temperature: objective units, 0 for the best levels."""
    charge = curves.charge if curves.value.size == 0 else 0.0
    for g in range(room.price.shape[0]):
        room.own[g, 0] = room.price[g, 0] + charge
        room.own[g, 1] = room.price[g, 1]
        room.own[g, 2] = room.price[g, 2]
    is_short = curves.level_start.size - 1 < FEW
    if temperature > 0.0 and is_short:
        soften_groups_serially(curves, room.own, temperature, room.most, room.partial)
    elif temperature > 0.0:
        soften_groups(curves, room.own, temperature, room.most, room.partial)
    elif is_short:
        sum_best_serially(curves, room.own, room.most, room.partial)
    else:
        sum_best(curves, room.own, room.most, room.partial)
    for g in range(room.price.shape[0]):
        for k in range(SUMS):
            total = 0.0
            for b in range(room.partial.shape[0]):
                total += room.partial[b, g, k]
            room.sums[g, k] = rows.factor[g] * total
        rest = rows.decided[g, 0]
        for a in range(3):
            rest -= room.price[g, a] * rows.decided[g, 1 + a]
            room.sums[g, 2 + a] += rows.decided[g, 1 + a]
        room.sums[g, 0] += rest
        room.sums[g, 1] += rest


@kernel
def dual_at(
    curves: CurveArrays, rows: GroupRows, room: Room, y: F64, t: float
) -> tuple[float, float]:
    """F_t and the exact dual at y; the sums stay in the room."""
    price_groups(rows, y, room.price)
    sweep(curves, rows, room, t * rows.unit)
    soft = 0.0
    exact = 0.0
    for g in range(room.price.shape[0]):
        soft += room.sums[g, 0]
        exact += room.sums[g, 1]
    priced = 0.0
    logs = 0.0
    for r in range(y.size):
        priced += y[r] * rows.capacity[r]
        if t > 0.0:
            logs += math.log(y[r])
    return priced + soft / rows.unit - t * logs, priced + exact / rows.unit


@kernel
def newton_step(
    rows: GroupRows, sums: F64, y: F64, box: F64, t: float, matrix: F64, slope: F64, step: F64
) -> float:
    """Fill step: (rows,) relative moves of y, and slope: (rows,) of F_t; returns the decrement, units of t.

    box: (2, rows) least and largest y; a multiplier at an end that would leave it is held
    matrix: (rows, rows) room
    """
    n = y.size
    for r in range(n):
        slope[r] = rows.capacity[r] - t / y[r]
        for s in range(n):
            matrix[r, s] = 0.0
    for g in range(sums.shape[0]):
        s = sums[g]
        for k in range(rows.group_start[g], rows.group_start[g + 1]):
            r = rows.group_row[k]
            w = rows.weight[r]
            slope[r] -= w[0] * s[2] + w[1] * s[3] + w[2] * s[4]
            u0 = (w[0] * s[5] + w[1] * s[6] + w[2] * s[7]) * y[r] / (t * t)
            u1 = (w[0] * s[6] + w[1] * s[8] + w[2] * s[9]) * y[r] / (t * t)
            u2 = (w[0] * s[7] + w[1] * s[9] + w[2] * s[10]) * y[r] / (t * t)
            for m in range(rows.group_start[g], rows.group_start[g + 1]):
                o = rows.group_row[m]
                x = rows.weight[o]
                matrix[rows.place[r], rows.place[o]] += y[o] * (u0 * x[0] + u1 * x[1] + u2 * x[2])
    pull = np.empty(n)
    for r in range(n):
        i = rows.place[r]
        pull[i] = -slope[r] * y[r] / t
        if (y[r] <= box[0, r] and pull[i] < 0.0) or (y[r] >= box[1, r] and pull[i] > 0.0):
            pull[i] = 0.0
            for s in range(n):
                matrix[i, s] = 0.0
                matrix[s, i] = 0.0
        matrix[i, i] += 1.0
    solved = pull.copy()
    solve_sparse(matrix, solved)
    decrement = 0.0
    for r in range(n):
        step[r] = solved[rows.place[r]]
        decrement += step[r] * pull[rows.place[r]]
    return decrement


@kernel
def solve_sparse(matrix: F64, vector: F64) -> None:
    """Solve matrix x = vector in place, matrix positive definite; entries that are 0 cost nothing.

    Method: Cholesky by columns, L in the lower triangle.
    """
    n = vector.size
    below = np.empty(n, dtype=np.int64)
    for j in range(n):
        pivot = math.sqrt(max(matrix[j, j], 1e-300))
        matrix[j, j] = pivot
        count = 0
        for i in range(j + 1, n):
            if matrix[i, j] != 0.0:
                matrix[i, j] /= pivot
                below[count] = i
                count += 1
        vector[j] /= pivot
        for a in range(count):
            i = below[a]
            vector[i] -= matrix[i, j] * vector[j]
            for b in range(a + 1):
                matrix[i, below[b]] -= matrix[i, j] * matrix[below[b], j]
    for j in range(n - 1, -1, -1):
        total = vector[j]
        for i in range(j + 1, n):
            if matrix[i, j] != 0.0:
                total -= matrix[i, j] * vector[i]
        vector[j] = total / matrix[j, j]


@kernel
def descend(
    curves: CurveArrays,
    rows: GroupRows,
    room: Room,
    t: float,
    enough: float,
    box: F64,
    y: F64,
    least_at: F64,
    result: F64,
) -> None:
    """Move y, in place, towards the least F_t, t > 0.

    enough: fall of F_t that is not worth a step; box: (2, rows) of y
    least_at: (rows,) where the least dual was met; result: (2,) that dual, sweeps: both renewed
    """
    n = y.size
    matrix = np.empty((n, n))
    slope = np.empty(n)
    step = np.empty(n)
    moved = np.empty(n)
    value, exact = dual_at(curves, rows, room, y, t)
    result[1] += 1
    if exact < result[0]:
        result[0] = exact
        least_at[:] = y
    for _ in range(MAX_STEPS):
        if t * newton_step(rows, room.sums, y, box, t, matrix, slope, step) < enough:
            break
        length = 1.0
        cut = 1.0
        # Sums of float32 maxima are no finer than this, and of a sample's are not sought so closely.
        is_fine = curves.cost.itemsize > 4
        noise = (1e-14 if is_fine else 1e-9) * (1.0 + abs(value))
        last_cut = LEAST_CUT if is_fine else SHORTEST
        found = math.inf
        while cut > last_cut:
            foreseen = 0.0
            for r in range(n):
                change = min(max(length * step[r], -LONGEST_FALL * cut), LONGEST_RISE * cut)
                moved[r] = min(max(y[r] * (1.0 + change), box[0, r]), box[1, r])
                foreseen += slope[r] * (moved[r] - y[r])
            if foreseen < 0.0:
                found, exact = dual_at(curves, rows, room, moved, t)
                result[1] += 1
                if exact < result[0]:
                    result[0] = exact
                    least_at[:] = moved
                if found <= value + 1e-4 * foreseen + noise:
                    break
            # Shorter steps first; where even short ones are cut, because F_t is flat here, shorter cuts.
            if length > SHORTEST:
                length *= 0.5
            else:
                cut *= 0.5
        if cut <= last_cut:
            break
        y[:] = moved
        value = found
        if y.max() > LARGEST:
            break


@kernel
def follow(
    curves: CurveArrays,
    rows: GroupRows,
    room: Room,
    t: float,
    last: float,
    precision: float,
    largest_step: float,
    box: F64,
    y: F64,
    least_at: F64,
    result: F64,
) -> None:
    """Move y, in place, along the least F_t from t down to the last one, or until the dual falls no more.

    precision: share of the dual not worth another temperature, nor a step, unless that is worth more than
    ``largest_step`` temperatures and a tenth of that share; box: (2, rows) of y
    least_at: (rows,) output, where the least exact dual was met; result: (2,) output, that dual, sweeps
    """
    n = y.size
    before = np.empty(n)
    t_before = 0.0
    result[0] = math.inf
    result[1] = 0.0
    while True:
        reached = result[0]
        size = 1.0 if math.isinf(reached) else abs(reached)
        worth = precision * size
        enough = min(max(worth, 0.1 * t), max(0.1 * worth, largest_step * t))
        descend(curves, rows, room, t, enough, box, y, least_at, result)
        least = result[0]
        wanted = precision * (1.0 if math.isinf(least) else abs(least))
        if t <= last or y.max() > LARGEST or least > reached - wanted:
            break
        cooler = max(t * COOLING, last)
        # A row with slack has a price in proportion to t, one that binds a steady one.
        for r in range(n):
            here = y[r]
            if t_before > 0.0:
                power = math.log(cooler / t) / math.log(t / t_before)
                ahead = here * (here / before[r]) ** power
                ahead = min(max(ahead, here * COOLING), here * 2.0)
                y[r] = min(max(ahead, box[0, r]), box[1, r])
            before[r] = here
        t_before = t
        t = cooler

"""A plan of whole levels from the core of many curves: the undecided targets as a small ``Problem``."""

from dataclasses import dataclass

import numpy as np

from adopt.optimise.core_curves import Core, attributes_of
from adopt.optimise.curves import Curves, row_use
from adopt.optimise.evaluation import first_best, keeps_limits
from adopt.optimise.group_dual import prices_of
from adopt.optimise.problem import F64, I64, Problem
from adopt.optimise.repair import exchanged_plan, raised_plan, repair_violations, settled_plan
from adopt.optimise.scaling import Scales

POOL, POOL_SHARE = 60_000, 0.6
"""Levels of least loss among which rows are eased, and their share of a large core; the best ones count."""
MOVES = (1_500, 6_000, 24_000)
"""Levels beside the best that are tried; the next number where no plan was found with one."""


def plan_from_core(
    core: Core, scales: Scales, multipliers: F64, bound: float, current: I64
) -> I64 | None:
    """Cell of every target, or None where no plan was found that keeps the rows.

    scales: of the whole; multipliers: (rows,) objective per unit of row; bound: objective units
    current: (n,) cell in force of each target, -1 where none

    Returns (n,) cells.
    Method: the targets of least loss are chosen anew, the others stay at their best; repair, moves
    and exchanges as in small problems.
    """
    if core.target.size == 0:
        return core.choice
    worth, best = _reduced(core.curves, multipliers)
    loss = np.repeat(worth[best], np.diff(core.curves.level_start)) - worth
    best = _eased(core, loss, best, multipliers)
    for moves in MOVES:
        opened = _opened(core, loss, best, moves, current)
        problem, plan = opened.problem, opened.start.copy()
        if problem.targets == 0:
            break
        is_kept = repair_violations(problem, scales, opened.worth, plan)
        if is_kept and keeps_limits(problem, plan):
            plan = raised_plan(problem, plan)
            plan = exchanged_plan(problem, multipliers, bound - opened.rest, plan)
            plan = settled_plan(problem, plan)
            chosen = core.choice.copy()
            chosen[core.target] = core.cell[best]
            chosen[opened.target] = opened.cell[plan]
            return chosen
        if problem.targets == core.target.size:
            break
    return None


@dataclass(frozen=True, slots=True)
class _Opened:
    """The targets chosen anew.

    cell: their cells among all; worth: (cells,) reduced value; start: (m,) cells to begin with
    target: (m,) their indices; rest: value of all other targets
    """

    problem: Problem
    cell: I64
    worth: F64
    start: I64
    target: I64
    rest: float


def _reduced(curves: Curves, multipliers: F64) -> tuple[F64, I64]:
    """Reduced value of each level of the core, and the first best of each target."""
    price = prices_of(curves, multipliers)[curves.group]
    paid = np.repeat(price, np.diff(curves.level_start), axis=0) * attributes_of(curves)
    worth = curves.value - paid.sum(axis=1)
    top = np.maximum.reduceat(worth, curves.level_start[:-1])
    return np.asarray(worth), first_best(worth, top, curves.level_start)


def _eased(core: Core, loss: F64, best: I64, price: F64) -> I64:
    """The best cells with moves of least loss per excess made, row by row, until no row is exceeded by itself.

    price: (rows,) objective per unit of row, what unused capacity costs
    """
    curves = core.curves
    attribute, incidence = attributes_of(curves), curves.incidence()
    owner = np.repeat(np.arange(best.size), np.diff(curves.level_start))
    pool = np.arange(loss.size)
    most = max(POOL, int(POOL_SHARE * loss.size))
    if loss.size > most:
        pool = np.flatnonzero(loss <= np.partition(loss, most)[most])
    group = curves.group[owner[pool]]
    chosen = best.copy()
    sums = core.decided.copy()
    np.add.at(sums[:, 1:], curves.group, attribute[chosen])
    for r in np.argsort(incidence.sum(axis=0), kind="stable"):
        excess = float(row_use(curves, sums)[r] - curves.capacity[r] + curves.allowance[r])
        if excess <= 0.0:
            continue
        cells = pool[incidence[group, r] > 0.0]
        cut = (attribute[chosen[owner[cells]]] - attribute[cells]) @ curves.weight[r]
        cells, cut = cells[cut > 0.0], cut[cut > 0.0]
        more = np.maximum(loss[cells] - loss[chosen[owner[cells]]], 0.0)
        taken = _fitting(owner[cells], more, cut, excess)
        left = excess - float(cut[taken].sum())
        free = np.flatnonzero((cut >= left) & ~np.isin(owner[cells], owner[cells[taken]]))
        if left > 0.0 and free.size:
            last = free[np.argmin(more[free] + price[r] * (cut[free] - left))]
            taken = np.append(taken, last)
        moved = owner[cells[taken]]
        change = attribute[cells[taken]] - attribute[chosen[moved]]
        np.add.at(sums[:, 1:], curves.group[moved], change)
        chosen[moved] = cells[taken]
    return chosen


def _fitting(owner: I64, more: F64, cut: F64, excess: float) -> I64:
    """Moves by rising loss per cut, one a target, as many as cut no more than the excess."""
    small = np.flatnonzero(cut <= excess)
    order = small[np.lexsort((-cut[small], more[small] / cut[small]))]
    _, first = np.unique(owner[order], return_index=True)
    order = order[np.sort(first)]
    return np.asarray(order[np.cumsum(cut[order]) <= excess], dtype=np.int64)


def _opened(core: Core, loss: F64, best: I64, moves: int, current: I64) -> _Opened:
    """The targets with the least losses as a problem, the others at their best."""
    curves = core.curves
    inside = np.ones(loss.size, dtype=bool)
    if loss.size > moves + best.size:
        inside = loss <= np.partition(loss, moves + best.size)[moves + best.size]
        inside[best] = True
    kept = np.add.reduceat(inside, curves.level_start[:-1]) if best.size else best
    is_open = kept > 1
    cell = np.flatnonzero(inside & np.repeat(is_open, np.diff(curves.level_start)))
    start = np.concatenate(([0], np.cumsum(kept[is_open]))).astype(np.int64)
    attribute = attributes_of(curves)
    rest = best[~is_open]
    sums = core.decided.copy()
    np.add.at(sums[:, 1:], curves.group[~is_open], attribute[rest])
    target = core.target[is_open]
    group = curves.group[is_open]
    rows = np.diff(curves.group_start)[group]
    first = np.concatenate(([0], np.cumsum(rows))).astype(np.int64)
    member = np.repeat(curves.group_start[group] - first[:-1], rows) + np.arange(first[-1])
    problem = Problem(
        objective="profit",
        limits=(),
        target_ids=(),
        level_start=start,
        level=np.arange(cell.size),
        value=curves.value[cell],
        profit=curves.value[cell],
        attribute=np.ascontiguousarray(attribute[cell]),
        current=_position(core.cell[cell], current[target], start),
        weight=curves.weight,
        member_start=first,
        member_row=curves.group_row[member],
        capacity=curves.capacity - row_use(curves, sums),
        allowance=curves.allowance,
    )
    return _Opened(
        problem,
        core.cell[cell],
        -loss[cell],
        np.searchsorted(cell, best[is_open]),
        target,
        float(core.decided[:, 0].sum() + curves.value[rest].sum()),
    )


def _position(cells: I64, current: I64, start: I64) -> I64:
    """Where each target's current cell stands among its open ones, -1 where it does not."""
    at = np.minimum(np.searchsorted(cells, current), max(cells.size - 1, 0))
    found = (current >= 0) & (at >= start[:-1]) & (at < start[1:])
    if cells.size:
        found &= cells[at] == current
    return np.asarray(np.where(found, at, -1), dtype=np.int64)

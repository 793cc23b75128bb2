"""What a plan is worth and what it uses, summed from the problem's own numbers."""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.curve_ties import find_sizes
from adopt.kernels.knapsack import add_use
from adopt.optimise.limit import ON
from adopt.optimise.problem import F64, I64, Flags, Problem

NOTHING = 1e-7
"""Share of the levels' size below which an objective is nothing."""


def size_of(problem: Problem) -> float:
    """Sum of the targets' largest absolute values, objective units; float64, rounded once.

    Method: exact summation, Shewchuk (1997).
    """
    return math.fsum(np.maximum.reduceat(np.abs(problem.value), problem.level_start[:-1]))


def sizes_of_many(problem: Problem) -> F64:
    """Largest absolute value (n,) of each of many targets, objective units.

    Method: one read of the values, by all threads.
    """
    sizes = np.empty(problem.targets)
    find_sizes(problem.value, problem.level_start, sizes)
    return sizes


def relative_gap(value: float, bound: float, size: float) -> float:
    """``(bound - value) / |bound|``; 0 where both are nothing beside the size of the levels.

    value, bound, size: objective units. Method: a share of what can be reached at all.
    """
    least = NOTHING * size
    if bound <= value or max(abs(bound), abs(value)) <= least:
        return 0.0
    return (bound - value) / max(abs(bound), least)


def plan_value(problem: Problem, cells: I64) -> float:
    """Objective of a plan.

    cells: (n,) chosen cell of each target
    Returns objective units, the sum rounded once.
    Method: exact summation, Shewchuk (1997).
    """
    being_on = problem.switches.value[switched_on(problem, cells)]
    return math.fsum([*problem.value[cells].tolist(), *being_on.tolist()])


def switched_on(problem: Problem, cells: I64) -> Flags:
    """Which switches (switches,) a plan has on: those with a target on; cells: (n,) chosen cells.

    Method: one pass over the targets.
    """
    of = problem.switches.of
    is_on = np.zeros(problem.switches.count, dtype=bool)
    is_on[of[(of >= 0) & (problem.attribute[cells, ON] > 0.0)]] = True
    return is_on


def plan_use(problem: Problem, cells: I64) -> F64:
    """Use of each row by a plan.

    cells: (n,) chosen cell of each target
    Returns (rows,) in units of the rows, summed in the order of the targets.
    Method: float64 sums; ``Problem.allowance`` covers their rounding.
    """
    sums = np.empty(problem.rows)
    add_use(
        problem.attribute, problem.member_start, problem.member_row, problem.weight, cells, sums
    )
    if problem.switches.count:
        sums += problem.switches.use[switched_on(problem, cells)].sum(axis=0)
    return sums


def keeps_limits(problem: Problem, cells: I64) -> bool:
    """Whether a plan keeps every limit, up to the rounding of its sums; cells: (n,).

    Method: row by row, float64 sums; then the levels that ask for their whole product to be off.
    """
    if not np.all(plan_use(problem, cells) <= problem.capacity):
        return False
    tied = problem.with_product_only[cells]
    if not tied.any():
        return True
    of = problem.switches.of[tied]
    return bool((of >= 0).all() and not switched_on(problem, cells)[of].any())


def silent_cells(problem: Problem) -> I64:
    """The best cell (n,) of each target that is off; of one that cannot be, its first cell.

    Method: one pass over the cells.
    """
    silent = problem.off_values()
    top = np.maximum.reduceat(silent, problem.level_start[:-1])
    return first_best(silent, top, problem.level_start)


def first_best(worth: F64, top: F64, level_start: I64) -> I64:
    """First cell of each target that is worth its top; worth: (cells,), top: (n,), objective units.

    Method: one search over the cells that are.
    """
    return first_true(worth == np.repeat(top, np.diff(level_start)), level_start)


def first_true(chosen: NDArray[np.bool_], level_start: I64) -> I64:
    """First chosen cell (n,) of each target; chosen: (cells,), at least one of each target.

    Method: one search over the chosen cells.
    """
    cells = np.flatnonzero(chosen)
    return np.asarray(cells[np.searchsorted(cells, level_start[:-1])], dtype=np.int64)

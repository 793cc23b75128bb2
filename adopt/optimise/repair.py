"""Integer plans from multipliers: best cells, repaired row by row, then improved by moves and exchanges."""

import numpy as np

from adopt.kernels.curve_ties import find_ties
from adopt.kernels.knapsack import (
    add_use,
    choose_best,
    exchange_pairs,
    raise_choice,
    repair_choice,
    settle_ties,
)
from adopt.optimise.certificate import best_of_targets, reduced_values, switch_states
from adopt.optimise.evaluation import keeps_limits, plan_value
from adopt.optimise.limit import COST
from adopt.optimise.problem import F64, I64, Problem
from adopt.optimise.scaling import Scales

TIE = 1e-12
"""Values are taken as equal within this share of the largest."""
HARDER = (0.0, 1e-3, 1e-2, 0.1, 0.5, 2.0, 10.0)
"""Shares by which the multipliers are raised until a plan can be repaired."""
MOST_MOVES = 1500
"""Moves that an exchange considers; pairs grow with the square."""
PASSES = 30


def repaired_plan(problem: Problem, scales: Scales, multipliers: F64) -> I64 | None:
    """A plan that keeps the rows, near the best cells at the multipliers.

    scales: of the problem; multipliers: (rows,) objective per unit of row

    Returns (n,) cells, or None where no start could be repaired.
    Method: greedy repair by least reduced value lost per violation removed; Sinha & Zoltners (1979).
    """
    # A row without a price cannot be eased by raising it: give each a small one.
    floor = scales.value / scales.row
    for share in HARDER:
        prices = (
            multipliers if share == 0.0 else (1.0 + share) * np.maximum(multipliers, share * floor)
        )
        worth = reduced_values(problem, prices)
        cells = np.empty(problem.targets, dtype=np.int64)
        choose_best(
            worth,
            problem.attribute[:, COST].copy(),
            problem.level_start,
            problem.current,
            _tie(problem),
            cells,
        )
        if repair_violations(problem, scales, worth, cells) and keeps_limits(problem, cells):
            return cells
    return None


def repair_violations(problem: Problem, scales: Scales, worth: F64, cells: I64) -> bool:
    """Move cells, in place, until no row is violated; False where single moves cannot.

    scales: of the problem; worth: (cells,) reduced value, objective units; cells: (n,) plan
    Method: greedy by least loss per violation removed, violations in scaled rows.
    """
    best = np.maximum.reduceat(worth, problem.level_start[:-1])
    loss = (np.repeat(best, np.diff(problem.level_start)) - worth) / scales.value
    return repair_choice(
        loss,
        problem.attribute,
        problem.level_start,
        problem.member_start,
        problem.member_row,
        problem.weight / scales.row[:, None],
        _inner_capacity(problem) / scales.row,
        4 * problem.targets + 100,
        cells,
        np.empty(problem.rows),
    )


def raised_plan(problem: Problem, cells: I64) -> I64:
    """The plan after all moves of single targets that gain and fit.

    cells: (n,) a plan that keeps the rows, left as it is
    Returns (n,) cells that keep the rows and are worth no less.
    Method: coordinate ascent, targets in the order of their ids.
    """
    better = cells.copy()
    raise_choice(
        problem.value,
        problem.attribute,
        problem.level_start,
        problem.member_start,
        problem.member_row,
        problem.weight,
        _tie(problem),
        better,
        _slack(problem, better),
    )
    return better if keeps_limits(problem, better) else cells


def exchanged_plan(problem: Problem, multipliers: F64, bound: float, cells: I64) -> I64:
    """The plan after all exchanges between two targets that gain and fit, then single moves.

    multipliers: (rows,) objective per unit of row; bound: upper bound, objective units
    cells: (n,) a plan that keeps the rows, left as it is

    Returns (n,) cells that keep the rows and are worth no less.
    Method: exchanges among the cells whose reduced value leaves them a chance, Pisinger (1995).
    """
    better = cells.copy()
    core_start, core_cell = core_cells(problem, multipliers, bound - plan_value(problem, better))
    exchange_pairs(
        problem.value,
        problem.attribute,
        core_start,
        core_cell,
        problem.member_start,
        problem.member_row,
        problem.weight,
        _tie(problem),
        PASSES,
        better,
        _slack(problem, better),
    )
    return raised_plan(problem, better) if keeps_limits(problem, better) else cells


def settled_plan(problem: Problem, cells: I64) -> I64:
    """The plan with ties settled: the current level, else the cheaper one, where the rows allow.

    cells: (n,) a plan that keeps the rows, left as it is
    Method: one pass over the targets in the order of their ids.
    """
    return _settled(problem, cells, np.arange(problem.targets), _tie(problem))


def settled_among_many(problem: Problem, cells: I64, largest: float) -> I64:
    """``settled_plan`` of many targets, the same cells: most have no tie, and are left out.

    cells: (n,) a plan that keeps the rows, left as it is; largest: absolute value, objective units
    Method: one read of the values finds the ties.
    """
    tie = TIE * largest
    is_tied = np.empty(problem.targets, dtype=bool)
    cost = problem.attribute[:, COST]
    find_ties(problem.value, cost, problem.level_start, problem.current, tie, cells, is_tied)
    tied = np.flatnonzero(is_tied)
    return _settled(problem, cells, tied, tie) if tied.size else cells


def _settled(problem: Problem, cells: I64, target: I64, tie: float) -> I64:
    settled = cells.copy()
    slack = _slack(problem, settled)
    settle_ties(
        target,
        problem.value,
        problem.attribute,
        problem.level_start,
        problem.current,
        problem.member_start,
        problem.member_row,
        problem.weight,
        tie,
        settled,
        slack,
    )
    return settled if keeps_limits(problem, settled) else cells


def core_cells(problem: Problem, multipliers: F64, gap: float) -> tuple[I64, I64]:
    """Cells that a plan better than the known one may hold, as (n + 1,) starts and (core,) cells.

    gap: bound less value, objective units; a cell that loses more cannot be in a better plan
    Method: variable fixing by reduced cost; Pisinger (1995). At most ``MOST_MOVES``, of least loss.
    """
    loss = reduced_losses(problem, multipliers)
    inside = loss < gap
    if int(inside.sum()) > MOST_MOVES:
        inside = loss <= np.partition(loss, MOST_MOVES)[MOST_MOVES]
    cells = np.flatnonzero(inside).astype(np.int64)
    return np.searchsorted(cells, problem.level_start).astype(np.int64), cells


def reduced_losses(problem: Problem, multipliers: F64) -> F64:
    """Reduced value that any plan with a cell loses at least, (cells,) objective units, inf where none may.

    multipliers: (rows,) objective per unit of row
    Method: reduced costs of the Lagrangian, Everett (1963); of a switched product in its better state.
    """
    worth = reduced_values(problem, multipliers)
    sizes = np.diff(problem.level_start)
    loss = np.repeat(best_of_targets(problem, worth), sizes) - worth
    loss[problem.with_product_only] = np.inf
    if problem.switches.count == 0:
        return np.asarray(loss)
    on, off = switch_states(problem, worth, multipliers)
    top = np.maximum(on, off)
    of = np.repeat(problem.switches.of, sizes)
    silent = problem.off_values()
    best = np.repeat(np.maximum.reduceat(silent, problem.level_start[:-1]), sizes)
    by_state = np.full(loss.size, np.inf)
    np.subtract(best, silent, out=by_state, where=np.isfinite(silent))
    by_state = np.minimum(loss + (top - on)[of], by_state + (top - off)[of])
    return np.where(of >= 0, by_state, loss)


def _tie(problem: Problem) -> float:
    return TIE * float(np.abs(problem.value).max())


def _inner_capacity(problem: Problem) -> F64:
    """Half the allowance for rounding is kept for the sums of the search itself."""
    return problem.capacity - 0.5 * problem.allowance


def _slack(problem: Problem, cells: I64) -> F64:
    use = np.empty(problem.rows)
    add_use(problem.attribute, problem.member_start, problem.member_row, problem.weight, cells, use)
    return _inner_capacity(problem) - use

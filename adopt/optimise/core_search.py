"""Branch and bound on the core: the cells that a better plan may still hold, by HiGHS.

With multipliers y every plan has ``value = bound - sum of losses - y . slack``. So a plan with a cell
that alone loses ``depth`` or more is worth at most ``bound - depth``: the search may leave such cells
out, and max(bound of the search, bound - depth) bounds every plan. Where depth is the gap of a known
plan nothing is given away; a smaller one makes a smaller core.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from adopt.optimise.certificate import upper_bound
from adopt.optimise.evaluation import keeps_limits, plan_value
from adopt.optimise.problem import F64, I64, Problem
from adopt.optimise.repair import reduced_losses
from adopt.optimise.row_matrix import one_level_each, row_matrix

UNITS = 1000.0
"""The gap in the solver's units: far above its absolute tolerance of 1e-6."""
FEASIBILITY = 1e-6
"""HiGHS's tolerance on rows and integers."""
FINENESS = 1000.0
"""Solver units in a row's widest range, so that its tolerance is a billionth of that."""
OPTIMALITY = 1e-7
"""HiGHS's tolerance on reduced costs."""


@dataclass(frozen=True, slots=True)
class CoreSearch:
    """What branch and bound found.

    cells: (n,) a plan that keeps the rows, or None; bound: objective units, inf where it says nothing
    is_infeasible: no plan keeps the rows; is_whole: the core held every cell of a better plan
    nodes: explored; core: cells searched
    """

    cells: I64 | None
    bound: float
    is_infeasible: bool
    is_whole: bool
    nodes: int
    core: int


@dataclass(frozen=True, slots=True)
class _Program:
    """The core in the solver's units; cells: (core,) its cells in the whole problem."""

    core: Problem
    cells: I64
    loss: F64
    price: F64
    row_scale: F64
    node_limit: int


def search_core(
    problem: Problem, multipliers: F64, known: I64 | None, *, node_limit: int, most_cells: int
) -> CoreSearch:
    """Best plan among the cells of least loss, with a bound on all plans.

    multipliers: (rows,) objective per unit of row; known: (n,) a plan that keeps the rows, or None
    node_limit: nodes of branch and bound; most_cells: the core's size at most, beside each target's best

    Returns CoreSearch.
    Method: variable fixing by reduced cost, Pisinger (1995); HiGHS, Huangfu & Hall (2018).
    """
    certificate = upper_bound(problem, multipliers)
    losses = reduced_losses(problem, multipliers)
    gap = np.inf if known is None else max(certificate.bound - plan_value(problem, known), 0.0)
    limit = gap + 2.0 * certificate.error_bound
    inside = losses <= limit
    is_whole = int(inside.sum()) <= most_cells
    if not is_whole:
        limit = float(np.partition(losses, most_cells)[most_cells])
        inside = (losses < limit) | (losses <= 0.0)
    widest = float(losses[inside].max())
    scale = UNITS / next(x for x in (min(gap, widest), widest, 1.0) if 0.0 < x < np.inf)
    core = _restricted(problem, inside)
    program = _Program(
        core,
        np.flatnonzero(inside),
        losses[inside] * scale,
        multipliers * scale,
        _row_scale(core),
        node_limit,
    )
    plan, lost, is_infeasible, nodes = _searched(problem, program)
    bound = certificate.bound - max(lost - _margin(program), 0.0) / scale
    if not is_whole:
        bound = max(bound, certificate.bound - limit + 2.0 * certificate.error_bound)
    elif known is not None:
        # What was left out cannot beat the known plan.
        bound = max(bound, plan_value(problem, known))
    return CoreSearch(
        plan,
        bound,
        is_infeasible and is_whole and known is None,
        is_whole,
        nodes,
        int(inside.sum()),
    )


def _restricted(problem: Problem, inside: np.ndarray[Any, np.dtype[np.bool_]]) -> Problem:
    """The problem on some of its cells; every target keeps one at least."""
    cells = np.flatnonzero(inside)
    return replace(
        problem,
        level_start=np.searchsorted(cells, problem.level_start).astype(np.int64),
        level=problem.level[cells],
        value=problem.value[cells],
        profit=problem.profit[cells],
        attribute=problem.attribute[cells],
    )


def _searched(problem: Problem, program: _Program) -> tuple[I64 | None, float, bool, int]:
    """Plan as far as float64 confirms it, least loss of any plan, whether none exists, nodes.

    A plan that breaks a limit by the solver's tolerance is sought again under limits tightened by it.
    """
    nodes, lost, is_infeasible = 0, 0.0, False
    for tightened in (0.0, 4.0 * FEASIBILITY):
        result = _solve(program, tightened)
        nodes += int(result.get("mip_node_count") or 0)
        if tightened == 0.0:
            is_infeasible = result.status == 2
            # An infeasible core holds no plan at all: only what lies outside it bounds.
            lost = np.inf if is_infeasible else float(result.get("mip_dual_bound") or 0.0)
        if result.x is None:
            break
        plan = _picked(program, result.x)
        if keeps_limits(problem, plan):
            return plan, lost, is_infeasible, nodes
    return None, lost, is_infeasible, nodes


def _solve(program: _Program, tightened: float) -> Any:  # noqa: ANN401  scipy has no types
    """Minimise losses + price x slack, each row an equation with its slack as a column."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415  a cold start without SciPy
    from scipy.sparse import csr_array, diags_array, hstack  # noqa: PLC0415

    core = program.core
    n, rows = core.targets, core.rows
    one = hstack([one_level_each(core.level_start), csr_array((n, rows))])
    use = hstack(
        [diags_array(1.0 / program.row_scale) @ row_matrix(core), diags_array(np.ones(rows))]
    )
    capacity = core.capacity / program.row_scale - tightened
    return milp(
        np.concatenate([program.loss, program.price * program.row_scale]),
        integrality=np.concatenate([np.ones(program.loss.size), np.zeros(rows)]),
        bounds=Bounds(0.0, np.concatenate([np.ones(program.loss.size), np.full(rows, np.inf)])),
        constraints=[LinearConstraint(one, 1.0, 1.0), LinearConstraint(use, capacity, capacity)],
        options={"mip_rel_gap": 1e-6, "node_limit": program.node_limit},
    )


def _row_scale(core: Problem) -> F64:
    """Row units of one solver unit, from the widest range of a row over one target's core cells."""
    starts = core.level_start[:-1]
    scale = np.ones(core.rows)
    for r in range(core.rows):
        use = core.attribute @ core.weight[r]
        spread = np.maximum.reduceat(use, starts) - np.minimum.reduceat(use, starts)
        widest = float(spread[core.members(r)].max(initial=0.0))
        scale[r] = widest if widest > 0.0 else max(float(np.abs(use).max()), 1.0)
    return scale / FINENESS


def _margin(program: _Program) -> float:
    """What the solver's tolerances may have taken from its bound, in its units."""
    rows = float((program.price * program.row_scale).sum())
    return FEASIBILITY * (rows + 1.0) + OPTIMALITY * program.core.targets


def _picked(program: _Program, x: F64) -> I64:
    """Cell of greatest weight of each target, as cells of the whole problem."""
    starts = program.core.level_start
    picks = [
        int(starts[i] + np.argmax(x[starts[i] : starts[i + 1]]))
        for i in range(program.core.targets)
    ]
    return np.asarray(program.cells[picks], dtype=np.int64)

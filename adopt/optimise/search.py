"""The best plan that can be found, with its bound: multipliers, repair, exchanges, then the core."""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from adopt.optimise.certificate import reduced_values
from adopt.optimise.core_search import search_core
from adopt.optimise.curve_search import search_curves
from adopt.optimise.curves import curves_of
from adopt.optimise.dual import minimise_dual
from adopt.optimise.evaluation import (
    keeps_limits,
    plan_value,
    relative_gap,
    size_of,
    sizes_of_many,
)
from adopt.optimise.limit import ON
from adopt.optimise.problem import F64, I64, Problem
from adopt.optimise.repair import (
    core_cells,
    exchanged_plan,
    raised_plan,
    repair_violations,
    repaired_plan,
    settled_among_many,
    settled_plan,
)
from adopt.optimise.scaling import Scales, scales_of
from adopt.optimise.small_rows import small_row_losses
from adopt.optimise.switch_search import search_switched

Depth = Literal["repair", "exchange", "branch"]
"""How far a search goes: repaired and raised, pairs exchanged, or the core branched on."""
BoundMethod = Literal["lagrangian", "small-rows", "branch-and-bound"]
"""What the bound rests on: the multipliers alone, small limits kept whole, or HiGHS on the core."""

GAP_WANTED = 1e-4
"""Gap above which even a slow search of a large core is worth its seconds."""
GAP_TRIED = 3e-5
"""Gap above which more starts are tried, ``RESTARTS`` at most."""
RESTARTS = 8
QUICK_CORE, QUICK_WORK, LARGEST_CORE = 600, 1_500, 2_500
"""Core cells, and core cells x binding rows, searched for the last digits; core cells at most."""
LARGE_CELLS = 100_000
"""Cells from which on few sweeps of the curves take the place of the search in depth."""
LARGEST_INCIDENCE = 4_000_000
"""Groups of targets x rows that are held as a matrix."""
SMALL_PROBLEM = 20_000
"""Cells up to which the solver may decide whether any plan exists."""
NODE_CELLS, FEW_NODES = 40_000, 20
"""Nodes x core cells of a search, nodes at least: counts, not times, so that the answer does not
depend on the machine."""


@dataclass(frozen=True, slots=True)
class Found:
    """A plan and how good it is proved to be.

    cells: (n,) chosen cell of each target; value, bound: objective units
    size: sum of the targets' largest absolute values; multipliers: (rows,) objective per unit of row
    error_bound: float64 rounding contained in bound, objective units
    """

    cells: I64
    value: float
    bound: float
    size: float
    multipliers: F64
    error_bound: float
    iterations: int
    method: str
    bound_method: BoundMethod

    @property
    def gap(self) -> float:
        """``(bound - value) / |bound|``; 0 where both are nothing beside the size of the levels."""
        return relative_gap(self.value, self.bound, self.size)


def find_plan(
    problem: Problem,
    *,
    start: F64 | None = None,
    known: I64 | None = None,
    gap_target: float = 1e-6,
    depth: Depth = "branch",
    precision: float = 1e-9,
    large_cells: int = LARGE_CELLS,
) -> Found | None:
    """The best plan found, or None where no plan keeps the limits.

    start: (rows,) multipliers of a like problem, objective per unit of row
    known: (n,) a plan that keeps the limits, from which a search of products' states starts
    gap_target: relative gap at which the search stops; precision: relative error of the multipliers' bound
    large_cells: cells from which on the levels are chosen by few sweeps, without branching

    Returns Found.
    Method: Lagrangian dual, greedy repair and exchanges, branch and bound on the core; Geoffrion (1974),
    Sinha & Zoltners (1979), Pisinger (1995).
    """
    if not problem.is_ordinary:
        return _found_switched(problem, start, gap_target, depth, precision, known)
    if problem.value.size >= large_cells and _suits_sweeps(problem):
        large = _found_among_many(problem, start)
        if large is not None:
            return large
    return _found_in_depth(problem, start, gap_target, depth, precision)


def _found_in_depth(
    problem: Problem, start: F64 | None, gap_target: float, depth: Depth, precision: float
) -> Found | None:
    """A plan by repair, exchanges and, to the depth asked, by branching."""
    scales = scales_of(problem)
    dual = minimise_dual(problem, scales, start=start, precision=precision)
    if dual.is_infeasible:
        return None
    cells = repaired_plan(problem, scales, dual.multipliers)
    if cells is None:
        cells = _any_plan(problem, dual.multipliers)
    if cells is None:
        return None
    cells = raised_plan(problem, cells)
    if depth != "repair" and problem.rows:
        cells = exchanged_plan(problem, dual.multipliers, dual.bound, cells)
    cells = settled_plan(problem, cells)
    found = Found(
        cells=cells,
        value=plan_value(problem, cells),
        bound=dual.bound,
        size=size_of(problem),
        multipliers=dual.multipliers,
        error_bound=dual.error_bound,
        iterations=dual.iterations,
        method=f"Lagrangian dual ({dual.iterations} sweeps), repair, exchanges",
        bound_method="lagrangian",
    )
    if depth == "branch" and found.gap > gap_target:
        found = _with_small_rows(problem, scales, found)
    if depth == "branch" and found.gap > max(GAP_TRIED, gap_target):
        found = _restarted(problem, scales, found)
    if depth == "branch" and found.gap > gap_target:
        found = _branched(problem, found)
    return found


def _suits_sweeps(problem: Problem) -> bool:
    """Whether the rows are such as a few sweeps can price: there are some, and none counts what is on."""
    return problem.rows > 0 and not (problem.weight[:, ON] != 0.0).any()


def _found_switched(
    problem: Problem,
    start: F64 | None,
    gap_target: float,
    depth: Depth,
    precision: float,
    known: I64 | None,
) -> Found | None:
    """A plan with its products on or off as a whole."""

    def solve(fixed: Problem, multipliers: F64, in_depth: bool) -> I64 | None:
        found = find_plan(
            fixed,
            start=multipliers,
            gap_target=gap_target,
            depth=depth if in_depth else "exchange",
            precision=precision,
        )
        return None if found is None else found.cells

    switched = search_switched(
        problem,
        solve,
        start=start,
        gap_target=gap_target,
        precision=precision,
        in_depth=depth == "branch",
        known=known,
    )
    if switched is None:
        return None
    dual = switched.dual
    return Found(
        cells=switched.cells,
        value=plan_value(problem, switched.cells),
        bound=switched.bound,
        size=size_of(problem),
        multipliers=dual.multipliers,
        error_bound=dual.error_bound,
        iterations=dual.iterations,
        method=f"Lagrangian dual ({dual.iterations} sweeps), {switched.tries} states of the products",
        bound_method="branch-and-bound" if switched.is_branched else "lagrangian",
    )


def _found_among_many(problem: Problem, start: F64 | None) -> Found | None:
    """A plan in a few sweeps over many curves; None where that found none."""
    curves = curves_of(problem)
    if curves.groups * curves.rows > LARGEST_INCIDENCE:
        return None
    plan = search_curves(curves, start=start, current=problem.current)
    if plan is None:
        return None
    # The plan's own sums were taken with its proof; of what is settled they are taken again.
    sizes = sizes_of_many(problem)
    cells = settled_among_many(problem, plan.cells, float(sizes.max()))
    value = plan_value(problem, cells)
    return Found(
        cells=cells,
        value=value,
        bound=max(plan.certificate.bound, value),
        size=math.fsum(sizes.tolist()),
        multipliers=plan.multipliers,
        error_bound=plan.certificate.error_bound,
        iterations=plan.sweeps,
        method=f"Lagrangian dual ({plan.sweeps} sweeps), a core of {plan.core.target.size} targets, repair, exchanges",
        bound_method="lagrangian",
    )


def _any_plan(problem: Problem, multipliers: F64) -> I64 | None:
    """A plan by branch and bound on the whole problem, where it is small enough."""
    if problem.value.size > SMALL_PROBLEM:
        return None
    cells = problem.value.size
    search = search_core(
        problem,
        multipliers,
        None,
        node_limit=10 * NODE_CELLS // cells + FEW_NODES,
        most_cells=cells,
    )
    return search.cells


def _with_small_rows(problem: Problem, scales: Scales, found: Found) -> Found:
    """The bound less what small rows lose to whole levels, and the plan tried from their best levels."""
    small = small_row_losses(problem, found.multipliers, found.cells)
    if small.rows == 0:
        return found
    cells = small.cells.copy()
    worth = reduced_values(problem, found.multipliers)
    if repair_violations(problem, scales, worth, cells) and keeps_limits(problem, cells):
        cells = exchanged_plan(problem, found.multipliers, found.bound, raised_plan(problem, cells))
        cells = settled_plan(problem, cells)
    else:
        cells = found.cells
    value = plan_value(problem, cells)
    if value <= found.value:
        cells, value = found.cells, found.value
    bound = found.bound - small.loss + (small.rows + 1) * found.error_bound
    return replace(
        found,
        cells=cells,
        value=value,
        bound=max(min(bound, found.bound), value),
        bound_method="small-rows" if bound < found.bound else found.bound_method,
        method=f"{found.method}, {small.rows} small limits by whole levels",
    )


def _restarted(problem: Problem, scales: Scales, found: Found) -> Found:
    """The best of some more plans, repaired from multipliers a little off; the draws are always the same."""
    rng = np.random.default_rng(problem.rows)
    for _ in range(RESTARTS):
        prices = found.multipliers * (1.0 + 0.01 * rng.normal(size=problem.rows))
        cells = repaired_plan(problem, scales, np.maximum(prices, 0.0))
        if cells is None:
            continue
        cells = raised_plan(problem, cells)
        cells = exchanged_plan(problem, found.multipliers, found.bound, cells)
        cells = settled_plan(problem, cells)
        value = plan_value(problem, cells)
        if value > found.value:
            found = replace(found, cells=cells, value=value, bound=max(found.bound, value))
        if found.gap <= GAP_TRIED:
            break
    return found


def _branched(problem: Problem, found: Found) -> Found:
    """The plan and the bound after a search of the core, where that is affordable."""
    _, core = core_cells(problem, found.multipliers, found.bound - found.value)
    binding = max(int((found.multipliers > 0.0).sum()), 1)
    is_far = found.gap > GAP_WANTED
    is_quick = core.size <= QUICK_CORE and core.size * binding <= QUICK_WORK
    if not is_quick and not is_far:
        return found
    search = search_core(
        problem,
        found.multipliers,
        found.cells,
        node_limit=max(NODE_CELLS // max(core.size, 1), FEW_NODES),
        most_cells=LARGEST_CORE,
    )
    if search.cells is not None and plan_value(problem, search.cells) > found.value:
        cells = exchanged_plan(problem, found.multipliers, found.bound, search.cells)
        cells = settled_plan(problem, cells)
        found = replace(found, cells=cells, value=plan_value(problem, cells))
    method = f"{found.method}, branch and bound on {search.core} levels ({search.nodes} nodes)"
    bound = max(search.bound, found.value)
    if bound < found.bound:
        return replace(found, bound=bound, method=method, bound_method="branch-and-bound")
    return replace(found, method=method)

"""Branch and bound on the core: the cells that a better plan may still hold, by HiGHS.

With multipliers y every plan has ``value = bound - sum of losses - y . slack``. So a plan with a cell
that alone loses ``depth`` or more is worth at most ``bound - depth``: the search may leave such cells
out, and max(bound of the search, bound - depth) bounds every plan. Where depth is the gap of a known
plan nothing is given away; a smaller one makes a smaller core.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from adopt.optimise.certificate import (
    best_of_targets,
    reduced_values,
    switch_states,
    upper_bound,
)
from adopt.optimise.evaluation import keeps_limits, plan_value, silent_cells
from adopt.optimise.limit import ON
from adopt.optimise.problem import F64, I64, Flags, Problem, on_cells
from adopt.optimise.repair import reduced_losses
from adopt.optimise.row_matrix import one_level_each, row_matrix
from adopt.optimise.silence import silent_stdout

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
    """The core in the solver's units; cells: (core,) its cells in the whole problem, products on.

    loss: (core,) of each cell; on, off: (switches,) of each state, inf where it cannot be
    """

    core: Problem
    cells: I64
    loss: F64
    on: F64
    off: F64
    price: F64
    row_scale: F64
    scale: float
    node_limit: int

    @property
    def counts(self) -> Flags:
        """Rows (rows,) that count whole targets or products."""
        return _counts(self.core)


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
    inside = (losses <= limit) & np.isfinite(losses)
    is_whole = int(inside.sum()) <= most_cells
    if not is_whole:
        limit = float(np.partition(losses, most_cells)[most_cells])
        inside = (losses < limit) | (losses <= 0.0)
    program = _program(problem, multipliers, losses, inside, gap, node_limit)
    plan, lost, is_infeasible, nodes = _searched(problem, program)
    bound = certificate.bound - max(lost - _margin(program), 0.0) / program.scale
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


def _program(
    problem: Problem, multipliers: F64, losses: F64, inside: Flags, gap: float, node_limit: int
) -> _Program:
    """The core's programme; losses: (cells,) of any plan with a cell, inside: (cells,)."""
    worth = reduced_values(problem, multipliers)
    own = np.repeat(best_of_targets(problem, worth), np.diff(problem.level_start)) - worth
    on, off = switch_states(problem, worth, multipliers)
    top = np.maximum(on, off)
    # A target keeps its best cell, should its product be on.
    chosen = ~problem.with_product_only & (inside | (own <= 0.0))
    widest = float(losses[inside].max())
    scale = UNITS / next(x for x in (min(gap, widest), widest, 1.0) if 0.0 < x < np.inf)
    core = on_cells(problem, chosen)
    return _Program(
        core,
        np.flatnonzero(chosen),
        own[chosen] * scale,
        (top - on) * scale,
        (top - off) * scale,
        multipliers * scale,
        _row_scale(core),
        scale,
        node_limit,
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
            if is_infeasible:
                lost = np.inf
            elif result.get("mip_dual_bound") is not None:
                saved = float(program.off[np.isfinite(program.off)].sum())
                saved += float((program.price * program.core.capacity)[program.counts].sum())
                lost = max(float(result["mip_dual_bound"]) + saved, 0.0)
        if result.x is None:
            break
        plan = _picked(problem, program, result.x)
        if keeps_limits(problem, plan):
            return plan, lost, is_infeasible, nodes
    return None, lost, is_infeasible, nodes


def _solve(program: _Program, tightened: float) -> Any:  # noqa: ANN401  scipy has no types
    """Minimise losses + price x slack, each row of money an equation with its slack as a column.

    Columns: cells, products that are on, slacks. The cells of a switched product add up to its being on.
    Rows that count whole targets stay inequalities, their slack priced through the other columns.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415  a cold start without SciPy
    from scipy.sparse import csr_array, diags_array, hstack  # noqa: PLC0415

    core, switches, counts = program.core, program.core.switches, program.counts
    n, columns = core.targets, program.loss.size + switches.count
    money = np.flatnonzero(~counts)
    mine = np.flatnonzero(switches.of >= 0)
    is_on = csr_array((np.ones(mine.size), (mine, switches.of[mine])), shape=(n, switches.count))
    one = hstack([one_level_each(core.level_start), -is_on, csr_array((n, money.size))])
    single = (switches.of < 0).astype(np.float64)
    use = hstack([row_matrix(core), csr_array(switches.use.T)])
    use = (diags_array(1.0 / program.row_scale) @ use).tocsr()
    capacity = core.capacity / program.row_scale - np.where(counts, 0.0, tightened)
    must = ~np.isfinite(program.off)
    price = program.price * program.row_scale
    lost = np.concatenate([program.loss, program.on - np.where(must, 0.0, program.off)])
    lost -= np.where(counts, price, 0.0) @ use
    with silent_stdout():
        return milp(
            np.concatenate([lost, price[money]]),
            integrality=np.concatenate([np.ones(columns), np.zeros(money.size)]),
            bounds=Bounds(
                np.concatenate([np.zeros(program.loss.size), must, np.zeros(money.size)]),
                np.concatenate([np.ones(columns), np.full(money.size, np.inf)]),
            ),
            constraints=[
                LinearConstraint(one, single, single),
                LinearConstraint(
                    hstack([use, diags_array(np.ones(core.rows)).tocsr()[:, money]]),
                    np.where(counts, -np.inf, capacity),
                    capacity,
                ),
            ],
            options={
                "mip_rel_gap": 1e-6,
                "node_limit": program.node_limit,
                # HiGHS 1.12 was met to presolve without end where rows count what is on.
                "presolve": not (counts.any() or switches.count),
            },
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
    return np.where(_counts(core), 1.0, scale / FINENESS)


def _counts(core: Problem) -> Flags:
    return np.asarray((core.weight[:, ON] != 0.0) | ~core.weight.any(axis=1))


def _margin(program: _Program) -> float:
    """What the solver's tolerances may have taken from its bound, in its units."""
    rows = float((program.price * program.row_scale).sum())
    states = float(np.where(np.isfinite(program.off), program.on + program.off, 0.0).sum())
    return FEASIBILITY * (rows + states + 1.0) + OPTIMALITY * program.core.targets


def _picked(problem: Problem, program: _Program, x: F64) -> I64:
    """Cell of greatest weight of each target, as cells of the whole problem; off where its product is."""
    starts, of = program.core.level_start, program.core.switches.of
    picks = program.cells[
        [
            int(starts[i] + np.argmax(x[starts[i] : starts[i + 1]]))
            for i in range(program.core.targets)
        ]
    ]
    is_on = x[program.loss.size :][: program.core.switches.count] > 0.5
    gone = (of >= 0) & ~np.append(is_on, True)[of]
    return np.where(gone, silent_cells(problem), picks).astype(np.int64)

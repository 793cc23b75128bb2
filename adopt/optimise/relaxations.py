"""The smallest changes that would make an infeasible request feasible, in an operator's words."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from adopt.errors import Relaxation
from adopt.optimise.dual import minimise_dual
from adopt.optimise.evaluation import plan_use
from adopt.optimise.limit import (
    AT_LEAST,
    COST,
    COUNTS,
    MINIMUM_SPEND,
    MOST_PRODUCTS,
    ON,
    ORDERS,
    REVENUE,
    ROI_FLOORS,
    STOCK,
    Limit,
)
from adopt.optimise.problem import F64, I64, Problem, with_limits, without_rows
from adopt.optimise.relaxation_words import relaxation_in_words
from adopt.optimise.repair import repair_violations
from adopt.optimise.scaling import scales_of
from adopt.optimise.search import find_plan

RATIO_STEPS = 50
"""Steps of the ratio search; it gains digits quadratically, so a handful is used."""


def smallest_relaxations(problem: Problem) -> tuple[Relaxation, ...]:
    """For each limit that alone could give way, the least that it must; else all of them together.

    Returns Relaxations whose needed limits can truly be met: budgets in currency per day rounded up,
    floors rounded down, stock in orders per day rounded up, counts whole.
    Method: minimise the use of one row under the others; ratios by Dinkelbach (1967).
    """
    # Keywords of which one product is asked are many and seldom in the way alone.
    rows = [r for r in range(problem.rows) if problem.weight[r, ON] == 0.0]
    alone = [_relaxed_alone(problem, r) for r in rows]
    found = tuple(relaxation for relaxation in alone if relaxation is not None)
    return found or _relaxed_together(problem)


def reachable_roi(problem: Problem) -> tuple[Relaxation, ...]:
    """The floors that must give way before any plan may spend; empty where one may already, or none could.

    Method: greatest ratio of the plans that spend, Dinkelbach (1967).
    """
    if _spends(problem):
        return ()
    floors = [r for r, limit in enumerate(problem.limits) if limit.constraint in ROI_FLOORS]
    free = without_rows(problem, set(floors))
    if not _spends(free):
        return ()
    alone = [_relaxed_alone(problem, r, must_spend=True) for r in floors]
    found = tuple(relaxation for relaxation in alone if relaxation is not None)
    if found:
        return found
    plan = _highest_ratio(free, np.arange(problem.targets), must_spend=True)
    return () if plan is None else _met_by(problem, plan)


@dataclass(frozen=True, slots=True)
class HighestRoi:
    """The plan that spends at the highest return.

    roi: revenue per cost; cells: (n,) chosen cell of each target
    """

    roi: float
    cells: I64


def highest_roi(problem: Problem) -> HighestRoi | None:
    """The highest return of the account that any plan which spends reaches under the other limits.

    Returns HighestRoi, None where no plan may spend.
    Method: greatest ratio, Dinkelbach (1967).
    """
    account = {r for r, limit in enumerate(problem.limits) if limit.constraint == "target_roi"}
    free = without_rows(problem, account)
    plan = _highest_ratio(free, np.arange(problem.targets), must_spend=True)
    if plan is None:
        return None
    chosen = free.attribute[plan]
    return HighestRoi(math.fsum(chosen[:, REVENUE]) / math.fsum(chosen[:, COST]), plan)


def _spends(problem: Problem) -> bool:
    """Whether some plan within the limits costs anything."""
    found = find_plan(_valued(problem, problem.attribute[:, COST]))
    return found is not None and bool(problem.attribute[found.cells, COST].sum() > 0.0)


def _valued(problem: Problem, value: F64, being_on: F64 | None = None) -> Problem:
    """The problem with another objective; being_on: (switches,) of a product's being on, none where None."""
    if being_on is None:
        being_on = np.zeros(problem.switches.count)
    return replace(
        problem,
        value=np.ascontiguousarray(value, dtype=np.float64),
        switches=replace(problem.switches, value=being_on),
    )


def _loosened(problem: Problem, dropped: set[int]) -> Problem:
    """The problem without some of its limits; products that they switch can still be switched."""
    loose = {MINIMUM_SPEND: 0.0, MOST_PRODUCTS: float(max(problem.switches.count, 1))}
    return with_limits(
        problem,
        tuple(
            replace(limit, limit=loose[limit.constraint]) if r in dropped else limit
            for r, limit in enumerate(problem.limits)
            if r not in dropped or limit.constraint in loose
        ),
    )


def _relaxed_alone(problem: Problem, r: int, *, must_spend: bool = False) -> Relaxation | None:
    """The least relaxation of one limit under all others, None where it cannot help alone."""
    others = _loosened(problem, {r})
    members = problem.members(r)
    if problem.limits[r].constraint in ROI_FLOORS:
        plan = _highest_ratio(others, members, must_spend=must_spend)
    else:
        plan = _least_use(problem, others, r)
    if plan is None:
        return None
    met = _met_by(problem, plan)
    return met[0] if met else None


def _least_use(problem: Problem, others: Problem, r: int) -> I64 | None:
    """Plan of least use of a row under the others."""
    use = problem.attribute @ problem.weight[r] * _of_members(problem, problem.members(r))
    found = find_plan(_valued(others, -use, -problem.switches.use[:, r]))
    return None if found is None else found.cells


def _highest_ratio(others: Problem, members: I64, *, must_spend: bool) -> I64 | None:
    """Plan of highest revenue per cost of the members; one that costs nothing only if it may."""
    inside = _of_members(others, members)
    cost = others.attribute[:, COST] * inside
    revenue = others.attribute[:, REVENUE] * inside
    ratio, best = 0.0, None
    for _ in range(RATIO_STEPS):
        found = find_plan(_valued(others, revenue - ratio * cost))
        if found is None:
            break
        spent = float(cost[found.cells].sum())
        reached = float(revenue[found.cells].sum())
        if spent <= 0.0:
            if not must_spend:
                best = found.cells
            break
        if best is not None and reached / spent <= ratio * (1 + 1e-12):
            break
        ratio, best = reached / spent, found.cells
    return best


def _of_members(problem: Problem, members: I64) -> F64:
    is_member = np.zeros(problem.targets)
    is_member[members] = 1.0
    return np.repeat(is_member, np.diff(problem.level_start))


def _relaxed_together(problem: Problem) -> tuple[Relaxation, ...]:
    """Relaxations for several limits at once: what a plan of little violation breaks.

    The limits in conflict are those that carry a price in the proof of infeasibility; the others are
    kept where they can be.
    """
    scales = scales_of(problem)
    prices = minimise_dual(problem, scales).multipliers * scales.row
    conflict = set(np.flatnonzero(prices > 1e-6 * prices.max()).tolist())
    for dropped in (conflict, set(range(problem.rows))):
        priced = np.zeros(problem.value.size)
        being_on = -(problem.switches.use / scales.row)[:, sorted(dropped)].sum(axis=1)
        for r in dropped:
            use = problem.attribute @ problem.weight[r] / scales.row[r]
            priced -= use * _of_members(problem, problem.members(r))
        found = find_plan(_valued(_loosened(problem, dropped), priced, being_on))
        if found is not None:
            plan = found.cells
            if problem.is_ordinary:
                repair_violations(problem, scales, np.zeros(problem.value.size), plan)
            return _met_by(problem, plan, is_joint=True)
    return ()


def _met_by(problem: Problem, plan: I64, *, is_joint: bool = False) -> tuple[Relaxation, ...]:
    """The limits that a plan breaks, each eased until the plan meets it."""
    eased = []
    use = plan_use(problem, plan)
    for r in np.flatnonzero(use > problem.capacity):
        limit = problem.limits[r]

        def is_met(value: float, limit: Limit = limit) -> bool:
            alone = with_limits(problem, (replace(limit, limit=value),))
            return bool(plan_use(alone, plan)[0] <= alone.capacity[0])

        needed = _needed(limit, problem.attribute[plan[problem.members(int(r))]], use[r])
        eased.append((limit, _until_met(limit, needed, is_met)))
    together = is_joint and len(eased) > 1
    return tuple(
        relaxation_in_words(limit, needed, is_joint=together, has_others=problem.rows > 1)
        for limit, needed in eased
    )


def _needed(limit: Limit, chosen: F64, use: float) -> float:
    """What a plan needs of a limit, rounded to the side that holds; use: of its row."""
    if limit.constraint in COUNTS:
        return float(round(abs(use)))
    if limit.constraint in ROI_FLOORS:
        needed = math.fsum(chosen[:, REVENUE]) / math.fsum(chosen[:, COST])
    else:
        needed = math.fsum(chosen[:, ORDERS if limit.constraint == STOCK else COST])
    step = _step(needed)
    if limit.constraint in AT_LEAST:
        return math.floor(needed / step) * step
    return math.ceil(round(needed / step, 6)) * step


def _step(size: float) -> float:
    """A hundredth, finer where a hundredth would be coarse."""
    return 0.01 if size >= 0.1 or size <= 0.0 else 10.0 ** (math.floor(math.log10(size)) - 2)


def _until_met(limit: Limit, needed: float, is_met: Callable[[float], bool]) -> float:
    """The limit moved on by its step until the plan truly meets it."""
    step = _step(needed)
    way = -step if limit.constraint in AT_LEAST else step
    digits = max(2, -math.floor(math.log10(step)))
    for k in range(4):
        value = max(round(needed + k * way, digits), 0.0)
        if is_met(value):
            return value
    return needed

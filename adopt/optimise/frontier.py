"""Frontiers: what the best plan brings at each account budget, and at each target ROI, all else kept."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import dataframely as dy
import numpy as np
import polars as pl

from adopt.errors import InfeasibleError
from adopt.optimise.certificate import upper_bound
from adopt.optimise.evaluation import plan_value, relative_gap, size_of
from adopt.optimise.limit import COST, REVENUE, Constraint, Limit
from adopt.optimise.problem import F64, I64, Problem, with_limits, without_rows
from adopt.optimise.relaxations import highest_roi, smallest_relaxations
from adopt.optimise.repair import raised_plan, repaired_plan
from adopt.optimise.scaling import Scales, scales_of
from adopt.optimise.search import Found, find_plan
from adopt.optimise.sweep import find_prices, money_unit, sweep_prices, weighted
from adopt.tables import Frontier, RoiFrontier, check

ANCHORS = np.linspace(1.0, 0.0, 7)
"""θ where the other limits are priced; between them prices are taken as linear."""
PRECISION = 1e-5
"""Relative error of the multipliers' bound at an anchor, or at a point that is solved alone."""
GAP_WANTED = 1e-3
"""Gap above which a point of the sweep is solved alone."""
NEARLY_ONE = 1.0 - 1e-6
"""Largest θ whose multipliers are finite enough for a bound."""


@dataclass(frozen=True, slots=True)
class _Point:
    """Best plan found at one limit.

    limit: budget in currency per day, or target ROI; cells: (n,)
    price: objective per unit of the limit, None where it is forced; bound: objective units, of every plan that keeps the limit
    """

    limit: float
    cells: I64
    price: float | None
    bound: float


def spend_frontier(problem: Problem, *, points: int = 20) -> dy.DataFrame[Frontier]:
    """Best plan at budgets from the least feasible spend to the spend without an account budget.

    points: number of budgets, at least 2; fewer come back where they coincide

    Returns FRONTIER by budget, currency per day; the objective never falls from one row to the next.
    Raises InfeasibleError where the other limits alone leave no plan.
    Method: parametric Lagrangian, Everett (1963), Geoffrion (1974): one sweep of the budget's multiplier
    finds the price of money at every budget, the other limits priced along it; docs/methods/frontier.md.
    """
    free = with_limits(problem, _without(problem, "account_budget"))
    free = _that_may_bind(free) if free.is_ordinary else free
    cheapest, dearest = (
        find_plan(weighted(free, theta, money_unit(free)), depth="exchange", precision=PRECISION)
        for theta in (1.0, 0.0)
    )
    if cheapest is None or dearest is None:
        raise InfeasibleError(
            "no choice of the allowed bids meets the limits, whatever the account budget.",
            relaxations=smallest_relaxations(free),
        )
    least = _cost(free, cheapest.cells)
    most = max(_cost(free, dearest.cells), least)
    budgets = np.unique(np.linspace(least, most, max(points, 2)))
    along = _along_sweep if free.is_ordinary else _one_by_one
    frame = _table(problem, "budget", list(along(problem, free, budgets, cheapest, dearest)))
    more = pl.col("cost").diff()
    marginal = pl.when(more > 1e-9 * pl.col("cost")).then(pl.col("revenue").diff() / more)
    frame = frame.with_columns(marginal.alias("marginal_roi"))
    return check(frame.select(*Frontier.column_names()), Frontier)


def _without(problem: Problem, constraint: Constraint) -> tuple[Limit, ...]:
    """The limits but the account's own of one kind."""
    return tuple(limit for limit in problem.limits if limit.constraint != constraint)


def _that_may_bind(problem: Problem) -> Problem:
    """The problem without the limits that no choice of levels can break."""
    starts = problem.level_start[:-1]
    slack = set()
    for r in range(problem.rows):
        most = np.maximum.reduceat(problem.attribute @ problem.weight[r], starts)
        if most[problem.members(r)].sum() <= problem.capacity[r]:
            slack.add(r)
    return without_rows(problem, slack)


def _cost(problem: Problem, cells: I64) -> float:
    return float(problem.attribute[cells, COST].sum())


def _along_sweep(
    problem: Problem, free: Problem, budgets: F64, cheapest: Found, dearest: Found
) -> Iterator[_Point]:
    """Points by rising budget; a plan stays where a dearer one is not better."""
    ends = (cheapest.multipliers, dearest.multipliers)
    prices = find_prices(free, ANCHORS, ends, PRECISION)
    swept = sweep_prices(free, prices)
    account = Limit("account_budget", "account", float(budgets[-1]))
    widest = with_limits(problem, (account, *free.limits))
    scales = scales_of(widest)
    best = cheapest.cells
    for k, budget in enumerate(budgets):
        capacity = widest.capacity.copy()
        capacity[0] = budget + widest.allowance[0]
        at = replace(widest, capacity=capacity)
        multipliers = prices.at(min(swept.theta_of(float(budget)), NEARLY_ONE))
        candidates = [best, dearest.cells] if k == budgets.size - 1 else [best]
        point = _planned(at, scales, multipliers, candidates)
        if (
            relative_gap(plan_value(problem, point.cells), point.bound, size_of(problem))
            > GAP_WANTED
        ):
            point = _solved(at, multipliers, point)
        best = point.cells
        yield replace(point, limit=float(budget))


def _one_by_one(
    problem: Problem, free: Problem, budgets: F64, cheapest: Found, dearest: Found
) -> Iterator[_Point]:
    """The same where products are switched as a whole: a dual a budget, started from the one before."""
    best, start = cheapest.cells, None
    for k, budget in enumerate(budgets):
        account = Limit("account_budget", "account", float(budget))
        at = with_limits(problem, (account, *free.limits))
        found = find_plan(
            at,
            start=start,
            known=best,
            depth="exchange",
            gap_target=GAP_WANTED,
            precision=PRECISION,
        )
        candidates = [best, dearest.cells] if k == budgets.size - 1 else [best]
        price, bound = 0.0, math.inf
        if found is not None:
            start, bound = found.multipliers, found.bound
            price = float(start[0])
            candidates.append(found.cells)
        best = max(candidates, key=lambda cells: plan_value(problem, cells))
        yield _Point(float(budget), best, price, bound)


def _planned(at: Problem, scales: Scales, multipliers: F64, candidates: list[I64]) -> _Point:
    """The best of the candidates and of the plan that the multipliers lead to."""
    cells = repaired_plan(at, scales, multipliers)
    found = candidates if cells is None else [*candidates, raised_plan(at, cells)]
    best = max(found, key=lambda plan: plan_value(at, plan))
    return _Point(0.0, best, float(multipliers[0]), upper_bound(at, multipliers).bound)


def _solved(at: Problem, multipliers: F64, point: _Point) -> _Point:
    """A point by a dual of its own, where that is better."""
    found = find_plan(at, start=multipliers, gap_target=GAP_WANTED, precision=PRECISION)
    if found is None:
        return point
    bound = min(found.bound, point.bound)
    better = found.cells if found.value > plan_value(at, point.cells) else point.cells
    return _Point(point.limit, better, float(found.multipliers[0]), bound)


def roi_frontier(problem: Problem, *, points: int = 12) -> dy.DataFrame[RoiFrontier]:
    """Best plan at target ROIs from what the plan without a target returns to the highest reachable.

    points: number of targets, at least 2; the problem's own target is one more where it lies between

    Returns ROI_FRONTIER by target; the objective never rises from one row to the next.
    Raises InfeasibleError where the other limits alone leave no plan.
    Method: Everett (1963): one Lagrangian dual a target, each started from the one above.
    """
    others = _without(problem, "target_roi")
    free = with_limits(problem, others)
    loosest = find_plan(free, depth="exchange")
    if loosest is None:
        raise InfeasibleError(
            "no choice of the allowed bids meets the limits, whatever the target ROI.",
            relaxations=smallest_relaxations(free),
        )
    highest = highest_roi(problem)
    if highest is None:
        return RoiFrontier.create_empty()
    cost = _cost(free, loosest.cells)
    lowest = float(free.attribute[loosest.cells, REVENUE].sum()) / cost if cost > 0.0 else 0.0
    targets = _targets_between(problem, lowest, max(lowest, highest.roi), points)
    ends = (loosest.cells, highest.cells if highest.roi > lowest else loosest.cells)
    found = list(_down_targets(problem, others, targets, ends))
    frame = _table(problem, "target_roi", found[::-1])
    return check(frame.select(*RoiFrontier.column_names()), RoiFrontier)


def _targets_between(problem: Problem, lowest: float, highest: float, points: int) -> F64:
    """Targets in whole hundredths where they are apart, and the problem's own."""
    own = [limit.limit for limit in problem.limits if limit.constraint == "target_roi"]
    inside = [target for target in own if lowest < target < highest]
    targets = np.linspace(lowest, highest, max(points, 2))
    whole = np.round(targets, 2)
    targets = np.where((whole > lowest) & (whole < highest), whole, targets)
    return np.unique([*targets, *inside])


def _down_targets(
    problem: Problem, others: tuple[Limit, ...], targets: F64, ends: tuple[I64, I64]
) -> Iterator[_Point]:
    """Points by falling target; a plan stays where a looser target brings no better one."""
    best, start = ends[1], None
    for target in targets[::-1]:
        candidates = [best, ends[0]] if target == targets[0] else [best]
        price, bound = None, math.inf
        # At the highest target the plan is forced: any price would do, and none is the price.
        if target < targets[-1]:
            at = with_limits(problem, (Limit("target_roi", "account", float(target)), *others))
            found = find_plan(at, start=start, gap_target=GAP_WANTED, precision=PRECISION)
            if found is not None:
                start, bound = found.multipliers, found.bound
                candidates.append(found.cells)
        best = max(candidates, key=lambda cells: plan_value(problem, cells))
        if start is not None:
            price = float(start[0]) * _cost(problem, best)
        yield _Point(float(target), best, price, bound)


def _table(problem: Problem, limit: str, points: list[_Point]) -> pl.DataFrame:
    """A row a point; limit: name of the column that it is best for."""
    sums = [problem.attribute[point.cells].sum(axis=0) for point in points]
    profits = [float(problem.profit[point.cells].sum()) for point in points]
    gaps = [
        relative_gap(plan_value(problem, point.cells), point.bound, size_of(problem))
        for point in points
    ]
    is_known = not np.isnan(problem.profit).any()
    frame = pl.DataFrame(
        {
            limit: [point.limit for point in points],
            "cost": [float(total[COST]) for total in sums],
            "revenue": [float(total[REVENUE]) for total in sums],
            "profit": profits if is_known else [None] * len(points),
            "shadow_price": [point.price for point in points],
            "gap": [gap if math.isfinite(gap) else None for gap in gaps],
        },
        schema_overrides=dict.fromkeys(("profit", "shadow_price", "gap"), pl.Float64),
    )
    cost = pl.col("cost")
    return frame.with_columns(pl.when(cost > 0).then(pl.col("revenue") / cost).alias("roi"))

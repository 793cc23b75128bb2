"""The spend frontier: what the best plan brings at each account budget, all other limits kept."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import dataframely as dy
import numpy as np
import polars as pl

from adopt.errors import InfeasibleError
from adopt.optimise.evaluation import plan_value
from adopt.optimise.problem import COST, F64, I64, REVENUE, Limit, Problem, with_limits
from adopt.optimise.relaxations import smallest_relaxations
from adopt.optimise.search import find_plan
from adopt.tables import Frontier, check

PRECISION = 1e-5
"""Relative error of the multipliers' bound at a point; exchanges and branching are left out."""


@dataclass(frozen=True, slots=True)
class _Point:
    """Best plan at one budget; cells: (n,); price: objective per unit of budget."""

    budget: float
    cells: I64
    price: float


def spend_frontier(problem: Problem, *, points: int = 20) -> dy.DataFrame[Frontier]:
    """Best plan at budgets from the least feasible spend to the spend without an account budget.

    points: number of budgets, at least 2; fewer come back where they coincide

    Returns FRONTIER by budget, currency per day; the objective never falls from one row to the next.
    Raises InfeasibleError where the other limits alone leave no plan.
    Method: Everett (1963): one warm-started Lagrangian dual a budget, plans repaired and raised.
    """
    others = tuple(limit for limit in problem.limits if limit.constraint != "account_budget")
    free = with_limits(problem, others)
    cheapest = find_plan(replace(free, value=-free.attribute[:, COST]), depth="exchange")
    dearest = find_plan(free, depth="exchange")
    if cheapest is None or dearest is None:
        raise InfeasibleError(
            "no choice of the allowed bids meets the limits, whatever the account budget.",
            relaxations=smallest_relaxations(free),
        )
    least = _cost(free, cheapest.cells)
    most = max(_cost(free, dearest.cells), least)
    budgets = np.unique(np.linspace(least, most, max(points, 2)))
    ends = (cheapest.cells, dearest.cells)
    return _table(problem, list(_sweep(problem, others, budgets, ends)))


def _cost(problem: Problem, cells: I64) -> float:
    return float(problem.attribute[cells, COST].sum())


def _sweep(
    problem: Problem, others: tuple[Limit, ...], budgets: F64, ends: tuple[I64, I64]
) -> Iterator[_Point]:
    """Points by rising budget; a plan stays where a dearer one is not better."""
    limits = (Limit("account_budget", "account", float(budgets[-1])), *others)
    widest = with_limits(problem, limits)
    best, start = ends[0], None
    for k, budget in enumerate(budgets):
        capacity = widest.capacity.copy()
        capacity[0] = budget + widest.allowance[0]
        at = replace(widest, capacity=capacity)
        found = find_plan(at, start=start, depth="repair", precision=PRECISION)
        candidates = [best]
        if found is not None:
            start = found.multipliers
            candidates.append(found.cells)
        if k == budgets.size - 1:
            candidates.append(ends[1])
        best = max(candidates, key=lambda cells: plan_value(problem, cells))
        yield _Point(float(budget), best, 0.0 if start is None else float(start[0]))


def _table(problem: Problem, points: list[_Point]) -> dy.DataFrame[Frontier]:
    cost, revenue = pl.col("cost"), pl.col("revenue")
    sums = [problem.attribute[point.cells].sum(axis=0) for point in points]
    profits = [float(problem.profit[point.cells].sum()) for point in points]
    is_known = not np.isnan(problem.profit).any()
    frame = pl.DataFrame(
        {
            "budget": [point.budget for point in points],
            "cost": [float(total[COST]) for total in sums],
            "revenue": [float(total[REVENUE]) for total in sums],
            "profit": profits if is_known else [None] * len(points),
            "shadow_price": [point.price for point in points],
        },
        schema_overrides={"profit": pl.Float64},
    )
    more = cost.diff()
    frame = frame.with_columns(
        pl.when(cost > 0).then(revenue / cost).alias("roi"),
        pl.when(more > 1e-9 * cost).then(revenue.diff() / more).alias("marginal_roi"),
    )
    return check(frame.select(*Frontier.column_names()), Frontier)

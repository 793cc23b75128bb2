"""One level per target, of greatest objective within the limits, with its proof."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from adopt.errors import InfeasibleError
from adopt.optimise.dual import minimise_dual
from adopt.optimise.evaluation import plan_use
from adopt.optimise.limit import (
    AT_LEAST,
    COST,
    KEYWORD_ON,
    MINIMUM_SPEND,
    MOST_PRODUCTS,
    ON,
    ONE_PRODUCT,
    ORDERS,
    REVENUE,
    ROI_FLOORS,
    STOCK,
    Limit,
)
from adopt.optimise.problem import F64, I64, Problem
from adopt.optimise.relaxations import reachable_roi, smallest_relaxations
from adopt.optimise.scaling import scales_of
from adopt.optimise.search import LARGE_CELLS, BoundMethod, Found, find_plan


@dataclass(frozen=True, slots=True)
class LimitUse:
    """How far a limit is used, and what easing it would bring.

    used: currency per day of a budget or a floor of spend, achieved ratio of an ROI floor (None without
        cost), orders per day, targets or products on; of a minimum spend None where the product is off
    slack: what is left to the limit, or beyond it where it asks for no less; None where used is None
    is_binding: its shadow price is not zero
    shadow_price: objective gained per unit of a limit added, of one that asks for no less per unit taken
        off; of an ROI floor per 1.0
    """

    limit: Limit
    used: float | None
    slack: float | None
    is_binding: bool
    shadow_price: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen plan with its certificate.

    levels: target_id, level; value, bound: objective per day; gap: (bound - value) / |bound|
    bound_method: lagrangian (the multipliers prove it alone), small-rows (limits over few targets kept
        whole) or branch-and-bound (HiGHS on the core); error_bound: float64 rounding, contained in bound
    multipliers: (limits,) objective per unit of the row: currency of cost for a budget, orders for stock,
        currency of ``floor x cost - revenue`` for an ROI floor
    """

    levels: pl.DataFrame
    value: float
    bound: float
    gap: float
    bound_method: BoundMethod
    error_bound: float
    multipliers: F64
    uses: tuple[LimitUse, ...]
    iterations: int
    converged: bool
    method: str


def choose_levels(
    problem: Problem,
    *,
    start: F64 | None = None,
    gap_target: float = 1e-6,
    large_cells: int = LARGE_CELLS,
) -> Choice:
    """One level per target, of greatest objective within the limits.

    start: (limits,) multipliers of a like request, objective per unit of row
    gap_target: relative gap at which the search stops
    large_cells: cells (target x level) from which on few sweeps take the place of the search in depth

    Returns Choice; its plan keeps every limit, its bound holds for every plan.
    Raises InfeasibleError with the smallest relaxations, in currency, ratio or orders per day.
    Method: Lagrangian dual, repair, branch and bound on the core; Geoffrion (1974), Sinha & Zoltners
    (1979), Pisinger (1995).
    """
    found = find_plan(problem, start=start, gap_target=gap_target, large_cells=large_cells)
    if found is None:
        is_proved = minimise_dual(problem, scales_of(problem)).is_infeasible
        meets = "meets" if is_proved else "was found that meets"
        raise InfeasibleError(
            f"no choice of the allowed bids {meets} all limits at once.",
            relaxations=smallest_relaxations(problem),
        )
    _refuse_forced_silence(problem, found.cells)
    return Choice(
        levels=pl.DataFrame(
            {"target_id": problem.target_ids, "level": problem.level[found.cells]},
            schema={"target_id": pl.String, "level": pl.Int64},
        ),
        value=found.value,
        bound=found.bound,
        gap=found.gap,
        bound_method=found.bound_method,
        error_bound=found.error_bound,
        multipliers=found.multipliers,
        uses=_uses(problem, found),
        iterations=found.iterations,
        converged=found.gap <= gap_target,
        method=found.method,
    )


_COUNTED = {STOCK: ORDERS, ONE_PRODUCT: ON, KEYWORD_ON: ON}
"""What a limit counts of its targets; the others count cost."""


def _refuse_forced_silence(problem: Problem, cells: I64) -> None:
    """Raise where the floors leave no plan that spends anything, though the bids could."""
    if problem.attribute[cells, COST].sum() > 0.0 or not problem.attribute[:, COST].any():
        return
    if all(limit.constraint not in ROI_FLOORS or limit.limit <= 0 for limit in problem.limits):
        return
    relaxations = reachable_roi(problem)
    if relaxations:
        raise InfeasibleError(
            "no plan that spends anything reaches the target ROI.", relaxations=relaxations
        )


def _members(problem: Problem) -> list[I64]:
    """Targets of each row, ascending."""
    if problem.rows == 0:
        return []
    row = problem.member_row
    # Only short integers are sorted by their digits.
    is_short = problem.rows <= np.iinfo(np.uint16).max
    order = np.argsort(row.astype(np.uint16) if is_short else row, kind="stable")
    ends = np.cumsum(np.bincount(row, minlength=problem.rows))[:-1]
    return np.split(problem.member_target[order], ends)


def _uses(problem: Problem, found: Found) -> tuple[LimitUse, ...]:
    counts_products = any(limit.constraint == MOST_PRODUCTS for limit in problem.limits)
    row_use = plan_use(problem, found.cells) if counts_products else np.zeros(problem.rows)
    chosen = problem.attribute[found.cells]
    uses = []
    for r, (limit, targets) in enumerate(zip(problem.limits, _members(problem), strict=True)):
        members = chosen if targets.size == problem.targets else chosen[targets]
        price = float(found.multipliers[r])
        used: float | None
        if limit.constraint in ROI_FLOORS:
            cost = float(members[:, COST].sum())
            used = float(members[:, REVENUE].sum()) / cost if cost > 0.0 else None
            price *= cost
        elif limit.constraint == MOST_PRODUCTS:
            used = float(row_use[r])
        else:
            used = float(members[:, _COUNTED.get(limit.constraint, COST)].sum())
            if limit.constraint == MINIMUM_SPEND and not members[:, ON].any():
                used = None
        slack = None if used is None else limit.limit - used
        if slack is not None and limit.constraint in AT_LEAST:
            slack = -slack
        uses.append(LimitUse(limit, used, slack, price > 0.0, price))
    return tuple(uses)

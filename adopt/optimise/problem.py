"""The choice to make, as data: one level a target, a value each, and the rows that couple them."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.errors import ConfigError, DataError

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

Constraint = Literal["account_budget", "campaign_budget", "target_roi", "product_roi", "stock"]
Objective = Literal["profit", "revenue", "orders"]

BUDGETS = ("account_budget", "campaign_budget")
ROI_FLOORS = ("target_roi", "product_roi")
COST, REVENUE, ORDERS = 0, 1, 2
"""Columns of ``Problem.attribute``."""
ROUNDING = 1e-12
"""Relative width within which a sum of thousands of float64 terms is not told from its limit."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One coupling constraint over some targets.

    constraint: account_budget, campaign_budget (limit in currency per day, on cost);
        target_roi, product_roi (limit a ratio: sum of revenue >= limit x sum of cost);
        stock (limit in orders per day)
    scope: ``account``, or the id of the campaign or product
    targets: ids of the targets it couples; None for all
    """

    constraint: Constraint
    scope: str
    limit: float
    targets: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Choose one cell (target x level) of each of n targets; limits are rows ``sum of use <= capacity``.

    target_ids: n ids, ascending; level_start: (n + 1,) first cell of each target
    level: (cells,) level numbers as in RESPONSE, ascending within a target
    value: (cells,) objective; profit: (cells,) currency per day, nan where unknown
    attribute: (cells, 3) cost, revenue (currency per day), orders per day
    current: (n,) cell of the bid in force, -1 where none
    weight: (rows, 3); a member's use of row r is weight[r] @ attribute[cell]
    member_start: (n + 1,), member_row: rows that couple each target
    capacity: (rows,) bound of each row, its allowance for rounding included
    allowance: (rows,) what rounding may add to a row's use
    """

    objective: Objective
    limits: tuple[Limit, ...]
    target_ids: tuple[str, ...]
    level_start: I64
    level: I64
    value: F64
    profit: F64
    attribute: F64
    current: I64
    weight: F64
    member_start: I64
    member_row: I64
    capacity: F64
    allowance: F64

    @property
    def targets(self) -> int:
        """Number of targets."""
        return self.level_start.size - 1

    @property
    def rows(self) -> int:
        """Number of coupling rows, one a limit."""
        return self.capacity.size

    def members(self, row: int) -> I64:
        """Indices of the targets that a row couples."""
        owner = np.repeat(np.arange(self.targets), np.diff(self.member_start))
        return np.asarray(owner[self.member_row == row], dtype=np.int64)


def build_problem(
    response: pl.DataFrame, limits: tuple[Limit, ...], objective: Objective
) -> Problem:
    """The request as arrays: targets by id, levels ascending, each limit a linear row.

    response: table RESPONSE in any order of rows, allowed levels only
    limits: budgets in currency per day, ROI floors as ratios, stock in orders per day
    objective: profit (currency), revenue (currency) or orders, per day

    Raises DataError for an empty table, a missing, infinite or repeated entry, an unknown profit under
    the profit objective; ConfigError for an objective, a limit or a target id that cannot be used.
    Method: multiple-choice knapsack with coupling rows, Sinha & Zoltners (1979).
    """
    if objective not in get_args(Objective):
        raise ConfigError(
            f"there is no objective '{objective}'.", remedy="Use profit, revenue or orders."
        )
    if response.is_empty():
        raise DataError("there is no target to choose a bid for.")
    ordered = response.sort("target_id", "level", nulls_last=True)
    _refuse_unusable(ordered, objective)
    ids = ordered["target_id"].to_numpy()
    first = np.flatnonzero(np.concatenate(([True], ids[1:] != ids[:-1])))
    level_start = np.append(first, ids.size).astype(np.int64)
    profit = _floats(ordered.select(pl.col("profit").fill_null(float("nan"))))[:, 0]
    attribute = _floats(ordered.select("cost", "revenue", "orders"))
    columns = {"profit": profit, "revenue": attribute[:, REVENUE], "orders": attribute[:, ORDERS]}
    problem = Problem(
        objective=objective,
        limits=(),
        target_ids=tuple(ids[first].tolist()),
        level_start=level_start,
        level=np.ascontiguousarray(ordered["level"].to_numpy(), dtype=np.int64).copy(),
        value=columns[objective].copy(),
        profit=profit.copy(),
        attribute=attribute,
        current=_current_cells(
            ordered["is_current"].fill_null(value=False).to_numpy(), level_start
        ),
        weight=np.zeros((0, 3)),
        member_start=np.zeros(first.size + 1, dtype=np.int64),
        member_row=np.zeros(0, dtype=np.int64),
        capacity=np.zeros(0),
        allowance=np.zeros(0),
    )
    return with_limits(problem, limits)


def with_limits(problem: Problem, limits: tuple[Limit, ...]) -> Problem:
    """The same targets and levels under other limits; raises ConfigError where one cannot be used."""
    index = {target: i for i, target in enumerate(problem.target_ids)}
    members = [_members(limit, index) for limit in limits]
    weight = np.array([_row_weight(limit) for limit in limits]).reshape(-1, 3)
    target = np.concatenate([np.zeros(0, dtype=np.int64), *members])
    row = np.repeat(np.arange(len(limits)), [m.size for m in members])
    order = np.lexsort((row, target))
    counts = np.bincount(target, minlength=problem.targets)
    allowance = _allowance(problem, limits, weight, members)
    return replace(
        problem,
        limits=limits,
        weight=weight,
        member_start=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        member_row=np.ascontiguousarray(row[order], dtype=np.int64),
        capacity=np.array([_bound(limit) for limit in limits]) + allowance,
        allowance=allowance,
    )


def without_rows(problem: Problem, dropped: set[int]) -> Problem:
    """The problem with some of its limits left out, by their positions."""
    kept = tuple(limit for r, limit in enumerate(problem.limits) if r not in dropped)
    return with_limits(problem, kept)


def _floats(frame: pl.DataFrame) -> F64:
    return np.ascontiguousarray(frame.to_numpy(), dtype=np.float64).copy()


def _refuse_unusable(ordered: pl.DataFrame, objective: Objective) -> None:
    """Refuse what would silently mislead the search."""
    for name in ("target_id", "level", "cost", "revenue", "orders", "profit"):
        column = ordered[name]
        bad = column.is_null() if name != "profit" or objective == "profit" else None
        if column.dtype.is_float():
            wild = ~column.fill_null(0.0).is_finite()
            bad = wild if bad is None else bad | wild
        if bad is not None and bad.any():
            first = ordered.filter(bad)["target_id"][0]
            raise DataError(
                f"{int(bad.sum())} levels have no usable {name}, the first of target {first}.",
                remedy="Give the margin or choose another objective." if name == "profit" else "",
            )
    repeated = ordered.select("target_id", "level").is_duplicated()
    if repeated.any():
        first, level = ordered.filter(repeated).select("target_id", "level").row(0)
        raise DataError(f"target {first} has level {level} more than once.")


def _current_cells(is_current: NDArray[np.bool_], level_start: I64) -> I64:
    """Cell of the bid in force of each target, -1 where none."""
    current = np.full(level_start.size - 1, -1, dtype=np.int64)
    cells = np.flatnonzero(is_current)[::-1]
    current[np.searchsorted(level_start, cells, side="right") - 1] = cells
    return current


def _row_weight(limit: Limit) -> tuple[float, float, float]:
    """Linear form of a limit on (cost, revenue, orders)."""
    if not np.isfinite(limit.limit) or limit.limit < 0:
        raise ConfigError(
            f"the limit {limit.limit} of {limit.constraint} ({limit.scope}) is not a number of zero or more."
        )
    if limit.constraint in BUDGETS:
        return 1.0, 0.0, 0.0
    if limit.constraint in ROI_FLOORS:
        return float(limit.limit), -1.0, 0.0
    if limit.constraint == "stock":
        return 0.0, 0.0, 1.0
    raise ConfigError(f"there is no constraint '{limit.constraint}'.")


def _members(limit: Limit, index: dict[str, int]) -> I64:
    """Sorted target indices of a limit."""
    if limit.targets is None:
        return np.arange(len(index), dtype=np.int64)
    unknown = sorted(set(limit.targets) - index.keys())
    if unknown:
        raise ConfigError(
            f"{limit.constraint} ({limit.scope}) names {len(unknown)} targets that have no response, the first {unknown[0]}."
        )
    repeated = [target for target, count in Counter(limit.targets).items() if count > 1]
    if repeated:
        raise ConfigError(f"{limit.constraint} ({limit.scope}) names target {repeated[0]} twice.")
    return np.array(sorted(index[target] for target in limit.targets), dtype=np.int64)


def _bound(limit: Limit) -> float:
    return 0.0 if limit.constraint in ROI_FLOORS else float(limit.limit)


def _allowance(problem: Problem, limits: tuple[Limit, ...], weight: F64, members: list[I64]) -> F64:
    """Keeps a plan of exactly the limit from failing by the rounding of its own sum."""
    allowance = np.zeros(len(limits))
    for r, limit in enumerate(limits):
        size = np.abs(problem.attribute) @ np.abs(weight[r])
        largest = np.maximum.reduceat(size, problem.level_start[:-1])[members[r]].sum()
        allowance[r] = ROUNDING * (_bound(limit) + float(largest))
    return allowance

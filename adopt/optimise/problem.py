"""The choice to make, as data: one level a target, a value each, and the rows that couple them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.errors import ConfigError, DataError
from adopt.optimise.limit import ATTRIBUTES, ON, SWITCHED, Limit

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Flags = NDArray[np.bool_]

Objective = Literal["profit", "revenue", "orders"]

ROUNDING = 1e-12
"""Relative width within which a sum of thousands of float64 terms is not told from its limit."""


@dataclass(frozen=True, slots=True)
class Switches:
    """Products that are on or off as a whole: on with any target on. Empty where no limit asks.

    ids: of the products, ascending; of: (n,) switch of each target, -1 where none
    value: (switches,) objective of being on; use: (switches, rows) of each row by being on, its units
    forced: (switches,) 1 where it must be on, -1 where it must be off, else 0
    """

    ids: tuple[str, ...]
    of: I64
    value: F64
    use: F64
    forced: I64

    @property
    def count(self) -> int:
        """Number of switches."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Problem:
    """Choose one cell (target x level) of each of n targets; limits are rows ``sum of use <= capacity``.

    target_ids: n ids, ascending; level_start: (n + 1,) first cell of each target
    level: (cells,) level numbers as in RESPONSE, ascending within a target
    value: (cells,) objective; profit: (cells,) currency per day, nan where unknown
    attribute: (cells, 4) cost, revenue (currency per day), orders per day, 1 where it is on; what costs
        and brings nothing is off
    with_product_only: (cells,) off cells that are allowed only where the whole product is off
    current: (n,) cell of the bid in force, -1 where none
    product: (n,) id of each target's product, None where none
    weight: (rows, 4); a member's use of row r is weight[r] @ attribute[cell]
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
    with_product_only: Flags
    current: I64
    product: tuple[str | None, ...]
    weight: F64
    member_start: I64
    member_row: I64
    capacity: F64
    allowance: F64
    switches: Switches

    @property
    def targets(self) -> int:
        """Number of targets."""
        return self.level_start.size - 1

    @property
    def rows(self) -> int:
        """Number of coupling rows, one a limit."""
        return self.capacity.size

    @property
    def member_target(self) -> I64:
        """Target of each entry of ``member_row``."""
        owner = np.repeat(np.arange(self.targets), np.diff(self.member_start))
        return np.asarray(owner, dtype=np.int64)

    @property
    def is_ordinary(self) -> bool:
        """Whether every level may be chosen without looking at its product."""
        return self.switches.count == 0 and not self.with_product_only.any()

    def members(self, row: int) -> I64:
        """Indices of the targets that a row couples."""
        return np.asarray(self.member_target[self.member_row == row], dtype=np.int64)

    def off_values(self) -> F64:
        """Value (cells,) of what is off, -inf where it is on."""
        return np.where(self.attribute[:, ON] == 0.0, self.value, -np.inf)


def build_problem(
    response: pl.DataFrame,
    limits: tuple[Limit, ...],
    objective: Objective,
    *,
    products: Mapping[str, str | None] | None = None,
    halo_weight: float = 1.0,
) -> Problem:
    """The request as arrays: targets by id, levels ascending, each limit a linear row.

    response: table RESPONSE in any order of rows, allowed levels only
    limits: as in ``Limit``; objective: profit (currency), revenue (currency) or orders, per day
    products: product of each target, where a limit switches products
    halo_weight: what one unit of indirect result counts in the objective, 0 to 1

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
    attribute = np.zeros((ids.size, ATTRIBUTES))
    attribute[:, :ON] = _floats(ordered.select("cost", "revenue", "orders"))
    attribute[:, ON] = (attribute[:, :ON] != 0.0).any(axis=1)
    problem = Problem(
        objective=objective,
        limits=(),
        target_ids=tuple(ids[first].tolist()),
        level_start=level_start,
        level=np.ascontiguousarray(ordered["level"].to_numpy(), dtype=np.int64).copy(),
        value=_objective(ordered, objective, halo_weight),
        profit=profit.copy(),
        attribute=attribute,
        current=_current_cells(
            ordered["is_current"].fill_null(value=False).to_numpy(), level_start
        ),
        with_product_only=_flags(ordered, "with_product_only"),
        product=tuple((products or {}).get(target) for target in ids[first].tolist()),
        weight=np.zeros((0, ATTRIBUTES)),
        member_start=np.zeros(first.size + 1, dtype=np.int64),
        member_row=np.zeros(0, dtype=np.int64),
        capacity=np.zeros(0),
        allowance=np.zeros(0),
        switches=no_switches(first.size, 0),
    )
    return with_limits(problem, limits)


def with_limits(problem: Problem, limits: tuple[Limit, ...]) -> Problem:
    """The same targets and levels under other limits; raises ConfigError where one cannot be used."""
    index = {target: i for i, target in enumerate(problem.target_ids)}
    switches = _switches(problem, limits)
    nobody = np.zeros(0, dtype=np.int64)
    members = [
        nobody if limit.constraint == "most_products" else _members(limit, index)
        for limit in limits
    ]
    weight = np.array([limit.weight for limit in limits]).reshape(-1, ATTRIBUTES)
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
        capacity=np.array([limit.capacity for limit in limits]) + allowance,
        allowance=allowance,
        switches=switches,
    )


def no_switches(targets: int, rows: int) -> Switches:
    """Switches of a problem whose products come and go target by target."""
    nobody = np.zeros(0, dtype=np.int64)
    of = np.full(targets, -1, dtype=np.int64)
    return Switches((), of, np.zeros(0), np.zeros((0, rows)), nobody)


def on_cells(problem: Problem, inside: Flags) -> Problem:
    """The problem on some of its cells, inside: (cells,), one at least of every target."""
    kept = np.concatenate(([0], np.cumsum(inside)))
    position = kept[np.maximum(problem.current, 0)]
    is_kept = (problem.current >= 0) & inside[np.maximum(problem.current, 0)]
    return replace(
        problem,
        level_start=kept[problem.level_start].astype(np.int64),
        level=problem.level[inside],
        value=problem.value[inside],
        profit=problem.profit[inside],
        attribute=problem.attribute[inside],
        with_product_only=problem.with_product_only[inside],
        current=np.where(is_kept, position, -1).astype(np.int64),
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


def _flags(ordered: pl.DataFrame, name: str) -> Flags:
    """A column of flags; where it is left out, none is set."""
    if name not in ordered.columns:
        return np.zeros(len(ordered), dtype=bool)
    return np.array(ordered[name].fill_null(value=False).to_numpy(), dtype=bool)


def _objective(ordered: pl.DataFrame, objective: Objective, halo_weight: float) -> F64:
    """Value of each cell; what is not known of the halo counts as none of it."""
    value = pl.col(objective).fill_null(float("nan"))
    if halo_weight != 1.0:
        value = value - (1.0 - halo_weight) * pl.col(f"halo_{objective}").fill_null(0.0)
    return _floats(ordered.select(value))[:, 0].copy()


def _switches(problem: Problem, limits: tuple[Limit, ...]) -> Switches:
    """The products that the limits switch, and what being on uses of each row."""
    named = {limit.scope for limit in limits if limit.constraint == "minimum_spend"}
    is_counted = any(limit.constraint == "most_products" for limit in limits)
    ids = tuple(
        sorted({p for p in problem.product if p is not None and (is_counted or p in named)})
    )
    unknown = sorted(named - set(ids))
    if unknown:
        raise ConfigError(f"minimum_spend ({unknown[0]}) names a product of no target.")
    index = {product: s for s, product in enumerate(ids)}
    of = np.array([-1 if p is None else index.get(p, -1) for p in problem.product], dtype=np.int64)
    use = np.zeros((len(ids), len(limits)))
    for r, limit in enumerate(limits):
        if limit.constraint in SWITCHED:
            mine = slice(None) if limit.constraint == "most_products" else index[limit.scope]
            use[mine, r] = limit.switch_use
    return Switches(ids, of, np.zeros(len(ids)), use, np.zeros(len(ids), dtype=np.int64))


def _current_cells(is_current: NDArray[np.bool_], level_start: I64) -> I64:
    """Cell of the bid in force of each target, -1 where none."""
    current = np.full(level_start.size - 1, -1, dtype=np.int64)
    cells = np.flatnonzero(is_current)[::-1]
    current[np.searchsorted(level_start, cells, side="right") - 1] = cells
    return current


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


def _allowance(problem: Problem, limits: tuple[Limit, ...], weight: F64, members: list[I64]) -> F64:
    """Keeps a plan of exactly the limit from failing by the rounding of its own sum."""
    allowance = np.zeros(len(limits))
    for r, limit in enumerate(limits):
        size = np.abs(problem.attribute) @ np.abs(weight[r])
        largest = np.maximum.reduceat(size, problem.level_start[:-1])[members[r]].sum()
        allowance[r] = ROUNDING * (limit.limit * (limit.capacity != 0.0) + float(largest))
        # Of a minimum spend the products' own use is rounded too.
        allowance[r] += ROUNDING * limit.switch_use
    return allowance

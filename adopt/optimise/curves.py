"""The same choice as ``Problem`` for many targets: curves of any float type, rows by groups of targets."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.curve_arrays import CurveArrays
from adopt.kernels.curve_bound import count_members, group_targets, most_levels, sum_plan
from adopt.optimise.limit import COST, ON, ORDERS, REVENUE
from adopt.optimise.problem import F64, I64, Problem

Floats = NDArray[Any]
MOST_BLOCKS, BLOCK = 64, 2_048
"""Blocks of a sum at most, and targets of a block at least."""


@dataclass(frozen=True, slots=True)
class Curves:
    """Levels of n targets, and the rows that couple them; targets of one group share all their rows.

    level_start: (n + 1,) first cell of each target
    cost, revenue: (cells,) currency per day; orders: (cells,) per day, empty where no row counts them
    value: (cells,) objective, or empty: then it is ``margin x revenue - charge x cost``
    margin: (n,) objective per unit of revenue; charge: objective per unit of cost
    group: (n,); group_start: (groups + 1,), group_row: rows of each group, ascending
    weight: (rows, 3) on cost, revenue, orders; capacity, allowance: (rows,) as in ``Problem``
    """

    level_start: I64
    cost: Floats
    revenue: Floats
    orders: Floats
    value: Floats
    margin: Floats
    charge: float
    group: NDArray[np.int32]
    group_start: I64
    group_row: I64
    weight: F64
    capacity: F64
    allowance: F64

    @property
    def targets(self) -> int:
        """Number of targets."""
        return self.level_start.size - 1

    @property
    def groups(self) -> int:
        """Number of groups."""
        return self.group_start.size - 1

    @property
    def rows(self) -> int:
        """Number of coupling rows."""
        return self.capacity.size

    def arrays(self) -> CurveArrays:
        """What the kernels take of the curves."""
        return CurveArrays(
            self.level_start,
            self.cost,
            self.revenue,
            self.orders,
            self.value,
            self.margin,
            self.charge,
            self.group,
        )

    def most_levels(self) -> int:
        """Levels of any target at most."""
        return most_levels(self.level_start)

    def incidence(self) -> F64:
        """Matrix (groups, rows) of which group is coupled by which row."""
        matrix = np.zeros((self.groups, self.rows))
        owner = np.repeat(np.arange(self.groups), np.diff(self.group_start))
        matrix[owner, self.group_row] = 1.0
        return matrix


def blocks_of(targets: int) -> int:
    """Blocks of a sum over so many targets: from their number alone, so that threads don't matter.

    Method: fixed blocks, partial sums, a serial last sum.
    """
    return min(max(targets // BLOCK, 1), MOST_BLOCKS)


def members_of_groups(curves: Curves) -> I64:
    """Targets (groups,) of each group.

    Method: one count.
    """
    members = np.zeros(curves.groups, dtype=np.int64)
    count_members(curves.group, members)
    return members


def curves_of(problem: Problem) -> Curves:
    """The problem seen by groups of targets; no curve is copied.

    Method: targets are grouped by the list of their rows.
    """
    n = problem.targets
    group = np.empty(n, dtype=np.int32)
    first = np.empty(n, dtype=np.int64)
    groups = group_targets(problem.member_start, problem.member_row, group, first)
    shown = first[:groups]
    lists = [
        problem.member_row[problem.member_start[i] : problem.member_start[i + 1]] for i in shown
    ]
    counts_orders = bool((problem.weight[:, ORDERS] != 0.0).any())
    orders = problem.attribute[:, ORDERS]
    return Curves(
        level_start=problem.level_start,
        cost=problem.attribute[:, COST],
        revenue=problem.attribute[:, REVENUE],
        orders=orders if counts_orders else orders[:0],
        value=problem.value,
        margin=np.zeros(n),
        charge=0.0,
        group=group,
        group_start=np.concatenate(([0], np.cumsum([x.size for x in lists]))).astype(np.int64),
        group_row=np.concatenate([np.zeros(0, dtype=np.int64), *lists]),
        weight=problem.weight[:, :ON].copy(),
        capacity=problem.capacity,
        allowance=problem.allowance,
    )


def group_sums(curves: Curves, cells: I64) -> F64:
    """Value, cost, revenue and orders of a plan by group, (groups, 4); cells: (n,) chosen cells.

    Method: float64 sums over fixed blocks.
    """
    partial = np.empty((blocks_of(curves.targets), curves.groups, 4))
    sum_plan(curves.arrays(), cells, partial)
    return np.asarray(partial.sum(axis=0))


def row_use(curves: Curves, sums: F64) -> F64:
    """Use of each row, (rows,) in its units; sums: (groups, 4) value, cost, revenue, orders.

    Method: the groups' sums, weighted, added up to the rows.
    """
    owner = np.repeat(np.arange(curves.groups), np.diff(curves.group_start))
    use = (curves.weight[curves.group_row] * sums[owner, 1:]).sum(axis=1)
    return np.asarray(np.bincount(curves.group_row, weights=use, minlength=curves.rows))

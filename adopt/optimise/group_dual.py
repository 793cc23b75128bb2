"""The least dual over groups of targets: all of them, a sample, or a core with the rest decided."""

import math
from dataclasses import dataclass, field, replace

import numpy as np

from adopt.kernels.curve_dual import (
    GroupRows,
    Room,
    dual_at,
    follow,
)
from adopt.kernels.curve_sweep import SUMS
from adopt.optimise.curves import Curves, Floats, blocks_of
from adopt.optimise.problem import F64
from adopt.optimise.scaling import Scales

LEAST = 1e-300
"""Scaled multipliers stay above this."""


@dataclass(slots=True)
class GroupDual:
    """F_t(y) in scaled units, by sweeps over the curves.

    factor: (groups,) targets that each target of the curves stands for
    decided: (groups, 4) value, cost, revenue, orders of the targets that are not in the curves
    least, least_at: the least exact dual met on the last descent, and its multipliers; value: the last of ``totals``
    """

    curves: Curves
    scales: Scales
    factor: F64
    decided: F64
    least: float = math.inf
    least_at: F64 = field(default_factory=lambda: np.empty(0))
    value: float = math.inf
    sweeps: int = 0
    _rows: GroupRows = field(init=False)
    _room: Room = field(init=False)

    def __post_init__(self) -> None:
        curves, row = self.curves, self.scales.row
        groups = curves.groups
        met = np.bincount(curves.group_row, minlength=curves.rows)
        place = np.empty(curves.rows, dtype=np.int64)
        place[np.argsort(met, kind="stable")] = np.arange(curves.rows)
        self._rows = GroupRows(
            curves.group_start,
            curves.group_row,
            curves.weight / row[:, None],
            curves.capacity / row,
            place,
            self.scales.value,
            self.factor,
            self.decided,
        )
        self._room = Room(
            np.empty((groups, 3)),
            np.empty((groups, 3), dtype=curves.cost.dtype),
            np.empty((blocks_of(curves.targets), groups, SUMS)),
            np.zeros((groups, SUMS)),
            curves.most_levels(),
        )

    def follow(
        self,
        y: F64,
        t: float,
        last: float,
        precision: float,
        within: F64 | None = None,
        *,
        closely: bool = False,
    ) -> F64:
        """Multipliers followed from temperature t down to the last one, or until the dual falls no more.

        y: (rows,) > 0; precision: share of the dual not worth a step; within: (rows,) farthest from y
        closely: take each step that is worth its temperature, whatever the precision
        Returns (rows,) multipliers.
        """
        box = np.full((2, y.size), LEAST)
        box[1] = np.inf
        if within is not None:
            box[0], box[1] = np.maximum(y - within, LEAST), y + within
        y, at, result = y.copy(), y.copy(), np.empty(2)
        follow(
            self.curves.arrays(),
            self._rows,
            self._room,
            t,
            last,
            precision,
            1.0 if closely else math.inf,
            box,
            y,
            at,
            result,
        )
        self.least, self.least_at = float(result[0]), at
        self.sweeps += int(result[1])
        return y

    def exact(self, y: F64) -> float:
        """The dual itself at y."""
        self.sweeps += 1
        return dual_at(self.curves.arrays(), self._rows, self._room, y, 0.0)[1]

    def totals(self, y: F64, t: float) -> F64:
        """Value, cost, revenue and orders of the levels at y, (groups, 4), what is decided left out.

        t: temperature of the choice, 0 for the best levels
        """
        self.sweeps += 1
        self.value = dual_at(self.curves.arrays(), self._rows, self._room, y, t)[1]
        sums, decided = self._room.sums, self._rows.decided
        paid = (self._room.price * sums[:, 2:5]).sum(axis=1)
        own = sums[:, 2:5] - decided[:, 1:]
        return np.column_stack([sums[:, 0] + paid - decided[:, 0], own])

    def weigh(self, share: F64) -> None:
        """Let each target of a group stand for so many times the targets, (groups,)."""
        self.factor = self.factor * share
        self._rows = self._rows._replace(factor=self.factor)

    def limited(self, capacity: F64) -> "GroupDual":
        """The same under other capacities, (rows,) in their units."""
        curves = replace(self.curves, capacity=capacity)
        return GroupDual(curves, self.scales, self.factor, self.decided)

    def decide(self, decided: F64) -> None:
        """Take other sums, (groups, 4), for the targets that are not in the curves."""
        self.decided = decided
        self._rows = self._rows._replace(decided=decided)


def prices_of(curves: Curves, multipliers: F64) -> F64:
    """Price of cost, revenue and orders in each group, (groups, 3) objective per unit.

    multipliers: (rows,) objective per unit of row
    Method: the rows' weights, summed over the group's rows.
    """
    return _summed(curves, curves.weight, multipliers)


def reach_of(curves: Curves, moves: F64) -> F64:
    """How far each price may move, (groups, 3), while each multiplier moves by so much, (rows,).

    Method: the rows' absolute weights, summed over the group's rows.
    """
    return _summed(curves, np.abs(curves.weight), moves)


def _summed(curves: Curves, weight: F64, multipliers: F64) -> F64:
    price = np.zeros((curves.groups, 3))
    owner = np.repeat(np.arange(curves.groups), np.diff(curves.group_start))
    np.add.at(price, owner, (multipliers[:, None] * weight)[curves.group_row])
    return price


def charged(curves: Curves, price: F64) -> Floats:
    """Prices in the curves' own type, with the charge on cost where values are not given.

    price: (groups, 3) objective per unit of cost, revenue and orders
    Method: ``margin x revenue - charge x cost`` is priced like any cost.
    """
    own = price.copy()
    if curves.value.size == 0:
        own[:, 0] += curves.charge
    return np.asarray(own, dtype=curves.cost.dtype)

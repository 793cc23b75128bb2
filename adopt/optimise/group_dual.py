"""The smoothed dual of ``dual.py`` over groups of targets: all of them, a sample, or a core with the rest decided."""

import math
from dataclasses import dataclass, field

import numpy as np

from adopt.kernels.curve_sweep import SUMS, soften_groups, soften_groups_serially
from adopt.kernels.dual import add_prices, add_rows
from adopt.optimise.curves import Curves, Floats, blocks_of
from adopt.optimise.dual import LARGEST, newton_step
from adopt.optimise.problem import F64
from adopt.optimise.scaling import Scales

MAX_STEPS, SHORTEST = 40, 1e-4
"""Newton steps at one temperature at most; share of a step below which none is taken."""
FEW = 16_384
"""Targets below which waking the threads takes longer than the work."""


@dataclass(slots=True)
class GroupDual:
    """F_t(y) in scaled units, by sweeps over the curves.

    factor: (groups,) targets that each target of the curves stands for
    decided: (groups, 4) value, cost, revenue, orders of the targets that are not in the curves
    centre, reach: (groups, 3) prices of a core and how far from them it holds, None where everywhere
    capacity, use, spread: scaled; value: the last exact dual; least, least_at: the least exact dual met, and its multipliers
    """

    curves: Curves
    scales: Scales
    factor: F64
    decided: F64
    capacity: F64 = field(init=False)
    use: F64 = field(init=False)
    spread: F64 = field(init=False)
    least: float = math.inf
    least_at: F64 | None = None
    centre: F64 | None = None
    reach: F64 | None = None
    value: float = math.inf
    sweeps: int = 0
    _weight: F64 = field(init=False)
    _sums: F64 = field(init=False)
    _most: int = field(init=False)

    def __post_init__(self) -> None:
        rows = self.curves.rows
        self.capacity = self.curves.capacity / self.scales.row
        self._weight = self.curves.weight / self.scales.row[:, None]
        self.use = np.empty(rows)
        self.spread = np.empty((rows, rows))
        self._sums = np.zeros((self.curves.groups, SUMS))
        self._most = self.curves.most_levels()

    def evaluate(self, y: F64, t: float) -> float:
        """F_t(y), inf out of reach; the moments' sums are kept, and the least exact dual."""
        if self.strayed(y) > 1.0:
            return math.inf
        soft, exact = self._sweep(y, t)
        if exact < self.least:
            self.least, self.least_at = exact, y.copy()
        return soft - t * float(np.log(y).sum())

    def exact(self, y: F64) -> float:
        """The dual itself at y."""
        self.value = self._sweep(y, 0.0)[1]
        return self.value

    def strayed(self, y: F64) -> float:
        """How far the prices are from the centre, as a share of the reach."""
        if self.centre is None or self.reach is None:
            return 0.0
        moved = np.abs(self._prices(y) - self.centre)
        return float(np.divide(moved, self.reach, out=moved, where=self.reach > 0.0).max())

    def totals(self, y: F64, t: float) -> F64:
        """Value, cost, revenue and orders of the levels at y, (groups, 4), what is decided left out.

        t: temperature of the choice, 0 for the best levels
        """
        self.value = self._sweep(y, t)[1]
        used = self._sums[:, 2:5] - self.decided[:, 1:]
        paid = (self._prices(y) * self._sums[:, 2:5]).sum(axis=1)
        return np.column_stack([self._sums[:, 0] + paid - self.decided[:, 0], used])

    def moments(self) -> None:
        """Bring use and spread up to the last evaluation."""
        add_rows(
            self._sums[:, 2:5].copy(),
            self._sums[:, 5:].copy(),
            self.curves.group_start,
            self.curves.group_row,
            self._weight,
            self.use,
            self.spread,
        )

    def _sweep(self, y: F64, t: float) -> tuple[float, float]:
        """Smoothed and exact dual at y."""
        c = self.curves
        unit = self.scales.value
        count = c.targets
        partial = np.empty((blocks_of(count), c.groups, SUMS))
        price = self._prices(y)
        soften = soften_groups_serially if count < FEW else soften_groups
        soften(c.arrays(), charged(c, price), t * unit, self._most, partial)
        self.sweeps += 1
        sums = partial.sum(axis=0) * self.factor[:, None]
        rest = self.decided[:, 0] - (price * self.decided[:, 1:]).sum(axis=1)
        sums[:, 0] += rest
        sums[:, 1] += rest
        sums[:, 2:5] += self.decided[:, 1:]
        self._sums = sums
        priced = float(y @ self.capacity)
        return priced + float(sums[:, 0].sum()) / unit, priced + float(sums[:, 1].sum()) / unit

    def _prices(self, y: F64) -> F64:
        price = np.empty((self.curves.groups, 3))
        add_prices(
            self.curves.group_start,
            self.curves.group_row,
            self._weight,
            self.scales.value * y,
            price,
        )
        return price


def descend_within(dual: GroupDual, y: F64, t: float, low: F64, high: F64, *, enough: float) -> F64:
    """Multipliers of least F_t within a box, by Newton steps.

    y, low, high: (rows,) scaled multipliers, y within the box and > 0
    enough: Newton decrement, in units of t, that ends the descent

    Method: projected Newton, each multiplier's step cut for itself: one that must grow a
    thousandfold does not hold back the others; Bertsekas (1982).
    """
    value = dual.evaluate(y, t)
    for _ in range(MAX_STEPS):
        dual.moments()
        gradient = dual.capacity - dual.use - t / y
        pull = gradient * y / t
        is_held = ((y <= low) & (pull > 0.0)) | ((y >= high) & (pull < 0.0))
        curvature = dual.spread * np.outer(y, y) / (t * t)
        curvature[is_held] = 0.0
        curvature[:, is_held] = 0.0
        pull[is_held] = 0.0
        step = newton_step(curvature + np.eye(y.size), pull)
        if -float(step @ pull) < enough:
            break
        length = 1.0
        noise = 1e-14 * (1.0 + abs(value))
        while length > SHORTEST:
            moved = np.clip(y * (1.0 + np.clip(length * step, -0.95, 9.0)), low, high)
            slope = float(gradient @ (moved - y))
            found = dual.evaluate(moved, t) if slope < 0.0 else math.inf
            if found <= value + 1e-4 * slope + noise:
                break
            length *= 0.5
        if length <= SHORTEST:
            break
        y, value = moved, found
        if y.max() > LARGEST:
            break
    return y


def prices_of(curves: Curves, multipliers: F64) -> F64:
    """Price of cost, revenue and orders in each group, (groups, 3) objective per unit.

    multipliers: (rows,) objective per unit of row
    Method: the rows' weights, summed over the group's rows.
    """
    price = np.empty((curves.groups, 3))
    add_prices(curves.group_start, curves.group_row, curves.weight, multipliers, price)
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

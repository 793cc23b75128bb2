"""The core of many curves: the targets whose level is not yet decided while prices stay within reach."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.curve_core import (
    decide_targets,
    decide_targets_serially,
    fill_core,
    fill_core_serially,
)
from adopt.kernels.curve_dual import FEW
from adopt.kernels.curve_sample import copy_targets, widths_of_targets
from adopt.optimise.curves import Curves, Floats, blocks_of
from adopt.optimise.group_dual import charged, prices_of, reach_of
from adopt.optimise.limit import COST, ORDERS, REVENUE
from adopt.optimise.problem import F64, I64

EDGE = 1.01
"""Factor on a width that opens the targets that stand at its very edge."""
LEAST_SHARE = 0.01
"""Share of a sample that is still told from noise."""
WIDEST, NARROWEST = 0.1, 1e-6
"""Relative moves of the multipliers that a core may allow for."""
IDLE = 0.2
"""Scaled multiplier below which a row's reach no longer shrinks with it."""


@dataclass(frozen=True, slots=True)
class Core:
    """Open targets with the levels that may be best, in float64; the other targets summed.

    curves: of the open targets; target: (m,) their indices; cell: (core,) their cells among all
    decided: (groups, 4) value, cost, revenue, orders of the decided targets
    level_start: (n + 1,) first cell of each target; level: (n,) best level of every target at the centre
    centre: (rows,) multipliers; width: their relative move that the core allows for
    """

    curves: Curves
    target: I64
    cell: I64
    decided: F64
    level_start: I64
    level: NDArray[np.uint16]
    centre: F64
    width: float

    def limited(self, curves: Curves) -> "Core":
        """The same core of the same curves under other capacities."""
        own = replace(self.curves, capacity=curves.capacity, allowance=curves.allowance)
        return replace(self, curves=own)

    def spread(self, choice: I64) -> I64:
        """Cells (n,) of a plan in which the open targets have these cells of the core, (m,)."""
        cells = self.level_start[:-1] + self.level
        cells[self.target] = self.cell[choice]
        return cells


def core_of(curves: Curves, multipliers: F64, unit: F64, width: float) -> Core:
    """The core around multipliers.

    multipliers: (rows,) objective per unit of row; unit: (rows,) a multiplier of usual size
    width: relative move of the multipliers that the core allows for

    Returns Core.
    Method: a level stays out where no price within reach lets it beat the best one; Pisinger (1995).
    """
    n, groups = curves.targets, curves.groups
    price = prices_of(curves, multipliers)
    reach = _reach(curves, multipliers, unit, width)
    own_price, own_reach = charged(curves, price), reach.astype(curves.cost.dtype)
    level, live = np.empty(n, dtype=np.uint16), np.empty(n, dtype=np.uint16)
    partial = np.empty((blocks_of(n), groups, 4))
    most = curves.most_levels()
    arrays = curves.arrays()
    decide = decide_targets_serially if n < FEW else decide_targets
    decide(arrays, own_price, own_reach, most, level, live, partial)
    target = np.flatnonzero(live)
    start = np.concatenate(([0], np.cumsum(live[target], dtype=np.int64)))
    cell, value = np.empty(start[-1], dtype=np.int64), np.empty(start[-1])
    attribute = np.empty((int(start[-1]), 3))
    rest = (target, arrays, own_price, own_reach, most, start, cell, value, attribute)
    if target.size < FEW:
        fill_core_serially(*rest)
    else:
        fill_core(blocks_of(n), *rest)
    inner = replace(
        curves,
        level_start=start,
        cost=attribute[:, COST].copy(),
        revenue=attribute[:, REVENUE].copy(),
        orders=attribute[:, ORDERS].copy() if curves.orders.size else attribute[:0, ORDERS].copy(),
        value=value,
        margin=np.zeros(target.size),
        charge=0.0,
        group=curves.group[target],
    )
    decided = partial.sum(axis=0)
    return Core(inner, target, cell, decided, curves.level_start, level, multipliers, width)


def narrowed(core: Core, multipliers: F64, unit: F64, width: float) -> Core:
    """A core of a core's targets, around multipliers near its own; arguments as in ``core_of``.

    Its targets, cells and choices are those of the wider core; what that one has decided is summed too.
    Method: as ``core_of``, on the levels that the wider core has.
    """
    inner = core_of(core.curves, multipliers, unit, width)
    return replace(inner, decided=core.decided + inner.decided)


def widest_core(sample: Curves, share: float, multipliers: F64, unit: F64) -> float:
    """Greatest width whose core is a small share of the targets, judged by a sample of the curves.

    multipliers, unit: (rows,) as in ``core_of``; returns a relative move
    Method: the width at which each target of the sample opens; a quantile of these, or below the first
    hundredth a straight line.
    """
    price = charged(sample, prices_of(sample, multipliers))
    reach = _reach(sample, multipliers, unit, 1.0).astype(sample.cost.dtype)
    needed = np.empty(sample.targets)
    widths_of_targets(sample.arrays(), price, reach, sample.most_levels(), needed)
    needed.sort()
    allowed = int(max(share, LEAST_SHARE) * sample.targets)
    width = WIDEST if allowed >= needed.size else EDGE * float(needed[allowed])
    return min(max(width * min(share / LEAST_SHARE, 1.0), NARROWEST), WIDEST)


def _reach(curves: Curves, multipliers: F64, unit: F64, width: float) -> F64:
    return reach_of(curves, width * np.maximum(multipliers, IDLE * unit))


def restricted(curves: Curves, index: I64, stride: int = 1) -> Curves:
    """The curves of some targets, copied; index: (m,) ascending; stride: of the levels kept, the ends always are.

    Method: one gather.
    """
    start = np.zeros(index.size + 1, dtype=np.int64)
    levels = curves.level_start[index + 1] - curves.level_start[index]
    np.cumsum((levels + 2 * stride - 2) // stride, out=start[1:])

    def copied(numbers: Floats) -> Floats:
        own = np.empty(start[-1] if numbers.size else 0, dtype=numbers.dtype)
        if numbers.size:
            copy_targets(index, curves.level_start, numbers, stride, start, own)
        return own

    return replace(
        curves,
        level_start=start,
        cost=copied(curves.cost),
        revenue=copied(curves.revenue),
        orders=copied(curves.orders),
        value=copied(curves.value),
        margin=curves.margin[index],
        group=curves.group[index],
    )

"""The core of many curves: the targets whose level is not yet decided while prices stay within reach."""

from dataclasses import dataclass, replace

import numpy as np

from adopt.kernels.curve_core import decide_targets, fill_core
from adopt.kernels.dual import add_prices
from adopt.optimise.curves import Curves, blocks_of
from adopt.optimise.evaluation import first_best
from adopt.optimise.group_dual import charged, prices_of
from adopt.optimise.problem import COST, F64, I64, ORDERS, REVENUE

CORE_SHARE, SMALL_CORE = 0.05, 4_000
"""Share of the targets that a core may hold, targets that it may hold in any case."""
WIDEST, NARROWEST = 0.1, 1e-6
"""Relative moves of the multipliers that a core may allow for."""
IDLE = 0.01
"""Scaled multiplier below which a row's reach no longer shrinks with it."""


@dataclass(frozen=True, slots=True)
class Core:
    """Open targets with the levels that may be best, in float64; the other targets summed.

    curves: of the open targets; target: (m,) their indices; cell: (core,) their cells among all
    decided: (groups, 4) value, cost, revenue, orders of the decided targets
    choice: (n,) best cell of every target at the centre; price, reach: (groups, 3) centre and reach
    """

    curves: Curves
    target: I64
    cell: I64
    decided: F64
    choice: I64
    price: F64
    reach: F64


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
    choice, live = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.uint16)
    partial = np.empty((blocks_of(n), groups, 4))
    most = curves.most_levels()
    arrays = curves.arrays()
    decide_targets(arrays, own_price, own_reach, most, choice, live, partial)
    target = np.flatnonzero(live)
    start = np.concatenate(([0], np.cumsum(live[target], dtype=np.int64)))
    cell, value = np.empty(start[-1], dtype=np.int64), np.empty(start[-1])
    attribute = np.empty((int(start[-1]), 3))
    fill_core(
        blocks_of(n), target, arrays, own_price, own_reach, most, start, cell, value, attribute
    )
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
    return Core(inner, target, cell, partial.sum(axis=0), choice, price, reach)


def widest_core(sample: Curves, targets: int, multipliers: F64, unit: F64) -> float:
    """Greatest width whose core stays small, judged by a sample of the curves.

    targets: of the whole; multipliers, unit: (rows,) as in ``core_of``; returns a relative move
    Method: the width at which each target of the sample opens; a quantile of these.
    """
    price = prices_of(sample, multipliers)[sample.group]
    reach = _reach(sample, multipliers, unit, 1.0)[sample.group]
    widths = np.diff(sample.level_start)
    attribute = attributes_of(sample)
    worth = values_of(sample) - (np.repeat(price, widths, axis=0) * attribute).sum(axis=1)
    top = np.maximum.reduceat(worth, sample.level_start[:-1])
    best = first_best(worth, top, sample.level_start)
    far = np.abs(attribute - np.repeat(attribute[best], widths, axis=0))
    pull = (far * np.repeat(reach, widths, axis=0)).sum(axis=1)
    lost = np.repeat(top, widths) - worth
    opens = np.divide(lost, pull, out=np.full(lost.size, np.inf), where=pull > 0.0)
    needed = np.sort(np.minimum.reduceat(opens, sample.level_start[:-1]))
    allowed = int(max(CORE_SHARE, SMALL_CORE / targets) * sample.targets)
    width = WIDEST if allowed >= needed.size else float(needed[allowed])
    return min(max(width, NARROWEST), WIDEST)


def values_of(curves: Curves) -> F64:
    """Objective of each cell, (cells,) in objective units, as float64.

    Method: as given, or ``margin x revenue - charge x cost``.
    """
    if curves.value.size:
        return curves.value.astype(np.float64)
    margin = np.repeat(curves.margin.astype(np.float64), np.diff(curves.level_start))
    return np.asarray(margin * curves.revenue - curves.charge * curves.cost.astype(np.float64))


def attributes_of(curves: Curves) -> F64:
    """Cost, revenue (currency per day) and orders per day of each cell, (cells, 3); orders 0 where no row counts them.

    Method: as given, in float64.
    """
    attribute = np.zeros((curves.cost.size, 3))
    attribute[:, COST], attribute[:, REVENUE] = curves.cost, curves.revenue
    if curves.orders.size:
        attribute[:, ORDERS] = curves.orders
    return attribute


def _reach(curves: Curves, multipliers: F64, unit: F64, width: float) -> F64:
    reach = np.empty((curves.groups, 3))
    move = width * np.maximum(multipliers, IDLE * unit)
    add_prices(curves.group_start, curves.group_row, np.abs(curves.weight), move, reach)
    return reach


def restricted(curves: Curves, index: I64) -> Curves:
    """The curves of some targets, copied; index: (m,) ascending."""
    widths = np.diff(curves.level_start)[index]
    start = np.concatenate(([0], np.cumsum(widths))).astype(np.int64)
    cell = np.repeat(curves.level_start[index] - start[:-1], widths) + np.arange(start[-1])
    return replace(
        curves,
        level_start=start,
        cost=np.ascontiguousarray(curves.cost[cell]),
        revenue=np.ascontiguousarray(curves.revenue[cell]),
        orders=np.ascontiguousarray(curves.orders[cell] if curves.orders.size else curves.orders),
        value=curves.value[cell] if curves.value.size else curves.value,
        margin=curves.margin[index],
        group=curves.group[index],
    )

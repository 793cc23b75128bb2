"""One sweep of the budget multiplier: every plan that is best at some price of money, in one sorted pass.

Cost has the price λ = s θ / (1 − θ); θ falls from 1 (spend the least) to 0 (cost is free). The reduced
value of a cell, times (1 − θ), is

    q_c(θ) = (1 − θ) v_c − θ s cost_c − z(θ) · use_c

with z the prices of the other limits. In the optimum of the linear relaxation z is piecewise linear in θ;
it is found at a few anchors and taken as linear between them. There each q_c is a line, the best cells of
a target are the upper envelope of its lines, and all corners sorted by θ are the whole frontier.
"""

from dataclasses import dataclass, replace

import numpy as np

from adopt.optimise.certificate import reduced_values
from adopt.optimise.dual import minimise_dual
from adopt.optimise.evaluation import first_best, first_true
from adopt.optimise.limit import COST
from adopt.optimise.problem import F64, I64, Problem
from adopt.optimise.scaling import scales_of

SAME = 1e-12
"""Width within which two corners are taken to lie at the same θ."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices along the sweep: θ (anchors,) falling from 1 to 0, z (anchors, rows) of the limits.

    unit: s, objective per currency
    """

    unit: float
    theta: F64
    z: F64

    def at(self, theta: float) -> F64:
        """Multipliers (1 + rows,) at a θ below 1: of the budget, then of the limits, objective per unit."""
        rising = self.theta[::-1]
        z = [np.interp(theta, rising, column[::-1]) for column in self.z.T]
        return np.array([self.unit * theta, *z]) / (1.0 - theta)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Corners of the frontier by falling θ.

    theta: (corners,) where one target moves to its next cell
    cost: (corners,) currency per day of all targets, after the move
    """

    theta: F64
    cost: F64

    def theta_of(self, budget: float) -> float:
        """Price θ at which the relaxation has just spent a budget."""
        reached = np.maximum.accumulate(self.cost)
        at = int(np.searchsorted(reached, budget, side="right"))
        return float(self.theta[at]) if at < self.theta.size else 0.0


def find_prices(problem: Problem, anchors: F64, ends: tuple[F64, F64], precision: float) -> Prices:
    """Prices of the problem's limits at the anchors.

    problem: without an account budget; anchors: θ falling from 1 to 0
    ends: (rows,) multipliers of ``weighted`` at θ = 1 and at 0; precision: relative, of each bound between

    Returns Prices. Method: one Lagrangian dual an anchor, each started from the one before.
    """
    unit = money_unit(problem)
    z = np.zeros((anchors.size, problem.rows))
    z[0], z[-1] = ends
    for k in range(1, anchors.size - 1 if problem.rows else 0):
        at = weighted(problem, float(anchors[k]), unit)
        found = minimise_dual(at, scales_of(at), start=z[k - 1], precision=precision)
        z[k] = found.multipliers
    return Prices(unit, anchors, z)


def money_unit(problem: Problem) -> float:
    """Objective per currency over the whole of the levels: what puts the middle of the sweep at θ = 1/2."""
    starts = problem.level_start[:-1]
    spread = [
        float((np.maximum.reduceat(x, starts) - np.minimum.reduceat(x, starts)).sum())
        for x in (problem.value, problem.attribute[:, COST])
    ]
    return spread[0] / spread[1] if min(spread) > 0.0 else 1.0


def weighted(problem: Problem, theta: float, unit: float) -> Problem:
    """The problem with the objective ``(1 − θ) value − θ unit cost``."""
    value = (1.0 - theta) * problem.value - theta * unit * problem.attribute[:, COST]
    return replace(problem, value=np.ascontiguousarray(value))


def sweep_prices(problem: Problem, prices: Prices) -> Sweep:
    """All corners of the relaxation's frontier between θ = 1 and 0.

    problem: without an account budget; prices: of its limits
    Returns Sweep. Method: upper envelope of each target's lines, all targets wrapped side by side.
    """
    lines = [_reduced(problem, prices, k) for k in range(prices.theta.size)]
    cost = problem.attribute[:, COST]
    top = np.maximum.reduceat(lines[0], problem.level_start[:-1])
    cell = first_best(lines[0], top, problem.level_start)
    spent = float(cost[cell].sum())
    corners = []
    for k in range(1, prices.theta.size):
        high, low = float(prices.theta[k - 1]), float(prices.theta[k])
        slope = (lines[k - 1] - lines[k]) / (high - low)
        level = lines[k] - low * slope
        moving = np.arange(problem.targets)
        while moving.size:
            theta, onto = _next_corners(problem.level_start, level, slope, cell, moving)
            goes = theta > low
            moving, theta, onto = moving[goes], np.minimum(theta[goes], high), onto[goes]
            corners.append((theta, moving, cost[onto] - cost[cell[moving]]))
            cell[moving] = onto
    theta, target, more = (np.concatenate(column) for column in zip(*corners, strict=True))
    # Stable, so that the corners of one target keep their order at equal θ.
    order = np.lexsort((target, -theta))
    return Sweep(theta[order], spent + np.cumsum(more[order]))


def _reduced(problem: Problem, prices: Prices, k: int) -> F64:
    """Reduced values (cells,) at an anchor."""
    at = weighted(problem, float(prices.theta[k]), prices.unit)
    return reduced_values(at, prices.z[k])


def _next_corners(
    level_start: I64, level: F64, slope: F64, cell: I64, moving: I64
) -> tuple[F64, I64]:
    """Where the line of each moving target's cell is first met from above, and by which cell.

    level, slope: (cells,) of the lines ``level + θ slope``; θ is -inf where no other line meets it
    """
    sizes = np.diff(level_start)[moving]
    start = np.concatenate(([0], np.cumsum(sizes)))
    cells = np.repeat(level_start[moving] - start[:-1], sizes) + np.arange(start[-1])
    here = np.repeat(cell[moving], sizes)
    fall = slope[here] - slope[cells]
    with np.errstate(divide="ignore", invalid="ignore"):
        theta = np.where(fall > 0.0, (level[cells] - level[here]) / fall, -np.inf)
    first = np.maximum.reduceat(theta, start[:-1])
    # Of lines that meet it in one corner, the flattest stays above on the other side.
    near = theta >= np.repeat(first - SAME, sizes)
    flattest = np.maximum.reduceat(np.where(near, fall, -np.inf), start[:-1])
    at = first_true(near & (fall >= np.repeat(flattest, sizes)), start)
    return first, cells[at]

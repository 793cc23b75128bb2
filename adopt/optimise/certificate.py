"""Proof that no plan is better: weak duality, in plain float64, whatever found the multipliers."""

import math
from dataclasses import dataclass

import numpy as np

from adopt.kernels.curve_bound import bound_and_sum_plan, bound_targets
from adopt.optimise.curves import Curves, blocks_of
from adopt.optimise.limit import ATTRIBUTES
from adopt.optimise.problem import F64, I64, Problem


@dataclass(frozen=True, slots=True)
class Certificate:
    """Upper bound on the objective of every plan that keeps the limits.

    bound: objective units, ``error_bound`` included
    error_bound: most that float64 rounding can have taken from the bound
    """

    bound: float
    error_bound: float


def reduced_values(problem: Problem, multipliers: F64) -> F64:
    """Value of each cell less the price of what it uses.

    multipliers: (rows,) objective per unit of row, >= 0
    Returns (cells,) objective units.
    Method: Everett (1963).
    """
    price = np.zeros((problem.targets, ATTRIBUTES))
    np.add.at(
        price, problem.member_target, (multipliers[:, None] * problem.weight)[problem.member_row]
    )
    price_of_cell = np.repeat(price, np.diff(problem.level_start), axis=0)
    return np.asarray(problem.value - (price_of_cell * problem.attribute).sum(axis=1))


def upper_bound(problem: Problem, multipliers: F64) -> Certificate:
    """Bound by any multipliers: ``sum of y_r capacity_r + sum of max_c (v_c - y . use_c)``.

    A product that is switched as a whole counts with the better of its two states: all its targets at their
    best less what being on uses, or all off.

    multipliers: (rows,) objective per unit of row; what is negative counts as 0

    Returns Certificate. Any plan that keeps the rows has ``v = (v - y . use) + y . use <= bound``.
    Method: Lagrangian relaxation, Everett (1963), Geoffrion (1974); rounding: Higham (2002), ch. 3.
    """
    y = np.maximum(multipliers, 0.0)
    starts = problem.level_start[:-1]
    worth = reduced_values(problem, y)
    best = best_of_targets(problem, worth)
    on, off = switch_states(problem, worth, y)
    alone = problem.switches.of < 0
    bound = math.fsum([*best[alone], *np.maximum(on, off), *(y * problem.capacity)])

    # Size of all terms that enter a cell: its rounding error is at most gamma times that.
    price = np.zeros((problem.targets, ATTRIBUTES))
    np.add.at(
        price, problem.member_target, (y[:, None] * np.abs(problem.weight))[problem.member_row]
    )
    size = np.abs(problem.value)
    size = size + (np.repeat(price, np.diff(problem.level_start), axis=0) * problem.attribute).sum(
        1
    )
    being_on = np.abs(problem.switches.value) + problem.switches.use @ y
    total = math.fsum(
        [*np.maximum.reduceat(size, starts), *being_on, *np.abs(y * problem.capacity)]
    )
    most_rows = int(np.diff(problem.member_start).max(initial=0))
    most_targets = int(np.bincount(problem.switches.of + 1)[1:].max(initial=0))
    gamma = (most_rows + most_targets + problem.rows * (problem.switches.count > 0) + 8) * float(
        np.finfo(np.float64).eps
    )
    error = gamma * total
    return Certificate(bound=bound + error, error_bound=error)


def best_of_targets(problem: Problem, worth: F64) -> F64:
    """Greatest reduced value (n,) of each target that is not off with its product; worth: (cells,).

    Method: one pass over the cells.
    """
    free = np.where(problem.with_product_only, -np.inf, worth)
    return np.asarray(np.maximum.reduceat(free, problem.level_start[:-1]))


def switch_states(problem: Problem, worth: F64, multipliers: F64) -> tuple[F64, F64]:
    """Reduced value of each switch, (switches,) objective units: on, and off; -inf where it cannot be.

    worth: (cells,) reduced values at the multipliers, (rows,) objective per unit of row
    Method: Lagrangian relaxation that keeps the switches whole, Geoffrion (1974).
    """
    switches = problem.switches
    on = switches.value - switches.use @ multipliers
    off = np.zeros(switches.count)
    if switches.count:
        mine = switches.of >= 0
        np.add.at(on, switches.of[mine], best_of_targets(problem, worth)[mine])
        silent = np.maximum.reduceat(problem.off_values(), problem.level_start[:-1])
        np.add.at(off, switches.of[mine], silent[mine])
        on[switches.forced < 0] = -np.inf
        off[switches.forced > 0] = -np.inf
    return on, off


def streamed_bound(curves: Curves, multipliers: F64) -> Certificate:
    """The same bound in one pass over curves of any float type; every maximum is taken in float64.

    multipliers: (rows,) objective per unit of row; what is negative counts as 0

    Returns Certificate.
    Method: as ``upper_bound``; sums of m terms over fixed blocks err by (m + blocks) eps of their sizes.
    """
    y = np.maximum(multipliers, 0.0)
    partial = np.empty((blocks_of(curves.targets), 3))
    bound_targets(curves.arrays(), _added_to_groups(curves, curves.weight, y), partial)
    return _certificate(curves, y, partial)


def proved_plan(curves: Curves, multipliers: F64, cells: I64) -> tuple[Certificate, F64]:
    """``streamed_bound``, and value, cost, revenue, orders of a plan by group, (groups, 4), in one pass.

    multipliers: (rows,) objective per unit of row; cells: (n,) chosen cells
    Method: as ``streamed_bound`` and ``curves.group_sums``.
    """
    y = np.maximum(multipliers, 0.0)
    blocks = blocks_of(curves.targets)
    partial, plan = np.empty((blocks, 3)), np.empty((blocks, curves.groups, 4))
    price = _added_to_groups(curves, curves.weight, y)
    bound_and_sum_plan(curves.arrays(), price, cells, partial, plan)
    return _certificate(curves, y, partial), np.asarray(plan.sum(axis=0))


def _added_to_groups(curves: Curves, weight: F64, y: F64) -> F64:
    """Rows' weights times their multipliers, summed over each group's rows: (groups, 3)."""
    price = np.zeros((curves.groups, 3))
    owner = np.repeat(np.arange(curves.groups), np.diff(curves.group_start))
    np.add.at(price, owner, (y[:, None] * weight)[curves.group_row])
    return price


def _certificate(curves: Curves, y: F64, partial: F64) -> Certificate:
    """Bound and its rounding error; partial: (blocks, 3) of ``bound_targets``."""
    priced = y * curves.capacity
    bound = math.fsum([*partial[:, 0], *priced])

    # A price sums signed weights: its terms' size, not its own, bounds its rounding.
    price = _added_to_groups(curves, curves.weight, y)
    size = _added_to_groups(curves, np.abs(curves.weight), y)
    eps = float(np.finfo(np.float64).eps)
    cancelled = float((size / np.maximum(np.abs(price), 1e-300)).max(initial=1.0, where=size > 0.0))
    rows = int(np.diff(curves.group_start).max(initial=0))
    terms = (rows + 8) * max(cancelled, 1.0) * math.fsum(partial[:, 2])
    added = (curves.targets // partial.shape[0] + 2) * math.fsum(partial[:, 1])
    error = eps * (1.01 * (terms + added) + 2.0 * math.fsum(np.abs(priced)))
    return Certificate(bound=bound + error, error_bound=error)

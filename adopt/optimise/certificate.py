"""Proof that no plan is better: weak duality, in plain float64, whatever found the multipliers."""

import math
from dataclasses import dataclass

import numpy as np

from adopt.kernels.curve_bound import bound_targets
from adopt.optimise.curves import Curves, blocks_of
from adopt.optimise.problem import F64, Problem


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
    targets = np.repeat(np.arange(problem.targets), np.diff(problem.member_start))
    price = np.zeros((problem.targets, 3))
    np.add.at(price, targets, (multipliers[:, None] * problem.weight)[problem.member_row])
    price_of_cell = np.repeat(price, np.diff(problem.level_start), axis=0)
    return np.asarray(problem.value - (price_of_cell * problem.attribute).sum(axis=1))


def upper_bound(problem: Problem, multipliers: F64) -> Certificate:
    """Bound by any multipliers: ``sum of y_r capacity_r + sum of max_c (v_c - y . use_c)``.

    multipliers: (rows,) objective per unit of row; what is negative counts as 0

    Returns Certificate. Any plan that keeps the rows has ``v = (v - y . use) + y . use <= bound``.
    Method: Lagrangian relaxation, Everett (1963), Geoffrion (1974); rounding: Higham (2002), ch. 3.
    """
    y = np.maximum(multipliers, 0.0)
    starts = problem.level_start[:-1]
    best = np.maximum.reduceat(reduced_values(problem, y), starts)
    bound = math.fsum([*best, *(y * problem.capacity)])

    # Size of all terms that enter a cell: its rounding error is at most gamma times that.
    sized = np.repeat(np.arange(problem.targets), np.diff(problem.member_start))
    price = np.zeros((problem.targets, 3))
    np.add.at(price, sized, (y[:, None] * np.abs(problem.weight))[problem.member_row])
    size = np.abs(problem.value)
    size = size + (np.repeat(price, np.diff(problem.level_start), axis=0) * problem.attribute).sum(
        1
    )
    total = math.fsum([*np.maximum.reduceat(size, starts), *np.abs(y * problem.capacity)])
    most_rows = int(np.diff(problem.member_start).max(initial=0))
    gamma = (most_rows + 8) * float(np.finfo(np.float64).eps)
    error = gamma * total
    return Certificate(bound=bound + error, error_bound=error)


def streamed_bound(curves: Curves, multipliers: F64) -> Certificate:
    """The same bound in one pass over curves of any float type; every maximum is taken in float64.

    multipliers: (rows,) objective per unit of row; what is negative counts as 0

    Returns Certificate.
    Method: as ``upper_bound``; sums of m terms over fixed blocks err by (m + blocks) eps of their sizes.
    """
    y = np.maximum(multipliers, 0.0)
    price = np.zeros((curves.groups, 3))
    owner = np.repeat(np.arange(curves.groups), np.diff(curves.group_start))
    np.add.at(price, owner, (y[:, None] * curves.weight)[curves.group_row])
    blocks = blocks_of(curves.targets)
    partial = np.empty((blocks, 3))
    bound_targets(curves.arrays(), price, partial)
    priced = y * curves.capacity
    bound = math.fsum([*partial[:, 0], *priced])

    # A price sums signed weights: its terms' size, not its own, bounds its rounding.
    size = np.zeros((curves.groups, 3))
    np.add.at(size, owner, (y[:, None] * np.abs(curves.weight))[curves.group_row])
    eps = float(np.finfo(np.float64).eps)
    cancelled = float((size / np.maximum(np.abs(price), 1e-300)).max(initial=1.0, where=size > 0.0))
    rows = int(np.diff(curves.group_start).max(initial=0))
    terms = (rows + 8) * max(cancelled, 1.0) * math.fsum(partial[:, 2])
    added = (curves.targets // blocks + 2) * math.fsum(partial[:, 1])
    error = eps * (1.01 * (terms + added) + 2.0 * math.fsum(np.abs(priced)))
    return Certificate(bound=bound + error, error_bound=error)

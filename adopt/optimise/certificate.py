"""Proof that no plan is better: weak duality, in plain float64, whatever found the multipliers."""

import math
from dataclasses import dataclass

import numpy as np

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

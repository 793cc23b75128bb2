"""Scales of value and rows, so that the search sees the same numbers in yuan and in fen."""

from dataclasses import dataclass

import numpy as np

from adopt.optimise.problem import F64, I64, Problem


@dataclass(frozen=True, slots=True)
class Scales:
    """Typical range of one target's levels.

    value: objective units; row: (rows,) units of each row; multipliers are in value / row
    """

    value: float
    row: F64


def scales_of(problem: Problem) -> Scales:
    """Mean range over a row's members; where a row tells no levels apart, its mean size.

    Returns Scales; every entry is positive.
    Method: equilibration of the columns and rows of a linear programme.
    """
    starts = problem.level_start[:-1]
    row = np.ones(problem.rows)
    for r in range(problem.rows):
        members = problem.members(r)
        least, most = _ends(problem.attribute @ problem.weight[r], starts)
        row[r] = _typical((most - least)[members], np.maximum(np.abs(least), np.abs(most))[members])
    least, most = _ends(problem.value, starts)
    value = _typical(most - least, np.maximum(np.abs(least), np.abs(most)))
    return Scales(value=value, row=row)


def _ends(numbers: F64, starts: I64) -> tuple[F64, F64]:
    return np.minimum.reduceat(numbers, starts), np.maximum.reduceat(numbers, starts)


def _typical(spread: F64, size: F64) -> float:
    for numbers in (spread, size):
        if numbers.size and numbers.mean() > 0.0:
            return float(numbers.mean())
    return 1.0

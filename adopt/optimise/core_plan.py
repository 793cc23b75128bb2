"""A plan of whole levels from the core of many curves."""

import numpy as np

from adopt.kernels.curve_exchange import improve_plan
from adopt.kernels.curve_round import RowUse, lose_levels, meet_rows
from adopt.optimise.core_curves import Core
from adopt.optimise.curves import Curves, row_use
from adopt.optimise.group_dual import prices_of
from adopt.optimise.problem import F64, I64

IN_GROUP, AMONG_ALL, PAIRED = 16, 64, 1_000_000
"""Cells of least loss tried together in one group, and in all at least; of few targets this over their number."""
MOST_PAIRED = 600
"""Cells of least loss tried together in all at most."""
TIE = 1e-12
"""Gains are taken as nothing within this share of the largest value."""


def plan_from_core(core: Core, multipliers: F64, targets: int) -> I64 | None:
    """Cell of every target, or None where no plan was found that keeps the rows.

    multipliers: (rows,) objective per unit of row; targets: how many there are in all

    Returns (n,) cells of the curves that the core was taken from.
    Method: the best levels at the multipliers; rows that they exceed are eased by moves of least loss per
    excess, then moves and pairs of moves that gain.
    """
    curves = core.curves
    choice, slack = np.empty(core.target.size, dtype=np.int64), np.empty(curves.rows)
    loss = np.empty(curves.cost.size)
    arrays = curves.arrays()
    lose_levels(arrays, prices_of(curves, multipliers), loss, choice)
    slack[:] = _slack(core, choice)
    rows = _row_use(curves, multipliers)
    if not meet_rows(arrays, rows, loss, choice, slack):
        return None
    least_gain = TIE * float(np.abs(curves.value).max(initial=0.0))
    among_all = min(max(AMONG_ALL, PAIRED // max(targets, 1)), MOST_PAIRED)
    improve_plan(arrays, rows, loss, least_gain, IN_GROUP, among_all, choice, slack)
    if np.any(_slack(core, choice) < 0.0):
        return None
    return core.spread(choice)


def _row_use(curves: Curves, multipliers: F64) -> RowUse:
    counts = np.bincount(curves.group, minlength=curves.groups)
    met = np.bincount(curves.group_row, minlength=curves.rows)
    return RowUse(
        curves.group_start,
        curves.group_row,
        curves.weight,
        np.concatenate(([0], np.cumsum(counts))),
        np.argsort(curves.group, kind="stable"),
        np.argsort(met, kind="stable"),
        multipliers,
    )


def _slack(core: Core, choice: I64) -> F64:
    """Capacity (rows,) left by a plan of the core, half the allowance for rounding kept back."""
    curves = core.curves
    sums = core.decided.copy()
    for k, numbers in enumerate((curves.value, curves.cost, curves.revenue, curves.orders)):
        if numbers.size:
            sums[:, k] += np.bincount(curves.group, numbers[choice], curves.groups)
    return np.asarray(curves.capacity - 0.5 * curves.allowance - row_use(curves, sums))

"""What whole levels cost where few targets share a limit: a bound that the multipliers cannot see.

A limit over five targets can seldom be used up by whole levels. The Lagrangian bound lets them mix
levels; keeping such a row in the inner problem and solving it exactly takes that away.
"""

from dataclasses import dataclass

import numpy as np

from adopt.kernels.small_row import least_loss
from adopt.optimise.problem import F64, I64, Problem
from adopt.optimise.repair import reduced_losses

MOST_MEMBERS = 12
NODES = 400_000
"""Branches of one row at one cap: a few milliseconds."""
DEEPENINGS = 7


@dataclass(frozen=True, slots=True)
class SmallRows:
    """Losses that no plan escapes, of rows without a common target.

    loss: objective units to take off the Lagrangian bound; cells: (n,) the plan given, its members of
    these rows moved to their least loss
    """

    loss: float
    cells: I64
    rows: int


def small_row_losses(problem: Problem, multipliers: F64, cells: I64) -> SmallRows:
    """Least loss of the members of each small binding row, the other rows priced.

    multipliers: (rows,) objective per unit of row; cells: (n,) a plan that keeps the rows

    Returns SmallRows; ``bound - loss`` still bounds every plan.
    Method: Lagrangian relaxation that keeps some rows, Geoffrion (1974); branch and bound, Land & Doig (1960).
    """
    losses = reduced_losses(problem, multipliers)
    moved = cells.copy()
    is_taken = np.zeros(problem.targets, dtype=bool)
    total, rows = 0.0, 0
    sizes = np.bincount(problem.member_row, minlength=problem.rows)
    for r in np.argsort(sizes, kind="stable"):
        members = problem.members(int(r))
        is_small = 0 < members.size <= MOST_MEMBERS
        if not is_small or multipliers[r] <= 0.0 or is_taken[members].any():
            continue
        is_taken[members] = True
        loss = _row_loss(problem, losses, int(r), float(multipliers[r]), members, moved)
        total += loss
        rows += int(loss > 0.0)
    return SmallRows(total, moved, rows)


def _row_loss(
    problem: Problem, losses: F64, r: int, price: float, members: I64, cells: I64
) -> float:
    """Proved least loss of one row's members; their cells are moved there where it is reached."""
    start = np.zeros(members.size + 1, dtype=np.int64)
    sorted_cells = []
    for m, i in enumerate(members):
        own = np.arange(problem.level_start[i], problem.level_start[i + 1])
        sorted_cells.append(own[np.argsort(losses[own], kind="stable")])
        start[m + 1] = start[m] + own.size
    listed = np.concatenate(sorted_cells)
    use = problem.attribute[listed] @ problem.weight[r]
    # A plan that only rounding keeps out must stay in: the row is eased, and the ease given back.
    ease = float(problem.allowance[r])
    capacity = float(problem.capacity[r]) + ease
    slack = capacity - float((problem.attribute[cells[members]] @ problem.weight[r]).sum())
    known = float(losses[cells[members]].sum()) + price * max(slack, 0.0)
    best = np.full(members.size, -1, dtype=np.int64)
    proved = 0.0
    for k in range(DEEPENINGS, -1, -1):
        # No plan below a small cap proves the cap, and is soon shown.
        cap = known * 0.5**k
        least = least_loss(losses[listed], use, start, capacity, price, cap, NODES, best)
        if least < 0.0:
            break
        proved = least
        if best[0] >= 0:
            cells[members] = listed[best]
            break
    return max(proved - price * ease, 0.0)

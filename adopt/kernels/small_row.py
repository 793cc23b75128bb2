"""Least loss of a few targets that share one row, over whole levels: depth-first branch and bound.

Each member m takes one cell of loss l >= 0 and use u; with the row's price y the plan loses
``sum l + y (capacity - sum u)`` and must have ``sum u <= capacity``. A branch is cut when what it has
lost, with the least slack that its rest can leave, is no better than the best plan.
Source: Land & Doig (1960).
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import kernel

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@kernel
def least_loss(
    loss: F64,
    use: F64,
    start: I64,
    capacity: float,
    price: float,
    known: float,
    max_nodes: int,
    best: I64,
) -> float:
    """Least loss of any plan, at most ``known``; -1 where the nodes ran out.

    loss, use: (cells,) by member, losses of a member ascending; start: (members + 1,)
    known: loss of a plan that keeps the row; best: (members,) cells of a better plan, else as given
    """
    members = start.size - 1
    least_use = np.zeros(members + 1)
    most_use = np.zeros(members + 1)
    for m in range(members - 1, -1, -1):
        low = math.inf
        high = -math.inf
        for c in range(start[m], start[m + 1]):
            low = min(low, use[c])
            high = max(high, use[c])
        least_use[m] = least_use[m + 1] + low
        most_use[m] = most_use[m + 1] + high
    lost = np.zeros(members + 1)
    used = np.zeros(members + 1)
    at = start[:-1].copy()
    top = known
    m = 0
    for _ in range(max_nodes):
        if m < 0:
            return top
        c = at[m]
        if c >= start[m + 1] or lost[m] + loss[c] >= top:
            # Losses ascend: no later cell of this member can do better either.
            at[m] = start[m]
            m -= 1
            if m >= 0:
                at[m] += 1
            continue
        lost[m + 1] = lost[m] + loss[c]
        used[m + 1] = used[m] + use[c]
        slack = max(capacity - used[m + 1] - most_use[m + 1], 0.0)
        is_cut = used[m + 1] + least_use[m + 1] > capacity or lost[m + 1] + price * slack >= top
        if not is_cut and m + 1 < members:
            m += 1
            continue
        if not is_cut:
            top = lost[m + 1] + price * slack
            best[:] = at
        at[m] += 1
    return -1.0

"""Which of many targets have a cell of equal value, and how large their values are: one read each.

Nothing is summed, so any number of threads gives the same bytes.
"""

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import parallel_kernel, prange

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@parallel_kernel
def find_sizes(value: F64, level_start: I64, size: F64) -> None:
    """Fill size: (n,) with the largest absolute value of each target's cells."""
    for i in prange(size.size):
        largest = 0.0
        for c in range(level_start[i], level_start[i + 1]):
            largest = max(largest, abs(value[c]))
        size[i] = largest


@parallel_kernel
def find_ties(
    value: F64,
    cost: F64,
    level_start: I64,
    current: I64,
    tie: float,
    choice: I64,
    is_tied: NDArray[np.bool_],
) -> None:
    """Fill is_tied: (n,), whether ``settle_ties`` would look at another cell of the target.

    value, cost: (cells,); current, choice: (n,) cells; tie: width within which values are equal
    """
    for i in prange(choice.size):
        at = choice[i]
        now = current[i]
        floor = value[at] - tie
        found = False
        if at != now:
            for c in range(level_start[i], level_start[i + 1]):
                if value[c] >= floor and c != at:
                    found = found or c == now or cost[c] < cost[at]
        is_tied[i] = found

"""Walker's alias table: one of n things by its share, in two comparisons however many there are.

Draw a column evenly; stay there with the chance accept[column], else go to alias[column].
Source: Walker (1977).
"""

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import kernel

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@kernel
def fill_alias_table(rate: F64, accept: F64, alias: I64) -> float:
    """Walker's table of shares rate / sum(rate); returns the sum. All arrays (n,)."""
    n = rate.size
    total = 0.0
    for k in range(n):
        total += rate[k]
    small = np.empty(n, dtype=np.int64)
    large = np.empty(n, dtype=np.int64)
    smalls = 0
    larges = 0
    for k in range(n):
        accept[k] = rate[k] * n / total if total > 0.0 else 1.0
        alias[k] = k
        if accept[k] < 1.0:
            small[smalls] = k
            smalls += 1
        else:
            large[larges] = k
            larges += 1
    while smalls > 0 and larges > 0:
        smalls -= 1
        low = small[smalls]
        high = large[larges - 1]
        alias[low] = high
        accept[high] -= 1.0 - accept[low]
        if accept[high] < 1.0:
            larges -= 1
            small[smalls] = high
            smalls += 1
    # What rounding leaves over is full.
    for s in range(smalls):
        accept[small[s]] = 1.0
    for s in range(larges):
        accept[large[s]] = 1.0
    return total

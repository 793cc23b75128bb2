"""Inverse, determinant and root of small symmetric positive matrices, without a library's call."""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import kernel

F64 = NDArray[np.float64]


@kernel
def invert_positive(a: F64, inverse: F64) -> bool:
    """Invert a small symmetric positive matrix by Gauss-Jordan; False where it is singular."""
    n = a.shape[0]
    work = a.copy()
    inverse[:] = 0.0
    for i in range(n):
        inverse[i, i] = 1.0
    for i in range(n):
        pivot = work[i, i]
        if pivot <= 1e-300:
            return False
        for j in range(n):
            work[i, j] /= pivot
            inverse[i, j] /= pivot
        for k in range(n):
            if k != i:
                factor = work[k, i]
                for j in range(n):
                    work[k, j] -= factor * work[i, j]
                    inverse[k, j] -= factor * inverse[i, j]
    return True


@kernel
def log_determinant(a: F64) -> float:
    """Log of the determinant of a small positive matrix, by Cholesky's pivots."""
    n = a.shape[0]
    work = a.copy()
    result = 0.0
    for i in range(n):
        pivot = max(work[i, i], 1e-300)
        result += math.log(pivot)
        for k in range(i + 1, n):
            factor = work[k, i] / pivot
            for j in range(i, n):
                work[k, j] -= factor * work[i, j]
    return result


@kernel
def triangular_root(a: F64, root: F64) -> None:
    """Cholesky's root of a small positive matrix; a pivot lost to rounding counts as nothing."""
    n = a.shape[0]
    root[:] = 0.0
    for j in range(n):
        for i in range(j, n):
            rest = a[i, j]
            for k in range(j):
                rest -= root[i, k] * root[j, k]
            if i == j:
                root[j, j] = math.sqrt(max(rest, 0.0))
            elif root[j, j] > 0.0:
                root[i, j] = rest / root[j, j]

"""Gaussian tree: what children say of their parent, and what the parent then says of them; 3 numbers a node.

A node's value is its parent's plus noise of variances S (diagonal, one a level and number). What is
seen below a node is a quadratic with precision L and vector h, L possibly singular. Then

* upwards, the child tells its parent (I + L S)^-1 (L, h): never stronger than the spread allows;
* downwards, given the parent: precision L + S^-1, mean (L + S^-1)^-1 (h + S^-1 parent).

Both are exact. Source: Pearl (1988), ch. 7. Serial: the order of sums is the order of rows.
"""

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import kernel

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

SIZE = 3


@kernel
def invert_general(a: F64, inverse: F64) -> None:
    """Inverse of a 3 x 3 matrix by its cofactors."""
    for i in range(SIZE):
        for j in range(SIZE):
            p, q = (j + 1) % SIZE, (j + 2) % SIZE
            r, s = (i + 1) % SIZE, (i + 2) % SIZE
            inverse[i, j] = a[p, r] * a[q, s] - a[p, s] * a[q, r]
    determinant = a[0, 0] * inverse[0, 0] + a[0, 1] * inverse[1, 0] + a[0, 2] * inverse[2, 0]
    for i in range(SIZE):
        for j in range(SIZE):
            inverse[i, j] /= determinant


@kernel
def send_upwards(
    precision: F64,
    vector: F64,
    parent: I64,
    variance: F64,
    parent_precision: F64,
    parent_vector: F64,
) -> None:
    """Add every child's word to its parent's evidence.

    precision: (n, 3, 3), vector: (n, 3) seen below each child; parent: (n,); variance: (3,)
    parent_precision: (parents, 3, 3), parent_vector: (parents, 3) outputs, added to
    """
    mixed = np.empty((SIZE, SIZE))
    inverse = np.empty((SIZE, SIZE))
    for c in range(parent.size):
        for i in range(SIZE):
            for j in range(SIZE):
                mixed[i, j] = precision[c, i, j] * variance[j]
            mixed[i, i] += 1.0
        invert_general(mixed, inverse)
        at = parent[c]
        for i in range(SIZE):
            for k in range(SIZE):
                parent_vector[at, i] += inverse[i, k] * vector[c, k]
                for j in range(SIZE):
                    parent_precision[at, i, j] += inverse[i, k] * precision[c, k, j]


@kernel
def send_downwards(
    precision: F64,
    vector: F64,
    parent: I64,
    variance: F64,
    parent_mean: F64,
    parent_covariance: F64,
    mean: F64,
    covariance: F64,
) -> None:
    """Posterior of every child from its evidence and its parent's posterior.

    mean: (n, 3), covariance: (n, 3, 3) outputs
    """
    total = np.empty((SIZE, SIZE))
    own = np.empty((SIZE, SIZE))
    lean = np.empty((SIZE, SIZE))
    carried = np.empty((SIZE, SIZE))
    for c in range(parent.size):
        at = parent[c]
        for i in range(SIZE):
            for j in range(SIZE):
                total[i, j] = precision[c, i, j]
            total[i, i] += 1.0 / variance[i]
        invert_general(total, own)
        for i in range(SIZE):
            mean[c, i] = 0.0
            for j in range(SIZE):
                lean[i, j] = own[i, j] / variance[j]
                mean[c, i] += own[i, j] * vector[c, j] + lean[i, j] * parent_mean[at, j]
        for i in range(SIZE):
            for j in range(SIZE):
                carried[i, j] = 0.0
                for k in range(SIZE):
                    carried[i, j] += lean[i, k] * parent_covariance[at, k, j]
        for i in range(SIZE):
            for j in range(SIZE):
                covariance[c, i, j] = own[i, j]
                for k in range(SIZE):
                    covariance[c, i, j] += carried[i, k] * lean[j, k]

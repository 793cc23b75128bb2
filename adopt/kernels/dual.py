"""Smoothed Lagrangian of a multiple-choice problem: moments of each target's soft choice.

With multipliers y of the rows, target i has the price vector p_i = sum over its rows r of y_r w_r on
(cost, revenue, orders, on), and cell c the reduced value q_c = v_c - p_i . a_c. At temperature t

    soft_i = t log sum_c exp(q_c / t),   P_c = exp((q_c - soft_i) / t)

whose gradient is minus the mean and whose Hessian is the covariance of a under P, over t.
Source: Nesterov (2005), smooth minimisation of non-smooth functions.
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import kernel, parallel_kernel, prange

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@kernel
def soften_choice(
    i: int,
    value: F64,
    attribute: F64,
    level_start: I64,
    member_start: I64,
    member_row: I64,
    weight: F64,
    multiplier: F64,
    temperature: float,
    soft: F64,
    best: F64,
    mean: F64,
    covariance: F64,
) -> None:
    """Fill row i of the outputs of ``soften_choices``."""
    p0 = 0.0
    p1 = 0.0
    p2 = 0.0
    p3 = 0.0
    for k in range(member_start[i], member_start[i + 1]):
        r = member_row[k]
        p0 += multiplier[r] * weight[r, 0]
        p1 += multiplier[r] * weight[r, 1]
        p2 += multiplier[r] * weight[r, 2]
        p3 += multiplier[r] * weight[r, 3]
    top = -math.inf
    at = level_start[i]
    for c in range(level_start[i], level_start[i + 1]):
        q = value[c] - p3 * attribute[c, 3]
        q -= p0 * attribute[c, 0] + p1 * attribute[c, 1] + p2 * attribute[c, 2]
        if q > top:
            top = q
            at = c
    total = 0.0
    on = 0.0
    m0 = 0.0
    m1 = 0.0
    m2 = 0.0
    s00 = 0.0
    s01 = 0.0
    s02 = 0.0
    s11 = 0.0
    s12 = 0.0
    s22 = 0.0
    for c in range(level_start[i], level_start[i + 1]):
        q = value[c] - p3 * attribute[c, 3]
        q -= p0 * attribute[c, 0] + p1 * attribute[c, 1] + p2 * attribute[c, 2]
        x = (q - top) / temperature
        if x < -40.0:
            continue
        share = math.exp(x)
        # Distances from the best cell keep the covariance exact when one cell has all the weight.
        d0 = attribute[c, 0] - attribute[at, 0]
        d1 = attribute[c, 1] - attribute[at, 1]
        d2 = attribute[c, 2] - attribute[at, 2]
        total += share
        on += share * attribute[c, 3]
        m0 += share * d0
        m1 += share * d1
        m2 += share * d2
        s00 += share * d0 * d0
        s01 += share * d0 * d1
        s02 += share * d0 * d2
        s11 += share * d1 * d1
        s12 += share * d1 * d2
        s22 += share * d2 * d2
    m0 /= total
    m1 /= total
    m2 /= total
    best[i] = top
    soft[i] = top + temperature * math.log(total)
    mean[i, 0] = attribute[at, 0] + m0
    mean[i, 1] = attribute[at, 1] + m1
    mean[i, 2] = attribute[at, 2] + m2
    mean[i, 3] = on / total
    covariance[i, 0] = s00 / total - m0 * m0
    covariance[i, 1] = s01 / total - m0 * m1
    covariance[i, 2] = s02 / total - m0 * m2
    covariance[i, 4] = s11 / total - m1 * m1
    covariance[i, 5] = s12 / total - m1 * m2
    covariance[i, 7] = s22 / total - m2 * m2
    # What is off has nothing of the others, so E[a on] = E[a].
    off = (total - on) / total
    covariance[i, 3] = mean[i, 0] * off
    covariance[i, 6] = mean[i, 1] * off
    covariance[i, 8] = mean[i, 2] * off
    covariance[i, 9] = mean[i, 3] * off


@kernel
def soften_choices(
    value: F64,
    attribute: F64,
    level_start: I64,
    member_start: I64,
    member_row: I64,
    weight: F64,
    multiplier: F64,
    temperature: float,
    soft: F64,
    best: F64,
    mean: F64,
    covariance: F64,
) -> None:
    """Fill the soft and the exact maximum of each target, and the moments of its attributes.

    value: (cells,); attribute: (cells, 4), the last 1 where on, else all 0; weight: (rows, 4)
    multiplier: (rows,); soft, best: (n,), mean: (n, 4), covariance: (n, 10) as 00 01 02 03 11 12 13 22
    23 33: outputs
    """
    for i in range(level_start.size - 1):
        soften_choice(
            i,
            value,
            attribute,
            level_start,
            member_start,
            member_row,
            weight,
            multiplier,
            temperature,
            soft,
            best,
            mean,
            covariance,
        )


@parallel_kernel
def soften_choices_in_parallel(
    value: F64,
    attribute: F64,
    level_start: I64,
    member_start: I64,
    member_row: I64,
    weight: F64,
    multiplier: F64,
    temperature: float,
    soft: F64,
    best: F64,
    mean: F64,
    covariance: F64,
) -> None:
    """The same bytes as ``soften_choices``, by all threads: pays from some 100,000 cells."""
    for i in prange(level_start.size - 1):
        soften_choice(
            i,
            value,
            attribute,
            level_start,
            member_start,
            member_row,
            weight,
            multiplier,
            temperature,
            soft,
            best,
            mean,
            covariance,
        )


@kernel
def add_rows(
    mean: F64,
    covariance: F64,
    member_start: I64,
    member_row: I64,
    weight: F64,
    use: F64,
    spread: F64,
) -> None:
    """Add the targets' moments up to the rows, in one order whatever the threads.

    mean: (n, 4), covariance: (n, 10); use: (rows,) expected use, spread: (rows, rows) covariance: outputs
    """
    use[:] = 0.0
    spread[:] = 0.0
    for i in range(member_start.size - 1):
        for k in range(member_start[i], member_start[i + 1]):
            r = member_row[k]
            a = weight[r, 0]
            b = weight[r, 1]
            c = weight[r, 2]
            d = weight[r, 3]
            use[r] += a * mean[i, 0] + b * mean[i, 1] + c * mean[i, 2] + d * mean[i, 3]
            s = covariance[i]
            u0 = a * s[0] + b * s[1] + c * s[2] + d * s[3]
            u1 = a * s[1] + b * s[4] + c * s[5] + d * s[6]
            u2 = a * s[2] + b * s[5] + c * s[7] + d * s[8]
            u3 = a * s[3] + b * s[6] + c * s[8] + d * s[9]
            for m in range(member_start[i], member_start[i + 1]):
                o = member_row[m]
                spread[r, o] += (
                    u0 * weight[o, 0] + u1 * weight[o, 1] + u2 * weight[o, 2] + u3 * weight[o, 3]
                )


@kernel
def solve_definite(matrix: F64, vector: F64) -> None:
    """Solve a symmetric positive definite system in place: vector becomes the solution.

    matrix: (rows, rows), its lower half overwritten by the Cholesky factor; vector: (rows,)
    A library's threads would cost more than these few thousand operations.
    """
    rows = vector.size
    for i in range(rows):
        for j in range(i + 1):
            total = matrix[i, j]
            for k in range(j):
                total -= matrix[i, k] * matrix[j, k]
            if i == j:
                # A pivot lost to rounding takes its row out of the step.
                matrix[i, i] = math.sqrt(total) if total > 1e-14 else 1e30
            else:
                matrix[i, j] = total / matrix[j, j]
    for i in range(rows):
        for k in range(i):
            vector[i] -= matrix[i, k] * vector[k]
        vector[i] /= matrix[i, i]
    for i in range(rows - 1, -1, -1):
        for k in range(i + 1, rows):
            vector[i] -= matrix[k, i] * vector[k]
        vector[i] /= matrix[i, i]

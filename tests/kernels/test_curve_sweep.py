"""Sweeps of many curves against NumPy."""

import numpy as np
import pytest

from adopt.kernels.curve_arrays import CurveArrays, best_of_single
from adopt.kernels.curve_bound import (
    bound_and_sum_plan,
    bound_targets,
    count_members,
    most_levels,
    sum_plan,
)
from adopt.kernels.curve_dual import solve_sparse
from adopt.kernels.curve_sweep import SUMS, soften_groups, sum_best


def curves_of(seed, dtype, *, levels=11, n=40, groups=3):
    rng = np.random.default_rng(seed)
    cost = rng.gamma(2.0, 1.0, (n, levels)).cumsum(axis=1).astype(dtype)
    revenue = (3.0 * np.sqrt(cost)).astype(dtype)
    none = np.empty(0, dtype=dtype)
    margin = rng.uniform(0.5, 2.0, n).astype(dtype)
    group = rng.integers(0, groups, n).astype(np.int32)
    start = np.arange(n + 1) * levels
    arrays = CurveArrays(start, cost.ravel(), revenue.ravel(), none, none, margin, 0.1, group)
    return arrays, cost.astype(float), revenue.astype(float)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_exact_and_softened_sums_are_those_of_numpy(dtype):
    curves, cost, revenue = curves_of(1, dtype)
    price = np.tile(np.array([0.4, 0.05, 0.0], dtype=dtype), (3, 1))
    q = (curves.margin[:, None] - price[0, 1]) * revenue - price[0, 0] * cost
    best = q.argmax(axis=1)
    at = np.arange(best.size)
    partial = np.empty((2, 3, SUMS))
    sum_best(curves, price, 11, partial)
    exact = partial.sum(axis=0)
    for k, numbers in ((0, q), (1, q), (2, cost), (3, revenue)):
        expected = np.bincount(curves.group, numbers[at, best], 3)
        assert exact[:, k] == pytest.approx(expected, rel=1e-5)

    t = 0.2
    soften_groups(curves, price, t, 11, partial)
    soft = partial.sum(axis=0)
    share = np.exp((q - q.max(axis=1, keepdims=True)) / t)
    share /= share.sum(axis=1, keepdims=True)
    mean = (share * cost).sum(axis=1)
    covariance = (share * cost * revenue).sum(axis=1) - mean * (share * revenue).sum(axis=1)
    maximum = q.max(axis=1) + t * np.log(np.exp((q - q.max(axis=1, keepdims=True)) / t).sum(axis=1))
    for k, numbers in ((0, maximum), (2, mean), (6, covariance)):
        assert soft[:, k] == pytest.approx(np.bincount(curves.group, numbers, 3), rel=1e-4)


@pytest.mark.parametrize("levels", [1, 2, 5, 6, 7, 17, 18, 20])
@pytest.mark.parametrize("has_orders", [False, True])
def test_sums_of_few_and_many_levels_are_those_of_numpy(levels, has_orders):
    curves, cost, revenue = curves_of(2, np.float64, levels=levels)
    rng = np.random.default_rng(5)
    value = 2.0 * revenue - cost + rng.normal(0.0, 0.2, cost.shape)
    orders = rng.gamma(1.0, 1.0, cost.shape)
    curves = curves._replace(value=value.ravel())
    if has_orders:
        curves = curves._replace(orders=orders.ravel())
    price = np.tile(np.array([0.8, 0.6, 0.1]), (3, 1))
    use = np.stack([cost, revenue, orders * has_orders], axis=2)
    q = value - use @ price[0]
    for t in (1e-9, 0.05, 3.0):
        share = np.exp((q - q.max(axis=1, keepdims=True)) / t)
        total = share.sum(axis=1, keepdims=True)
        share /= total
        mean = (share[:, :, None] * use).sum(axis=1)
        off = use - mean[:, None, :]
        spread = np.einsum("ij,ija,ijb->iab", share, off, off)
        partial = np.empty((2, 3, SUMS))
        soften_groups(curves, price, t, levels, partial)
        soft = partial.sum(axis=0)
        expected = [q.max(axis=1) + t * np.log(total[:, 0]), q.max(axis=1), *mean.T]
        expected += [spread[:, a, b] for a, b in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))]
        for k, numbers in enumerate(expected):
            assert soft[:, k] == pytest.approx(
                np.bincount(curves.group, numbers, 3), rel=1e-8, abs=1e-9
            )
    best = q.argmax(axis=1)
    sum_best(curves, price, levels, partial)
    exact = partial.sum(axis=0)
    at = np.arange(best.size)
    for k, numbers in (
        (0, q[at, best]),
        (1, q[at, best]),
        (2, cost[at, best]),
        (3, revenue[at, best]),
    ):
        assert exact[:, k] == pytest.approx(np.bincount(curves.group, numbers, 3), rel=1e-12)


def test_bound_and_sums_in_one_read_are_those_of_two_to_the_last_byte():
    curves, cost, revenue = curves_of(3, np.float32, n=300)
    price = np.tile(np.array([0.4, 0.05, 0.0]), (3, 1))
    choice = curves.level_start[:-1] + np.random.default_rng(1).integers(0, 11, 300)
    bound, plan = np.empty((2, 3)), np.empty((2, 3, 4))
    bound_targets(curves, price, bound)
    sum_plan(curves, choice, plan)
    one, other = np.empty((2, 3)), np.empty((2, 3, 4))
    bound_and_sum_plan(curves, price, choice, one, other)
    assert one.tobytes() == bound.tobytes()
    assert other.tobytes() == plan.tobytes()
    for k, numbers in ((1, cost), (2, revenue)):
        expected = np.bincount(curves.group, numbers.ravel()[choice], 3)
        assert plan.sum(axis=0)[:, k] == pytest.approx(expected)


def test_members_and_levels_are_counted():
    group = np.array([2, 0, 2, 2], dtype=np.int32)
    members = np.zeros(3, dtype=np.int64)
    count_members(group, members)
    assert members.tolist() == [1, 0, 3]
    assert most_levels(np.array([0, 3, 4, 9])) == 5


def test_the_first_of_equal_levels_is_taken_whatever_the_sign():
    zero = np.zeros(20, dtype=np.float32)
    one = np.ones(20, dtype=np.float32)
    for revenue, cost, a, k in ((zero, zero, -1.0, 2.0), (one, zero, -3.0, 0.0), (one, one, 2, 2)):
        assert best_of_single(cost, revenue, np.float32(a), np.float32(k)) == 0
    rising = np.arange(20, dtype=np.float32)
    assert best_of_single(rising, zero, np.float32(1.0), np.float32(-1.0)) == 19
    rising[19] = np.nan
    assert best_of_single(rising, zero, np.float32(1.0), np.float32(-1.0)) == 18


def test_the_sparse_solution_is_that_of_numpy():
    rng = np.random.default_rng(3)
    half = rng.normal(size=(9, 9)) * (rng.random((9, 9)) < 0.4)
    matrix = half @ half.T + np.eye(9)
    vector = rng.normal(size=9)
    solved = vector.copy()
    solve_sparse(matrix.copy(), solved)
    assert solved == pytest.approx(np.linalg.solve(matrix, vector), rel=1e-9)

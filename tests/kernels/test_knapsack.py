import itertools

import numpy as np
import pytest

from adopt.kernels.knapsack import (
    add_use,
    choose_best,
    exchange_pairs,
    raise_choice,
    repair_choice,
    settle_ties,
)


def instance(seed, n=5, levels=4, rows=3):
    rng = np.random.default_rng(seed)
    member_start = np.arange(n + 1, dtype=np.int64) * rows
    member_row = np.tile(np.arange(rows, dtype=np.int64), n)
    attribute = np.append(rng.random((n * levels, 3)), np.ones((n * levels, 1)), axis=1)
    attribute[::levels] = 0.0
    start = np.arange(n + 1, dtype=np.int64) * levels
    return rng.random(n * levels), attribute, start, member_start, member_row, np.eye(rows, 4)


def plans(start):
    ranges = [range(a, b) for a, b in itertools.pairwise(start)]
    return [np.array(plan) for plan in itertools.product(*ranges)]


def test_use_is_the_sum_over_members():
    _, attribute, start, *rows = instance(0)
    choice, use = start[:-1] + 2, np.empty(3)
    add_use(attribute, *rows, choice, use)
    np.testing.assert_allclose(use, attribute[choice, :3].sum(axis=0))


def test_the_best_cell_breaks_ties_by_current_then_cost():
    worth = np.array([1.0, 2.0, 2.0, 2.0, 1.0, 3.0, 3.0])
    cost = np.array([0.0, 3.0, 1.0, 2.0, 0.0, 2.0, 1.0])
    choice = np.empty(2, dtype=np.int64)
    start = np.array([0, 4, 7])
    choose_best(worth, cost, start, np.array([3, -1]), 0.0, choice)
    assert choice.tolist() == [3, 6]
    choose_best(worth, cost, start, np.array([0, 5]), 0.0, choice)
    assert choice.tolist() == [2, 5]


@pytest.mark.parametrize("seed", range(10))
def test_repair_keeps_every_row_it_says_it_keeps(seed):
    value, attribute, start, *rows = instance(seed)
    choice = (start[:-1] + 3).astype(np.int64)
    capacity, use = np.full(3, 1.2), np.empty(3)
    loss = np.repeat(value.reshape(-1, 4).max(1), 4) - value
    assert repair_choice(loss, attribute, start, *rows, capacity, 100, choice, use)
    assert (attribute[choice, :3].sum(axis=0) <= capacity).all()


def test_repair_says_so_where_nothing_helps():
    value, attribute, start, *rows = instance(1)
    choice = start[:-1].copy()
    use = np.empty(3)
    capacity = np.full(3, -1.0)
    assert not repair_choice(value * 0, attribute, start, *rows, capacity, 100, choice, use)


@pytest.mark.parametrize("seed", range(10))
def test_no_single_move_gains_after_raising_and_no_pair_after_exchanging(seed):
    value, attribute, start, *rows = instance(seed)
    capacity = np.full(3, 1.5)
    choice = start[:-1].copy()
    slack = capacity - attribute[choice, :3].sum(axis=0)
    raise_choice(value, attribute, start, *rows, 1e-12, choice, slack)
    assert best_within(value, attribute, start, capacity, choice, 1) <= value[choice].sum() + 1e-9
    cells = np.arange(value.size)
    exchange_pairs(value, attribute, start, cells, *rows, 1e-12, 50, choice, slack)
    assert best_within(value, attribute, start, capacity, choice, 2) <= value[choice].sum() + 1e-9
    np.testing.assert_allclose(slack, capacity - attribute[choice, :3].sum(axis=0), atol=1e-12)
    assert (slack >= -1e-12).all()


def best_within(value, attribute, start, capacity, choice, moves):
    """Best value of the feasible plans that differ in that many targets exactly."""
    near = [plan for plan in plans(start) if (plan != choice).sum() == moves]
    fit = [plan for plan in near if (attribute[plan, :3].sum(axis=0) <= capacity).all()]
    return max((value[plan].sum() for plan in fit), default=-np.inf)


def test_ties_settle_on_the_current_cell_only_where_it_fits():
    value = np.array([1.0, 1.0, 0.0, 1.0, 1.0, 0.0])
    attribute = np.zeros((6, 4))
    attribute[:, 0] = [1.0, 2.0, 0.0, 1.0, 3.0, 0.0]
    start, member = np.array([0, 3, 6]), np.array([0, 1, 2])
    rows = (member, np.zeros(2, dtype=np.int64), np.array([[1.0, 0.0, 0.0, 0.0]]))
    choice, slack = np.array([0, 3]), np.array([1.5])
    settle_ties(np.arange(2), value, attribute, start, np.array([1, 4]), *rows, 0.0, choice, slack)
    assert choice.tolist() == [1, 3]
    assert slack.tolist() == [0.5]

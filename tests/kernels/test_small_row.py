import itertools

import numpy as np
import pytest

from adopt.kernels.small_row import least_loss


def instance(seed, members=4, levels=5):
    rng = np.random.default_rng(seed)
    loss = np.sort(rng.random((members, levels)), axis=1)
    loss[:, 0] = 0.0
    use = rng.random((members, levels))
    return loss, use, np.arange(members + 1, dtype=np.int64) * levels


@pytest.mark.parametrize("seed", range(20))
def test_the_least_loss_equals_brute_force(seed):
    loss, use, start = instance(seed)
    capacity, price = 1.8, 0.4
    losses = [
        loss[range(4), plan].sum() + price * (capacity - use[range(4), plan].sum())
        for plan in itertools.product(range(5), repeat=4)
        if use[range(4), plan].sum() <= capacity
    ]
    best = np.full(4, -1)
    found = least_loss(loss.ravel(), use.ravel(), start, capacity, price, 1e9, 10**6, best)
    assert found == pytest.approx(min(losses), abs=1e-12)
    assert use.ravel()[best].sum() <= capacity
    slack = capacity - use.ravel()[best].sum()
    assert loss.ravel()[best].sum() + price * slack == pytest.approx(found, abs=1e-12)


def test_a_known_loss_that_none_beats_is_returned_without_a_plan():
    loss, use, start = instance(1)
    best = np.full(4, -1)
    assert least_loss(loss.ravel(), use.ravel(), start, 1.3, 0.4, 1e-9, 10**6, best) == 1e-9
    assert (best == -1).all()


def test_it_says_so_where_the_nodes_run_out():
    loss, use, start = instance(1)
    best = np.full(4, -1)
    assert least_loss(loss.ravel(), use.ravel(), start, 1.3, 0.4, 1e9, 3, best) == -1.0

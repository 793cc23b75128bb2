"""The recursions against every way to cut a short history."""

import itertools
import math

import numba
import numpy as np
import pytest

from adopt.kernels.changes import run_levels, run_starts

BLOCKS, SHAPE = 7, 3.0


def series(seed, n=4):
    rng = np.random.default_rng(seed)
    expected = rng.uniform(0.0, 4.0, (n, BLOCKS))
    expected[:, 2] = 0.0
    orders = rng.poisson(expected * rng.choice([0.4, 1.0, 1.6], (n, BLOCKS))) * 0.9
    return orders, expected, rng.uniform(0.01, 0.3, BLOCKS)


def cuts_of(orders, expected, hazard):
    """Every cut of one series: its runs and its probability."""
    cuts = []
    for begins in itertools.product([False, True], repeat=BLOCKS - 1):
        starts = [0, *(b + 1 for b, begin in enumerate(begins) if begin)]
        runs = list(zip(starts, [*starts[1:], BLOCKS], strict=True))
        log = sum(
            math.log(hazard[b + 1] if begin else 1 - hazard[b + 1])
            for b, begin in enumerate(begins)
        )
        for s, e in runs:
            k, m = orders[s:e].sum(), expected[s:e].sum()
            log += math.lgamma(SHAPE + k) - math.lgamma(SHAPE)
            log += SHAPE * math.log(SHAPE) - (SHAPE + k) * math.log(SHAPE + m)
        cuts.append((runs, math.exp(log)))
    whole = sum(weight for _, weight in cuts)
    return [(runs, weight / whole) for runs, weight in cuts]


def started_of(orders, expected, hazard):
    started = np.empty(orders.shape)
    previous = np.full(orders.shape, -1)
    run_starts(orders, expected, hazard, SHAPE, started, previous)
    return started, previous


@pytest.mark.parametrize("seed", range(5))
def test_the_last_runs_begin_equals_brute_force(seed):
    orders, expected, hazard = series(seed)
    started, _ = started_of(orders, expected, hazard)
    for row in range(len(orders)):
        exact = np.zeros(BLOCKS)
        for runs, weight in cuts_of(orders[row], expected[row], hazard):
            exact[runs[-1][0]] += weight
        assert started[row] == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_the_levels_equal_brute_force(seed):
    orders, expected, hazard = series(seed)
    exact = np.zeros(BLOCKS)
    for runs, weight in cuts_of(orders[0], expected[0], hazard):
        for s, e in runs:
            mean = (SHAPE + orders[0, s:e].sum()) / (SHAPE + expected[0, s:e].sum())
            exact[s:e] += weight * mean
    level = np.empty(BLOCKS)
    run_levels(orders[0], expected[0], hazard, SHAPE, level)
    assert level == pytest.approx(exact, rel=1e-9)


def test_the_run_before_begins_where_that_is_most_probable():
    expected = np.full((1, BLOCKS), 200.0)
    orders = expected * np.array([0.5, 0.5, 1.5, 1.5, 1.5, 0.7, 0.7])
    started, previous = started_of(orders, expected, np.full(BLOCKS, 0.01))
    assert started[0].argmax() == 5
    assert previous[0, 5] == 2
    assert previous[0, 2] == previous[0, 0] == 0


def test_threads_do_not_matter():
    orders, expected, hazard = series(9, n=50)
    before = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        alone = started_of(orders, expected, hazard)
        numba.set_num_threads(min(2, numba.config.NUMBA_NUM_THREADS))
        together = started_of(orders, expected, hazard)
    finally:
        numba.set_num_threads(before)
    assert all(a.tobytes() == b.tobytes() for a, b in zip(alone, together, strict=True))

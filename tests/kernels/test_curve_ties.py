"""Ties and sizes of many targets, against a plain loop."""

from itertools import pairwise

import numpy as np

from adopt.kernels.curve_ties import find_sizes, find_ties


def ragged(seed):
    """Values and costs of few different sizes, so that ties abound, in targets of 1 to 5 cells."""
    rng = np.random.default_rng(seed)
    start = np.concatenate(([0], np.cumsum(rng.integers(1, 6, 200))))
    value, cost = rng.integers(-2, 3, (2, start[-1])).astype(float)
    choice = np.array([rng.integers(a, b) for a, b in pairwise(start)])
    current = np.array([rng.integers(a - 1, b) for a, b in pairwise(start)])
    current[current < start[:-1]] = -1
    return start, value, cost, choice, current


def test_a_tie_is_a_cell_worth_no_less_that_is_in_force_or_cheaper():
    start, value, cost, choice, current = ragged(1)
    is_tied = np.empty(choice.size, dtype=bool)
    find_ties(value, cost, start, current, 0.5, choice, is_tied)
    expected = [
        at != now
        and any(
            value[c] >= value[at] - 0.5 and (c == now or cost[c] < cost[at])
            for c in range(start[i], start[i + 1])
            if c != at
        )
        for i, (at, now) in enumerate(zip(choice, current, strict=True))
    ]
    assert is_tied.tolist() == expected
    assert 0 < sum(expected) < choice.size


def test_the_size_of_a_target_is_that_of_its_largest_cell():
    start, value, _, choice, _ = ragged(2)
    size = np.empty(choice.size)
    find_sizes(value, start, size)
    assert size.tolist() == np.maximum.reduceat(np.abs(value), start[:-1]).tolist()

"""Predictive densities of weeks, against the same sums written out."""

import math

import numpy as np
import pytest
from scipy.special import gammaln

from adopt.kernels.discount import log_predictive


def spelled_out(weeks, mean, strength, decay, noise):
    total, events, trials, last = 0.0, 0.0, 0.0, None
    for week, k, n in weeks:
        if last is not None:
            events, trials = events * decay ** (week - last), trials * decay ** (week - last)
        last = week
        if n == 0:
            continue
        a, b = events + strength * mean, trials + strength
        foreseen = n * a / b
        shape = 1.0 / (1.0 / a + 1.0 / noise)
        p = shape / (shape + foreseen)
        total += gammaln(k + shape) - gammaln(shape) + shape * math.log(p) + k * math.log(1 - p)
        weight = 1.0 / (1.0 + foreseen / noise)
        events, trials = events + weight * k, trials + weight * n
    return total


def test_each_node_starts_from_its_prior_and_forgets_by_the_week():
    nodes = {
        0: [(-3, 4.0, 120.0), (-2, 0.0, 60.0), (0, 9.0, 200.0)],
        1: [(-1, 1.0, 0.0), (0, 2.0, 40.0)],
    }
    rows = [(node, *week) for node, weeks in nodes.items() for week in weeks]
    node, week, k, n = (np.array(column) for column in zip(*rows, strict=True))
    got = log_predictive(node, week, k, n, 0.03, 50.0, 0.8, 30.0)
    expected = sum(spelled_out(weeks, 0.03, 50.0, 0.8, 30.0) for weeks in nodes.values())
    assert got == pytest.approx(expected)

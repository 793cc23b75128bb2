"""Many monotone cubics at once agree with SciPy's, one by one."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import PchipInterpolator

from adopt.market.monotone_cubic import between_points, slopes_at_points


@given(st.lists(st.integers(1, 8), min_size=1, max_size=6), st.integers(0, 10_000))
def test_slopes_and_values_are_those_of_scipy(sizes, seed):
    generator = np.random.default_rng(seed)
    start = np.concatenate([[0], np.cumsum(sizes)])
    x = np.cumsum(generator.uniform(0.1, 2.0, start[-1]))
    y = np.round(generator.normal(0, 2, start[-1]))
    slope = slopes_at_points(x, y, start)
    for a, b in itertools.pairwise(start):
        if b - a == 1:
            assert slope[a] == 0.0
            continue
        twin = PchipInterpolator(x[a:b], y[a:b])
        np.testing.assert_allclose(slope[a:b], twin.derivative()(x[a:b]), rtol=1e-9, atol=1e-9)
        left = np.repeat(np.arange(a, b - 1), 3)
        at = x[left] + np.tile([0.1, 0.5, 0.9], b - a - 1) * (x[left + 1] - x[left])
        found = between_points(x, y, slope, left, at)
        np.testing.assert_allclose(found, twin(at), rtol=1e-9, atol=1e-9)

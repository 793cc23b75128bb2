"""Counter-based draws: the published vectors, the distributions, and no draw that depends on another."""

import numpy as np
import pytest
from scipy.special import gammainc, ndtr, ndtri, pdtr

from adopt.kernels.random import (
    fine_unit,
    gamma,
    normal,
    normal_quantile,
    philox,
    poisson,
    poisson_count,
    unit,
)

# Random123, tests/kat_vectors: philox4x32 with 10 rounds; counter, key, result.
VECTORS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    (
        (0xFFFFFFFF,) * 4,
        (0xFFFFFFFF,) * 2,
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "result"), VECTORS)
def test_philox_gives_the_published_words(counter, key, result):
    assert tuple(int(word) for word in philox(*key, *counter)) == result


def test_units_never_reach_an_end():
    top = np.uint64(0xFFFFFFFF)
    zero = np.uint64(0)
    for value in (unit(zero), unit(top), fine_unit(zero, zero), fine_unit(top, top)):
        assert 0.0 < value < 1.0


def distance(sample, cdf):
    """Kolmogorov-Smirnov distance times the root of the sample's size."""
    ordered = np.sort(sample)
    n = len(ordered)
    expected = cdf(ordered)
    steps = np.arange(n)
    gap = max(np.max(expected - steps / n), np.max((steps + 1) / n - expected))
    return gap * np.sqrt(n)


def test_normals_are_normal():
    sample = np.array([normal(1, 2, 3, 4, 5, draw) for draw in range(20_000)])
    assert distance(sample, ndtr) < 1.95  # p = 0.001


@pytest.mark.parametrize("shape", [0.4, 1.0, 2.5, 40.0])
def test_gammas_are_gamma(shape):
    sample = np.array([gamma(shape, 1, 2, 3, 4, 5, draw) for draw in range(20_000)])
    assert distance(sample, lambda x: gammainc(shape, x)) < 1.95


@pytest.mark.parametrize("mean", [0.3, 4.0, 9.99, 10.0, 37.0, 2500.0])
def test_poisson_counts_have_their_chances(mean):
    sample = np.array([poisson(mean, 1, 2, 3, 4, 5, draw) for draw in range(20_000)])
    edges = np.unique(np.quantile(sample, np.linspace(0.05, 0.95, 10)))
    seen = np.array([(sample <= edge).mean() for edge in edges])
    chance = pdtr(edges, mean)
    assert np.all(np.abs(seen - chance) < 4.5 * np.sqrt(chance * (1 - chance) / 20_000) + 1e-9)
    assert sample.mean() == pytest.approx(mean, abs=4.5 * np.sqrt(mean / 20_000))


def test_no_rivals_and_many_rivals_end_the_inversion():
    assert poisson(0.0, 1, 2, 3, 4, 5, 6) == 0
    assert poisson_count(3.0, np.exp(-3.0), 0.999999, 2) == 2
    assert poisson_count(2000.0, 0.0, 0.5, 20) == 20


def test_quantiles_are_exact():
    chances = np.concatenate([np.logspace(-300, -1, 60), np.linspace(0.05, 0.999999, 60)])
    ours = np.array([normal_quantile(chance) for chance in chances])
    assert ours == pytest.approx(ndtri(chances), rel=1e-13, abs=1e-14)

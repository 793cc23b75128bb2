import numpy as np
import pytest
from scipy.special import logsumexp

from adopt.kernels.dual import add_rows, soften_choices, soften_choices_in_parallel


def instance(seed, n=7, rows=3):
    rng = np.random.default_rng(seed)
    level_start = np.concatenate(([0], np.cumsum(rng.integers(1, 6, n)))).astype(np.int64)
    cells = int(level_start[-1])
    member_start = np.concatenate(([0], np.cumsum(rng.integers(0, rows + 1, n)))).astype(np.int64)
    member_row = np.concatenate(
        [np.sort(rng.choice(rows, size, replace=False)) for size in np.diff(member_start)]
    ).astype(np.int64)
    attribute = np.append(rng.random((cells, 3)), np.ones((cells, 1)), axis=1)
    attribute[rng.random(cells) < 0.3] = 0.0
    return {
        "value": rng.normal(size=cells),
        "attribute": attribute,
        "level_start": level_start,
        "member_start": member_start,
        "member_row": member_row,
        "weight": rng.normal(size=(rows, 4)),
        "multiplier": rng.random(rows),
    }


def moments(soften, x, temperature):
    n = x["level_start"].size - 1
    soft, best, mean, covariance = np.empty(n), np.empty(n), np.empty((n, 4)), np.empty((n, 10))
    soften(*x.values(), temperature, soft, best, mean, covariance)
    return soft, best, mean, covariance


@pytest.mark.parametrize("temperature", [1.0, 0.05, 1e-6])
@pytest.mark.parametrize("seed", range(4))
def test_moments_are_those_of_the_soft_choice(seed, temperature):
    x = instance(seed)
    soft, best, mean, covariance = moments(soften_choices, x, temperature)
    for i in range(soft.size):
        cells = slice(x["level_start"][i], x["level_start"][i + 1])
        rows = x["member_row"][x["member_start"][i] : x["member_start"][i + 1]]
        price = x["multiplier"][rows] @ x["weight"][rows]
        a = x["attribute"][cells]
        q = x["value"][cells] - a @ price
        share = np.exp(q / temperature - logsumexp(q / temperature))
        expected = share @ a
        spread = (a - expected).T @ ((a - expected) * share[:, None])
        assert best[i] == pytest.approx(q.max(), abs=1e-14)
        assert soft[i] == pytest.approx(temperature * logsumexp(q / temperature), abs=1e-12)
        np.testing.assert_allclose(mean[i], expected, atol=1e-9)
        np.testing.assert_allclose(covariance[i], spread[np.triu_indices(4)], atol=1e-9)


def test_rows_add_up_mean_and_covariance():
    x = instance(1)
    _, _, mean, covariance = moments(soften_choices, x, 0.3)
    use, spread = np.empty(3), np.empty((3, 3))
    add_rows(mean, covariance, x["member_start"], x["member_row"], x["weight"], use, spread)
    expected_use, expected_spread = np.zeros(3), np.zeros((3, 3))
    for i in range(mean.shape[0]):
        rows = x["member_row"][x["member_start"][i] : x["member_start"][i + 1]]
        full = np.zeros((4, 4))
        full[np.triu_indices(4)] = covariance[i]
        full = full + np.triu(full, 1).T
        expected_use[rows] += x["weight"][rows] @ mean[i]
        expected_spread[np.ix_(rows, rows)] += x["weight"][rows] @ full @ x["weight"][rows].T
    np.testing.assert_allclose(use, expected_use, atol=1e-12)
    np.testing.assert_allclose(spread, expected_spread, atol=1e-12)


def test_the_parallel_sweep_gives_the_same_bytes():
    x = instance(2, n=500)
    for a, b in zip(
        moments(soften_choices, x, 0.1), moments(soften_choices_in_parallel, x, 0.1), strict=True
    ):
        assert a.tobytes() == b.tobytes()

"""Scores against their definitions, summed or paired out."""

import math

import numpy as np
import polars as pl
import pytest

from sims.forecasts import Held, covers, score_draws, score_rivals
from sims.score_table import evidence_class, paired_difference, share_of, verdict
from sims.scores import (
    beta_binomial_log_pmf,
    binomial_below,
    binomial_log_pmf,
    crps_of_draws,
    crps_of_poisson,
    is_covered,
    log_mean,
    pit,
    poisson_below,
    poisson_log_pmf,
)

COUNTS = np.arange(13.0)


def poisson(k, mean):
    return math.exp(-mean) * mean**k / math.factorial(k)


def binomial(k, n, p):
    return math.comb(n, k) * p**k * (1 - p) ** (n - k)


def crps_by_definition(y, pmf):
    up_to = np.cumsum(pmf)
    return sum((up_to[k] - (k >= y)) ** 2 for k in range(len(pmf)))


@pytest.mark.parametrize("mean", [0.0, 0.02, 1.3, 7.0])
def test_poisson_is_as_written(mean):
    chance = [poisson(int(k), mean) for k in COUNTS]
    assert np.exp(poisson_log_pmf(COUNTS, np.array(mean))) == pytest.approx(chance)
    below = [sum(chance[: int(k)]) for k in COUNTS]
    assert poisson_below(COUNTS, np.array(mean)) == pytest.approx(below)


@pytest.mark.parametrize("rate", [0.0, 0.03, 0.6, 1.0])
def test_binomial_is_as_written(rate):
    n = np.array(12.0)
    chance = [binomial(int(k), 12, rate) for k in COUNTS]
    assert np.exp(binomial_log_pmf(COUNTS, n, np.array(rate))) == pytest.approx(chance)
    below = [sum(chance[: int(k)]) for k in COUNTS]
    assert binomial_below(COUNTS, n, np.array(rate)) == pytest.approx(below, abs=1e-12)


def test_beta_binomial_is_the_binomial_over_its_beta():
    x = (np.arange(20_000) + 0.5) / 20_000
    a, b = 2.5, 6.0
    density = x ** (a - 1) * (1 - x) ** (b - 1)
    density /= density.sum()
    exact = np.exp(beta_binomial_log_pmf(COUNTS, np.array(12.0), np.array(a), np.array(b)))
    for k, chance in enumerate(exact):
        of = math.comb(12, k) * x**k * (1 - x) ** (12 - k)
        assert chance == pytest.approx((of * density).sum(), rel=1e-5)


@pytest.mark.parametrize("mean", [1e-3, 0.4, 3.0, 40.0])
def test_crps_of_poisson_is_the_sum(mean):
    chance = [poisson(k, mean) for k in range(120)]
    for y in (0, 1, 5, 60):
        ours = crps_of_poisson(np.array([float(y)]), np.array([mean]))[0]
        assert ours == pytest.approx(crps_by_definition(y, chance), rel=1e-9, abs=1e-12)


def test_crps_of_draws_is_the_mean_over_pairs():
    draws = np.random.Generator(np.random.Philox(1)).gamma(2.0, size=(5, 9))
    value = np.arange(5.0)
    for row in range(5):
        pairs = [abs(a - b) for i, a in enumerate(draws[row]) for b in np.delete(draws[row], i)]
        fair = np.abs(draws[row] - value[row]).mean() - 0.5 * np.mean(pairs)
        assert crps_of_draws(value, draws)[row] == pytest.approx(fair)


def test_crps_of_few_draws_is_unbiased():
    generator = np.random.Generator(np.random.Philox(2))
    draws = generator.poisson(3.0, (40_000, 4)).astype(float)
    scores = crps_of_draws(np.full(40_000, 5.0), draws)
    exact = crps_of_poisson(np.array([5.0]), np.array([3.0]))[0]
    assert scores.mean() == pytest.approx(exact, abs=5 * scores.std() / 200)


def test_log_mean_of_a_mixture_keeps_tiny_chances():
    of = np.array([[-2000.0, -2001.0], [-np.inf, 0.0], [-np.inf, -np.inf]])
    mixed = log_mean(of)
    assert mixed[0] == pytest.approx(-2000.0 + math.log(0.5 * (1 + math.exp(-1))))
    assert mixed[1] == pytest.approx(math.log(0.5))
    assert mixed[2] == -np.inf


@pytest.mark.parametrize("mean", [0.05, 0.7, 12.0])
def test_pit_of_the_right_forecast_is_uniform(mean):
    generator = np.random.Generator(np.random.Philox(3))
    y = generator.poisson(mean, 20_000).astype(float)
    mean_of = np.full(20_000, mean)
    at = np.exp(poisson_log_pmf(y, mean_of))
    transform = pit(poisson_below(y, mean_of), at, generator.random(20_000))
    assert np.histogram(transform, 10, (0, 1))[0] == pytest.approx(2000, abs=250)
    assert is_covered(transform).mean() == pytest.approx(0.8, abs=0.015)


@pytest.mark.parametrize("is_poisson", [True, False])
def test_the_true_rate_scores_best_and_covers(is_poisson):
    generator = np.random.Generator(np.random.Philox(4))
    rate = generator.beta(2.0, 30.0, 6000)
    trials, exposure = generator.poisson(60.0, (2, 6000)).astype(float)
    events, count = (generator.binomial(n.astype(int), rate) * 1.0 for n in (trials, exposure))
    held = Held(events, trials, count, exposure, is_poisson=is_poisson)
    truth = score_draws(held, rate[:, None], 1)
    posterior = generator.beta(
        (2.0 + events)[:, None], (30.0 + trials - events)[:, None], (6000, 400)
    )
    best = score_draws(held, posterior, 1)
    for name, rival in score_rivals(held, 1).items():
        assert np.isfinite(rival.log_loss).all(), name
        assert truth.log_loss.mean() < best.log_loss.mean() < rival.log_loss.mean(), name
        assert truth.crps.mean() < best.crps.mean() < rival.crps.mean(), name
    assert covers(held, posterior, 1).mean() == pytest.approx(0.8, abs=0.03)


def test_raw_ratio_is_read_kindly():
    nothing = np.zeros(2)
    held = Held(nothing, np.array([0.0, 40.0]), np.ones(2), np.full(2, 30.0), is_poisson=True)
    raw = score_rivals(held, 1)["raw ratio"].log_loss
    assert raw[1] == pytest.approx(-math.log(poisson(1, 30 * 0.5 / 40)))
    assert raw[0] == pytest.approx(-math.log(poisson(1, 30 * 0.5 / 40)))


def test_paired_difference_takes_the_cluster_as_unit():
    rows = pl.DataFrame(
        {"cluster": ["a", "a", "b", "b"], "s|ours": [0.0] * 4, "s|x": [1.0, 1.0, 3.0, 3.0]}
    )
    mean, error = paired_difference(rows, "s", "x")
    # Means 1 and 3 of two even clusters: standard error sqrt(2) / sqrt(2).
    assert (mean, error) == (2.0, pytest.approx(1.0))
    assert math.isnan(paired_difference(rows.filter(cluster="a"), "s", "x")[1])
    covered = pl.DataFrame({"cluster": ["a", "b"], "is_in": [True, False]})
    assert share_of(covered, "is_in")[0] == 0.5


def test_verdicts_and_classes():
    marks = [verdict(mean, 1.0) for mean in (3.0, 1.0, -1.0, -3.0)]
    assert marks == ["", "~", "*", "**"]
    assert verdict(1.0, math.nan) == "?"
    clicks = pl.DataFrame({"clicks": [0.0, 0.5, 20.0, 21.0, 500.0, 501.0]})
    classes = clicks.select(evidence_class("clicks"))["class"].to_list()
    assert classes == ["0", "1-20", "1-20", "20-100", "100-500", "> 500"]

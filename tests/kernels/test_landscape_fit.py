"""The fit's kernels against plain twins: slopes, prices, intervals, and the tree of groups."""

import math

import numpy as np
import pytest
from scipy import integrate, special

from adopt.kernels.gaussian_tree import send_downwards, send_upwards
from adopt.kernels.landscape_fit import Target, evaluate, fit_better, fit_one, speaking_point
from adopt.kernels.landscape_residuals import (
    BID,
    CLICKS,
    COLUMNS,
    CPC,
    DAYS,
    IMPRESSIONS,
    LOG_QUALITY,
    PRICE_SPREAD,
    RANK_HIGH,
    RANK_LOW,
    RANKED,
    SHARE_HIGH,
    SHARE_LOW,
    count_residual,
    interval_residual,
    page_slopes,
    price_slopes,
    tail_slopes,
    traffic_slopes,
)

EXAMINATION = np.arange(1, 9.0) ** -0.8
MARKET = (0.05, 0.01, 0.25)


def some_observations(generator):
    levels = generator.integers(1, 4)
    obs = np.full((levels, COLUMNS), np.nan)
    obs[:, BID] = np.exp(generator.normal(0, 0.5, levels))
    obs[:, LOG_QUALITY] = generator.normal(0.1, 0.2, levels)
    obs[:, DAYS] = 10
    obs[:, IMPRESSIONS] = generator.poisson(generator.choice([0.5, 100]), levels)
    obs[:, CLICKS] = np.minimum(generator.poisson(5, levels), obs[:, IMPRESSIONS])
    obs[:, CPC] = 0.7 * obs[:, BID]
    obs[:, RANK_LOW] = generator.uniform(1, 6, levels)
    obs[:, RANK_HIGH] = obs[:, RANK_LOW] + generator.choice([0, 3], levels)
    obs[:, RANKED] = obs[:, IMPRESSIONS]
    obs[:, PRICE_SPREAD] = 0.45
    obs[:, SHARE_LOW] = generator.choice([0, 0.3, 0.5], levels)
    obs[:, SHARE_HIGH] = obs[:, SHARE_LOW] + generator.choice([0, 0.1], levels)
    return obs


@pytest.mark.parametrize("multiplier", [(1.0,), (0.6, 1.0, 1.5)])
def test_the_gradient_is_that_of_the_value(multiplier):
    generator = np.random.default_rng(1)
    segments = (np.array(multiplier), np.full(len(multiplier), 1 / len(multiplier)))
    for _ in range(50):
        obs = some_observations(generator)
        x = np.array([3, 3, -0.3, -0.7]) + generator.normal(0, 0.3, 4)
        scratch = (np.empty((len(obs), 5)), np.empty((5 * len(obs), 5)))
        prior = (np.array([3.0, 3.0, -0.3, -0.7]), np.array([1.5, 0.7, 0.5, 0.4]))
        gradient, hessian = np.empty(4), np.empty((4, 4))

        def value(at, obs=obs, prior=prior, scratch=scratch, out=(gradient, hessian)):
            target = Target(obs, 0.1, *segments, *prior, EXAMINATION, MARKET)
            return evaluate(at, target, *scratch, *out)

        step = 1e-5 * np.eye(4)
        numeric = [(value(x + h) - value(x - h)) / 2e-5 for h in step]
        value(x)
        assert gradient == pytest.approx(numeric, abs=1e-3 * np.abs(gradient).max())


PRIOR = (np.array([4.0, 3.0, -0.3, -0.7]), np.array([1.5, 0.45, 0.4, 0.3]))
ONE_SEGMENT = (np.ones(1), np.ones(1))


def one_bid(impressions, clicks, price):
    """A month at one bid of 1.00."""
    obs = np.full((1, COLUMNS), np.nan)
    obs[0, [BID, LOG_QUALITY, DAYS]] = 1.0, 0.0, 30.0
    obs[0, [IMPRESSIONS, CLICKS, CPC, RANKED]] = impressions, clicks, price, impressions
    obs[0, PRICE_SPREAD] = 0.3
    return obs


def test_the_better_of_two_tops_is_found():
    obs = one_bid(300.0, 9.0, 0.1)
    target = Target(obs, 0.0, *ONE_SEGMENT, *PRIOR, EXAMINATION, MARKET)
    near, better = np.full(4, np.nan), np.full(4, np.nan)
    near[1:] = PRIOR[0][1:]
    value = fit_one(target, 60, near, np.empty((4, 4)))
    fit_better(target, better, np.empty((4, 4)))
    assert fit_one(target, 60, better.copy(), np.empty((4, 4))) < value - 10.0
    assert better[0] > near[0] + 1.0


@pytest.mark.parametrize(("clicks", "price"), [(5.0, 0.6), (20.0, 0.8), (60.0, 0.7)])
def test_a_target_speaks_as_its_laplace_evidence_does(clicks, price):
    obs = one_bid(10.0 * clicks, clicks, price)
    mean, sd = PRIOR

    def fitted(center, top):
        covariance, spoken = np.empty((4, 4)), np.empty(4)
        target = Target(obs, 0.0, *ONE_SEGMENT, center, sd, EXAMINATION, MARKET)
        value = fit_one(target, 60, top, covariance)
        speaking_point(target, top, covariance, spoken)
        return 0.5 * np.linalg.slogdet(covariance)[1] - value, top, spoken

    _, top, spoken = fitted(mean, mean.copy())
    step = 0.1 * np.diag(sd)
    ends = [[fitted(mean + side * h, top.copy())[0] for side in (1, -1)] for h in step]
    slope = np.array([(up - down) / 0.2 for up, down in ends])
    off, off_of_top = ((point - mean) / sd - slope for point in (spoken, top))
    assert np.abs(off[1:]).max() < 0.15
    assert np.linalg.norm(off[1:]) < 0.5 * np.linalg.norm(off_of_top[1:])


def test_a_count_is_negative_binomial():
    for count in (0.0, 3.0, 40.0, 900.0):
        for mean in (0.2, 5.0, 60.0, 700.0):
            residual, slope, deviance = count_residual(count, math.log(mean), 0.05)

            def score(mean, count=count):
                ways = special.gammaln(count + 20.0) - special.gammaln(count + 1.0)
                return (
                    ways
                    + 20.0 * math.log(20.0 / (20.0 + mean))
                    + count * math.log(mean / (20.0 + mean))
                )

            best = score(count) if count else special.gammaln(20.0)
            exact = 2.0 * (best - score(mean))
            assert deviance == pytest.approx(exact, rel=1e-6, abs=1e-9)
            h = 1e-6
            bend = (score(mean * math.exp(-h)) - score(mean * math.exp(h))) / (2 * h)
            assert residual * slope == pytest.approx(bend, rel=1e-4, abs=1e-5)


def test_traffic_of_segments_is_their_mean():
    segments = np.array([0.7, 1.3]), np.array([0.4, 0.6])
    landscape = (12.0, -0.2, 0.6)
    market = (EXAMINATION, 0.05, 0.01)
    whole = np.empty((4, 4))
    traffic_slopes(0.8, 0.1, landscape, *segments, *market, True, whole)
    parts = []
    for multiplier in segments[0]:
        part = np.empty((4, 4))
        traffic_slopes(
            0.8 * multiplier, 0.1, landscape, np.ones(1), np.ones(1), *market, True, part
        )
        parts.append(part[:, 0])
    shown, looked, rank, price = np.array(parts).T
    share = segments[1]
    expected = [
        share @ shown,
        share @ looked,
        share @ (shown * rank) / (share @ shown),
        share @ (looked * price) / (share @ looked),
    ]
    assert whole[:, 0] == pytest.approx(expected)


def test_price_against_adaptive_quadrature():
    generator = np.random.default_rng(2)
    for _ in range(40):
        m, mu, sigma = np.exp(generator.normal(3, 0.4)), generator.normal(-0.3, 0.3), 0.5
        bid, floor, step = 1.0, 0.05, 0.01

        def above(score, m=m, mu=mu, sigma=sigma):
            return m * special.ndtr((mu - math.log(score)) / sigma)

        def reached(price, above=above, bid=bid, step=step):
            return -math.expm1(above(bid) - above(price - step)) if price > step else 1.0

        exact = floor + integrate.quad(reached, floor + 1e-12, bid, limit=200)[0]
        tail, price = np.empty(4), np.empty(4)
        tail_slopes(0.0, m, mu, sigma, tail)
        price_slopes(bid, 0.0, (m, mu, sigma), floor, step, tail, price)
        assert price[0] == pytest.approx(min(exact, bid), rel=5e-3)


def test_page_against_the_poisson_law():
    page = np.empty(6)
    for above in (0.1, 2.0, 15.0):
        page_slopes(above, EXAMINATION, page)
        rank = np.arange(8)
        chance = np.exp(rank * math.log(above) - above - special.gammaln(rank + 1))
        assert page[0] == pytest.approx(math.log(chance.sum()))
        assert page[2] == pytest.approx(math.log(chance @ EXAMINATION))
        assert page[4] == pytest.approx(chance @ (rank + 1) / chance.sum())


def test_an_interval_is_silent_inside_and_loud_outside():
    assert interval_residual(0.05, -math.inf, 0.1, 0.01) == pytest.approx(0.0, abs=1e-3)
    assert interval_residual(0.15, -math.inf, 0.1, 0.01) < -4
    assert interval_residual(0.8, 0.9, math.inf, 0.01) > 8
    assert interval_residual(0.5, 0.35, 0.35, 0.02) == pytest.approx(-7.5)
    assert interval_residual(0.5, -math.inf, math.inf, 0.02) == 0.0
    values = [interval_residual(v, 0.3, 0.5, 0.02) for v in np.linspace(0, 1, 400)]
    assert (np.diff(values) < 1e-6).all()


def test_the_tree_is_the_joint_gaussian():
    generator = np.random.default_rng(4)
    n, variance = 5, np.array([0.1, 0.2, 0.3])
    root = generator.normal(size=(n, 3, 2))
    precision = root @ root.transpose(0, 2, 1)
    vector = np.einsum("nij,nj->ni", precision, generator.normal(size=(n, 3)))
    parent = np.zeros(n, dtype=np.int64)
    told, said = np.zeros((1, 3, 3)), np.zeros((1, 3))
    send_upwards(precision, vector, parent, variance, told, said)
    covariance = np.linalg.inv(told + np.eye(3))
    mean = np.einsum("nij,nj->ni", covariance, said)
    below, spread = np.empty((n, 3)), np.empty((n, 3, 3))
    send_downwards(precision, vector, parent, variance, mean, covariance, below, spread)

    joint = np.zeros((3 * n + 3, 3 * n + 3))
    right = np.zeros(3 * n + 3)
    joint[:3, :3] = np.eye(3)
    tight = np.diag(1 / variance)
    for c in range(n):
        at = slice(3 + 3 * c, 6 + 3 * c)
        joint[at, at] += precision[c] + tight
        joint[:3, :3] += tight
        joint[at, :3] -= tight
        joint[:3, at] -= tight
        right[at] += vector[c]
    whole = np.linalg.inv(joint)
    solved = whole @ right
    assert mean[0] == pytest.approx(solved[:3])
    assert below.ravel() == pytest.approx(solved[3:])
    assert spread[2] == pytest.approx(whole[9:12, 9:12])

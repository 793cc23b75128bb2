"""Scores of a forecast distribution of counts: log-loss, CRPS, and whether it covers what came.

log-loss = -ln p(y). CRPS = sum over k of (F(k) - [k >= y])^2 = E|X - y| - E|X - X'| / 2; of m independent
draws the second term is taken over different draws, m (m - 1) pairs, which makes the estimate unbiased
("fair": Ferro 2014). PIT = F(y - 1) + U p(y), uniform where the forecast is right, though counts are discrete.
Sources: Gneiting & Raftery (2007); Czado, Gneiting & Held (2009).
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special

F64 = NDArray[np.float64]


def poisson_log_pmf(count: F64, mean: F64) -> F64:
    """Log chance of a count; a mean of 0 allows 0 alone. Shapes broadcast."""
    return np.asarray(special.xlogy(count, mean) - mean - special.gammaln(count + 1.0))


def binomial_log_pmf(count: F64, trials: F64, rate: F64) -> F64:
    """Log chance of a count of trials; shapes broadcast."""
    return np.asarray(
        _log_choose(count, trials)
        + special.xlogy(count, rate)
        + special.xlog1py(trials - count, -rate)
    )


def beta_binomial_log_pmf(count: F64, trials: F64, a: F64, b: F64) -> F64:
    """Log chance of a count of trials whose rate is Beta(a, b); shapes broadcast."""
    return np.asarray(
        _log_choose(count, trials)
        + special.betaln(count + a, trials - count + b)
        - special.betaln(a, b)
    )


def _log_choose(count: F64, trials: F64) -> F64:
    return np.asarray(
        special.gammaln(trials + 1.0)
        - special.gammaln(count + 1.0)
        - special.gammaln(trials - count + 1.0)
    )


def poisson_below(count: F64, mean: F64) -> F64:
    """Chance of fewer than `count` events; shapes broadcast."""
    return np.asarray(np.where(count >= 1.0, special.pdtr(np.maximum(count - 1.0, 0.0), mean), 0.0))


def binomial_below(count: F64, trials: F64, rate: F64) -> F64:
    """Chance of fewer than `count` of trials; shapes broadcast."""
    # P(X < y) = I_{1 - rate}(trials - y + 1, y)
    shape = np.maximum(count, 1.0)
    below = special.betainc(np.maximum(trials - count, 0.0) + 1.0, shape, 1.0 - rate)
    return np.asarray(np.where(count >= 1.0, below, 0.0))


def log_mean(log_chance: F64) -> F64:
    """Log of the mean chance (n,) over draws (n, draws): the log chance under the mixture."""
    return np.asarray(special.logsumexp(log_chance, axis=1) - np.log(log_chance.shape[1]))


def crps_of_poisson(count: F64, mean: F64) -> F64:
    """CRPS (n,) of Poisson distributions, in closed form (Wei & Held 2014)."""
    at = np.exp(poisson_log_pmf(count, mean))
    up_to = poisson_below(count, mean) + at
    # The mean distance of two independent counts; ive is scaled by exp(-2 mean).
    apart = 2.0 * mean * (special.ive(0, 2.0 * mean) + special.ive(1, 2.0 * mean))
    distance = (count - mean) * (2.0 * up_to - 1.0) + 2.0 * mean * at
    return np.asarray(distance - 0.5 * apart)


def crps_of_draws(value: F64, draws: F64) -> F64:
    """Fair CRPS (n,) of draws (n, m) from a forecast; unbiased for the forecast's own."""
    m = draws.shape[1]
    ordered = np.sort(draws, axis=1)
    # Sum over pairs of |x_i - x_j| by order statistics.
    weight = 2.0 * np.arange(m) - (m - 1.0)
    apart = 2.0 * (ordered @ weight) / (m * (m - 1.0))
    return np.asarray(np.abs(draws - value[:, None]).mean(axis=1) - 0.5 * apart)


def pit(below: F64, at: F64, uniform: F64) -> F64:
    """Randomised probability integral transform (n,): chance below the count, of it, and a uniform."""
    return np.asarray(below + uniform * at)


def is_covered(transform: F64) -> NDArray[np.bool_]:
    """Whether a PIT lies in the central 80 %."""
    return np.asarray((transform >= 0.1) & (transform <= 0.9))

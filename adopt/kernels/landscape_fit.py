"""Fit of a Poisson rank-score landscape to what reports give: damped Gauss-Newton, one target a thread.

Parameters x = (ln queries, ln m, u, ln sigma), where mu = ln(own reference score) + u: free of the
currency. Residuals, each over its standard deviation:

* per observed bid: ln(impressions per day), ln(cost per click), average rank where reported;
* the group's prior on ln m, u, ln sigma, and a very wide one on ln queries.

Covariance = (J'J)^-1 at the optimum (Laplace). Source: Levenberg (1944); Marquardt (1963).
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.auction import expected_price, page_of, rivals_above
from adopt.kernels.jit import kernel, parallel_kernel, prange

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

PARAMETERS = 4
DAY_SPREAD = 0.25
"""Day-to-day spread of the query volume beyond chance, standard deviation of the log."""
PRICE_SPREAD = 0.45
"""Spread of the price of single clicks, standard deviation of the log."""
MODEL_ERROR = 0.03
"""Misfit of the model granted to an average, standard deviation of the log."""
QUERY_PRIOR_SD = 3.0
MAX_ITERATIONS = 60


@kernel
def residuals_of(
    x: F64,
    obs: F64,
    reference: float,
    prior_mean: F64,
    prior_sd: F64,
    query_prior: float,
    examination: F64,
    floor: float,
    step: float,
    residual: F64,
) -> float:
    """Fill the residuals at x and return half their sum of squares.

    obs: (levels, 6) score bid, days, impressions, clicks, cpc, avg_rank (nan where not reported)
    residual: (3 * levels + 4,) output
    """
    m = math.exp(x[1])
    mu = reference + x[2]
    sigma = math.exp(x[3])
    at = 0
    for k in range(obs.shape[0]):
        bid = obs[k, 0]
        days = obs[k, 1]
        impressions = obs[k, 2]
        clicks = obs[k, 3]
        above = rivals_above(math.log(bid), m, mu, sigma)
        shown, _, rank = page_of(above, examination)
        expected = math.log(max(shown, 1e-12)) + x[0]
        sd = math.sqrt(1.0 / (impressions + 0.5) + DAY_SPREAD * DAY_SPREAD / days)
        residual[at] = (math.log((impressions + 0.5) / days) - expected) / sd
        residual[at + 1] = 0.0
        residual[at + 2] = 0.0
        if clicks > 0.0 and obs[k, 4] > 0.0:
            price = expected_price(bid, 1.0, m, mu, sigma, floor, step)
            sd = math.sqrt(PRICE_SPREAD * PRICE_SPREAD / clicks + MODEL_ERROR * MODEL_ERROR)
            residual[at + 1] = (math.log(obs[k, 4]) - math.log(price)) / sd
        if not math.isnan(obs[k, 5]):
            residual[at + 2] = (obs[k, 5] - rank) / (0.3 + 0.1 * obs[k, 5])
        at += 3
    residual[at] = (x[0] - query_prior) / QUERY_PRIOR_SD
    for p in range(3):
        residual[at + 1 + p] = (x[p + 1] - prior_mean[p]) / prior_sd[p]
    total = 0.0
    for k in range(residual.size):
        total += residual[k] * residual[k]
    return 0.5 * total


@kernel
def invert_positive(a: F64, inverse: F64) -> bool:
    """Invert a small symmetric positive matrix by Gauss-Jordan; False where it is singular."""
    n = a.shape[0]
    work = a.copy()
    inverse[:] = 0.0
    for i in range(n):
        inverse[i, i] = 1.0
    for i in range(n):
        pivot = work[i, i]
        if pivot <= 1e-300:
            return False
        for j in range(n):
            work[i, j] /= pivot
            inverse[i, j] /= pivot
        for k in range(n):
            if k != i:
                factor = work[k, i]
                for j in range(n):
                    work[k, j] -= factor * work[i, j]
                    inverse[k, j] -= factor * inverse[i, j]
    return True


@kernel
def fit_one(
    obs: F64,
    reference: float,
    prior_mean: F64,
    prior_sd: F64,
    examination: F64,
    floor: float,
    step: float,
    x: F64,
    covariance: F64,
) -> bool:
    """Fit one target from its prior; x: (4,) and covariance: (4, 4) are outputs."""
    size = 3 * obs.shape[0] + PARAMETERS
    residual = np.empty(size)
    moved = np.empty(size)
    jacobian = np.empty((size, PARAMETERS))
    hessian = np.empty((PARAMETERS, PARAMETERS))
    damped = np.empty((PARAMETERS, PARAMETERS))
    trial = np.empty(PARAMETERS)
    impressions = 0.0
    days = 0.0
    for k in range(obs.shape[0]):
        impressions += obs[k, 2]
        days += obs[k, 1]
    query_prior = math.log((impressions + 0.5) / max(days, 1e-9)) + 0.5
    x[0] = query_prior
    for p in range(3):
        x[p + 1] = prior_mean[p]
    value = residuals_of(
        x, obs, reference, prior_mean, prior_sd, query_prior, examination, floor, step, residual
    )
    damping = 1e-2
    converged = False
    for _ in range(MAX_ITERATIONS):
        for p in range(PARAMETERS):
            trial[:] = x
            trial[p] += 1e-5
            residuals_of(
                trial,
                obs,
                reference,
                prior_mean,
                prior_sd,
                query_prior,
                examination,
                floor,
                step,
                moved,
            )
            for k in range(size):
                jacobian[k, p] = (moved[k] - residual[k]) / 1e-5
        for p in range(PARAMETERS):
            for q in range(PARAMETERS):
                total = 0.0
                for k in range(size):
                    total += jacobian[k, p] * jacobian[k, q]
                hessian[p, q] = total
        improved = False
        while damping < 1e8:
            for p in range(PARAMETERS):
                for q in range(PARAMETERS):
                    damped[p, q] = hessian[p, q]
                damped[p, p] *= 1.0 + damping
            invert_positive(damped, covariance)
            largest = 0.0
            for p in range(PARAMETERS):
                change = 0.0
                for k in range(size):
                    for q in range(PARAMETERS):
                        change -= covariance[p, q] * jacobian[k, q] * residual[k]
                change = min(max(change, -1.5), 1.5)
                trial[p] = x[p] + change
                largest = max(largest, abs(change))
            new = residuals_of(
                trial,
                obs,
                reference,
                prior_mean,
                prior_sd,
                query_prior,
                examination,
                floor,
                step,
                moved,
            )
            if new <= value:
                x[:] = trial
                residual[:] = moved
                converged = value - new < 1e-9 * (1.0 + value) or largest < 1e-7
                value = new
                damping = max(damping * 0.3, 1e-9)
                improved = True
                break
            damping *= 4.0
        if converged or not improved:
            converged = True
            break
    invert_positive(hessian, covariance)
    return converged


@parallel_kernel
def fit_landscapes(
    obs: F64,
    obs_start: I64,
    reference: F64,
    prior_mean: F64,
    prior_sd: F64,
    examination: F64,
    floor: float,
    step: float,
    x: F64,
    covariance: F64,
    converged: NDArray[np.bool_],
) -> None:
    """Fit every target; one without observations gets its prior.

    obs: (rows, 6) of all targets, by obs_start (n + 1,); reference: (n,) log own score
    prior_mean: (n, 3), prior_sd: (3,) of ln m, u, ln sigma
    x: (n, 4), covariance: (n, 4, 4), converged: (n,) outputs
    """
    for i in prange(obs_start.size - 1):
        converged[i] = fit_one(
            obs[obs_start[i] : obs_start[i + 1]],
            reference[i],
            prior_mean[i],
            prior_sd,
            examination,
            floor,
            step,
            x[i],
            covariance[i],
        )

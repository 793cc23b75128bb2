"""Fit of a Poisson rank-score landscape to what reports give: damped Gauss-Newton, one target a thread.

The residuals of kernels/landscape_residuals.py and the group's prior on ln m, u, ln sigma are made
least in sum of squares. Covariance = (J'J)^-1 at the optimum (Laplace).
Source: Levenberg (1944); Marquardt (1963).
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import kernel, parallel_kernel, prange
from adopt.kernels.landscape_residuals import (
    DAYS,
    IMPRESSIONS,
    KINDS,
    PARAMETERS,
    page_slopes,
    price_slopes,
    residuals_at,
    tail_slopes,
)

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

QUERY_PRIOR_SD = 3.0
MAX_ITERATIONS = 60
TOLERANCE = 1e-6
"""Predicted gain of half the sum of squares at which the search ends."""


@kernel
def evaluate(
    x: F64,
    obs: F64,
    log_quality: float,
    reference: float,
    prior_mean: F64,
    prior_sd: F64,
    query_prior: float,
    examination: F64,
    market: tuple[float, float, float, float],
    clicked: F64,
    told: F64,
    gradient: F64,
    hessian: F64,
) -> float:
    """Half the sum of squared residuals at x, its gradient (4,) and Gauss-Newton matrix (4, 4).

    Observations as in residuals_at, and the prior.
    """
    residuals_at(x, obs, log_quality, reference, examination, market, clicked, told)
    gradient[:] = 0.0
    hessian[:] = 0.0
    value = 0.0
    for r in range(told.shape[0]):
        value += 0.5 * told[r, 0] * told[r, 0]
        for p in range(PARAMETERS):
            gradient[p] += told[r, 0] * told[r, p + 1]
            for q in range(p + 1):
                hessian[p, q] += told[r, p + 1] * told[r, q + 1]
    for p in range(PARAMETERS):
        mean = query_prior if p == 0 else prior_mean[p - 1]
        sd = QUERY_PRIOR_SD if p == 0 else prior_sd[p - 1]
        away = (x[p] - mean) / sd
        value += 0.5 * away * away
        gradient[p] += away / sd
        hessian[p, p] += 1.0 / (sd * sd)
        for q in range(p):
            hessian[q, p] = hessian[p, q]
    return value


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
    log_quality: float,
    reference: float,
    prior_mean: F64,
    prior_sd: F64,
    examination: F64,
    market: tuple[float, float, float, float],
    x: F64,
    covariance: F64,
) -> tuple[float, int]:
    """Fit one target from x; x: (4,) and covariance: (4, 4) are outputs.

    Returns half the sum of squares, and the passes over the observations; negative where they ended
    without an optimum.
    """
    gradient = np.empty(PARAMETERS)
    hessian = np.empty((PARAMETERS, PARAMETERS))
    trial = np.empty(PARAMETERS)
    trial_gradient = np.empty(PARAMETERS)
    trial_hessian = np.empty((PARAMETERS, PARAMETERS))
    clicked = np.empty((obs.shape[0], PARAMETERS + 1))
    told = np.empty((KINDS * obs.shape[0], PARAMETERS + 1))
    impressions = 0.0
    days = 0.0
    for k in range(obs.shape[0]):
        impressions += obs[k, IMPRESSIONS]
        days += obs[k, DAYS]
    query_prior = math.log((impressions + 0.5) / max(days, 1e-9)) + 0.5
    if math.isnan(x[0]):
        x[0] = query_prior
        for p in range(3):
            x[p + 1] = prior_mean[p]
    value = evaluate(
        x, obs, log_quality, reference, prior_mean, prior_sd, query_prior, examination, market,
        clicked, told, gradient, hessian,
    )  # fmt: skip
    damping = 1e-3
    passes = 1
    converged = False
    while passes < MAX_ITERATIONS and not converged:
        trial_hessian[:] = hessian
        for p in range(PARAMETERS):
            trial_hessian[p, p] *= 1.0 + damping
        invert_positive(trial_hessian, covariance)
        gain = 0.0
        for p in range(PARAMETERS):
            change = 0.0
            for q in range(PARAMETERS):
                change -= covariance[p, q] * gradient[q]
            gain -= 0.5 * change * gradient[p]
            trial[p] = x[p] + min(max(change, -1.5), 1.5)
        if gain < TOLERANCE:
            converged = True
            break
        passes += 1
        new = evaluate(
            trial, obs, log_quality, reference, prior_mean, prior_sd, query_prior, examination,
            market, clicked, told, trial_gradient, trial_hessian,
        )  # fmt: skip
        if new <= value:
            x[:] = trial
            value = new
            gradient[:] = trial_gradient
            hessian[:] = trial_hessian
            damping = max(damping * 0.2, 1e-9)
        else:
            damping *= 5.0
    invert_positive(hessian, covariance)
    return value, (passes if converged else -passes)


@kernel
def levels_now(
    bid: float,
    log_quality: float,
    reference: float,
    x: F64,
    examination: F64,
    floor: float,
    step: float,
    slopes: F64,
) -> None:
    """Slopes of ln impressions and ln price at a bid in the parameters x; slopes: (2, 4) output."""
    landscape = (math.exp(x[1]), reference + x[2], math.exp(x[3]))
    above = np.empty(4)
    price = np.empty(4)
    page = np.empty(6)
    tail_slopes(math.log(bid) + log_quality, *landscape, above)
    page_slopes(above[0], examination, page)
    price_slopes(bid, log_quality, landscape, floor, step, above, price)
    slopes[0, 0] = 1.0
    slopes[1, 0] = 0.0
    for p in range(1, PARAMETERS):
        slopes[0, p] = page[1] * above[p]
        slopes[1, p] = price[p] / price[0]


@parallel_kernel
def fit_landscapes(
    obs: F64,
    obs_start: I64,
    quality: F64,
    reference: F64,
    prior_mean: F64,
    prior_sd: F64,
    examination: F64,
    market: tuple[float, float, float, float],
    x: F64,
    covariance: F64,
    slopes: F64,
    passes: I64,
) -> None:
    """Fit every target, each from its x, or from the prior's mean where that is nan.

    obs: (rows, 9) of all targets, by obs_start (n + 1,); money in currency
    quality: (n,); reference: (n,) log of bid in force times quality
    prior_mean: (n, 3), prior_sd: (3,) of ln m, u, ln sigma
    market: floor and step of the price, currency; day_spread, price_spread of single counts
    x: (n, 4), covariance: (n, 4, 4), slopes: (n, 2, 4) of ln impressions and ln price at the bid in
    force, passes: (n,) outputs; see fit_one
    """
    for i in prange(obs_start.size - 1):
        log_quality = math.log(quality[i])
        passes[i] = fit_one(
            obs[obs_start[i] : obs_start[i + 1]],
            log_quality,
            reference[i],
            prior_mean[i],
            prior_sd,
            examination,
            market,
            x[i],
            covariance[i],
        )[1]
        levels_now(
            math.exp(reference[i] - log_quality),
            log_quality,
            reference[i],
            x[i],
            examination,
            market[0],
            market[1],
            slopes[i],
        )


@kernel
def log_determinant(a: F64) -> float:
    """Log of the determinant of a small positive matrix, by Cholesky's pivots."""
    n = a.shape[0]
    work = a.copy()
    result = 0.0
    for i in range(n):
        pivot = max(work[i, i], 1e-300)
        result += math.log(pivot)
        for k in range(i + 1, n):
            factor = work[k, i] / pivot
            for j in range(i, n):
                work[k, j] -= factor * work[i, j]
    return result


@parallel_kernel
def score_centers(
    obs: F64,
    obs_start: I64,
    chosen: I64,
    quality: F64,
    reference: F64,
    centers: F64,
    sds: F64,
    examination: F64,
    market: tuple[float, float, float, float],
    score: F64,
) -> None:
    """Log marginal likelihood of chosen targets under priors that their shop may have, up to a constant.

    obs, obs_start, quality, reference, examination, market: as in fit_landscapes; chosen: (c,) targets
    centers: (points, 3), sds: (points, 3) of ln m, u, ln sigma; score: (c, points) output
    Source: Laplace's method; Tierney & Kadane (1986).
    """
    for c in prange(chosen.size):
        i = chosen[c]
        rows = obs[obs_start[i] : obs_start[i + 1]]
        x = np.empty(PARAMETERS)
        covariance = np.empty((PARAMETERS, PARAMETERS))
        for k in range(centers.shape[0]):
            x[:] = np.nan
            value = fit_one(
                rows, math.log(quality[i]), reference[i], centers[k], sds[k], examination, market,
                x, covariance,
            )[0]  # fmt: skip
            score[c, k] = 0.5 * log_determinant(covariance) - value
            for p in range(3):
                score[c, k] -= math.log(sds[k, p])

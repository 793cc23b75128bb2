"""Fit of a Poisson rank-score landscape to what reports give: damped Gauss-Newton, one target a thread.

The residuals of kernels/landscape_residuals.py and the group's prior on ln m, u, ln sigma are made
least in sum of squares. Covariance = (J'J)^-1 at the optimum (Laplace).
Source: Levenberg (1944); Marquardt (1963).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import kernel, parallel_kernel, prange
from adopt.kernels.landscape_residuals import (
    BID,
    DAYS,
    IMPRESSIONS,
    KINDS,
    LOG_QUALITY,
    PARAMETERS,
    residuals_at,
    traffic_slopes,
)

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

MAX_PASSES, FEW_PASSES = 60, 12
"""Passes over the observations in a fit, and where only its likelihood is wanted."""
TOLERANCE = 1e-6
"""Predicted gain of half the sum of squares at which the search ends."""


class Segments(NamedTuple):
    """platforms/bid_segments.py as the kernels take it; see there."""

    profile: I64
    start: I64
    multiplier: F64
    share: F64


@kernel
def evaluate(
    x: F64,
    obs: F64,
    reference: float,
    multiplier: F64,
    share: F64,
    prior_mean: F64,
    prior_sd: F64,
    examination: F64,
    market: tuple[float, float, float, float],
    clicked: F64,
    told: F64,
    gradient: F64,
    hessian: F64,
) -> float:
    """Half the sum of squared residuals at x, its gradient (4,) and Gauss-Newton matrix (4, 4).

    Observations as in residuals_at, and the prior, mean and standard deviation (4,) of x.
    """
    beyond = residuals_at(x, obs, reference, multiplier, share, examination, market, clicked, told)
    gradient[:] = 0.0
    hessian[:] = 0.0
    value = 0.5 * beyond
    for r in range(told.shape[0]):
        value += 0.5 * told[r, 0] * told[r, 0]
        for p in range(PARAMETERS):
            gradient[p] += told[r, 0] * told[r, p + 1]
            for q in range(p + 1):
                hessian[p, q] += told[r, p + 1] * told[r, q + 1]
    for p in range(PARAMETERS):
        away = (x[p] - prior_mean[p]) / prior_sd[p]
        value += 0.5 * away * away
        gradient[p] += away / prior_sd[p]
        hessian[p, p] += 1.0 / (prior_sd[p] * prior_sd[p])
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
def begin_queries(
    x: F64,
    obs: F64,
    reference: float,
    multiplier: F64,
    share: F64,
    examination: F64,
    market: tuple[float, float, float, float],
) -> None:
    """Set ln queries so that the impressions are met by the landscape of x as it stands."""
    landscape = (math.exp(x[1]), reference + x[2], math.exp(x[3]))
    traffic = np.empty((4, 4))
    impressions = 0.5
    shown = 0.0
    for k in range(obs.shape[0]):
        traffic_slopes(
            obs[k, BID], obs[k, LOG_QUALITY], landscape, multiplier, share, examination,
            market[0], market[1], False, traffic,
        )  # fmt: skip
        impressions += obs[k, IMPRESSIONS]
        shown += obs[k, DAYS] * traffic[0, 0]
    x[0] = math.log(impressions / max(shown, 1e-300))


@kernel
def fit_one(
    obs: F64,
    reference: float,
    multiplier: F64,
    share: F64,
    prior_mean: F64,
    prior_sd: F64,
    examination: F64,
    market: tuple[float, float, float, float],
    most_passes: int,
    x: F64,
    covariance: F64,
) -> float:
    """Fit one target from x; x: (4,) and covariance: (4, 4) are outputs.

    Returns half the sum of squares.
    """
    gradient = np.empty(PARAMETERS)
    hessian = np.empty((PARAMETERS, PARAMETERS))
    trial = np.empty(PARAMETERS)
    trial_gradient = np.empty(PARAMETERS)
    trial_hessian = np.empty((PARAMETERS, PARAMETERS))
    clicked = np.empty((obs.shape[0], PARAMETERS + 1))
    told = np.empty((KINDS * obs.shape[0], PARAMETERS + 1))
    if math.isnan(x[0]):
        x[:] = prior_mean
        begin_queries(x, obs, reference, multiplier, share, examination, market)
    value = evaluate(
        x, obs, reference, multiplier, share, prior_mean, prior_sd, examination, market,
        clicked, told, gradient, hessian,
    )  # fmt: skip
    damping = 1e-3
    passes = 1
    while passes < most_passes:
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
            break
        passes += 1
        new = evaluate(
            trial, obs, reference, multiplier, share, prior_mean, prior_sd, examination, market,
            clicked, told, trial_gradient, trial_hessian,
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
    return value


@kernel
def levels_now(
    bid: float,
    log_quality: float,
    reference: float,
    multiplier: F64,
    share: F64,
    x: F64,
    examination: F64,
    market: tuple[float, float, float, float],
    slopes: F64,
) -> float:
    """Slopes of ln impressions and ln price at a bid in the parameters x; slopes: (2, 4) output.

    Returns the log of the price.
    """
    landscape = (math.exp(x[1]), reference + x[2], math.exp(x[3]))
    traffic = np.empty((4, 4))
    traffic_slopes(
        bid, log_quality, landscape, multiplier, share, examination, market[0], market[1],
        True, traffic,
    )  # fmt: skip
    slopes[0, 0] = 1.0
    slopes[1, 0] = 0.0
    for p in range(1, PARAMETERS):
        slopes[0, p] = traffic[0, p] / traffic[0, 0]
        slopes[1, p] = traffic[3, p] / traffic[3, 0]
    return math.log(traffic[3, 0])


@parallel_kernel
def fit_landscapes(
    obs: F64,
    obs_start: I64,
    log_quality: F64,
    reference: F64,
    segments: Segments,
    prior_mean: F64,
    prior_sd: F64,
    examination: F64,
    market: tuple[float, float, float, float],
    x: F64,
    covariance: F64,
    slopes: F64,
    log_price: F64,
) -> None:
    """Fit every target, each from its x, or from the prior's mean where that is nan.

    obs: (rows, 11) of all targets, by obs_start (n + 1,); money in currency
    log_quality: (n,) in force; reference: (n,) log of bid in force times quality
    prior_mean: (n, 4), prior_sd: (4,) of ln queries, ln m, u, ln sigma
    market: floor and step of the price, currency; day_spread, price_spread of single counts
    x: (n, 4), covariance: (n, 4, 4), slopes: (n, 2, 4) of ln impressions and ln price at the bid in
    force, log_price: (n,) there: outputs
    """
    for i in prange(obs_start.size - 1):
        first = segments.start[segments.profile[i]]
        end = segments.start[segments.profile[i] + 1]
        multiplier = segments.multiplier[first:end]
        share = segments.share[first:end]
        fit_one(
            obs[obs_start[i] : obs_start[i + 1]], reference[i], multiplier, share,
            prior_mean[i], prior_sd, examination, market, MAX_PASSES, x[i], covariance[i],
        )  # fmt: skip
        log_price[i] = levels_now(
            math.exp(reference[i] - log_quality[i]), log_quality[i], reference[i],
            multiplier, share, x[i], examination, market, slopes[i],
        )  # fmt: skip


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
def score_priors(
    obs: F64,
    obs_start: I64,
    chosen: I64,
    reference: F64,
    segments: Segments,
    centers: F64,
    sds: F64,
    examination: F64,
    market: tuple[float, float, float, float],
    score: F64,
) -> None:
    """Log marginal likelihood of chosen targets under priors that their shop may have, up to a constant.

    obs, obs_start, reference, segments, market: as in fit_landscapes; chosen: (c,) targets
    centers, sds: (points, 4) of ln queries, ln m, u, ln sigma; examination: (points, slots)
    score: (c, points) output
    Source: Laplace's method; Tierney & Kadane (1986).
    """
    for c in prange(chosen.size):
        i = chosen[c]
        rows = obs[obs_start[i] : obs_start[i + 1]]
        first = segments.start[segments.profile[i]]
        end = segments.start[segments.profile[i] + 1]
        x = np.empty(PARAMETERS)
        covariance = np.empty((PARAMETERS, PARAMETERS))
        for k in range(centers.shape[0]):
            x[:] = np.nan
            value = fit_one(
                rows, reference[i], segments.multiplier[first:end], segments.share[first:end],
                centers[k], sds[k], examination[k], market, FEW_PASSES, x, covariance,
            )  # fmt: skip
            score[c, k] = 0.5 * log_determinant(covariance) - value
            for p in range(PARAMETERS):
                score[c, k] -= math.log(sds[k, p])

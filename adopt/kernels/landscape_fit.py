"""Fit of a Poisson rank-score landscape to what reports give: damped Gauss-Newton, one target a thread.

The residuals of kernels/landscape_residuals.py and the group's prior on ln m, u, ln sigma are made
least in sum of squares. Covariance C = (J'J)^-1 at the optimum (Laplace).

The Laplace evidence -value + 1/2 ln det C has, in the prior's mean c of variance s^2, the slope (y - c) / s^2
where y = top - 1/2 C d(ln det J'J)/dx: the volume counts, not the top alone.
Source: Levenberg (1944); Marquardt (1963); Tierney & Kadane (1986).
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
from adopt.kernels.positive_matrix import invert_positive, log_determinant, triangular_root

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

MAX_PASSES, FEW_PASSES = 60, 12
"""Passes over the observations in a fit, and where only its likelihood is wanted."""
TOLERANCE = 1e-6
"""Predicted gain of half the sum of squares at which the search ends."""
FARTHEST = 1.5
"""Longest step in a parameter, in standard deviations of its prior, and of itself."""
ASIDE = 0.7
"""Where the volume is compared, standard deviations from the top."""
MOST_SHIFT = 1.0
"""Most that a target may speak from beside its top, standard deviations."""


class Segments(NamedTuple):
    """platforms/bid_segments.py as the kernels take it; see there."""

    profile: I64
    start: I64
    multiplier: F64
    share: F64


class Target(NamedTuple):
    """What is known of one target: observations as in residuals_at, and the prior of its x.

    reference: log of bid in force times quality; multiplier, share: of its segments
    prior_mean, prior_sd: (4,) of x; examination: (slots,); market: as in fit_landscapes
    """

    obs: F64
    reference: float
    multiplier: F64
    share: F64
    prior_mean: F64
    prior_sd: F64
    examination: F64
    market: tuple[float, float, float]


@kernel
def evaluate(
    x: F64,
    target: Target,
    clicked: F64,
    told: F64,
    gradient: F64,
    hessian: F64,
) -> float:
    """Half the sum of squared residuals at x, its gradient (4,) and Gauss-Newton matrix (4, 4)."""
    obs, reference, multiplier, share, prior_mean, prior_sd, examination, market = target
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
def begin_queries(x: F64, target: Target) -> None:
    """Set ln queries so that the impressions are met by the landscape of x as it stands."""
    obs, reference, multiplier, share, _, _, examination, market = target
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
def fit_one(target: Target, most_passes: int, x: F64, covariance: F64) -> float:
    """Fit one target from x; x: (4,) and covariance: (4, 4) are outputs.

    Where ln queries is nan it begins at what meets the impressions. Returns half the sum of squares.
    """
    obs, prior_sd = target.obs, target.prior_sd
    gradient = np.empty(PARAMETERS)
    hessian = np.empty((PARAMETERS, PARAMETERS))
    trial = np.empty(PARAMETERS)
    trial_gradient = np.empty(PARAMETERS)
    trial_hessian = np.empty((PARAMETERS, PARAMETERS))
    clicked = np.empty((obs.shape[0], PARAMETERS + 1))
    told = np.empty((KINDS * obs.shape[0], PARAMETERS + 1))
    if math.isnan(x[0]):
        begin_queries(x, target)
    value = evaluate(x, target, clicked, told, gradient, hessian)
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
            farthest = FARTHEST * min(prior_sd[p], 1.0)
            trial[p] = x[p] + min(max(change, -farthest), farthest)
        if gain < TOLERANCE:
            break
        passes += 1
        new = evaluate(trial, target, clicked, told, trial_gradient, trial_hessian)
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
def fit_better(target: Target, x: F64, covariance: F64) -> None:
    """Fit one target from x; where that is nan from the prior's mean and from denser rivals, the better kept.

    The posterior may have two tops: few searches, or many that rivals take.
    """
    prior_mean = target.prior_mean
    is_first = math.isnan(x[0])
    if is_first:
        x[1:] = prior_mean[1:]
    value = fit_one(target, MAX_PASSES, x, covariance)
    if not is_first or target.obs[:, IMPRESSIONS].sum() <= 0.0:
        return
    other = np.empty(PARAMETERS)
    spread = np.empty((PARAMETERS, PARAMETERS))
    other[:] = prior_mean + target.prior_sd
    other[0] = math.nan
    other[3] = prior_mean[3]
    found = fit_one(target, MAX_PASSES, other, spread)
    if found < value:
        x[:] = other
        covariance[:] = spread


@kernel
def speaking_point(target: Target, x: F64, covariance: F64, spoken: F64) -> None:
    """Point from which a target speaks for the prior's mean, see above; x: (4,) top, spoken: (4,) output."""
    obs = target.obs
    gradient = np.empty(PARAMETERS)
    hessian = np.empty((PARAMETERS, PARAMETERS))
    trial = np.empty(PARAMETERS)
    clicked = np.empty((obs.shape[0], PARAMETERS + 1))
    told = np.empty((KINDS * obs.shape[0], PARAMETERS + 1))
    root = np.empty((PARAMETERS, PARAMETERS))
    triangular_root(covariance, root)
    shift = np.empty(PARAMETERS)
    square = 0.0
    for k in range(PARAMETERS):
        bend = 0.0
        for side in (-1.0, 1.0):
            for p in range(PARAMETERS):
                trial[p] = x[p] + side * ASIDE * root[p, k]
            evaluate(trial, target, clicked, told, gradient, hessian)
            bend += side * log_determinant(hessian)
        shift[k] = -0.25 * bend / ASIDE if math.isfinite(bend) else 0.0
        square += shift[k] * shift[k]
    short = min(1.0, MOST_SHIFT / math.sqrt(max(square, 1e-300)))
    for p in range(PARAMETERS):
        spoken[p] = x[p]
        for k in range(PARAMETERS):
            spoken[p] += short * root[p, k] * shift[k]


@kernel
def levels_now(bid: float, log_quality: float, target: Target, x: F64, slopes: F64) -> float:
    """Slopes of ln impressions and ln price at a bid in the parameters x; slopes: (2, 4) output.

    Returns the log of the price.
    """
    _, reference, multiplier, share, _, _, examination, market = target
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
    market: tuple[float, float, float],
    x: F64,
    covariance: F64,
    spoken: F64,
    slopes: F64,
    log_price: F64,
) -> None:
    """Fit every target, each from its x, or from two starts where that is nan, see fit_better.

    obs: (rows, 12) of all targets, by obs_start (n + 1,); money in currency
    log_quality: (n,) in force; reference: (n,) log of bid in force times quality
    prior_mean: (n, 4), prior_sd: (4,) of ln queries, ln m, u, ln sigma
    market: floor and step of the price, currency; day_spread
    x: (n, 4), covariance: (n, 4, 4), spoken: (n, 4) of speaking_point, slopes: (n, 2, 4) of ln impressions and
    ln price at the bid in force, log_price: (n,) there: outputs
    """
    for i in prange(obs_start.size - 1):
        first = segments.start[segments.profile[i]]
        end = segments.start[segments.profile[i] + 1]
        target = Target(
            obs[obs_start[i] : obs_start[i + 1]], reference[i], segments.multiplier[first:end],
            segments.share[first:end], prior_mean[i], prior_sd, examination, market,
        )  # fmt: skip
        fit_better(target, x[i], covariance[i])
        if spoken.shape[0] > 0:
            speaking_point(target, x[i], covariance[i], spoken[i])
        bid = math.exp(reference[i] - log_quality[i])
        log_price[i] = levels_now(bid, log_quality[i], target, x[i], slopes[i])


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
    market: tuple[float, float, float],
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
            x[:] = centers[k]
            x[0] = np.nan
            target = Target(
                rows, reference[i], segments.multiplier[first:end], segments.share[first:end],
                centers[k], sds[k], examination[k], market,
            )  # fmt: skip
            value = fit_one(target, FEW_PASSES, x, covariance)
            score[c, k] = 0.5 * log_determinant(covariance) - value
            for p in range(PARAMETERS):
                score[c, k] -= math.log(sds[k, p])

"""How much a rate differs from day to day beyond chance, over all products of a shop.

Orders of a day scatter around their expected count mu with variance ``mu + d mu^2``: d is the squared
coefficient of variation of the day's own rate. Such a day is worth ``mu / (1 + d mu)`` orders of evidence.
"""

import math

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

USUAL_VARIANCE, USUAL_DEVIATION = 0.03, 0.03
"""Belief before data: rates of days vary by some 17 %, variance 0.03 give or take 0.03; assumed."""
WEEK = 7


def day_variance(orders: F64, expected: F64) -> float:
    """Squared coefficient of variation of a day's rate, dimensionless, at least 0.

    orders, expected: (n, days) counts a day at each product's usual rate; 0 expected = no evidence
    Compared are the days of one week with that week's own level, so slow change does not count as noise.
    Method: moments, each day weighing by the inverse variance of what it tells, with a normal prior.
    """
    missing = -orders.shape[1] % WEEK
    k, mu = (np.pad(a, ((0, 0), (missing, 0))).reshape(-1, WEEK) for a in (orders, expected))
    whole = mu.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        level = np.where(whole > 0, k.sum(axis=1) / whole, 0.0)
        mean = mu * level[:, None]
        free = np.where(whole[:, None] > 0, 1.0 - mu / whole[:, None], 0.0)
        usual = mean * (1.0 + USUAL_VARIANCE * mean)
        precision = np.where(free * mean > 0, (free * mean**2) ** 2 / (2 * usual**2 + usual), 0.0)
        told = np.where(precision > 0, ((k - mean) ** 2 - mean * free) / (free * mean**2), 0.0)
    prior = USUAL_DEVIATION**-2
    told_sum = math.fsum((precision * told).ravel()) + prior * USUAL_VARIANCE
    return max(told_sum / (math.fsum(precision.ravel()) + prior), 0.0)


def day_worth(expected: F64, variance: float) -> F64:
    """Share of a day's count that is evidence, in the shape of `expected` (counts a day): 1 / (1 + d mu)."""
    return np.asarray(1.0 / (1.0 + variance * expected))

"""How fast a shop's past loses its word: the half-life that would have foretold its weeks best."""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.kernels.discount import log_predictive
from adopt.kernels.shrink import GAMMA_POISSON, fit_strength
from adopt.tables import places

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

USUAL_DAYS = 30.0
"""Half-life where nothing tells another, days."""
HALF_LIVES = (7.0, 10.0, 14.0, 20.0, 30.0, 45.0, 60.0, 90.0, 180.0, 365.0)
HALF_LIFE_SPREAD = 1.0
"""Half-lives that are tried, days; spread of the log of one that is believed before data."""
NOISES = (3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 1e6)
USUAL_NOISE, NOISE_SPREAD = 300.0, 2.0
"""Shapes of a week's own move that are tried, events; what is believed before data, as above."""
NODE_LOG_STRENGTH, NODE_LOG_STRENGTH_SPREAD = math.log(150.0), 1.5
"""Log of the trials that the shop's rate is worth to a product before data, and its spread."""
WEEK = 7


@dataclass(frozen=True, slots=True)
class Recency:
    """How a rate's past counts.

    half_life_days: age at which a day counts half
    noise: shape of what moves a product's whole week, events: a week never tells more than so many
    """

    half_life_days: float = USUAL_DAYS
    noise: float = USUAL_NOISE

    def weight(self) -> pl.Expr:
        """Weight of each row by its age: a half at the half-life; of the frame's column date."""
        age = (pl.col("date").max() - pl.col("date")).dt.total_days()
        return (0.5 ** (age / self.half_life_days)).alias("weight")


def learn_recency(
    days: pl.DataFrame, events: str, trials: str, *, half_life_days: float | None = None
) -> Recency:
    """The half-life and the noise under which each week of each product was foretold best.

    days: product_id, date, and columns of counts; events over trials is the rate
    half_life_days: where it is not to be learnt
    Returns Recency. Where there are few weeks the usual one remains.
    Method: greatest sum of log predictive densities (Dawid 1984, prequential) with log-normal priors, over a
    grid; adopt/kernels/discount.py.
    """
    tried = HALF_LIVES if half_life_days is None else (half_life_days,)
    if not (days[events] > 0).any():
        return Recency(half_life_days or USUAL_DAYS)
    node, week, k, n = _weeks(days, events, trials)
    mean = math.fsum(k) / math.fsum(n)
    own, trials_of_own = (np.bincount(node, weights=values).astype(np.float64) for values in (k, n))
    strength = fit_strength(
        GAMMA_POISSON,
        own,
        trials_of_own,
        np.full(own.size, mean),
        np.zeros(own.size),
        1.0,
        NODE_LOG_STRENGTH,
        NODE_LOG_STRENGTH_SPREAD,
    )
    best, best_score = Recency(half_life_days or USUAL_DAYS), -math.inf
    for half_life in tried:
        for noise in NOISES:
            score = log_predictive(
                node, week, k, n, mean, strength, 0.5 ** (WEEK / half_life), noise
            )
            score -= 0.5 * (math.log(half_life / USUAL_DAYS) / HALF_LIFE_SPREAD) ** 2
            score -= 0.5 * (math.log(noise / USUAL_NOISE) / NOISE_SPREAD) ** 2
            if score > best_score:
                best, best_score = Recency(half_life, noise), score
    return best


def _weeks(days: pl.DataFrame, events: str, trials: str) -> tuple[I64, I64, F64, F64]:
    """Product, week (0 = the newest, -1 the one before), events and standard trials of each product's weeks.

    A trial counts by the rate of its target over its product's, or the mix of targets would look like change.
    """
    counts = {
        name: days[name].cast(pl.Float64).fill_null(0.0).to_numpy() for name in (events, trials)
    }
    target, product = (places(days[name]) for name in ("target_id", "product_id"))
    k, n = (np.bincount(target, weights=counts[name]) for name in (events, trials))
    owner = np.zeros(k.size, dtype=np.int64)
    owner[target] = product
    of_product = np.bincount(owner, weights=k) / np.maximum(np.bincount(owner, weights=n), 1.0)
    strength = math.exp(NODE_LOG_STRENGTH)
    known = of_product[owner]
    relative = np.divide(
        (k + strength * known) / (n + strength), known, out=np.ones_like(k), where=known > 0.0
    )
    age = days.select((pl.col("date").max() - pl.col("date")).dt.total_days()).to_series()
    week = -(age.to_numpy() // WEEK)
    first, span = int(week.min()), 1 - int(week.min())
    place = product * span + (week - first)
    cells = np.flatnonzero(np.bincount(place))
    own = np.bincount(place, weights=counts[events])[cells]
    exposed = np.bincount(place, weights=counts[trials] * relative[target])[cells]
    return (
        cells // span,
        cells % span + first,
        own.astype(np.float64),
        exposed.astype(np.float64),
    )

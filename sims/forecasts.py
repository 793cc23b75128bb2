"""Forecasts of a count given its exposure: draws of a rate, and the four rivals of the studies.

Each forecast is scored as its method naturally predicts: a posterior by its mixture, a plug-in rate by its
Poisson or binomial, a Beta prior by its Beta-binomial. Where a raw ratio says 0 or 1 it would forbid what may
come and lose without limit; the kindest sensible reading is taken: half an event (or half a miss), and the
shop's mean where there is no exposure at all.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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

F64 = NDArray[np.float64]
RIVALS = ("raw ratio", "add one", "global mean", "prior of 1")
SAMPLES = 400
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Held:
    """What was seen of each target, and what came after; all (n,).

    events of trials: seen; count of exposure: came
    is_poisson: events may exceed trials, so a rate forecasts a Poisson count, else a binomial one
    """

    events: F64
    trials: F64
    count: F64
    exposure: F64
    is_poisson: bool


class Scored(NamedTuple):
    """Scores (n,) of one method."""

    log_loss: F64
    crps: F64


def score_draws(held: Held, rate: F64, seed: int) -> Scored:
    """Scores of the mixture over draws of the rate, (n, draws); (n, 1) for a plug-in."""
    return Scored(-log_mean(_log_chance(held, rate)), _crps(held, rate, seed))


def score_beta(held: Held, a: F64, b: F64, seed: int) -> Scored:
    """Scores of a Beta(a, b) rate: its log-loss exact, its CRPS by draws."""
    rate = _generator(seed, 1).beta(a[:, None], b[:, None], (len(a), SAMPLES))
    exact = -beta_binomial_log_pmf(held.count, held.exposure, a, b)
    return Scored(exact, _crps(replace(held, is_poisson=False), rate, seed))


def covers(held: Held, rate: F64, seed: int) -> NDArray[np.bool_]:
    """Whether the central 80 % of the mixture over draws of the rate holds the count (n,)."""
    count, exposure = held.count[:, None], held.exposure[:, None]
    if held.is_poisson:
        below = poisson_below(count, exposure * rate)
    else:
        below = binomial_below(count, exposure, np.clip(rate, 0.0, 1.0))
    at = np.exp(_log_chance(held, rate)).mean(axis=1)
    uniform = _generator(seed, 2).random(len(at))
    return is_covered(pit(below.mean(axis=1), at, uniform))


def _log_chance(held: Held, rate: F64) -> F64:
    """Log chance (n, draws) of the count under each draw."""
    count, exposure = held.count[:, None], held.exposure[:, None]
    if held.is_poisson:
        return poisson_log_pmf(count, exposure * rate)
    return binomial_log_pmf(count, exposure, np.clip(rate, 0.0, 1.0))


def _crps(held: Held, rate: F64, seed: int) -> F64:
    """In closed form for one Poisson, else of counts drawn from the rates."""
    if held.is_poisson and rate.shape[1] == 1:
        return crps_of_poisson(held.count, held.exposure * rate[:, 0])
    several = np.broadcast_to(rate, (len(rate), SAMPLES)) if rate.shape[1] == 1 else rate
    exposure, generator = held.exposure[:, None], _generator(seed, 3)
    if held.is_poisson:
        samples = generator.poisson(exposure * several)
    else:
        samples = generator.binomial(exposure.astype(np.int64), np.clip(several, 0.0, 1.0))
    return crps_of_draws(held.count, samples.astype(np.float64))


def _generator(seed: int, purpose: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=[seed, 30 + purpose]))


def score_rivals(held: Held, seed: int) -> dict[str, Scored]:
    """Scores of each of RIVALS."""
    events = np.minimum(held.events, held.trials)
    misses = held.trials - events
    whole = np.full_like(events, events.sum() / max(held.trials.sum(), 1.0))
    whole = np.clip(whole, HALF / max(held.trials.sum(), 1.0), 1.0 - 1e-9)
    kind = np.clip(events, HALF, np.maximum(held.trials - HALF, HALF))
    raw = np.where(held.trials > 0, kind / np.maximum(held.trials, 1.0), whole)
    return {
        "raw ratio": score_draws(held, raw[:, None], seed),
        "add one": score_beta(held, events + 1.0, misses + 1.0, seed),
        "global mean": score_draws(held, whole[:, None], seed),
        "prior of 1": score_beta(held, events + whole, misses + 1.0 - whole, seed),
    }

"""How the days of the week differ in a rate: one factor each, for the shop, shrunk toward none.

Each week is compared with its own level and each target with its own mean, so neither a trend nor a
change of the mix passes for a weekday.
"""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import gammaincinv

from adopt.estimate.day_noise import day_variance, day_worth
from adopt.kernels.shrink import GAMMA_POISSON, fit_strength
from adopt.tables import sorted_by

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

WEEK = 7
LEAST_WEEKS = 2
TINY = 1e-12
ROUNDS = 8
"""Rounds between targets' means, weeks' levels and weekdays; they settle in five."""
STRENGTH_LOG, STRENGTH_SD = math.log(100.0), 1.0
"""Belief before data: weekdays differ by a tenth, standard deviation (1 over its square, in events)."""


@dataclass(frozen=True, slots=True)
class WeekdayProfile:
    """Factors (7,) on a rate, Monday first; their mean over a week of usual traffic is 1.

    total, evidence: (7,) events seen, and due without weekdays; strength: what "no difference" is worth, events
    p10, p90: (7,) their central 80 %; weeks: whole weeks of data, of days with data, below LEAST_WEEKS all factors are 1
    """

    factor: F64
    p10: F64
    p90: F64
    weeks: int
    total: F64
    evidence: F64
    strength: float

    def on(self, day: pl.Expr) -> pl.Expr:
        """The factor of a day."""
        return day.dt.weekday().replace_strict(
            dict(enumerate(self.factor.tolist(), start=1)), return_dtype=pl.Float64
        )


def weekday_profile(days: pl.DataFrame) -> WeekdayProfile:
    """The weekdays' factors of a rate, events over trials: orders over clicks, clicks over impressions.

    days: target_id (or product_id renamed), date, trials, events (counts a day), optionally `weight`
    (of the day's evidence, 0 to 1). Event days are left out by the caller; trials are those whose events have come in.
    Method: proportional fitting (Deming & Stephan 1940) of target, week and weekday; Gamma-Poisson
    shrinkage with learnt strength; overdispersed days count less; docs/methods/changes.md.
    """
    rows = sorted_by(days.filter(pl.col("trials") > 0), "target_id", "date")
    if rows.is_empty():
        return _flat(0)
    weeks = rows["date"].n_unique() // WEEK
    if weeks < LEAST_WEEKS:
        return _flat(weeks)
    age = (
        rows.select((pl.col("date").max() - pl.col("date")).dt.total_days()).to_series().to_numpy()
    )
    weight = rows["weight"].cast(pl.Float64).to_numpy() if "weight" in rows.columns else 1.0
    trials = rows["trials"].cast(pl.Float64).to_numpy() * weight
    events = rows["events"].cast(pl.Float64).to_numpy() * weight
    target = rows["target_id"].rle_id().cast(pl.Int64).to_numpy()
    weekday = rows["date"].dt.weekday().cast(pl.Int64).to_numpy() - 1
    due = trials * _levels(trials, events, target, age // WEEK, weekday)
    seen, foreseen, usual = (_sums(weekday, values, WEEK) for values in (events, due, trials))
    due = due * (math.fsum(seen) / max(math.fsum(foreseen), TINY))
    share = usual / math.fsum(usual)
    return _shrunk(events, due, age, weekday, share, weeks)


def _flat(weeks: int) -> WeekdayProfile:
    strength = math.exp(STRENGTH_LOG)
    low, high = (np.full(WEEK, gammaincinv(strength, q) / strength) for q in (0.1, 0.9))
    nothing = np.zeros(WEEK)
    return WeekdayProfile(np.ones(WEEK), low, high, weeks, nothing, nothing, strength)


def _levels(trials: F64, events: F64, target: I64, week: I64, weekday: I64) -> F64:
    """Rate (rows,) of each row without its weekday: its target's mean x its week's level."""
    fitted = np.ones(len(trials))
    by = {"target": target, "week": week, "weekday": weekday}
    total = {name: _sums(group, events, int(group.max()) + 1) for name, group in by.items()}
    factor = {name: np.ones(len(seen)) for name, seen in total.items()}
    for _ in range(ROUNDS):
        for name, group in by.items():
            seen = total[name]
            expected = _sums(group, trials * fitted, len(seen))
            step = np.divide(seen, expected, out=np.ones(len(seen)), where=expected > 0)
            factor[name] = factor[name] * step
            fitted = fitted * step[group]
    return np.asarray(factor["target"][target] * factor["week"][week])


def _shrunk(
    events: F64, due: F64, age: I64, weekday: I64, share: F64, weeks: int
) -> WeekdayProfile:
    """Factors of rows' events over those due without weekdays; share: (7,) of traffic."""
    days = int(age.max()) + 1
    k, mu = _sums(age, events, days), _sums(age, due, days)
    of_day = np.zeros(days, dtype=np.int64)
    of_day[age] = weekday
    seen, mean = _sums(of_day, k, WEEK), _sums(of_day, mu, WEEK)
    raw = np.divide(seen, mean, out=np.ones(WEEK), where=mean > 0)
    # By date, so that the weeks compared end with the history.
    usual = (mu * raw[of_day])[None, ::-1]
    worth = day_worth(mu, day_variance(k[None, ::-1], usual))
    told, foreseen = _sums(of_day, k * worth, WEEK), _sums(of_day, mu * worth, WEEK)
    strength = float(
        fit_strength(
            GAMMA_POISSON,
            told,
            foreseen,
            np.ones(WEEK),
            np.zeros(WEEK),
            1.0,
            STRENGTH_LOG,
            STRENGTH_SD,
        )
    )
    shape, rate = told + strength, foreseen + strength
    scale = 1.0 / math.fsum(share * shape / rate)
    p10, p90 = (scale * gammaincinv(shape, q) / rate for q in (0.1, 0.9))
    return WeekdayProfile(scale * shape / rate, p10, p90, weeks, told, foreseen, strength)


def _sums(group: I64, values: F64, groups: int) -> F64:
    return np.bincount(group, weights=values, minlength=groups).astype(np.float64)

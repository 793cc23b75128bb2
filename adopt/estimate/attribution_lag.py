"""How late orders arrive: the share F(a) of a click's orders that a report knows a days after the click.

Orders come up to the attribution window W after their click: F(W) = 1. With G the Weibull distribution
cut off at W, F follows s + (1 - s) G(a), s the share of the click's own day; each later day may stray from
that by a factor of its own on -log(F(a - 1) / F(a)), so the curve can take other shapes where data ask.

Evidence is growth alone: of m orders known at age b, those known at the younger age a are Binomial with
F(a) / F(b), whatever the conversion rate was. Orders of one day may come together (a pay day), so their
arrivals have a correlation r, and m orders tell as much as m / (1 + (m - 1) r).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.platforms import OrderLag
from adopt.tables import total

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

STRAY = 0.3
"""Sd of the log factor by which one day's arrivals stray from the Weibull."""
SHAPES = 3
LIMITS = (np.array([-8.0, -3.0, -2.5]), np.array([8.0, 6.0, 2.5]))
"""Of the log odds of s, and of the logs of the Weibull's scale (days) and shape."""

STEPS, TOLERANCE = 60, 1e-6
TIMES = 3
"""Rounds between the curve and the correlation of arrivals; they settle in two."""
USUAL_CORRELATION, PRIOR_PAIRS, MOST_CORRELATED = 0.01, 200.0, 0.2
"""Assumed where little was seen twice, worth so many pairs of orders; and a bound."""
MEAN_DRAWS = 2_000


@dataclass(frozen=True, slots=True)
class AttributionLag:
    """Posterior of the arrival curve: normal in the curve's parameters (SHAPES + window_days,).

    factor: lower triangular, its square the covariance; mean: (window_days + 1,) posterior mean of F
    orders_seen: orders known at their last look that an earlier look can be compared with; 0 = prior alone
    correlation: of the arrivals of one day's orders
    """

    window_days: int
    middle: F64
    factor: F64
    mean: F64
    orders_seen: float
    correlation: float

    def arrived(self, age: I64) -> F64:
        """Posterior mean share, in (0, 1], of the orders of clicks of these ages, days; any shape."""
        return np.asarray(self.mean[np.clip(age, 0, self.window_days)])

    def draw(self, draws: int, seed: int) -> F64:
        """Draws (window_days + 1, draws) of F at ages 0, 1, .. window_days; each column ascends to 1."""
        generator = np.random.Generator(np.random.Philox(key=[seed, 14]))
        normals = generator.standard_normal((draws, len(self.middle)))
        return _curves(self.middle + normals @ self.factor.T, self.window_days).T


def fit_lag(arrivals: pl.DataFrame, *, window_days: int, prior: OrderLag) -> AttributionLag:
    """Posterior of the arrival curve from repeated exports; without them it is the platform's prior.

    arrivals: table ORDER_ARRIVALS; window_days: days in which an order counts, 1 or more
    Method: normal approximation at the mode (Fisher scoring), quasi-likelihood for correlated arrivals.
    Source: Chapelle (2014), modeling delayed feedback in display advertising; Kalbfleisch & Lawless
    (1989), inference based on retrospective ascertainment, for the likelihood of right-truncated delays.
    """
    looks = _Looks.of(arrivals, window_days)
    belief = np.array([_log_odds(prior.same_day), np.log(prior.scale_days), np.log(prior.shape)])
    start = np.concatenate([belief, np.zeros(window_days)])
    spread = np.concatenate(
        [[prior.same_day_sd, prior.scale_sd, prior.shape_sd], np.full(window_days, STRAY)]
    )
    middle, precision, correlation = start, np.diag(spread**-2.0), USUAL_CORRELATION
    for _ in range(TIMES if len(looks.later) else 0):
        weight = 1.0 / (1.0 + np.maximum(looks.later - 1.0, 0.0) * correlation)
        middle, precision = _mode(looks, weight, middle, (start, spread))
        correlation = _correlation(looks, middle)
    factor = np.linalg.cholesky(np.linalg.inv(precision))
    return AttributionLag(
        window_days,
        middle,
        factor,
        _mean(middle, factor, window_days),
        _orders_seen(arrivals),
        correlation,
    )


@dataclass(frozen=True, slots=True)
class _Looks:
    """Pairs of looks at one day's orders: counts (pairs,), and between: (pairs, window), 1 for the days between."""

    orders: F64
    later: F64
    between: F64

    @classmethod
    def of(cls, arrivals: pl.DataFrame, window_days: int) -> "_Looks":
        """Looks of table ORDER_ARRIVALS, the earlier within the window, that know of any order."""
        rows = arrivals.filter(pl.col("later_orders") > 0, pl.col("age_days") < window_days).sort(
            "date", "age_days", "later_age_days"
        )
        age, later = (rows[name].to_numpy()[:, None] for name in ("age_days", "later_age_days"))
        days = np.arange(1, window_days + 1)
        return cls(
            rows["orders"].to_numpy(),
            rows["later_orders"].to_numpy(),
            ((days > age) & (days <= later)).astype(np.float64),
        )


def _log_odds(share: float) -> float:
    return float(np.log(share / (1.0 - share)))


def _steps(parameters: F64, window_days: int) -> F64:
    """-log(F(a - 1) / F(a)) of ages 1 to window_days: (sets, window_days) of parameters (sets, p)."""
    shape = np.clip(parameters[:, :SHAPES], *LIMITS)
    same_day = 1.0 / (1.0 + np.exp(-shape[:, :1]))
    ages = np.arange(window_days + 1)
    weibull = -np.expm1(-((ages / np.exp(shape[:, 1:2])) ** np.exp(shape[:, 2:3])))
    known = same_day + (1.0 - same_day) * weibull / weibull[:, -1:]
    return np.asarray(np.diff(np.log(known), axis=1) * np.exp(parameters[:, SHAPES:]))


def _curves(parameters: F64, window_days: int) -> F64:
    """F (sets, window_days + 1) of parameters (sets, p)."""
    steps = _steps(parameters, window_days)
    left = np.cumsum(steps[:, ::-1], axis=1)[:, ::-1]
    return np.exp(-np.pad(left, ((0, 0), (0, 1))))


def _slopes(middle: F64, window_days: int) -> F64:
    """Derivatives (window_days, p) of the steps; of the shapes by differences."""
    small = 1e-5
    nudged = np.concatenate([np.eye(SHAPES), -np.eye(SHAPES)]) * small
    sets = middle + np.pad(nudged, ((0, 0), (0, window_days)))
    ends = _steps(sets, window_days)
    shapes = (ends[:SHAPES] - ends[SHAPES:]).T / (2.0 * small)
    return np.asarray(np.hstack([shapes, np.diag(_steps(middle[None], window_days)[0])]))


def _share(looks: _Looks, middle: F64) -> F64:
    """Share (pairs,) of the later orders that the earlier look knows, within (0, 1)."""
    steps = _steps(middle[None], looks.between.shape[1])[0]
    return np.asarray(np.clip(np.exp(-looks.between @ steps), 1e-12, 1.0 - 1e-12))


Belief = tuple[F64, F64]
"""Means and sds (p,) of the parameters before any evidence."""


def _log_posterior(looks: _Looks, weight: F64, middle: F64, belief: Belief) -> float:
    share = _share(looks, middle)
    likelihood = looks.orders * np.log(share) + (looks.later - looks.orders) * np.log1p(-share)
    return float(weight @ likelihood - 0.5 * np.sum(((middle - belief[0]) / belief[1]) ** 2))


def _mode(looks: _Looks, weight: F64, middle: F64, belief: Belief) -> tuple[F64, F64]:
    """Mode (p,) of the posterior, sought from `middle`, and the Fisher precision (p, p) there."""
    best = _log_posterior(looks, weight, middle, belief)
    for _ in range(STEPS):
        score, precision = _score(looks, weight, middle, belief)
        step = np.linalg.solve(precision, score)
        while (found := _log_posterior(looks, weight, middle + step, belief)) < best:
            step = step / 2.0
            if np.abs(step).max() < TOLERANCE:
                return middle, precision
        middle, best = middle + step, found
        if np.abs(step).max() < TOLERANCE:
            break
    return middle, _score(looks, weight, middle, belief)[1]


def _score(looks: _Looks, weight: F64, middle: F64, belief: Belief) -> tuple[F64, F64]:
    """Slope (p,) of the log posterior and its Fisher precision (p, p)."""
    share = _share(looks, middle)
    slopes = -looks.between @ _slopes(middle, looks.between.shape[1])
    pull = weight * (looks.orders - looks.later * share) / (1.0 - share)
    weighted = slopes * (weight * looks.later * share / (1.0 - share))[:, None]
    precision = slopes.T @ weighted + np.diag(belief[1] ** -2.0)
    slope = slopes.T @ pull - (middle - belief[0]) / belief[1] ** 2
    return np.asarray(slope), np.asarray(precision)


def _correlation(looks: _Looks, middle: F64) -> float:
    """Correlation of the arrivals of one day's orders, by moments, shrunk towards the usual one."""
    share = _share(looks, middle)
    binomial = looks.later * share * (1.0 - share)
    excess = (looks.orders - looks.later * share) ** 2 - binomial
    pairs = binomial * np.maximum(looks.later - 1.0, 0.0)
    found = (excess.sum() + USUAL_CORRELATION * PRIOR_PAIRS) / (pairs.sum() + PRIOR_PAIRS)
    return float(np.clip(found, 0.0, MOST_CORRELATED))


def _mean(middle: F64, factor: F64, window_days: int) -> F64:
    """Mean curve (window_days + 1,), over draws and their mirror images, so that it is the same for every seed."""
    generator = np.random.Generator(np.random.Philox(key=[0, 15]))
    strays = generator.standard_normal((MEAN_DRAWS, len(middle))) @ factor.T
    both = np.concatenate([middle + strays, middle - strays])
    return np.asarray(_curves(both, window_days).mean(axis=0))


def _orders_seen(arrivals: pl.DataFrame) -> float:
    """Orders of each day at its last look."""
    days = arrivals.group_by("date").agg(pl.col("later_orders").max()).sort("date")
    return total(days["later_orders"])

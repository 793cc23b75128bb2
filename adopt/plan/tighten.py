"""The search for the least tightening of a target ROI with which enough draws meet it."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.optimise.choice import Choice
from adopt.optimise.problem import Problem
from adopt.tables import total

F64 = NDArray[np.float64]

CLIMBS, HALVINGS = 5, 3
"""Solves at most until a plan holds, and from there back to the least tightening."""
CLOSE = 2e-3
"""Width of the bracket, relative, below which another solve gains nothing."""
BELOW_HIGHEST = 1.0 - 1e-4
"""Share of the highest return at which a plan is still sought."""
BETWEEN = (0.5, 0.75, 0.25)
"""Where plans are sought between one that spends too widely and one of too few clicks."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A plan of a tightened target, simulated.

    target: the ROI that its expectation must reach; plan: of plan.advice
    cost, revenue: (draws,) currency per day of the shop over the horizon, chance included
    """

    target: float
    problem: Problem
    choice: Choice
    plan: pl.DataFrame
    cost: F64
    revenue: F64

    @property
    def aim(self) -> float:
        """The expected ROI of the plan, its target at least."""
        cost = total(self.plan["cost_recommended"])
        return max(self.target, total(self.plan["revenue_recommended"]) / cost if cost > 0 else 0.0)

    def chance(self, roi: float) -> float:
        """Share of the draws that meet an ROI."""
        return float((self.revenue >= roi * self.cost).mean())

    def held(self, share: float) -> float:
        """The highest ROI that so large a share of the draws meets; 0 where they earn nothing."""
        ratio = np.full(self.cost.size, np.inf)
        np.divide(self.revenue, self.cost, out=ratio, where=self.cost > 0.0)
        rank = min(max(math.ceil(share * ratio.size - 1e-9), 1), ratio.size)
        return float(np.sort(ratio)[ratio.size - rank])


@dataclass(frozen=True, slots=True)
class Tightened:
    """found: the trial of least target that holds, or None; failed: trials that do not; solves: made."""

    found: Trial | None
    failed: tuple[Trial, ...]
    solves: int


class _Search:
    """Trials so far, and by how much each misses."""

    def __init__(
        self, first: Trial, solve: Callable[[float], Trial | None], target: float, share: float
    ) -> None:
        self.solve, self.target, self.share = solve, target, share
        self.failed = [first]
        self.solves = 0

    def holds(self, trial: Trial) -> bool:
        """Whether enough draws meet the target."""
        return trial.held(self.share) >= self.target

    def attempt(self, aim: float) -> Trial | None:
        """The trial of an expected ROI, kept with the failed where it does not hold; None out of reach."""
        self.solves += 1
        trial = self.solve(aim)
        if trial is not None and not self.holds(trial):
            self.failed.append(trial)
        return trial

    def below(self, aim: float) -> Trial:
        """The failed trial next below an expected ROI."""
        lower = [trial for trial in self.failed if trial.aim < aim]
        return max(lower or self.failed[:1], key=lambda trial: trial.aim)


def tighten_target(
    first: Trial,
    solve: Callable[[float], Trial | None],
    highest: Callable[[], float],
    target: float,
    share: float,
) -> Tightened:
    """The least tightened target whose plan meets the target in a share of the draws.

    first: the plan to start from; solve: the trial of a tightened target, None where it is out of reach
    highest: the highest expected ROI of any plan that spends

    Method: the return that holds grows nearly in proportion to the expected one: secant steps up until
    a plan holds, then a bracket narrowed by regula falsi.
    """
    search = _Search(first, solve, target, share)
    if search.holds(first):
        return Tightened(first, (), 0)
    high = _climb(search, first, highest)
    if high is None:
        return Tightened(None, tuple(search.failed), search.solves)
    for _ in range(HALVINGS):
        low = search.below(high.target)
        if high.target - low.aim <= CLOSE * target:
            break
        trial = search.attempt(_between(low, high, target, share))
        high = trial if trial is not None and search.holds(trial) else high
    return Tightened(high, tuple(search.failed), search.solves)


def _climb(search: _Search, first: Trial, highest: Callable[[], float]) -> Trial | None:
    """A plan that holds, at the least steps up."""
    low, ceiling = first, math.inf
    for _ in range(CLIMBS):
        aim = min(_above(low, search.target, search.share), ceiling)
        if aim <= low.aim:
            break
        trial = search.attempt(aim)
        if trial is None:
            ceiling = highest() * BELOW_HIGHEST
        elif search.holds(trial):
            return trial
        else:
            low = trial
    # The few clicks of the highest return are a gamble of their own: a plan between may be safer.
    for part in BETWEEN:
        trial = search.attempt(first.aim + part * (low.aim - first.aim))
        if trial is not None and search.holds(trial):
            return trial
    return None


def _above(low: Trial, target: float, share: float) -> float:
    """Expected ROI at which the target should hold, if what holds grew with it."""
    held = low.held(share)
    return low.aim * (max(target / held + 0.5 * CLOSE, 1.0 + CLOSE) if held > 0.0 else 2.0)


def _between(low: Trial, high: Trial, target: float, share: float) -> float:
    """Expected ROI at which the target should just hold."""
    short, over = low.held(share), high.held(share)
    part = (target - short) / (over - short) if over > short else 0.5
    return low.aim + min(max(part, 0.1), 0.9) * (high.target - low.aim)

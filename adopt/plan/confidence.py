"""A plan that meets the target ROI with the chance that was asked: the target is tightened until draws do.

The chance is that of the horizon's days: posterior draws, what targets share drawn once for all, and the
days' own luck. The search sees some draws; the plan it ends with is judged by draws that it did not see.
"""

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.config import Settings
from adopt.errors import ConfigError, InfeasibleError, Relaxation
from adopt.formats.shop_data import ShopData
from adopt.optimise.choice import Choice, choose_levels
from adopt.optimise.problem import Problem, with_limits
from adopt.optimise.relaxations import highest_roi
from adopt.plan.advice import planned_changes
from adopt.plan.intervals import Forecast, chance_on_target, forecast_plan
from adopt.plan.loss import loss_of_weeks
from adopt.plan.model import ShopModel
from adopt.plan.tighten import Trial, tighten_target
from adopt.tables import total

CHECKS = 3
"""Times that a plan which fails on fresh draws is searched anew with them."""
FRESH = 2**32
"""Between the seeds of sets of draws; no operator counts so far."""
FEWEST_BEYOND = 4
"""Draws that must lie beyond the confidence for it to be told from certainty."""
SLACK = 0.995
"""Share of a return that is promised for a relaxation, so that it holds when asked for."""


@dataclass(frozen=True, slots=True)
class ConfidentPlan:
    """A plan and what its confidence rests on.

    plan: of plan.advice; forecast: where a confidence was asked, on draws that the search did not see
    facts: content of ``confidence`` in summary.json, None where none was asked
    """

    problem: Problem
    choice: Choice
    plan: pl.DataFrame
    forecast: Forecast
    facts: dict[str, Any] | None


def check_confidence(settings: Settings) -> None:
    """Refuse a confidence that so few draws cannot show; raises ConfigError."""
    asked, draws = settings.goal.confidence, settings.estimate.draws
    if asked is not None and (1.0 - asked) * draws < FEWEST_BEYOND - 1e-9:
        needed = math.ceil(FEWEST_BEYOND / (1.0 - asked) - 1e-9)
        raise ConfigError(
            f"a confidence of {asked:g} cannot be shown by {draws} draws.",
            remedy=f"Set draws in [estimate] to {needed} or more, or lower the confidence.",
        )


def confident_plan(
    data: ShopData,
    model: ShopModel,
    response: pl.DataFrame,
    problem: Problem,
    choice: Choice,
    *,
    seed: int,
) -> ConfidentPlan:
    """The best plan found whose chance to meet the target ROI is at least the confidence asked.

    problem, choice: solved without the confidence, whose target is tightened
    Raises InfeasibleError with the best chance and the smallest relaxations where none reaches it;
    ConfigError where there is no target.
    Method: sample average of the chance constraint, target tightened by bracketing, checked out of
    sample; docs/methods/confidence.md.
    """
    target, asked = model.goal.target_roi, float(model.settings.goal.confidence or 0.0)
    if target is None:
        raise ConfigError("a confidence needs a target ROI to meet.", remedy="Give --target-roi.")
    simulation = _Simulation(data, model, response, problem, choice.multipliers, seed)
    first = found = simulation.trial(target, problem, choice, sets=1)
    solves = 1
    for check in range(1, CHECKS + 1):
        tightened = tighten_target(
            found,
            partial(simulation.solve, sets=check),
            simulation.highest,
            target,
            _share(asked, found),
        )
        solves += tightened.solves
        tried = [trial for trial in (tightened.found, *tightened.failed) if trial is not None]
        if tightened.found is None:
            break
        found = tightened.found
        fresh = simulation.forecast(found.plan, check)
        if chance_on_target(fresh, target) >= asked:
            facts = {
                **_tightening(model, first, found),
                "solves": solves,
                "draws": {"search": found.cost.size, "fresh": fresh.played.cost.shape[1]},
                "loss": loss_of_weeks(fresh, found.plan, target),
            }
            return ConfidentPlan(found.problem, found.choice, found.plan, fresh, facts)
        found = simulation.trial(found.target, found.problem, found.choice, sets=check + 1)
    raise _unreachable(simulation, tried, target, asked)


def _share(asked: float, trial: Trial) -> float:
    """Share of the search's draws that must meet the target: a standard error above what is asked."""
    return asked + math.sqrt(asked * (1.0 - asked) / trial.cost.size)


@dataclass(frozen=True, slots=True)
class _Simulation:
    """What a plan needs to be simulated; sets of draws are numbered, 0 is the model's own.

    start: (limits,) multipliers of the plan without the confidence, objective per unit of row
    """

    data: ShopData
    model: ShopModel
    response: pl.DataFrame
    problem: Problem
    start: NDArray[np.float64]
    seed: int

    def forecast(self, plan: pl.DataFrame, number: int) -> Forecast:
        """The plan in one set of draws."""
        seed = self.seed + number * FRESH
        if number == 0:
            return forecast_plan(self.data, self.model, plan, seed=seed)
        ctr, cvr, aov = self.model.rates.draw(self.model.ctr.shape[1], seed)
        model = replace(self.model, ctr=ctr, cvr=cvr, aov=aov)
        return forecast_plan(self.data, model, plan, seed=seed)

    def trial(self, target: float, problem: Problem, choice: Choice, *, sets: int) -> Trial:
        """The choice with its cost and revenue in the first sets of draws."""
        plan = planned_changes(self.response, choice.levels, self.model)
        played = [self.forecast(plan, number).played for number in range(sets)]
        return Trial(
            target,
            problem,
            choice,
            plan,
            np.concatenate([days.cost.sum(axis=0) for days in played]),
            np.concatenate([days.revenue.sum(axis=0) for days in played]),
        )

    def solve(self, target: float, *, sets: int) -> Trial | None:
        """The best plan of a tightened target, simulated; None where no plan reaches it."""
        limits = tuple(
            replace(limit, limit=target) if limit.constraint == "target_roi" else limit
            for limit in self.problem.limits
        )
        problem = with_limits(self.problem, limits)
        try:
            choice = choose_levels(problem, start=self.start)
        except InfeasibleError:
            return None
        return self.trial(target, problem, choice, sets=sets)

    def highest(self) -> float:
        """The highest expected ROI of any plan that spends; 0 where none may."""
        found = highest_roi(self.problem)
        return 0.0 if found is None else found.roi


def _tightening(model: ShopModel, first: Trial, found: Trial) -> dict[str, Any]:
    """What was asked, what the plan aims at for it, and what that gives up; money per day."""
    target = float(model.goal.target_roi or 0.0)
    has_profit = found.plan["profit_recommended"].null_count() == 0
    profits = [total(trial.plan["profit_recommended"]) for trial in (first, found)]
    return {
        "asked": model.settings.goal.confidence,
        "tightened_target_roi": found.target,
        "is_tightened": found.target > target,
        "chance_in_search": found.chance(target),
        "chance_without": first.chance(target),
        "objective_given_up": first.choice.value - found.choice.value,
        "profit_given_up": profits[0] - profits[1] if has_profit else None,
    }


def _unreachable(
    simulation: _Simulation, tried: list[Trial], target: float, asked: float
) -> InfeasibleError:
    """The best chance found, and the smallest relaxations that hold, also on fresh draws."""
    share = _share(asked, tried[0])
    likeliest = max(tried, key=lambda trial: trial.chance(target))
    farthest = max(tried, key=lambda trial: trial.held(share))
    number = CHECKS + 1
    seen = _in_draws(likeliest, simulation.forecast(likeliest.plan, number))
    chance = min(likeliest.chance(target), seen.chance(target))
    seen = _in_draws(farthest, simulation.forecast(farthest.plan, number))
    held = SLACK * min(farthest.held(share), seen.held(share))
    error = math.sqrt(max(chance * (1.0 - chance), 1e-9) / likeliest.cost.size)
    lower_roi, lower_chance = math.floor(100.0 * held) / 100.0, math.floor(100 * (chance - error))
    relaxations = []
    if lower_roi > 0.0:
        words = f"Lower the target ROI from {target:,.2f} to {lower_roi:,.2f}, which holds with {asked:.4g}."
        relaxations.append(Relaxation("target_roi", target, lower_roi, "ratio", words))
    if lower_chance > 0:
        words = f"Or lower the confidence from {asked:.4g} to {lower_chance / 100:.2f}."
        relaxations.append(
            Relaxation("confidence", asked, lower_chance / 100, "probability", words)
        )
    return InfeasibleError(
        f"no plan within the guardrails meets the target ROI of {target:,.2f} with a chance of "
        f"{asked:.4g}; the best that was found has {chance:.3f}.",
        relaxations=tuple(relaxations),
    )


def _in_draws(trial: Trial, forecast: Forecast) -> Trial:
    """The trial in other draws."""
    played = forecast.played
    return replace(trial, cost=played.cost.sum(axis=0), revenue=played.revenue.sum(axis=0))

"""Recommend a bid for every target of a shop: the main job, from its tables to a run.

Reads like the flow of DESIGN.md §1: estimate → market → optimise → decide.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import dataframely as dy
import polars as pl

from adopt.config import Settings
from adopt.errors import DataError, InfeasibleError
from adopt.formats.shop_data import Notice, ShopData
from adopt.optimise.choice import Choice, choose_levels
from adopt.optimise.frontier import spend_frontier
from adopt.optimise.problem import Problem, build_problem
from adopt.plan.advice import (
    hurdles,
    planned_changes,
    product_decisions_of,
    recommendations_of,
)
from adopt.plan.confidence import ConfidentPlan, check_confidence, confident_plan
from adopt.plan.constraints import certificate_facts, constraint_facts
from adopt.plan.curves import offered_curves
from adopt.plan.goal import Goal, exhausted_budgets
from adopt.plan.guards import guard_targets
from adopt.plan.intervals import forecast_plan
from adopt.plan.late_orders import late_order_notices, late_orders
from adopt.plan.limits import plan_limits
from adopt.plan.model import ShopModel, fit_shop
from adopt.plan.multipliers import multiplier_facts, within_multiples
from adopt.plan.scopes import unknown_scopes
from adopt.plan.shared_keywords import kept_twice
from adopt.plan.start import Start, start_notices
from adopt.plan.summary import halo_facts, summarise
from adopt.tables import (
    Frontier,
    ProductDecisions,
    RateNodes,
    Recommendations,
    Response,
    total,
)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Result of a run: the tables and the summary of a run folder."""

    recommendations: dy.DataFrame[Recommendations]
    products: dy.DataFrame[ProductDecisions]
    frontier: dy.DataFrame[Frontier]
    response: dy.DataFrame[Response]
    rates: dy.DataFrame[RateNodes]
    summary: dict[str, Any]


def recommend(
    data: ShopData,
    settings: Settings,
    *,
    start: Start | None = None,
    seed: int = 0,
    tell: Callable[[str], object] = str,
) -> Recommendation:
    """One bid per target, of greatest objective within budgets, target ROI and guardrails.

    data: what was read of the shop; settings: of shop.toml and the command line
    start: where an earlier run of a like request ended, to get there sooner
    tell: called with the name of each stage as it begins: estimate, optimise, decide
    Raises DataError when there is nothing to decide, InfeasibleError with the smallest relaxations,
    ConfigError where a confidence has no target, or too few draws to show it.
    """
    _check_decidable(data)
    check_confidence(settings)
    tell("estimate")
    model = fit_shop(data, settings, seed=seed)
    guarded = _guarded(data, model)
    response = offered_curves(data, model, guarded)
    tell("optimise")
    goal, problem, choice = _choose(model, guarded, response, start)
    from_start = start_notices(start, problem, goal)
    model = replace(model, goal=goal)
    coming = late_orders(model.fitted, model.cvr, seed=seed)
    chosen = _planned(data, model, response, problem, choice, seed=seed)
    tell("decide")
    plan, forecast, choice = chosen.plan, chosen.forecast, chosen.choice
    prices = zip(chosen.problem.limits, choice.multipliers.tolist(), strict=True)
    needed = hurdles(
        model.targets, list(prices), objective=goal.objective, halo_weight=goal.halo_weight
    )
    recommendations = recommendations_of(plan, guarded, response, needed, forecast, model)
    products = product_decisions_of(recommendations, model)
    return Recommendation(
        recommendations=recommendations,
        products=products,
        frontier=spend_frontier(chosen.problem),
        response=response,
        rates=model.fitted.nodes(
            (model.ctr, model.cvr, model.aov), shop_id=data.shop_id, seed=seed
        ),
        summary={
            **summarise(
                data,
                goal,
                recommendations,
                products,
                forecast,
                certificate_facts(choice),
                constraint_facts(choice, goal, settings),
                (*_notices(data, model, guarded), *late_order_notices(coming), *from_start),
            ),
            **halo_facts(goal, response, choice.levels),
            "orders_coming": coming,
            "confidence": chosen.facts,
            "bid_multipliers": multiplier_facts(data.targets, data.bid_multipliers),
        },
    )


def _check_decidable(data: ShopData) -> None:
    """Raise DataError where nothing is on, or no file tells results."""
    if data.targets.is_empty() and data.inactive_targets.height:
        raise DataError(
            "every keyword is paused, removed or archived (or its campaign or ad group is).",
            remedy="Enable what is to be advertised, and export the report again.",
        )
    if data.history.is_empty() and data.landscape_points.is_empty():
        raise DataError(
            "these files tell bids and products, but not what any keyword has brought.",
            remedy="Add a keyword report by day, or the platform's bid simulations.",
        )


def _guarded(data: ShopData, model: ShopModel) -> pl.DataFrame:
    """How far each bid may move, of plan.guards, multipliers kept in mind."""
    guarded = guard_targets(
        model.targets,
        model.judged,
        model.economics,
        _evidence(model),
        model.cvr * model.aov,
        model.settings,
        model.platform,
    )
    return within_multiples(guarded, model.targets, data.bid_multipliers, model.platform)


def _notices(data: ShopData, model: ShopModel, guarded: pl.DataFrame) -> tuple[Notice, ...]:
    """What the operator should know, as it came up."""
    return (
        *data.notices,
        *model.goal.notices,
        *model.notices,
        *exhausted_budgets(data.history, data.targets),
        *unknown_scopes(data, model.economics, model.settings),
        *kept_twice(guarded),
    )


def _planned(
    data: ShopData,
    model: ShopModel,
    response: pl.DataFrame,
    problem: Problem,
    choice: Choice,
    *,
    seed: int,
) -> ConfidentPlan:
    """The choice with its forecast; where a confidence is asked, the plan that has it."""
    if model.settings.goal.confidence is not None:
        return confident_plan(data, model, response, problem, choice, seed=seed)
    plan = planned_changes(response, choice.levels, model)
    return ConfidentPlan(problem, choice, plan, forecast_plan(data, model, plan, seed=seed), None)


def _evidence(model: ShopModel) -> pl.DataFrame:
    """Evidence of each target, in the model's order."""
    return model.targets.select("target_id", "is_simulated").join(
        model.rates.rates.select(
            "target_id", "evidence_clicks", "evidence_orders", "evidence_cost"
        ),
        on="target_id",
        validate="1:1",
        maintain_order="left",
    )


def _choose(
    model: ShopModel, guarded: pl.DataFrame, response: pl.DataFrame, start: Start | None
) -> tuple[Goal, Problem, Choice]:
    """Solve; a target that nobody asked for gives way to today's return where it cannot be met."""
    goal = model.goal
    problem = _problem(goal, model, guarded, response)
    try:
        return goal, problem, _solved(problem, goal, start)
    except InfeasibleError:
        if not goal.is_default_target:
            raise
    goal = _todays_return(goal, response)
    problem = _problem(goal, model, guarded, response)
    return goal, problem, _solved(problem, goal, start)


def _solved(problem: Problem, goal: Goal, start: Start | None) -> Choice:
    """The choice, searched from where the start says."""
    near = None if start is None else start.of(problem, goal.objective)
    return choose_levels(problem, start=near)


def _problem(
    goal: Goal, model: ShopModel, guarded: pl.DataFrame, response: pl.DataFrame
) -> Problem:
    """The choice to make under a goal."""
    return build_problem(
        response,
        plan_limits(goal, model.settings, guarded, model.judged, response),
        goal.objective,
        products=dict(model.targets.select("target_id", "product_id").rows()),
        halo_weight=goal.halo_weight,
    )


def _todays_return(goal: Goal, response: pl.DataFrame) -> Goal:
    """The goal with the return of the bids in force, rounded down to a hundredth."""
    current = response.filter("is_current")
    cost = total(current["cost"])
    today = int(100 * total(current["revenue"]) / cost) / 100 if cost > 0 else None
    wanted = goal.target_roi or 0.0
    shown = "none" if today is None else f"{today:.2f}"
    notice = Notice(
        "TARGET_OUT_OF_REACH",
        f"The default target ROI of {wanted:.2f} ({goal.target_source}) is out of reach in one step: today's {shown} is kept as the floor.",
        f"默认目标投产比{wanted:.2f}一步之内达不到:先以今天的{shown}为底线。",
    )
    return replace(
        goal,
        target_roi=today,
        target_source="current_roi" if today else "none",
        notices=(*goal.notices, notice),
    )

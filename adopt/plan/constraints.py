"""The limits of a run as its summary tells them, and as they are read back from it."""

from typing import Any

import polars as pl

from adopt.config import Settings
from adopt.optimise.choice import Choice
from adopt.optimise.limit import Limit
from adopt.plan.goal import Goal
from adopt.plan.scopes import scope_members
from adopt.plan.shared_keywords import KEYWORD_SCOPE

SCOPES = {
    **dict.fromkeys(("campaign_budget", "campaign_spend_floor", "campaign_roi"), "campaign_id"),
    **dict.fromkeys(("category_budget", "category_spend_floor", "category_roi"), "category"),
    **dict.fromkeys(("product_budget", "product_spend_floor", "product_roi"), "product_id"),
    **dict.fromkeys(("stock", "minimum_spend"), "product_id"),
    **dict.fromkeys(("one_product", "keyword_on"), "keyword_scope"),
}
"""Column of the targets that a limit's scope names; the others couple the whole account."""

DERIVED = ("account_budget", "campaign_budget", "target_roi", "stock")
"""Limits that may come from elsewhere than the operator."""


def certificate_facts(choice: Choice) -> dict[str, Any]:
    """What is proved of the plan; objective per day."""
    return {
        "objective_value": choice.value,
        "upper_bound": choice.bound,
        "gap": choice.gap,
        "bound_method": choice.bound_method,
        "rounding_error_bound": choice.error_bound,
    }


def constraint_facts(choice: Choice, goal: Goal, settings: Settings) -> list[dict[str, Any]]:
    """Each limit with its source, use and shadow price; units as in LimitUse, of the multiplier as in Choice."""
    return [
        {
            "constraint": use.limit.constraint,
            "scope": use.limit.scope,
            "limit": use.limit.limit,
            "source": _source(use.limit, goal, settings),
            "used": use.used,
            "slack": use.slack,
            "is_binding": use.is_binding,
            "shadow_price": use.shadow_price,
            "multiplier": multiplier,
        }
        for use, multiplier in zip(choice.uses, choice.multipliers.tolist(), strict=True)
    ]


def _source(limit: Limit, goal: Goal, settings: Settings) -> str | None:
    """Who asks for a limit: operator, platform, current_cost, confidence, stock, or a target's source."""
    if limit.constraint not in DERIVED:
        return "operator"
    if limit.constraint == "account_budget":
        return "operator" if goal.budget is not None else "current_cost"
    if limit.constraint == "campaign_budget":
        own = settings.campaigns.get(limit.scope)
        return "operator" if own is not None and own.budget is not None else "platform"
    if limit.constraint == "target_roi":
        return "confidence" if limit.limit != goal.target_roi else goal.target_source
    return "stock"


def limits_of(
    constraints: list[dict[str, Any]], recommendations: pl.DataFrame, products: pl.DataFrame
) -> tuple[Limit, ...]:
    """The limits that `constraint_facts` told, with the targets they couple.

    recommendations, products: tables of the run
    """
    targets = recommendations.join(
        products.select("product_id", "category"), on="product_id", how="left", validate="m:1"
    ).with_columns(pl.when(pl.col("product_id").is_not_null()).then(KEYWORD_SCOPE))
    needed = {column for row in constraints if (column := SCOPES.get(row["constraint"]))}
    members = {column: scope_members(targets, column) for column in needed}
    return tuple(
        Limit(
            row["constraint"],
            row["scope"],
            row["limit"],
            members[column].get(row["scope"], ())
            if (column := SCOPES.get(row["constraint"]))
            else None,
        )
        for row in constraints
    )

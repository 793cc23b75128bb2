"""The limits a plan must keep: the operator's as given, the derived ones as far as the guards can follow."""

import polars as pl

from adopt.config import Settings
from adopt.optimise.problem import Limit
from adopt.plan.goal import Goal
from adopt.platforms import MICROS
from adopt.tables import total


def plan_limits(
    goal: Goal,
    settings: Settings,
    guarded: pl.DataFrame,
    judged: pl.DataFrame,
    response: pl.DataFrame,
) -> tuple[Limit, ...]:
    """Account budget, campaign budgets, target ROI, product ROI and stock.

    A campaign's budget on the platform and a short stock are no orders of the operator: where the
    step limits cannot reach them at once, they ask for the least that the limits allow.
    """
    levels = response.join(
        guarded.select("target_id", "campaign_id", "product_id"), on="target_id", validate="m:1"
    )
    limits = [Limit("account_budget", "account", account_budget(goal, response))]
    limits += _campaign_budgets(settings, guarded, levels)
    if goal.target_roi is not None:
        limits.append(Limit("target_roi", "account", goal.target_roi))
    limits += _product_floors(settings, guarded)
    limits += _stock_caps(settings, judged, guarded, levels)
    return tuple(limits)


def account_budget(goal: Goal, response: pl.DataFrame) -> float:
    """Currency per day: the operator's, else the expected cost of the bids in force."""
    if goal.budget is not None:
        return goal.budget
    current = total(response.filter("is_current")["cost"])
    unknown = _least(response.filter(~pl.col("is_current").any().over("target_id")), "cost")
    return current + unknown


def _least(levels: pl.DataFrame, name: str) -> float:
    """Least total of a column that some choice of levels reaches."""
    return total(levels.group_by("target_id").agg(pl.col(name).min())[name])


def _campaign_budgets(
    settings: Settings, guarded: pl.DataFrame, levels: pl.DataFrame
) -> list[Limit]:
    limits = []
    campaigns = (
        guarded.filter(pl.col("campaign_id").is_not_null())
        .group_by("campaign_id")
        .agg("target_id", pl.col("campaign_budget").max())
    )
    for campaign, ids, platform_budget in campaigns.sort("campaign_id").rows():
        own = settings.campaigns.get(campaign)
        if own is not None and own.budget is not None:
            limits.append(
                Limit("campaign_budget", campaign, own.budget / MICROS, tuple(sorted(ids)))
            )
        elif platform_budget is not None:
            least = _least(levels.filter(pl.col("campaign_id") == campaign), "cost")
            budget = max(platform_budget / MICROS, least * (1 + 1e-9))
            limits.append(Limit("campaign_budget", campaign, budget, tuple(sorted(ids))))
    return limits


def _product_floors(settings: Settings, guarded: pl.DataFrame) -> list[Limit]:
    limits = []
    for product, own in sorted(settings.products.items()):
        ids = guarded.filter(pl.col("product_id") == product)["target_id"].sort()
        if own.target_roi is not None and len(ids) > 0:
            limits.append(Limit("product_roi", product, own.target_roi, tuple(ids)))
    return limits


def _stock_caps(
    settings: Settings, judged: pl.DataFrame, guarded: pl.DataFrame, levels: pl.DataFrame
) -> list[Limit]:
    """Ad orders that the stock can still serve beside the sales from other traffic (K9)."""
    limits = []
    short = judged.filter(pl.col("reasons").list.contains("STOCK_SHORT"))
    for product, stock, units in short.select("product_id", "stock", "units_per_day").rows():
        own = levels.filter(pl.col("product_id") == product)
        ad_orders = total(own.filter("is_current")["orders"])
        elsewhere = max(units - ad_orders, 0.0)
        left = stock / settings.stock.horizon_days - elsewhere
        cap = max(left, _least(own, "orders") * (1 + 1e-9))
        ids = guarded.filter(pl.col("product_id") == product)["target_id"].sort()
        limits.append(Limit("stock", product, cap, tuple(ids)))
    return limits

"""The limits a plan must keep: the operator's as given, the derived ones as far as the guards can follow."""

from collections.abc import Mapping

import polars as pl

from adopt.config import Scope, Settings
from adopt.optimise.limit import Constraint, Limit
from adopt.plan.goal import Goal
from adopt.plan.scopes import scope_members
from adopt.platforms import MICROS
from adopt.tables import total

MAY_STAND_ALONE = (
    (pl.col("bid") != 0).fill_null(value=True) | pl.col("is_current") | pl.col("may_pause_alone")
)
"""Levels that a target may take whatever the others do; off for its product's or keyword's sake is not one."""

ABOVE_FLOOR = 1.1
"""Budget over the spend floor where nobody gave a budget: whole bids seldom meet a sum exactly."""


def plan_limits(
    goal: Goal,
    settings: Settings,
    guarded: pl.DataFrame,
    judged: pl.DataFrame,
    response: pl.DataFrame,
) -> tuple[Limit, ...]:
    """Account, campaign, category and product limits, stock, switched products, shared keywords.

    A campaign's budget on the platform and a short stock are no orders of the operator: where the
    step limits cannot reach them at once, they ask for the least that the limits allow.
    guarded: of plan.guards; judged: products with their stock; response: table RESPONSE
    """
    levels = response.join(
        guarded.select(
            "target_id", "campaign_id", "product_id", "keyword_scope", "may_pause_alone"
        ),
        on="target_id",
        validate="m:1",
    )
    limits = [Limit("account_budget", "account", account_budget(goal, settings, response))]
    limits += _campaign_budgets(settings, guarded, levels)
    if goal.target_roi is not None:
        limits.append(Limit("target_roi", "account", goal.target_roi))
    limits += _scope_limits(settings.products, guarded, "product", ("roi",))
    limits += _stock_caps(settings, judged, guarded, levels)
    if settings.goal.spend_floor:
        floor = settings.goal.spend_floor / MICROS
        limits.append(Limit("account_spend_floor", "account", floor))
    limits += _scope_limits(settings.campaigns, guarded, "campaign", ("spend_floor", "roi"))
    limits += _scope_limits(
        settings.categories, guarded, "category", ("budget", "spend_floor", "roi")
    )
    limits += _scope_limits(settings.products, guarded, "product", ("budget", "spend_floor"))
    return (*limits, *_switch_limits(settings, guarded), *_keyword_limits(guarded, levels))


def account_budget(goal: Goal, settings: Settings, response: pl.DataFrame) -> float:
    """Currency per day: the operator's, else the expected cost of the bids in force.

    Where the operator orders more than that to be spent, a tenth above the order.
    """
    if goal.budget is not None:
        return goal.budget
    current = total(response.filter("is_current")["cost"])
    unknown = _least(response.filter(~pl.col("is_current").any().over("target_id")), "cost")
    today, floor = current + unknown, (settings.goal.spend_floor or 0) / MICROS
    return ABOVE_FLOOR * floor if floor > today else today


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
            own_levels = levels.filter(MAY_STAND_ALONE, pl.col("campaign_id") == campaign)
            least = _least(own_levels, "cost")
            budget = max(platform_budget / MICROS, least * (1 + 1e-9))
            limits.append(Limit("campaign_budget", campaign, budget, tuple(sorted(ids))))
    return limits


CONSTRAINTS: dict[tuple[str, str], Constraint] = {
    ("campaign", "spend_floor"): "campaign_spend_floor",
    ("campaign", "roi"): "campaign_roi",
    ("category", "budget"): "category_budget",
    ("category", "spend_floor"): "category_spend_floor",
    ("category", "roi"): "category_roi",
    ("product", "budget"): "product_budget",
    ("product", "spend_floor"): "product_spend_floor",
    ("product", "roi"): "product_roi",
}
SCOPE_COLUMNS = {"campaign": "campaign_id", "category": "category", "product": "product_id"}


def _scope_limits(
    sections: Mapping[str, Scope], guarded: pl.DataFrame, level: str, asked: tuple[str, ...]
) -> list[Limit]:
    """Limits of named sections, as the operator gave them; those without targets have been told."""
    limits = []
    named = {name: amounts for name, own in sections.items() if (amounts := _amounts(own, asked))}
    if not named:
        return []
    members = scope_members(guarded, SCOPE_COLUMNS[level])
    for name, amounts in sorted(named.items()):
        for kind, amount in amounts.items():
            if name in members:
                limits.append(Limit(CONSTRAINTS[level, kind], name, amount, members[name]))
    return limits


def _amounts(own: Scope, asked: tuple[str, ...]) -> dict[str, float]:
    """Limits of a section in currency per day or as a ratio; a spend floor of nothing is none."""
    given = {
        "budget": None if own.budget is None else own.budget / MICROS,
        "spend_floor": own.spend_floor / MICROS if own.spend_floor else None,
        "roi": own.target_roi,
    }
    return {kind: amount for kind in asked if (amount := given[kind]) is not None}


def _switch_limits(settings: Settings, guarded: pl.DataFrame) -> list[Limit]:
    """Minimum spend of products that are on at all, and how many may be on."""
    members = scope_members(guarded, "product_id")
    limits = [
        Limit("minimum_spend", product, own.minimum_spend / MICROS, members[product])
        for product, own in sorted(settings.products.items())
        if own.minimum_spend and product in members
    ]
    most = settings.goal.most_products
    if most is not None and members:
        limits.append(Limit("most_products", "account", float(most)))
    return limits


def _keyword_limits(guarded: pl.DataFrame, levels: pl.DataFrame) -> list[Limit]:
    """One target at most for each shared keyword, and one at least where evidence would not stop them all.

    Where one of its products may be switched off whole, nobody need stay.
    """
    shared = guarded.drop_nulls("keyword_scope")
    if shared.is_empty():
        return []
    brings = levels.filter(pl.any_horizontal(pl.col("cost", "revenue", "orders") > 0))
    alive = set(brings["keyword_scope"].drop_nulls())
    limits = []
    keywords = shared.group_by("keyword_scope").agg(
        "target_id",
        (pl.col("may_pause_alone").all() | pl.col("is_switched").any()).alias("is_free"),
    )
    for scope, ids, is_free in keywords.sort("keyword_scope").rows():
        members = tuple(sorted(ids))
        limits.append(Limit("one_product", scope, 1.0, members))
        if not is_free and scope in alive:
            limits.append(Limit("keyword_on", scope, 1.0, members))
    return limits


def _stock_caps(
    settings: Settings, judged: pl.DataFrame, guarded: pl.DataFrame, levels: pl.DataFrame
) -> list[Limit]:
    """Ad orders that the stock can still serve beside the sales from other traffic (K9)."""
    limits = []
    short = judged.filter(pl.col("reasons").list.contains("STOCK_SHORT"))
    for product, stock, units in short.select("product_id", "stock", "units_per_day").rows():
        own = levels.filter(MAY_STAND_ALONE, pl.col("product_id") == product)
        ad_orders = total(own.filter("is_current")["orders"])
        elsewhere = max(units - ad_orders, 0.0)
        left = stock / settings.stock.horizon_days - elsewhere
        cap = max(left, _least(own, "orders") * (1 + 1e-9))
        ids = guarded.filter(pl.col("product_id") == product)["target_id"].sort()
        limits.append(Limit("stock", product, cap, tuple(ids)))
    return limits

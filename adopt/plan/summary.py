"""The run in one page of figures: totals, constraints, certificate, counts, the changes that matter most."""

from dataclasses import asdict
from typing import Any

import polars as pl

from adopt.formats.shop_data import Notice, ShopData
from adopt.plan.goal import Goal
from adopt.plan.intervals import Forecast, chance_on_target, total_bounds
from adopt.tables import ACTIONS, total
from adopt.tables.product_decisions import DECISIONS

SUMS = ("clicks", "cost", "orders", "revenue", "profit")
MOST_AT_STAKE = 3


def totals_of(recommendations: pl.DataFrame, suffix: str) -> dict[str, float | None]:
    """Sums over the targets whose figure is known; profit is null unless every margin is known."""
    totals: dict[str, float | None] = {}
    for name in SUMS:
        column = recommendations[f"{name}_{suffix}"]
        totals[name] = total(column)
    if recommendations["profit_recommended"].null_count() > 0:
        totals["profit"] = None
    cost, revenue = totals["cost"], totals["revenue"]
    totals["roi"] = revenue / cost if cost and revenue is not None else None
    return totals


def halo_facts(goal: Goal, response: pl.DataFrame, levels: pl.DataFrame) -> dict[str, Any]:
    """For ``summary.json``: what indirect results count in the objective, and their share of the plan's revenue.

    response: table RESPONSE; levels: chosen, target_id and level
    indirect_revenue_share: expected, a fraction; null where no report tells it
    """
    chosen = response.join(levels, on=["target_id", "level"], how="semi").sort("target_id")
    revenue, halo = total(chosen["revenue"]), chosen["halo_revenue"]
    is_known = revenue > 0 and halo.null_count() == 0
    return {
        "halo_weight": goal.halo_weight,
        "indirect_revenue_share": total(halo) / revenue if is_known else None,
    }


def most_at_stake(recommendations: pl.DataFrame) -> list[dict[str, Any]]:
    """The changes that move most cost, largest first."""
    moved = (pl.col("cost_recommended") - pl.col("cost_current").fill_null(0.0)).alias("cost_moved")
    rows = (
        recommendations.filter(pl.col("action") != "hold")
        .with_columns(moved)
        .sort(pl.col("cost_moved").abs(), "target_id", descending=[True, False])
        .head(MOST_AT_STAKE)
    )
    columns = (
        "target_id keyword_id keyword product_id action current_bid recommended_bid lever cost_moved "
        "revenue_current revenue_recommended profit_current profit_recommended reason_zh reason_en"
    )
    return rows.select(columns.split()).to_dicts()


def summarise(
    data: ShopData,
    goal: Goal,
    recommendations: pl.DataFrame,
    products: pl.DataFrame,
    forecast: Forecast,
    certificate: dict[str, Any],
    constraints: list[dict[str, Any]],
    notices: tuple[Notice, ...],
) -> dict[str, Any]:
    """Content of ``summary.json``; money in currency per day."""
    recommended = totals_of(recommendations, "recommended")
    bounds = total_bounds(forecast)
    for name in (*SUMS, "roi"):
        for suffix in ("p10", "p90"):
            recommended[f"{name}_{suffix}"] = bounds.get(name, {}).get(suffix)
    dates = data.history["date"]
    return {
        "shop_id": data.shop_id,
        "platform": data.platform,
        "currency": data.currency,
        "history": {
            "from": str(dates.min()) if len(dates) else None,
            "to": str(dates.max()) if len(dates) else None,
            "days": dates.n_unique(),
            "targets": len(recommendations),
            "clicks": total(data.history["clicks"]),
        },
        "objective": goal.objective,
        "target_roi": {
            "value": goal.target_roi,
            "source": goal.target_source,
            "probability": None
            if goal.target_roi is None
            else chance_on_target(forecast, goal.target_roi),
        },
        "current": totals_of(recommendations, "current"),
        "targets_without_current": recommendations["cost_current"].null_count(),
        "recommended": recommended,
        "gain": {
            name: bounds[f"{name}_gain"]
            for name in ("revenue", "profit")
            if f"{name}_gain" in bounds
        },
        "certificate": certificate,
        "constraints": constraints,
        "actions": _counts(recommendations["action"], ACTIONS),
        "products": _counts(products["decision"], DECISIONS),
        "most_at_stake": most_at_stake(recommendations),
        "notices": [asdict(n) for n in notices],
    }


def _counts(column: pl.Series, names: tuple[str, ...]) -> dict[str, int]:
    return {name: int((column == name).sum()) for name in names}

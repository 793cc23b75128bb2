"""From chosen levels to the RECOMMENDATIONS and PRODUCT_DECISIONS that an operator reads."""

import dataframely as dy
import polars as pl

from adopt.decide.changes import explain_changes
from adopt.decide.products import explain_products
from adopt.optimise.problem import Limit
from adopt.plan.intervals import Forecast, target_bounds
from adopt.plan.model import ShopModel
from adopt.tables import ProductDecisions, Recommendations, check, totals_by

COUNTS = ("clicks", "cost", "orders", "revenue", "profit")
ROI = (pl.col("revenue") / pl.col("cost")).alias("roi")


def planned_changes(response: pl.DataFrame, chosen: pl.DataFrame, model: ShopModel) -> pl.DataFrame:
    """One row a target: bids and expected results, in force and chosen.

    chosen: target_id, level
    """
    after = response.join(chosen, on=["target_id", "level"], how="inner", validate="1:1")
    before = response.filter("is_current")
    frame = model.targets.select("target_id", "current_bid", "net_margin")
    for rows, suffix in ((before, "current"), (after, "recommended")):
        frame = frame.join(
            rows.select(
                "target_id",
                *(pl.col(name).alias(f"{name}_{suffix}") for name in COUNTS),
                pl.when(pl.col("cost") > 0).then(ROI).alias(f"roi_{suffix}"),
            ),
            on="target_id",
            how="left",
            validate="1:1",
            maintain_order="left",
        )
    return frame.join(
        after.select("target_id", pl.col("bid").alias("recommended_bid"), "is_extrapolated"),
        on="target_id",
        validate="1:1",
        maintain_order="left",
    )


def hurdles(
    targets: pl.DataFrame, prices: list[tuple[Limit, float]], *, objective: str
) -> pl.DataFrame:
    """Revenue that the next unit of cost must return at each target, for it to be worth its place.

    prices: shadow price of each limit, per unit of the objective. For profit with net margin m, budget
    prices L and floor prices M at ratio R: (1 + sum L + sum M R) / (m + sum M); for revenue the 1 and m
    become 0 and 1. Returns target_id, hurdle_roi (null under the orders objective), stock_price
    (objective per order of a short stock; 0 elsewhere).
    """
    frame = targets.select("target_id", "net_margin").with_columns(
        pl.lit(1.0 if objective == "profit" else 0.0).alias("needed"),
        (pl.col("net_margin") if objective == "profit" else pl.lit(1.0)).alias("worth"),
        pl.lit(0.0).alias("stock_price"),
    )
    for limit, price in prices:
        inside = (
            pl.lit(value=True)
            if limit.targets is None
            else pl.col("target_id").is_in(limit.targets)
        )
        if limit.constraint in {"account_budget", "campaign_budget"}:
            added = {"needed": price}
        elif limit.constraint in {"target_roi", "product_roi"}:
            added = {"needed": price * limit.limit, "worth": price}
        else:
            added = {"stock_price": price}
        frame = frame.with_columns(
            pl.col(name) + pl.when(inside).then(more).otherwise(0.0) for name, more in added.items()
        )
    is_money = objective != "orders"
    return frame.select(
        "target_id",
        "stock_price",
        pl.when(pl.lit(is_money) & (pl.col("worth") > 0))
        .then(pl.col("needed") / pl.col("worth"))
        .alias("hurdle_roi"),
    )


def recommendations_of(
    plan: pl.DataFrame,
    guarded: pl.DataFrame,
    response: pl.DataFrame,
    hurdle: pl.DataFrame,
    forecast: Forecast,
    model: ShopModel,
) -> dy.DataFrame[Recommendations]:
    """RECOMMENDATIONS: the plan with actions, reasons, evidence and intervals."""
    offered = (
        response.filter(pl.col("bid") > 0)
        .group_by("target_id")
        .agg(
            pl.col("bid").min().alias("lowest_offered"),
            pl.col("bid").max().alias("highest_offered"),
            pl.col("revenue").max().alias("any_revenue"),
            pl.col("orders").max().alias("any_orders"),
        )
    )
    frame = pl.concat([plan, target_bounds(forecast)], how="horizontal")
    for other in (
        guarded.drop("product_id", "lever", "current_bid", "break_even_roi"),
        offered,
        hurdle,
        model.targets.drop("current_bid", "net_margin", "is_simulated", "campaign_budget"),
    ):
        frame = frame.join(other, on="target_id", how="left", validate="1:1", maintain_order="left")
    frame = frame.join(
        model.judged.select("product_id", "stock_cover_days", "peer_index", "is_presale"),
        on="product_id",
        how="left",
        validate="m:1",
        maintain_order="left",
    ).with_columns(
        pl.col("is_presale").fill_null(value=False),
        ~((pl.col("any_orders") > 0) & (pl.col("any_revenue") <= 0))
        .fill_null(value=False)
        .alias("has_value"),
    )
    explained = explain_changes(
        frame,
        objective=model.goal.objective,
        max_step=model.settings.guardrails.max_step,
        evidence_clicks=model.settings.guardrails.evidence_clicks,
        stock_days=model.settings.stock.horizon_days,
    )
    return check(explained.select(Recommendations.column_names()), Recommendations)


def product_decisions_of(
    recommendations: pl.DataFrame, model: ShopModel
) -> dy.DataFrame[ProductDecisions]:
    """PRODUCT_DECISIONS: the judged products with what their targets are expected to bring."""
    names = [f"{m}_{s}" for m in ("cost", "revenue", "profit") for s in ("current", "recommended")]
    rows = recommendations.filter(pl.col("product_id").is_not_null())
    unknown = rows.group_by("product_id").agg(pl.col(names).null_count().name.prefix("unknown_"))
    results = (
        totals_by(rows, "product_id", *names, "orders_recommended")
        .join(unknown, on="product_id", validate="1:1", maintain_order="left")
        .with_columns(pl.when(pl.col(f"unknown_{n}") == 0).then(n).alias(n) for n in names)
        .with_columns(
            pl.when(pl.col(f"cost_{s}") > 0)
            .then(pl.col(f"revenue_{s}") / pl.col(f"cost_{s}"))
            .alias(f"roi_{s}")
            for s in ("current", "recommended")
        )
    )
    decided = explain_products(model.judged, stock_days=model.settings.stock.horizon_days)
    frame = decided.join(
        results, on="product_id", how="left", validate="1:1", maintain_order="left"
    )
    frame = frame.with_columns(pl.coalesce("product", "title").alias("product")).sort("product_id")
    return check(frame.select(ProductDecisions.column_names()), ProductDecisions)

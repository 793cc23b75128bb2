"""From chosen levels to the RECOMMENDATIONS and PRODUCT_DECISIONS that an operator reads."""

import dataframely as dy
import polars as pl

from adopt.decide.changes import explain_changes
from adopt.decide.products import explain_products
from adopt.optimise.limit import BUDGETS, ROI_FLOORS, SPEND_FLOORS, Limit
from adopt.plan.intervals import Forecast, target_bounds
from adopt.plan.model import ShopModel
from adopt.plan.switched import product_causes, with_causes
from adopt.tables import ProductDecisions, Recommendations, check, totals_by

COUNTS = ("clicks", "cost", "orders", "revenue", "profit")
ROI = (pl.col("revenue") / pl.col("cost")).alias("roi")
GUARDS = (
    *("target_id", "is_simulated", "guard", "p_loss", "is_sure_loss", "lowest", "highest"),
    *("bid_minimum", "bid_maximum", "frozen_by", "keyword_scope", "is_switched"),
    *("evidence_clicks", "evidence_orders"),
)
"""What the reasons read of plan.guards."""


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
    targets: pl.DataFrame,
    prices: list[tuple[Limit, float]],
    *,
    objective: str,
    halo_weight: float = 1.0,
) -> pl.DataFrame:
    """Revenue that the next unit of cost must return at each target, for it to be worth its place.

    targets: target_id, net_margin (fraction), halo_revenue_share (fraction, read where the weight is not 1)
    prices: shadow price of each limit, per unit of the objective. For profit with net margin m, budget
    prices L, spend floor prices F and ROI floor prices M at ratio R:
    (1 + sum L - sum F + sum M R) / (m w + sum M), with w = 1 - (1 - halo_weight) x indirect share of the
    revenue; for revenue the 1 and m become 0 and 1. Returns target_id, hurdle_roi (0 at least; null under
    the orders objective), stock_price (objective per order of a short stock; 0 elsewhere).
    """
    worth = pl.col("net_margin") if objective == "profit" else pl.lit(1.0)
    if halo_weight != 1.0:
        worth = worth * (1.0 - (1.0 - halo_weight) * pl.col("halo_revenue_share").fill_null(0.0))
    frame = targets.with_columns(
        pl.lit(1.0 if objective == "profit" else 0.0).alias("needed"),
        worth.alias("worth"),
        pl.lit(0.0).alias("stock_price"),
    ).select("target_id", "needed", "worth", "stock_price")
    for limit, price in prices:
        added = _priced(limit, price)
        if price == 0.0 or not added:
            continue
        inside = (
            pl.lit(value=True)
            if limit.targets is None
            else pl.col("target_id").is_in(limit.targets)
        )
        frame = frame.with_columns(
            pl.col(name) + pl.when(inside).then(more).otherwise(0.0) for name, more in added.items()
        )
    is_money = objective != "orders"
    return frame.select(
        "target_id",
        "stock_price",
        pl.when(pl.lit(is_money) & (pl.col("worth") > 0))
        .then((pl.col("needed") / pl.col("worth")).clip(0.0))
        .alias("hurdle_roi"),
    )


def _priced(limit: Limit, price: float) -> dict[str, float]:
    """What a limit's price adds to the hurdle; limits on how many are on add nothing."""
    if limit.constraint in BUDGETS:
        return {"needed": price}
    if limit.constraint in SPEND_FLOORS or limit.constraint == "minimum_spend":
        return {"needed": -price}
    if limit.constraint in ROI_FLOORS:
        return {"needed": price * limit.limit, "worth": price}
    return {"stock_price": price} if limit.constraint == "stock" else {}


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
        guarded.select(*GUARDS),
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
    frame = with_causes(frame, model.settings)
    explained = explain_changes(
        frame,
        objective=model.goal.objective,
        max_step=model.settings.guardrails.max_step,
        evidence_clicks=model.settings.guardrails.evidence_clicks,
        stock_days=model.settings.stock.horizon_days,
        most_products=model.settings.goal.most_products,
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
    judged = model.judged.join(
        product_causes(recommendations, model.settings),
        on="product_id",
        how="left",
        validate="1:1",
        maintain_order="left",
    )
    decided = explain_products(
        judged,
        stock_days=model.settings.stock.horizon_days,
        most_products=model.settings.goal.most_products,
    )
    frame = decided.join(
        results, on="product_id", how="left", validate="1:1", maintain_order="left"
    )
    frame = frame.with_columns(pl.coalesce("product", "title").alias("product")).sort("product_id")
    return check(frame.select(ProductDecisions.column_names()), ProductDecisions)

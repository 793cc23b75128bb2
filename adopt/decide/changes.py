"""What to do with each target, and why: action, reason codes, and the sentence in both languages."""

import polars as pl

from adopt.decide.reason_texts import (
    CHANGE_TEXTS,
    chance,
    fixed,
    percent,
    product_cause_texts,
    with_words,
)
from adopt.platforms import MICROS
from adopt.tables import ACTIONS

BID_NOW, BID_NEW = pl.col("current_bid"), pl.col("recommended_bid")

ACTION = (
    pl.when(BID_NEW.is_null() | (BID_NEW == BID_NOW))
    .then(pl.lit("hold"))
    .when(BID_NEW == 0)
    .then(pl.lit("pause"))
    .when(BID_NOW.is_null())
    .then(pl.lit("add"))
    .when(BID_NEW > BID_NOW)
    .then(pl.lit("raise"))
    .otherwise(pl.lit("lower"))
    .cast(pl.Enum(ACTIONS))
    .alias("action")
)

MOVE_ROI = (
    (pl.col("revenue_recommended") - pl.col("revenue_current"))
    / (pl.col("cost_recommended") - pl.col("cost_current"))
).alias("move_roi")
MOVE_CPO = (
    (pl.col("cost_recommended") - pl.col("cost_current"))
    / (pl.col("orders_recommended") - pl.col("orders_current"))
).alias("move_cpo")

IS_AT_END = ((pl.col("action") == "raise") & (pl.col("highest_offered") <= BID_NEW)) | (
    (pl.col("action") == "lower") & (pl.col("lowest_offered") >= BID_NEW)
)
STEP_ENDS = IS_AT_END & ~pl.col("is_simulated")
"""A simulated target moves from point to point; the end of its points is not the step's."""


IS_KEPT = pl.col("guard").is_in(["THIN_EVIDENCE", "FROZEN"])
"""Guards that tell why a bid stays."""

GUARD_COUNTS = BID_NEW.is_not_null() & (
    (pl.col("action") == "hold")
    | ((pl.col("action") == "pause") & ~IS_KEPT)
    | ((pl.col("action") == "lower") & ~(pl.col("stock_price") > 0))
)
"""Where the guard is part of the reason; a tapered stock has said so itself."""

BOUND_ENDS = STEP_ENDS & (
    ((pl.col("action") == "raise") & (pl.col("highest") == pl.col("bid_maximum")))
    | ((pl.col("action") == "lower") & (pl.col("lowest") == pl.col("bid_minimum")))
).fill_null(value=False)
"""Where the operator's own bound ends the move, not the step."""


def explain_changes(
    changes: pl.DataFrame,
    *,
    objective: str,
    max_step: float,
    evidence_clicks: float,
    stock_days: int,
    most_products: int | None = None,
) -> pl.DataFrame:
    """The changes with `action`, `reasons`, `reason_zh`, `reason_en`.

    changes: current_bid, recommended_bid (micros), X_current, X_recommended, hurdle_roi (revenue a unit
    of cost must return), stock_price (objective per ad order that a short stock is short of), guard (code that froze or capped the target, or null), lowest, highest
    (micros), lowest_offered, highest_offered, p_loss, evidence_clicks, evidence_orders,
    stock_cover_days, peer_index, break_even_roi, is_presale, is_extrapolated, has_value, is_simulated,
    any_revenue (the most of its levels), is_sure_loss (own evidence asks for a pause), bid_minimum,
    bid_maximum (micros), frozen_by (section of shop.toml), product_cause (most, minimum: why its product
    is off whole; null where it is not), minimum_spend (currency per day), carrier (product that has its
    keyword, where one of several is to have it), keyword_scope (null where it is not shared)
    most_products: products that may be on at most
    """
    explained = (
        changes.with_columns(ACTION)
        .with_columns(MOVE_ROI, MOVE_CPO)
        .with_columns(
            pl.concat_list(
                _main_reason(objective),
                pl.when(GUARD_COUNTS).then("guard"),
                pl.when(BOUND_ENDS)
                .then(pl.lit("BID_BOUND"))
                .when(STEP_ENDS)
                .then(pl.lit("STEP_LIMIT")),
                pl.when("is_presale").then(pl.lit("PRESALE")),
                pl.when(pl.col("is_extrapolated") & (BID_NEW > 0)).then(pl.lit("EXTRAPOLATED")),
                pl.when(~pl.col("has_value")).then(pl.lit("NO_VALUE_TRACKED")),
            )
            .list.drop_nulls()
            .list.head(5)
            .alias("reasons")
        )
        .with_columns(_texts(max_step, evidence_clicks, stock_days))
        .with_columns(product_cause_texts(most_products))
    )
    return with_words(explained, CHANGE_TEXTS)


def _main_reason(objective: str) -> pl.Expr:
    """The reason that comes first: one for every action."""
    action, is_simulated = pl.col("action"), pl.col("is_simulated")
    is_orders = objective == "orders"
    gained = pl.col("move_roi") - pl.col("hurdle_roi")
    does_pay = (
        pl.col("move_cpo") > 0
        if is_orders
        else pl.when(action == "raise").then(gained >= 0).otherwise(gained <= 0)
    )
    is_worthless = (pl.col("any_revenue") <= 0) & pl.lit(not is_orders)
    has_no_choice = pl.col("lowest_offered") == pl.col("highest_offered")
    cases = [
        (BID_NEW.is_null(), "CURRENT_BID_UNKNOWN"),
        ((action == "hold") & (pl.col("guard") == "FROZEN"), None),
        ((action == "hold") & is_simulated & has_no_choice, "NO_POINT_IN_STEP"),
        ((action == "hold") & pl.col("guard").is_null(), "CURRENT_BEST"),
        ((action == "pause") & is_simulated & is_worthless, "NOTHING_TO_GAIN"),
        ((action == "pause") & ~is_simulated & pl.col("is_sure_loss"), "LOSS_CERTAIN"),
        ((action == "pause") & pl.col("product_cause").is_not_null(), "PRODUCT_OFF"),
        ((action == "pause") & pl.col("carrier").is_not_null(), "KEYWORD_TO_OTHER"),
        (action == "pause", "NOT_WORTH_ORDERS" if is_orders else "NOT_WORTH_BUDGET"),
        (action == "add", "SIMULATED_BEST"),
        ((action == "lower") & (pl.col("stock_price") > 0), "TAPER_STOCK"),
        ((action == "raise") & does_pay, "RAISE_ORDERS" if is_orders else "RAISE_PAYS"),
        ((action == "lower") & does_pay, "LOWER_ORDERS" if is_orders else "LOWER_PAYS"),
        # Whole levels and several limits at once can ask for a move that alone would not pay.
        (action == "raise", "RAISE_FITS"),
        (action == "lower", "LOWER_FITS"),
    ]
    reason = pl.lit(None, dtype=pl.String)
    for condition, code in reversed(cases):
        reason = pl.when(condition.fill_null(value=False)).then(pl.lit(code)).otherwise(reason)
    return reason


def _texts(max_step: float, evidence_clicks: float, stock_days: int) -> list[pl.Expr]:
    """The numbers that the templates name, as text."""
    needed = (evidence_clicks - pl.col("evidence_clicks")).clip(1.0).ceil()
    return [
        fixed(BID_NOW / MICROS).alias("bid_now"),
        fixed(BID_NEW / MICROS).alias("bid_new"),
        fixed(pl.col("lowest_offered") / MICROS).alias("lowest_text"),
        fixed(pl.col("highest_offered") / MICROS).alias("highest_text"),
        fixed(pl.col("move_roi")).alias("move_roi_text"),
        fixed(pl.col("move_cpo")).alias("move_cpo_text"),
        fixed(pl.col("hurdle_roi")).alias("hurdle"),
        fixed(pl.col("evidence_clicks"), 0).alias("clicks"),
        fixed(pl.col("evidence_orders"), 0).alias("orders"),
        fixed(needed, 0).alias("clicks_needed"),
        fixed(pl.col("stock_cover_days"), 0).alias("cover"),
        percent(pl.col("peer_index")).alias("peer_text"),
        fixed(pl.col("break_even_roi")).alias("break_even"),
        chance(pl.col("p_loss")).alias("p_loss"),
        pl.lit(f"{max_step * 100:g} %").alias("step"),
        pl.lit(str(stock_days)).alias("stock_days"),
        fixed(
            pl.when(pl.col("action") == "raise").then("bid_maximum").otherwise("bid_minimum")
            / MICROS
        ).alias("bound"),
    ]

"""Which products deserve traffic: HERO, PUSH, TEST, FIX or STOP, from evidence alone.

Order of the questions (DOMAIN K3, K9, K11): is there evidence? is there stock? does it sell at a loss,
and slowly? does it convert worse than its peers? does it earn its target?
"""

from dataclasses import dataclass

import dataframely as dy
import polars as pl

from adopt.decide.reason_texts import (
    PRODUCT_TEXTS,
    chance,
    fixed,
    percent,
    product_cause_texts,
    with_words,
)
from adopt.tables import CvrChanges
from adopt.tables.product_decisions import DECISIONS


@dataclass(frozen=True, slots=True)
class ProductRules:
    """Where the lines are drawn.

    thin_clicks: below these a product is on test; sure: probability that counts as certain
    likely: probability from which a finding is told, a change of CVR among them
    peer_gate: CVR below this share of its peers' needs fixing; slow_cover_days: stock cover of a slow mover
    stock_days: days the stock must last
    """

    thin_clicks: float = 200.0
    sure: float = 0.9
    likely: float = 0.8
    peer_gate: float = 0.7
    slow_cover_days: float = 180.0
    stock_days: float = 14.0


def decision_of(rules: ProductRules) -> pl.Expr:
    """Decision and first reason of each product.

    Columns read: evidence_clicks, stock_cover_days, p_below_break_even, p_below_peers, p_on_target
    (null where there is no margin, peer or target), units_per_day, typical_units_per_day
    """
    cover = pl.col("stock_cover_days")
    is_slow = (cover > rules.slow_cover_days) | (
        pl.col("units_per_day") < 0.25 * pl.col("typical_units_per_day")
    )
    is_quick = pl.col("units_per_day") >= pl.col("typical_units_per_day")
    is_on_target = pl.col("p_on_target") >= rules.likely
    is_loss = pl.col("p_below_break_even") >= rules.sure
    # In one chain: the first that holds decides.
    cases = [
        (pl.col("evidence_clicks") < rules.thin_clicks, "TEST", "THIN_EVIDENCE"),
        (cover < rules.stock_days, "FIX", "STOCK_SHORT"),
        (is_loss & is_slow, "STOP", "SLOW_MOVER"),
        (pl.col("p_below_peers") >= rules.likely, "FIX", "CVR_BELOW_PEERS"),
        (is_loss, "FIX", "BELOW_BREAK_EVEN"),
        (is_on_target & is_quick, "HERO", "SELLS_ABOVE_TARGET"),
        (is_on_target & pl.col("units_per_day").is_null(), "HERO", "ON_TARGET"),
        (pl.col("p_below_break_even") <= 1 - rules.likely, "PUSH", "EARNS"),
        (pl.col("p_on_target") >= 0.5, "PUSH", "MEETS_TARGET"),
    ]
    return _first_of(cases, ("TEST", "UNDECIDED"))


def _first_of(cases: list[tuple[pl.Expr, str, str]], otherwise: tuple[str, str]) -> pl.Expr:
    code = pl.lit(f"{otherwise[0]}|{otherwise[1]}")
    for condition, decision, reason in reversed(cases):
        code = (
            pl.when(condition.fill_null(value=False))
            .then(pl.lit(f"{decision}|{reason}"))
            .otherwise(code)
        )
    parts = code.str.split("|")
    return pl.struct(
        parts.list.get(0).cast(pl.Enum(DECISIONS)).alias("decision"),
        parts.list.get(1).alias("reason"),
    ).alias("judgement")


def judge_products(
    evidence: pl.DataFrame,
    rules: ProductRules,
    changes: dy.DataFrame[CvrChanges] | None = None,
) -> pl.DataFrame:
    """The evidence with `decision`, `reasons` and `may_rise`, before any bid is chosen.

    changes: table CVR_CHANGES; a likely change is told beside the decision, which it does not alter (K12).
    A product that must be fixed or stopped gets no dearer traffic (K11): may_rise is false.
    """
    return (
        with_changes(evidence, changes)
        .with_columns(decision_of(rules))
        .unnest("judgement")
        .with_columns(
            pl.concat_list(
                "reason",
                _change_reason(rules),
                pl.when("is_presale").then(pl.lit("PRESALE")),
                pl.when(pl.col("stock").is_null() & pl.col("has_stock_column")).then(
                    pl.lit("STOCK_UNKNOWN")
                ),
            )
            .list.drop_nulls()
            .alias("reasons"),
            ~pl.col("decision").is_in(["FIX", "STOP"]).alias("may_rise"),
        )
        .drop("reason")
    )


def with_changes(products: pl.DataFrame, changes: dy.DataFrame[CvrChanges] | None) -> pl.DataFrame:
    """The products with cvr_ratio, cvr_ratio_p10, cvr_ratio_p90, cvr_changed_on, p_cvr_changed; null where unknown."""
    known = (CvrChanges.create_empty() if changes is None else changes).select(
        "product_id",
        "cvr_ratio",
        "cvr_ratio_p10",
        "cvr_ratio_p90",
        pl.col("changed_on").alias("cvr_changed_on"),
        pl.col("p_changed").alias("p_cvr_changed"),
    )
    return products.join(known, on="product_id", how="left", validate="m:1", maintain_order="left")


def _change_reason(rules: ProductRules) -> pl.Expr:
    """CVR_FELL or CVR_ROSE where a change is likely and its direction beyond doubt, else null."""
    is_likely = pl.col("p_cvr_changed") >= rules.likely
    return (
        pl.when(is_likely & (pl.col("cvr_ratio_p90") < 1))
        .then(pl.lit("CVR_FELL"))
        .when(is_likely & (pl.col("cvr_ratio_p10") > 1))
        .then(pl.lit("CVR_ROSE"))
    )


def explain_products(
    decided: pl.DataFrame, *, stock_days: float, most_products: int | None = None
) -> pl.DataFrame:
    """The decided products with `reason_zh` and `reason_en`; those switched off whole say so first.

    decided: of judge_products, with product_cause (most, minimum, or null) and minimum_spend (currency
    per day); most_products: products that may be on at most
    """
    numbered = decided.with_columns(
        pl.concat_list(
            pl.when(pl.col("product_cause").is_not_null()).then(pl.lit("PRODUCT_OFF")), "reasons"
        )
        .list.drop_nulls()
        .alias("reasons"),
        *product_cause_texts(most_products),
        fixed(pl.col("evidence_clicks"), 0).alias("clicks"),
        fixed(pl.col("evidence_orders"), 0).alias("orders"),
        pl.concat_str(
            percent(pl.col("cvr_p10"), 1), pl.lit(" – "), percent(pl.col("cvr_p90"), 1)
        ).alias("cvr_range"),
        percent(pl.col("cvr"), 1).alias("cvr_text"),
        fixed(pl.col("stock_cover_days"), 0).alias("cover"),
        fixed(pl.col("units_per_day"), 1).alias("units"),
        fixed(pl.col("break_even_roi")).alias("break_even"),
        fixed(pl.col("target_roi")).alias("target"),
        percent(pl.col("peer_index")).alias("peer_text"),
        chance(pl.col("p_below_break_even")).alias("p_loss"),
        chance(1.0 - pl.col("p_below_break_even")).alias("p_earns"),
        chance(pl.col("p_on_target")).alias("p_target"),
        pl.lit(f"{stock_days:g}").alias("stock_days"),
        pl.col("cvr_changed_on").dt.strftime("%m-%d").alias("change_day"),
        percent((pl.col("cvr_ratio") - 1.0).abs()).alias("change_size"),
        chance(pl.col("p_cvr_changed")).alias("p_change"),
    )
    return with_words(numbered, PRODUCT_TEXTS)

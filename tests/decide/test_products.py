"""The product decisions of the domain's stories."""

from datetime import date

import polars as pl
import pytest

from adopt.decide.products import ProductRules, explain_products, judge_products
from adopt.tables import CvrChanges

USUAL = {
    "product_id": "p",
    "evidence_clicks": 5000.0,
    "evidence_orders": 150.0,
    "cvr": 0.03,
    "cvr_p10": 0.027,
    "cvr_p90": 0.033,
    "peer_index": 1.0,
    "break_even_roi": 2.2,
    "target_roi": 3.0,
    "p_below_peers": 0.0,
    "p_below_break_even": 0.0,
    "p_on_target": 0.95,
    "units_per_day": 20.0,
    "typical_units_per_day": 10.0,
    "stock": 900.0,
    "stock_cover_days": 45.0,
    "is_presale": False,
    "has_stock_column": True,
}

ON = (
    pl.lit(None, dtype=pl.String).alias("product_cause"),
    pl.lit(None, dtype=pl.Float64).alias("minimum_spend"),
)

STORIES = [
    ("a bestseller above target is promoted", {}, "HERO", "SELLS_ABOVE_TARGET", True),
    ("38 clicks decide nothing", {"evidence_clicks": 38.0}, "TEST", "THIN_EVIDENCE", True),
    (
        "a hero low on stock is refilled first",
        {"stock_cover_days": 5.0},
        "FIX",
        "STOCK_SHORT",
        False,
    ),
    (
        "a slow mover at a loss is discounted, not advertised",
        {
            "p_below_break_even": 0.99,
            "units_per_day": 1.0,
            "stock_cover_days": 800.0,
            "p_on_target": 0.0,
        },
        "STOP",
        "SLOW_MOVER",
        False,
    ),
    (
        "a conversion far below its peers is mended first",
        {"p_below_peers": 0.97, "p_on_target": 0.1},
        "FIX",
        "CVR_BELOW_PEERS",
        False,
    ),
    ("earning below target is pushed at the margin", {"p_on_target": 0.2}, "PUSH", "EARNS", True),
    (
        "an open question is tested",
        {"p_on_target": 0.2, "p_below_break_even": 0.5},
        "TEST",
        "UNDECIDED",
        True,
    ),
    (
        "unknown margins, stock and sales leave the target to decide",
        {"break_even_roi": None, "stock": None, "stock_cover_days": None, "units_per_day": None},
        "HERO",
        "ON_TARGET",
        True,
    ),
]


@pytest.mark.parametrize(("story", "changed", "decision", "reason", "may_rise"), STORIES)
def test_story(story, changed, decision, reason, may_rise):
    evidence = pl.DataFrame(
        [{**USUAL, **changed}],
        schema_overrides={
            "stock": pl.Float64,
            "stock_cover_days": pl.Float64,
            "units_per_day": pl.Float64,
            "break_even_roi": pl.Float64,
        },
    )
    row = judge_products(evidence, ProductRules()).row(0, named=True)
    assert (row["decision"], row["reasons"][0], row["may_rise"]) == (decision, reason, may_rise), (
        story
    )


def test_a_stopped_slow_mover_names_the_way_out_in_both_languages():
    slow = {**USUAL, "p_below_break_even": 0.99, "units_per_day": 1.0, "stock_cover_days": 800.0}
    judged = judge_products(pl.DataFrame([slow]), ProductRules())
    row = explain_products(judged.with_columns(*ON), stock_days=14).row(0, named=True)
    assert "discount instead" in row["reason_en"]
    assert "折扣" in row["reason_zh"]
    assert "800" in row["reason_en"]
    assert "?" not in row["reason_en"] + row["reason_zh"]


def test_a_product_that_is_switched_off_says_so_first_and_why():
    judged = judge_products(pl.DataFrame([USUAL]), ProductRules())
    for cause, words in (("most", ("最多投3个", "at most 3")), ("minimum", ("80.50", "80.50"))):
        off = judged.with_columns(product_cause=pl.lit(cause), minimum_spend=pl.lit(80.5))
        row = explain_products(off, stock_days=14, most_products=3).row(0, named=True)
        assert row["reasons"] == ["PRODUCT_OFF", "SELLS_ABOVE_TARGET"]
        assert words[0] in row["reason_zh"]
        assert words[1] in row["reason_en"]
        assert "?" not in row["reason_en"] + row["reason_zh"]


def change(**values):
    row = {
        "product_id": "p",
        "p_changed": 0.96,
        "changed_on": date(2026, 11, 12),
        "cvr_ratio": 0.69,
        "cvr_ratio_p10": 0.6,
        "cvr_ratio_p90": 0.8,
        **values,
    }
    return CvrChanges.cast(
        pl.concat([CvrChanges.create_empty(), pl.DataFrame([row])], how="diagonal_relaxed")
    )


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "CVR_FELL"),
        ({"cvr_ratio": 1.31, "cvr_ratio_p10": 1.1, "cvr_ratio_p90": 1.5}, "CVR_ROSE"),
        ({"p_changed": 0.79}, None),
        ({"cvr_ratio_p90": 1.1}, None),
        ({"p_changed": None, "cvr_ratio": None}, None),
        ({"product_id": "other"}, None),
    ],
)
def test_a_likely_change_is_told_and_decides_nothing(values, code):
    evidence = pl.DataFrame([USUAL])
    judged = judge_products(evidence, ProductRules(), change(**values))
    row = explain_products(judged.with_columns(*ON), stock_days=14).row(0, named=True)
    assert row["decision"] == "HERO"
    assert row["reasons"] == ["SELLS_ABOVE_TARGET", *([code] if code else [])]
    assert "?" not in row["reason_en"] + row["reason_zh"]
    assert (row["p_cvr_changed"] is None) == (
        values.get("p_changed", 0) is None or "product_id" in values
    )


def test_a_fall_gives_day_size_and_probability_in_both_languages():
    judged = judge_products(pl.DataFrame([USUAL]), ProductRules(), change())
    row = explain_products(judged.with_columns(*ON), stock_days=14).row(0, named=True)
    assert "转化率约在11-12起下降31 %(概率96 %)" in row["reason_zh"]
    assert "fell by 31 % from about 11-12 on (96 % certain)" in row["reason_en"]


def test_presale_is_said_beside_the_decision():
    judged = judge_products(pl.DataFrame([{**USUAL, "is_presale": True}]), ProductRules())
    assert judged["reasons"][0].to_list() == ["SELLS_ABOVE_TARGET", "PRESALE"]

"""Reasons of what the operator asked for: frozen, bounded, off with the product, left to another."""

import polars as pl
import pytest

from adopt.decide.changes import explain_changes

USUAL = {
    "current_bid": 1_000_000,
    "recommended_bid": 1_000_000,
    **{
        f"{name}_{when}": value
        for when in ("current", "recommended")
        for name, value in (("cost", 10.0), ("revenue", 40.0), ("orders", 1.0))
    },
    "hurdle_roi": 2.0,
    "stock_price": 0.0,
    "guard": None,
    "lowest": 800_000,
    "highest": 1_200_000,
    "lowest_offered": 800_000,
    "highest_offered": 1_200_000,
    "bid_minimum": None,
    "bid_maximum": None,
    "frozen_by": None,
    "p_loss": 0.2,
    "is_sure_loss": False,
    "evidence_clicks": 500.0,
    "evidence_orders": 20.0,
    "stock_cover_days": 40.0,
    "peer_index": 1.0,
    "break_even_roi": 2.0,
    "is_presale": False,
    "is_extrapolated": False,
    "has_value": True,
    "is_simulated": False,
    "any_revenue": 50.0,
    "keyword_scope": None,
    "product_cause": None,
    "minimum_spend": None,
    "carrier": None,
}
SCHEMA = {
    **dict.fromkeys(("guard", "frozen_by", "keyword_scope", "product_cause", "carrier"), pl.String),
    **dict.fromkeys(("bid_minimum", "bid_maximum"), pl.Int64),
    "minimum_spend": pl.Float64,
}
OFF = {"recommended_bid": 0, "cost_recommended": 0.0, "revenue_recommended": 0.0}


def explained(objective="profit", **change):
    frame = pl.DataFrame([{**USUAL, **change}], schema_overrides=SCHEMA)
    row = explain_changes(
        frame, objective=objective, max_step=0.2, evidence_clicks=20, stock_days=14, most_products=3
    ).row(0, named=True)
    for language in ("zh", "en"):
        assert not any(mark in row[f"reason_{language}"] for mark in "?{}")
    return row


@pytest.mark.parametrize("is_simulated", [False, True])
def test_a_frozen_bid_names_its_section(is_simulated):
    frozen = {"guard": "FROZEN", "frozen_by": '[campaigns."c0"]', "is_simulated": is_simulated}
    row = explained(**frozen, lowest_offered=1_000_000, highest_offered=1_000_000)
    assert row["reasons"] == ["FROZEN"]
    assert '[campaigns."c0"]' in row["reason_zh"]
    assert row["reason_en"] == 'Keep 1.00: [campaigns."c0"] of shop.toml freezes it.'


@pytest.mark.parametrize(
    ("cause", "zh", "en"),
    [("most", "最多投3个商品", "at most 3 products"), ("minimum", "花80.50", "80.50 a day")],
)
def test_off_with_its_product_names_the_cause(cause, zh, en):
    row = explained(**OFF, product_cause=cause, minimum_spend=80.5, carrier="别的")
    assert row["reasons"] == ["PRODUCT_OFF"]
    assert zh in row["reason_zh"]
    assert en in row["reason_en"]


def test_thin_evidence_is_no_reason_to_be_off():
    row = explained(**OFF, product_cause="most", guard="THIN_EVIDENCE")
    assert row["reasons"] == ["PRODUCT_OFF"]


def test_a_keyword_left_to_another_names_the_product():
    row = explained(**OFF, carrier="茶歇裙", keyword_scope="裙")
    assert row["reasons"] == ["KEYWORD_TO_OTHER"]
    assert "茶歇裙" in row["reason_zh"]
    assert "茶歇裙" in row["reason_en"]


def test_certain_loss_needs_no_other_reason():
    row = explained(**OFF, is_sure_loss=True, p_loss=0.99, product_cause="most", carrier="别的")
    assert row["reasons"] == ["LOSS_CERTAIN"]


@pytest.mark.parametrize(
    ("objective", "code"), [("profit", "NOT_WORTH_BUDGET"), ("orders", "NOT_WORTH_ORDERS")]
)
def test_a_shared_keyword_that_nobody_takes_is_not_worth_its_money(objective, code):
    assert explained(objective, **OFF, keyword_scope="裙")["reasons"] == [code]


def test_the_operators_bound_ends_a_move_not_the_step():
    up = {"recommended_bid": 1_100_000, "cost_recommended": 12.0, "revenue_recommended": 60.0}
    bounded = {"highest": 1_100_000, "highest_offered": 1_100_000}
    row = explained(**up, **bounded, bid_maximum=1_100_000)
    assert row["reasons"] == ["RAISE_PAYS", "BID_BOUND"]
    assert "1.10" in row["reason_en"]
    row = explained(**up, **bounded, bid_maximum=1_300_000)
    assert row["reasons"] == ["RAISE_PAYS", "STEP_LIMIT"]

from pathlib import Path

import polars as pl
import pytest

from adopt.config import Settings
from adopt.formats.shop import read_shop

SHARED = Path(__file__).parents[3] / "shared" / "data" / "google_bid_simulations"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason=f"no bid simulations at {SHARED}")
POINT = {
    "keyword_id": "k1",
    "bid": "1.5",
    "impressions": "700",
    "clicks": "70",
    "cost": "35",
    "orders": "7",
    "revenue": "140",
    "window_days": "7",
}


@needs_shared
def test_the_real_simulations_are_read_as_they_are():
    data = read_shop(SHARED, Settings())
    raw = pl.read_csv(SHARED / "bid_simulations.csv", infer_schema_length=None)
    assert (data.shop_id, data.platform, data.currency) == (
        "google_bid_simulations",
        "google",
        "GBP",
    )
    assert data.landscape_points.height == raw.height == 64
    assert data.targets.height == 10
    for column, per_unit in {
        "impressions": 1,
        "clicks": 1,
        "cost_micros": 1e6,
        "biddable_conversions": 1,
    }.items():
        name = {"cost_micros": "cost", "biddable_conversions": "orders"}.get(column, column)
        expected = raw[column].sum() / per_unit / 7
        assert data.landscape_points[name].sum() == pytest.approx(expected, rel=1e-12)
    assert {source.file: source.kind for source in data.sources} == {
        "LICENSE": "ignored",
        "NOTICE.txt": "ignored",
        "bid_simulations.csv": "google_bid_simulations",
    }


@needs_shared
def test_the_lever_tells_what_the_current_bid_is():
    rows = read_shop(SHARED, Settings()).targets.select("keyword_id", "lever", "current_bid").rows()
    found = {name: (lever, bid) for name, lever, bid in rows}
    assert found["S01"] == ("cpc_bid", 22_280_000)
    assert found["S07"] == ("cpc_bid", 6_000_000)
    assert found["S06"] == ("target_cpa", None)
    assert found["S11"] == ("bid_modifier", 1_000_000)


@needs_shared
def test_what_is_odd_about_the_real_simulations_is_told():
    notices = {n.code: n.en for n in read_shop(SHARED, Settings()).notices}
    assert "S08 = S02" in notices["LANDSCAPE_REPEATED"]
    assert "S01, S06, S07" in notices["LANDSCAPE_WITHOUT_VALUE"]
    assert "S06" in notices["LANDSCAPE_WINDOW_ASSUMED"]


def simulation(**change):
    row = {
        "campaign_id": "1", "ad_group_id": "2", "criterion_id": "3", "type": "CPC_BID", "entity": "ad_group_criterion_simulation",
        "start_date": "2026-01-01", "end_date": "2026-01-10", "current_bid_micros": "500000", "cpc_bid_micros": "400000.0",
        "impressions": "100", "clicks": "10", "cost_micros": "2000000", "biddable_conversions": "1", "biddable_conversions_value": "9",
    }  # fmt: skip
    return {**row, **change}


def test_ids_stand_for_the_target_where_there_is_no_sim_id(shop):
    shop.write("sim.csv", [simulation()], "utf-8")
    data = shop.read()
    assert data.targets["target_id"].to_list() == ["1/2/-/3"]
    row = data.landscape_points.row(0, named=True)
    assert (row["bid"], row["impressions"], row["cost"], row["revenue"], row["window_days"]) == (
        400_000,
        10.0,
        0.2,
        0.9,
        10,
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cpc_bid_micros": ""}, "varies no setting that can be used"),
        ({"cpc_bid_micros": "400000.5"}, "is not a whole number"),
        ({"clicks": "101"}, "clicks are more than the impressions"),
        ({"impressions": ""}, "the number is missing"),
        ({"end_date": "2025-12-01"}, "before the start of the window"),
    ],
)
def test_bad_simulations_are_refused(shop, change, words):
    shop.write("sim.csv", [simulation(**change)], "utf-8")
    assert words in str(shop.refusal())


def test_several_currencies_are_refused(shop):
    shop.write("a.csv", [simulation(currency="GBP")], "utf-8")
    shop.write("b.csv", [simulation(currency="USD", cpc_bid_micros="500000")], "utf-8")
    assert "more than one currency: GBP, USD" in str(shop.refusal())
    (shop.folder / "b.csv").unlink()
    assert "shop.toml says EUR" in str(shop.refusal(settings={"shop": {"currency": "EUR"}}))


def test_a_canonical_landscape_belongs_to_the_keyword_of_the_history(shop):
    shop.history()
    shop.write("landscape.csv", [POINT, {**POINT, "bid": "2", "clicks": "60"}], "utf-8")
    data = shop.read()
    assert data.targets["target_id"].to_list() == ["c1/g1/p1/k1"]
    assert data.landscape_points.select("target_id", "bid", "clicks").rows() == [
        ("c1/g1/p1/k1", 1_500_000, 10.0),
        ("c1/g1/p1/k1", 2_000_000, 60 / 7),
    ]
    assert "LANDSCAPE_NOT_MONOTONE" in {notice.code for notice in data.notices}


def test_a_point_that_fits_two_keywords_is_refused(shop):
    shop.history({}, {"product_id": "p2"})
    shop.write("landscape.csv", [POINT], "utf-8")
    assert "landscape.csv row 2 fits several keywords" in str(shop.refusal())


def test_repeated_points_are_read_once_and_contradicting_ones_refused(shop, codes_of):
    shop.write("landscape.csv", [POINT, POINT], "utf-8")
    data = shop.read()
    assert data.landscape_points.height == 1
    assert {"REPEATED_POINTS", "PLATFORM_ASSUMED", "BID_UNKNOWN"} <= set(codes_of(data))
    shop.write("landscape.csv", [POINT, {**POINT, "cost": "36"}], "utf-8")
    assert "contradict each other on the same simulated bid: cost" in str(shop.refusal())


@pytest.mark.parametrize(("column", "text"), [("window_days", "0"), ("bid", ""), ("orders", "-")])
def test_bad_points_are_refused(shop, column, text):
    shop.write("landscape.csv", [{**POINT, column: text}], "utf-8")
    assert f"row 2, column {column}" in str(shop.refusal())

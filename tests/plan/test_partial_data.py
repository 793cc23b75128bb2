"""What is missing is said, and the rest is still decided."""

import shutil

import polars as pl
import pytest

from adopt.config import Settings, with_options
from adopt.errors import DataError
from adopt.formats.shop import read_shop
from adopt.plan.recommend import recommend
from adopt.plan.run import demo_shop

REPORT, BIDS = "keyword_report_20260927.csv", "bids.csv"


@pytest.fixture
def shop_of(tmp_path):
    def build(*names):
        for name in names:
            shutil.copy(demo_shop() / name, tmp_path / name)
        return tmp_path

    return build


def codes(result):
    return {notice["code"] for notice in result.summary["notices"]}


def test_without_a_sheet_of_bids_nothing_moves_and_it_is_said(shop_of):
    result = recommend(read_shop(shop_of(REPORT), Settings()), Settings())
    assert (result.recommendations["action"] == "hold").all()
    assert result.recommendations["recommended_bid"].null_count() == len(result.recommendations)
    assert result.recommendations["reasons"].list.first().unique().to_list() == [
        "CURRENT_BID_UNKNOWN"
    ]
    assert {"BID_UNKNOWN", "MARGIN_UNKNOWN", "NORM_TARGET", "NO_BUDGET"} <= codes(result)


def test_without_margins_revenue_is_maximised_within_todays_cost(shop_of):
    result = recommend(read_shop(shop_of(REPORT, BIDS), Settings()), Settings())
    summary = result.summary
    assert summary["objective"] == "revenue"
    assert summary["recommended"]["profit"] is None
    assert summary["recommended"]["cost"] <= summary["current"]["cost"] * (1 + 1e-9)
    assert summary["recommended"]["revenue"] > summary["current"]["revenue"]
    assert summary["certificate"]["gap"] <= 1e-4
    assert not (result.recommendations["action"] == "pause").any()
    assert not result.products["decision"].is_in(["STOP"]).any()
    for language in ("zh", "en"):
        words = pl.concat(
            [f[f"reason_{language}"] for f in (result.recommendations, result.products)]
        )
        assert not words.str.contains(r"[?{}]").any()


def test_bids_alone_tell_nothing(shop_of):
    with pytest.raises(DataError, match="keyword report"):
        recommend(read_shop(shop_of(BIDS), Settings()), Settings())


def test_a_default_norm_gives_way_and_an_order_does_not(shop_of):
    data = read_shop(shop_of(REPORT, BIDS), Settings())
    result = recommend(data, Settings())
    assert result.summary["target_roi"]["source"] == "current_roi"
    assert "TARGET_OUT_OF_REACH" in codes(result)
    from adopt.errors import InfeasibleError

    asked = with_options(Settings(), target_roi=8.0)
    with pytest.raises(InfeasibleError, match="target ROI"):
        recommend(data, asked)


def test_every_objective_is_the_best_at_its_own_measure(shop_of):
    data = read_shop(shop_of(REPORT, BIDS, "products.csv"), Settings())
    found = {}
    for objective in ("profit", "revenue", "orders"):
        settings = with_options(Settings(), objective=objective, budget="1700", target_roi=3.0)
        found[objective] = recommend(data, settings).summary["recommended"]
    for objective, own in found.items():
        for other in found.values():
            assert own[objective] >= other[objective] * (1 - 1e-4)


def test_a_wider_step_never_lowers_the_value(shop_of):
    data = read_shop(shop_of(REPORT, BIDS, "products.csv"), Settings())
    values = []
    for step in (0.0, 0.1, 0.2):
        settings = with_options(Settings(), objective="profit", budget="2500", max_step=step)
        summary = recommend(data, settings).summary
        values.append(summary["certificate"]["objective_value"])
    assert values == sorted(values)

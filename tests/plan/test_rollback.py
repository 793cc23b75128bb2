"""What becomes of each change of a run, by what the export of today says of its keyword."""

from dataclasses import replace

import polars as pl
import pytest

from adopt.plan.rollback import judge_changes, skipped_rows
from adopt.tables import BidChanges, Targets
from tests.plan.limited_shop import limited_shop

ROW = {
    "target_id": "11/22/p/33",
    "campaign_id": "11",
    "campaign": "summer",
    "ad_group_id": "22",
    "ad_group": "dresses",
    "product_id": "p",
    "keyword_id": "33",
    "keyword": "dress",
    "match_type": "exact",
    "lever": "cpc_bid",
    "current_bid": 1_000_000,
    "recommended_bid": 1_200_000,
    "is_bid_inherited": False,
    "campaign_budget": None,
}
TARGET = {
    **{name: ROW[name] for name in ROW if name in Targets.column_names()},
    "shop_id": "s",
    "product": None,
    "quality_score": None,
}
PAUSED_OTHER = {"target_id": "11/22/p/99", "keyword_id": "99", "keyword": "skirt"}


def targets(*rows):
    if not rows:
        return Targets.create_empty()
    frame = pl.DataFrame([{**TARGET, **row} for row in rows], infer_schema_length=None)
    return Targets.validate(frame.select(Targets.column_names()), cast=True)


def judged(change, active=(), inactive=()):
    changes = BidChanges.validate(
        pl.DataFrame([{**ROW, **change}], infer_schema_length=None), cast=True
    )
    data = replace(limited_shop(), targets=targets(*active), inactive_targets=targets(*inactive))
    return judge_changes(changes, data)


INHERITED = {"is_bid_inherited": True}


@pytest.mark.parametrize(
    ("change", "today", "verdict"),
    [
        ({}, {"current_bid": 1_200_000}, "back"),
        ({}, {"current_bid": 1_000_000}, "already"),
        ({}, {"current_bid": 1_100_000}, "changed"),
        ({}, {"current_bid": None}, "unknown"),
        ({"current_bid": None}, {"current_bid": 1_200_000}, "unknown"),
        # Somebody took the keyword's own bid away: its group's happens to be the same.
        ({}, {"current_bid": 1_200_000, **INHERITED}, "changed"),
        ({}, {"current_bid": 1_000_000, **INHERITED}, "changed"),
        (INHERITED, {"current_bid": 1_200_000}, "back"),
        # Never uploaded, or taken away already; the group's bid may be another by now.
        (INHERITED, {"current_bid": 1_000_000, **INHERITED}, "already"),
        (INHERITED, {"current_bid": 1_200_000, **INHERITED}, "already"),
        # On Amazon the way back leaves the default as the keyword's own.
        (INHERITED, {"current_bid": 1_000_000}, "already"),
    ],
)
def test_a_bid_goes_back_where_it_stands_as_set(change, today, verdict):
    result = judged(change, active=[today])
    assert result["verdict"].to_list() == [verdict]
    assert result["present_bid"].to_list() == [today["current_bid"]]


@pytest.mark.parametrize(
    ("bid", "verdict"), [(1_200_000, "changed"), (1_000_000, "already"), (None, "unknown")]
)
def test_a_keyword_that_somebody_paused_since_is_left_alone(bid, verdict):
    result = judged({}, inactive=[{"current_bid": bid}])
    assert result["verdict"].to_list() == [verdict]


PAUSE = {"recommended_bid": 0}


def test_a_pause_goes_back_where_it_is_still_paused():
    assert judged(PAUSE, inactive=[{}])["verdict"].to_list() == ["back"]


@pytest.mark.parametrize(("bid", "verdict"), [(1_000_000, "already"), (2_000_000, "changed")])
def test_a_pause_that_somebody_undid_is_left_alone(bid, verdict):
    result = judged(PAUSE, active=[{"current_bid": bid}], inactive=[PAUSED_OTHER])
    assert result["verdict"].to_list() == [verdict]


def test_a_pause_is_unknown_where_no_state_is_told():
    result = judged(PAUSE, active=[{"is_bid_inherited": None}])
    assert result["verdict"].to_list() == ["unknown"]
    assert skipped_rows(result)["reason"].to_list() == ["unknown_state"]


def test_a_keyword_that_is_gone_is_told():
    result = judged({}, active=[PAUSED_OTHER])
    assert result["verdict"].to_list() == ["missing"]
    row = skipped_rows(result).row(0, named=True)
    assert (row["old_bid"], row["recommended_bid"], row["present_bid"]) == ("1.00", "1.20", None)


NAMED = {
    "target_id": "name:summer/name:dresses/p/name:dress",
    "campaign_id": "name:summer",
    "ad_group_id": "name:dresses",
    "keyword_id": "name:dress",
}


def test_a_keyword_whose_ids_became_known_is_found_by_name_and_goes_back_by_id():
    result = judged(NAMED, active=[{"current_bid": 1_200_000}])
    row = result.row(0, named=True)
    assert row["verdict"] == "back"
    assert (row["campaign_id"], row["ad_group_id"], row["keyword_id"]) == ("11", "22", "33")


def test_two_keywords_of_one_name_are_not_guessed_at():
    twice = [
        {"current_bid": 1_200_000},
        {"current_bid": 1_200_000, "target_id": "11/22/p/34", "keyword_id": "34"},
    ]
    assert judged(NAMED, active=twice)["verdict"].to_list() == ["missing"]


def test_a_renamed_campaign_goes_back_under_its_name_of_today():
    result = judged({}, active=[{"current_bid": 1_200_000, "campaign": "autumn"}])
    assert result.row(0, named=True)["campaign"] == "autumn"

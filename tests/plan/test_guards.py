"""What may be switched off: alone on evidence, for a shared keyword, or with the whole product."""

import polars as pl
import pytest

from adopt.config import settings_from
from adopt.plan.guards import with_switches
from adopt.plan.shared_keywords import kept_twice

ROW = {
    "product_id": "p0",
    "keyword_id": None,
    "keyword": "词",
    "match_type": None,
    "is_simulated": False,
    "is_sure_loss": False,
    "is_pinned": False,
}
SCHEMA = dict.fromkeys(("product_id", "keyword_id", "keyword", "match_type"), pl.String)


def switches_of(*changes, **sections):
    frame = pl.DataFrame([{**ROW, **change} for change in changes], schema_overrides=SCHEMA)
    return with_switches(frame, settings_from(sections))


def flags(frame):
    return frame.select("may_pause", "off_with_product").rows()


OTHERS = ({}, {"is_sure_loss": True}, {"is_simulated": True}, {"is_pinned": True})


def test_by_default_only_evidence_pauses():
    assert flags(switches_of(*OTHERS)) == [
        (False, False),
        (True, False),
        (True, False),
        (False, False),
    ]


@pytest.mark.parametrize(
    "asked", [{"goal": {"most_products": 2}}, {"products": {"p0": {"minimum_spend": "5"}}}]
)
def test_a_switched_products_targets_go_off_with_it(asked):
    frame = switches_of(*OTHERS, {"product_id": "p1"}, {"product_id": None}, **asked)
    found = flags(frame)
    assert found[:4] == [(True, True), (True, False), (True, False), (False, False)]
    assert found[4] == ((True, True) if "goal" in asked else (False, False))
    assert found[5] == (False, False)


ONE = {"guardrails": {"one_product_per_keyword": True}}


def test_a_keyword_is_shared_by_text_and_match_type():
    frame = switches_of(
        {},
        {"product_id": "p1"},
        {"product_id": "p2", "match_type": "精准"},
        {"keyword": None, "keyword_id": "7"},
        {"keyword": None, "keyword_id": "7", "product_id": "p1"},
        {"keyword": "独"},
        {"keyword": "独"},
        {"product_id": None},
        **ONE,
    )
    scopes = frame["keyword_scope"].to_list()
    assert scopes == ["词", "词", None, "7", "7", None, None, None]
    assert flags(frame)[:2] == [(True, False), (True, False)]
    assert flags(frame)[5:] == [(False, False)] * 3


def test_match_types_stand_apart_in_the_scope():
    frame = switches_of({"match_type": "精准"}, {"match_type": "精准", "product_id": "p1"}, **ONE)
    assert frame["keyword_scope"].to_list() == ["词 [精准]"] * 2


def test_two_bids_that_may_not_move_leave_the_keyword_to_both():
    frame = switches_of({"is_pinned": True}, {"is_pinned": True, "product_id": "p1"}, {}, **ONE)
    assert frame["keyword_scope"].to_list() == [None] * 3
    (notice,) = kept_twice(frame)
    assert notice.code == "KEYWORD_KEPT_TWICE"
    assert "词" in notice.en
    assert "词" in notice.zh
    once = switches_of({"is_pinned": True}, {"product_id": "p1"}, **ONE)
    assert flags(once) == [(False, False), (True, False)]
    assert kept_twice(once) == []

"""Sections of shop.toml find their targets, and the narrowest bounds win."""

import polars as pl
import pytest

from adopt.config import settings_from
from adopt.errors import ConfigError
from adopt.plan.scopes import scope_members, with_bounds

TARGETS = pl.DataFrame(
    {
        "target_id": ["t0", "t1", "t2", "t3"],
        "lever": ["cpc_bid", "cpc_bid", "cpc_bid", "bid_modifier"],
        "campaign_id": ["c0", "c0", None, "c1"],
        "category": ["女装/连衣裙", "女装", None, "女"],
        "product_id": ["p0", "p1", "p2", "p3"],
        "keyword_id": ["k0", None, "k2", None],
        "keyword": ["裙", "裙", None, None],
    }
)


def bounds_of(**sections):
    frame = with_bounds(TARGETS, settings_from(sections))
    assert frame["target_id"].to_list() == TARGETS["target_id"].to_list()
    return {
        row["target_id"]: (row["bid_minimum"], row["bid_maximum"], row["frozen_by"])
        for row in frame.iter_rows(named=True)
    }


def test_a_category_holds_those_below_it_and_no_namesake():
    members = scope_members(TARGETS, "category")
    assert members == {"女": ("t3",), "女装": ("t0", "t1"), "女装/连衣裙": ("t0",)}


def test_members_come_in_order_of_their_ids():
    shuffled = TARGETS.sample(fraction=1.0, shuffle=True, seed=3)
    assert scope_members(shuffled, "campaign_id") == {"c0": ("t0", "t1"), "c1": ("t3",)}


def test_without_sections_only_the_guardrails_bound():
    found = bounds_of(guardrails={"bid_minimum": "0.10", "bid_maximum": "0"})
    assert set(found.values()) == {(100_000, None, None)}


def test_the_largest_minimum_and_the_smallest_maximum_count():
    found = bounds_of(
        guardrails={"bid_minimum": "0.10", "bid_maximum": "9"},
        campaigns={"c0": {"bid_minimum": "0.50", "bid_maximum": "3"}},
        categories={"女装": {"bid_minimum": "0.40", "bid_maximum": "2"}},
        products={"p1": {"bid_minimum": "0.60"}},
        keywords={"裙": {"bid_maximum": "2.50"}, "k2": {"bid_maximum": "1"}},
    )
    assert found["t0"] == (500_000, 2_000_000, None)
    assert found["t1"] == (600_000, 2_000_000, None)
    assert found["t2"] == (100_000, 1_000_000, None)
    assert found["t3"] == (100_000, 9_000_000, None)


def test_a_freeze_holds_all_its_targets_and_the_widest_section_is_named():
    found = bounds_of(
        categories={"女装": {"freeze": True}, "女装/连衣裙": {"freeze": True}},
        keywords={"裙": {"freeze": True}, "k2": {"freeze": True}},
    )
    assert [frozen for _, _, frozen in found.values()] == [
        '[categories."女装"]',
        '[categories."女装"]',
        '[keywords."k2"]',
        None,
    ]


def test_crossed_bounds_are_refused_where_a_target_has_both():
    with pytest.raises(ConfigError, match=r"\[guardrails\].*\[products.\"p0\"\]|p0.*guardrails"):
        bounds_of(guardrails={"bid_minimum": "2"}, products={"p0": {"bid_maximum": "1"}})
    apart = bounds_of(
        products={"p0": {"bid_minimum": "2"}, "p1": {"bid_maximum": "1"}},
    )
    assert apart["t0"][0] > apart["t1"][1]

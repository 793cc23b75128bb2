"""The return that a unit of cost must bring: budgets raise it, spend floors lower it, the halo's weight too."""

import polars as pl
import pytest

from adopt.optimise.limit import Limit
from adopt.plan.advice import hurdles

TARGETS = pl.DataFrame(
    {"target_id": ["t0", "t1"], "net_margin": [0.5, 0.25], "halo_revenue_share": [0.4, None]}
)


def hurdle_of(*prices, objective="profit", halo_weight=1.0):
    frame = hurdles(TARGETS, list(prices), objective=objective, halo_weight=halo_weight)
    return frame["hurdle_roi"].to_list()


def test_without_limits_a_unit_must_return_its_break_even():
    assert hurdle_of() == [2.0, 4.0]


@pytest.mark.parametrize(
    "kind", ["account_budget", "campaign_budget", "category_budget", "product_budget"]
)
def test_a_budgets_price_is_added(kind):
    assert hurdle_of((Limit(kind, "x", 9.0, ("t0",)), 0.5)) == [3.0, 4.0]


@pytest.mark.parametrize("kind", ["category_spend_floor", "account_spend_floor", "minimum_spend"])
def test_a_spend_floor_credits_cost(kind):
    assert hurdle_of((Limit(kind, "x", 9.0, ("t1",)), 0.5)) == [2.0, 2.0]
    assert hurdle_of((Limit(kind, "x", 9.0, ("t1",)), 1.5)) == [2.0, 0.0]


@pytest.mark.parametrize("kind", ["target_roi", "campaign_roi", "category_roi", "product_roi"])
def test_an_roi_floor_pulls_towards_its_ratio(kind):
    found = hurdle_of((Limit(kind, "x", 3.0, None), 0.5))
    assert found == [2.5, pytest.approx(2.5 / 0.75)]


@pytest.mark.parametrize("kind", ["one_product", "keyword_on", "most_products"])
def test_counts_do_not_enter(kind):
    assert hurdle_of((Limit(kind, "x", 1.0, ("t0",)), 7.0)) == [2.0, 4.0]


def test_indirect_revenue_that_counts_less_must_be_more():
    assert hurdle_of(halo_weight=0.5) == [pytest.approx(2.0 / 0.8), 4.0]
    floor = (Limit("target_roi", "account", 3.0), 0.5)
    # The floor itself counts all revenue.
    assert hurdle_of(floor, halo_weight=0.0)[0] == pytest.approx(2.5 / (0.5 * 0.6 + 0.5))


def test_under_the_orders_objective_there_is_none():
    assert hurdle_of(objective="orders") == [None, None]

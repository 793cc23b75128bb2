"""Limits from settings: what each section asks, in the same order whatever the order of rows."""

import polars as pl
import pytest

from adopt.config import settings_from
from adopt.optimise.limit import Limit
from adopt.plan.goal import Goal
from adopt.plan.limits import plan_limits

GUARDED = pl.DataFrame(
    {
        "target_id": ["t0", "t1", "t2"],
        "campaign_id": ["c0", "c0", "c1"],
        "campaign_budget": [5_000_000, 5_000_000, None],
        "category": ["女装/裙", "女装", "鞋"],
        "product_id": ["p0", "p1", "p2"],
        "keyword_scope": ["词", "词", None],
        "may_pause_alone": [False, False, False],
        "is_switched": [False, False, False],
    },
    schema_overrides={"keyword_scope": pl.String},
)
JUDGED = pl.DataFrame(
    {"product_id": ["p0"], "stock": [7.0], "units_per_day": [1.0], "reasons": [["STOCK_SHORT"]]}
)
RESPONSE = pl.DataFrame(
    [
        {
            "target_id": t,
            "level": k,
            "bid": bid,
            "cost": cost,
            "revenue": 9.0 * k,
            "orders": 0.4 * k,
        }
        | {"is_current": k == 1}
        for t in ("t0", "t1", "t2")
        for k, bid, cost in ((0, 0, 0.0), (1, 100, 4.0), (2, 110, 6.0))
    ]
)
GOAL = Goal("profit", 2.0, "operator", None, ())


def limits_of(*, guarded=GUARDED, aim=GOAL, judged=JUDGED, **sections):
    shuffled = RESPONSE.sample(fraction=1.0, shuffle=True, seed=1)
    return plan_limits(aim, settings_from(sections), guarded, judged, shuffled)


NO_KEYWORD = GUARDED.with_columns(keyword_scope=pl.lit(None, dtype=pl.String))
NO_STOCK = JUDGED.clear()


def test_without_new_keys_the_limits_are_the_usual_ones():
    assert limits_of(guarded=NO_KEYWORD) == (
        Limit("account_budget", "account", 12.0),
        # Less cannot be spent there: off would need evidence.
        Limit("campaign_budget", "c0", pytest.approx(8.0), ("t0", "t1")),
        Limit("target_roi", "account", 2.0),
        Limit("stock", "p0", pytest.approx(0.4), ("t0",)),
    )


def test_every_section_gives_its_limits():
    asked = {"budget": "30", "spend_floor": "10", "target_roi": 3.0}
    found = limits_of(
        guarded=NO_KEYWORD,
        judged=NO_STOCK,
        aim=Goal("profit", None, "none", 50.0, ()),
        goal={"spend_floor": "5", "most_products": 2},
        campaigns={"c0": asked},
        categories={"女装": asked, "袜": asked},
        products={"p1": {**asked, "minimum_spend": "4"}, "p9": asked},
    )
    both, own = ("t0", "t1"), ("t1",)
    assert found == (
        Limit("account_budget", "account", 50.0),
        Limit("campaign_budget", "c0", 30.0, both),
        Limit("product_roi", "p1", 3.0, own),
        Limit("account_spend_floor", "account", 5.0),
        Limit("campaign_spend_floor", "c0", 10.0, both),
        Limit("campaign_roi", "c0", 3.0, both),
        Limit("category_budget", "女装", 30.0, both),
        Limit("category_spend_floor", "女装", 10.0, both),
        Limit("category_roi", "女装", 3.0, both),
        Limit("product_budget", "p1", 30.0, own),
        Limit("product_spend_floor", "p1", 10.0, own),
        Limit("minimum_spend", "p1", 4.0, own),
        Limit("most_products", "account", 2.0),
    )


def test_a_shared_keyword_has_one_target_and_somebody_keeps_it():
    kinds = [(x.constraint, x.scope, x.limit, x.targets) for x in limits_of()[-2:]]
    both = ("t0", "t1")
    assert kinds == [("one_product", "词", 1.0, both), ("keyword_on", "词", 1.0, both)]


@pytest.mark.parametrize("column", ["may_pause_alone", "is_switched"])
def test_nobody_need_keep_a_keyword_that_evidence_or_the_operator_may_stop(column):
    free = GUARDED.with_columns(pl.lit(value=True).alias(column))
    assert [x.constraint for x in limits_of(guarded=free) if x.scope == "词"] == ["one_product"]


def test_without_a_budget_a_spend_floor_above_todays_cost_leaves_room():
    assert limits_of(goal={"spend_floor": "11"})[0].limit == 12.0
    assert limits_of(goal={"spend_floor": "15"})[0].limit == pytest.approx(16.5)

import polars as pl
import pytest

from adopt.errors import InfeasibleError
from adopt.optimise.choice import choose_levels
from adopt.optimise.frontier import spend_frontier
from adopt.optimise.problem import Limit, build_problem


@pytest.mark.parametrize("objective", ["profit", "revenue"])
def test_more_budget_never_brings_less(make, objective):
    frontier = spend_frontier(build_problem(*make.shop(0), objective))
    assert frontier.height == 20
    assert frontier["budget"].is_sorted()
    assert frontier["budget"].is_unique().all()
    assert frontier[objective].diff().drop_nulls().min() >= 0.0
    assert (frontier["cost"] <= frontier["budget"] * (1 + 1e-9)).all()
    assert frontier["marginal_roi"][0] is None


def test_the_last_point_is_the_plan_without_an_account_budget(make):
    response, limits = make.shop(1, n=60)
    problem = build_problem(response, limits, "profit")
    free = choose_levels(build_problem(response, limits[1:], "profit"))
    assert spend_frontier(problem)["profit"][-1] == pytest.approx(free.value, rel=1e-3)


def test_a_point_is_near_the_choice_at_its_budget(make):
    response, limits = make.shop(2)
    point = spend_frontier(build_problem(response, limits, "profit")).row(9, named=True)
    budget = Limit("account_budget", "account", point["budget"])
    choice = choose_levels(build_problem(response, (budget, *limits[1:]), "profit"))
    assert point["profit"] == pytest.approx(choice.value, rel=1e-3)


def test_shadow_prices_fall_and_match_the_slope_of_the_objective(make):
    response, limits = make.shop(3)
    frontier = spend_frontier(build_problem(response, limits[:1], "revenue"))
    prices = frontier["shadow_price"]
    assert (prices.diff().drop_nulls() <= 1e-6).all()
    slope = frontier["marginal_roi"].drop_nulls()
    assert ((slope <= prices[:-1] * 1.05) & (slope >= prices[1:] * 0.95)).all()


def test_one_level_each_leaves_one_point(make):
    response, _ = make.random(1)
    single = response.filter(pl.col("level") == 1)
    frontier = spend_frontier(build_problem(single, (), "revenue"))
    assert frontier.height == 1
    assert frontier["cost"][0] == pytest.approx(single["cost"].sum())


def test_profit_is_unknown_where_any_margin_is(make):
    response, _ = make.random(1)
    unknown = response.with_columns(
        pl.when(pl.col("target_id") == "t00001").then(None).otherwise("profit").alias("profit")
    )
    frontier = spend_frontier(build_problem(unknown, (), "revenue"))
    assert frontier["profit"].is_null().all()


def test_other_limits_out_of_reach_are_refused(make):
    response, _ = make.random(1, has_off=False)
    with pytest.raises(InfeasibleError):
        spend_frontier(build_problem(response, (Limit("stock", "p", 0.0),), "revenue"))

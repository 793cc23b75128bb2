import itertools

import numpy as np
import polars as pl
import pytest

from adopt.errors import InfeasibleError
from adopt.optimise.choice import choose_levels
from adopt.optimise.frontier import roi_frontier, spend_frontier
from adopt.optimise.limit import Limit
from adopt.optimise.problem import build_problem


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


def largest_segment(problem):
    """Most objective between two neighbouring levels of a target's upper hull, priced by cost."""
    most = 0.0
    for first, last in itertools.pairwise(problem.level_start):
        order = np.argsort(problem.attribute[first:last, 0], kind="stable")
        value = np.maximum.accumulate(problem.value[first:last][order])
        most = max(most, float(np.diff(value).max(initial=0.0)))
    return most


@pytest.mark.parametrize("objective", ["profit", "revenue"])
@pytest.mark.parametrize("kept", [(0,), tuple(range(9)), tuple(range(10)), tuple(range(13))])
def test_points_are_within_a_segment_of_exact_solves(make, objective, kept):
    response, limits = make.shop(4)
    limits = tuple(limits[k] for k in kept)
    problem = build_problem(response, limits, objective)
    frontier = spend_frontier(problem)
    segment = largest_segment(problem)
    for at in (1, 7, 13, 18):
        point = frontier.row(at, named=True)
        budget = Limit("account_budget", "account", point["budget"])
        exact = choose_levels(build_problem(response, (budget, *limits[1:]), objective))
        value = point[objective]
        assert value >= exact.value - exact.gap * abs(exact.bound) - segment
        assert value <= exact.bound
        assert exact.value <= value + point["gap"] * abs(exact.bound) * 1.01 + 1e-9


@pytest.mark.parametrize("seed", range(12))
def test_a_gap_is_a_proof_on_arbitrary_small_requests(make, seed):
    response, limits = make.random(seed)
    problem = build_problem(response, limits, "profit")
    try:
        frontier = spend_frontier(problem)
    except InfeasibleError:
        return
    for point in frontier.iter_rows(named=True):
        budget = Limit("account_budget", "account", point["budget"])
        best = make.brute_force(build_problem(response, (budget, *limits[1:]), "profit"))
        if best is None:
            continue
        bound = point["profit"] / (1.0 - point["gap"]) if point["profit"] > 0 else None
        assert bound is None or bound >= best * (1 - 1e-9)


def test_the_order_of_rows_does_not_matter(make):
    response, limits = make.shop(5, n=60)
    frontier = spend_frontier(build_problem(response, limits, "profit"))
    shuffled = response.sample(fraction=1.0, shuffle=True, seed=1)
    assert frontier.equals(spend_frontier(build_problem(shuffled, limits, "profit")))


def test_a_higher_target_never_brings_more(make):
    response, limits = make.shop(6, n=80)
    problem = build_problem(response, limits, "profit")
    frontier = roi_frontier(problem)
    assert frontier["profit"].diff().drop_nulls().max() <= 1e-9
    assert (frontier["roi"] >= frontier["target_roi"] * (1 - 1e-9)).all()
    assert (frontier["cost"] <= limits[0].limit * (1 + 1e-9)).all()
    assert frontier["shadow_price"][-1] is None


def test_the_requests_own_target_has_a_row(make):
    response, limits = make.shop(6, n=80)
    others = tuple(limit for limit in limits if limit.constraint != "target_roi")
    targets = roi_frontier(build_problem(response, others, "profit"))["target_roi"]
    own = 0.5 * (targets[3] + targets[4])
    problem = build_problem(response, (*others, Limit("target_roi", "account", own)), "profit")
    assert own in roi_frontier(problem)["target_roi"]


def test_a_row_of_the_target_frontier_is_the_choice_at_its_target(make):
    response, limits = make.shop(7, n=80)
    frontier = roi_frontier(build_problem(response, limits, "profit"))
    for at in (0, 4, 9):
        row = frontier.row(at, named=True)
        floor = Limit("target_roi", "account", row["target_roi"])
        others = tuple(limit for limit in limits if limit.constraint != "target_roi")
        exact = choose_levels(build_problem(response, (*others, floor), "profit"))
        assert row["profit"] == pytest.approx(exact.value, rel=1e-3)
        assert exact.value <= row["profit"] / (1.0 - row["gap"]) * (1 + 1e-9)


def test_one_return_for_all_leaves_one_target(make):
    response = make.response(
        np.array([[0.0, 1.0, 2.0]]),
        np.array([[0.0, 5.0, 10.0]]),
        np.array([[0.0, 1.0, 2.0]]),
        np.array([[0.0, 1.0, 2.0]]),
    )
    frontier = roi_frontier(build_problem(response, (), "profit"))
    assert frontier["target_roi"].to_list() == [5.0]
    assert frontier["cost"].to_list() == [2.0]


def test_nothing_to_spend_on_leaves_no_target(make):
    zeros = np.zeros((3, 4))
    response = make.response(zeros, zeros, zeros, zeros)
    assert roi_frontier(build_problem(response, (), "revenue")).is_empty()

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from adopt.errors import InfeasibleError
from adopt.optimise.choice import choose_levels
from adopt.optimise.limit import Limit
from adopt.optimise.problem import build_problem


def refused(response, limits, objective="profit"):
    with pytest.raises(InfeasibleError) as caught:
        choose_levels(build_problem(response, limits, objective))
    return caught.value


def eased(limits, relaxations):
    """The limits with relaxations applied to the ones they name."""
    needed = {(r.constraint, r.limit): r.needed for r in relaxations}
    return tuple(replace(x, limit=needed.get((x.constraint, x.limit), x.limit)) for x in limits)


def test_a_budget_below_the_least_cost_names_the_least_cost(make):
    response, _ = make.random(1, has_off=False)
    least = float(response.group_by("target_id").agg(pl.col("cost").min())["cost"].sum())
    limits = (Limit("account_budget", "account", least / 2),)
    (relaxation,) = refused(response, limits).relaxations
    assert least <= relaxation.needed <= least + 0.01 + 1e-9
    assert "Raise the account budget from" in relaxation.words
    assert choose_levels(build_problem(response, eased(limits, (relaxation,)), "profit"))


def test_a_floor_out_of_reach_names_the_highest_reachable(make):
    response, _ = make.random(2, has_off=False)
    limits = (Limit("target_roi", "account", 500.0),)
    (relaxation,) = refused(response, limits, "revenue").relaxations
    assert choose_levels(build_problem(response, eased(limits, (relaxation,)), "revenue"))
    higher = (replace(limits[0], limit=relaxation.needed + 0.011),)
    assert refused(response, higher, "revenue")


def test_silence_is_not_an_answer_to_a_floor_out_of_reach(make):
    response, _ = make.random(3)
    limits = (Limit("target_roi", "account", 500.0), Limit("account_budget", "account", 100.0))
    error = refused(response, limits)
    assert "no plan that spends anything" in error.what
    (relaxation,) = error.relaxations
    choice = choose_levels(build_problem(response, eased(limits, (relaxation,)), "revenue"))
    assert choice.uses[0].used >= relaxation.needed - 1e-9


def test_silence_is_an_answer_where_every_click_loses_money(make):
    cost = np.array([[0.0, 4.0]])
    revenue = np.array([[0.0, 8.0]])
    response = make.response(cost, revenue, revenue, 0.1 * revenue - cost)
    choice = choose_levels(
        build_problem(response, (Limit("target_roi", "account", 1.5),), "profit")
    )
    assert choice.levels["level"].to_list() == [0]
    assert choice.uses[0].used is None


@pytest.mark.parametrize("seed", range(25))
def test_each_relaxation_alone_or_all_together_make_the_request_feasible(make, seed):
    response, limits = make.random(seed, n=6, has_off=False, tightness=0.05)
    problem = build_problem(response, limits, "profit")
    if make.brute_force(problem) is not None:
        assert choose_levels(problem)
        return
    relaxations = refused(response, limits).relaxations
    assert relaxations
    is_joint = any("only together" in r.words for r in relaxations)
    for group in [relaxations] if is_joint else [(r,) for r in relaxations]:
        assert choose_levels(build_problem(response, eased(limits, group), "profit"))


@pytest.mark.parametrize("seed", range(25))
def test_an_alone_relaxation_is_named_exactly_where_it_can_help(make, seed):
    kinds = ("account_budget", "product_roi", "stock")
    response, limits = make.random(seed, n=4, kinds=kinds, has_off=False, tightness=0.1)
    if make.brute_force(build_problem(response, limits, "profit")) is not None:
        return
    relaxations = refused(response, limits).relaxations
    alone = {r.constraint for r in relaxations if "only together" not in r.words}
    helpful = {
        limit.constraint
        for limit in limits
        if make.brute_force(
            build_problem(response, tuple(x for x in limits if x is not limit), "profit")
        )
        is not None
    }
    assert alone == helpful


def test_two_impossible_limits_are_named_together(make):
    response, _ = make.random(2, has_off=False)
    limits = (Limit("account_budget", "account", 1.0), Limit("target_roi", "account", 500.0))
    error = refused(response, limits)
    assert {r.constraint for r in error.relaxations} == {"account_budget", "target_roi"}
    assert all("only together" in r.words for r in error.relaxations)
    assert choose_levels(build_problem(response, eased(limits, error.relaxations), "profit"))


def test_a_shop_under_too_small_a_campaign_budget_is_told_so(make):
    response, limits = make.shop(0)
    small = tuple(replace(x, limit=1.0) if x.scope == "c3" else x for x in limits)
    relaxations = refused(response, small).relaxations
    assert [r.constraint for r in relaxations] == ["campaign_budget"]
    assert "campaign c3" in relaxations[0].words

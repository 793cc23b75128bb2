"""Every combination of limits: against a general solver, and under changes that must not matter."""

from dataclasses import replace

import numba
import numpy as np
import polars as pl
import pytest

from adopt.errors import InfeasibleError
from adopt.optimise.certificate import upper_bound
from adopt.optimise.choice import choose_levels
from adopt.optimise.evaluation import keeps_limits, plan_use, plan_value, switched_on
from adopt.optimise.frontier import roi_frontier, spend_frontier
from adopt.optimise.limit import BUDGETS, SPEND_FLOORS, Limit
from adopt.optimise.problem import build_problem
from adopt.optimise.reference import choose_levels_by_milp
from adopt.optimise.search import find_plan
from sims.study_plans import SAME, judge
from sims.worlds.small_requests import COMBINATIONS, small_request

SWITCHING = ("account_budget", "target_roi", "keywords", "minimum_spend", "most_products")


@pytest.mark.parametrize("chunk", range(10))
def test_answers_are_those_of_the_solver(chunk):
    for seed in range(5_000 + 30 * chunk, 5_030 + 30 * chunk):
        _, gap, worse = judge(seed, 8)
        assert worse <= max(gap, SAME)


def test_the_seeds_meet_every_combination():
    seeds = range(len(COMBINATIONS))
    assert {COMBINATIONS[s * 7919 % len(COMBINATIONS)] for s in seeds} == set(COMBINATIONS)


@pytest.mark.parametrize("seed", range(12))
def test_any_multipliers_bound_every_plan(seed):
    problem = small_request(seed, SWITCHING).problem()
    reference = choose_levels_by_milp(problem)
    if reference is None or not keeps_limits(problem, reference):
        return
    rng = np.random.default_rng(seed)
    for size in (0.0, 0.1, 1.0, 10.0):
        y = size * rng.gamma(1.0, 1.0, problem.rows)
        assert plan_value(problem, reference) <= upper_bound(problem, y).bound + 1e-9


def test_a_level_for_the_whole_product_is_taken_only_with_it(make):
    cost = np.array([[0.0, 10.0], [0.0, 10.0]])
    revenue = np.array([[0.0, 1.0], [0.0, 50.0]])
    response = make.response(cost, revenue, 0 * cost, revenue - cost).with_columns(
        (pl.col("level") == 0).alias("with_product_only")
    )
    products = dict.fromkeys(("t00000", "t00001"), "p")
    loose = (Limit("most_products", "account", 1.0),)
    choice = choose_levels(build_problem(response, loose, "profit", products=products))
    assert choice.levels["level"].to_list() == [1, 1]
    none = (Limit("most_products", "account", 0.0),)
    choice = choose_levels(build_problem(response, none, "profit", products=products))
    assert choice.levels["level"].to_list() == [0, 0]
    # Without a switch nothing may be off.
    choice = choose_levels(build_problem(response, (), "profit", products=products))
    assert choice.levels["level"].to_list() == [1, 1]


def test_a_product_spends_its_minimum_or_nothing(make):
    cost = np.array([[0.0, 4.0, 8.0], [0.0, 4.0, 8.0]])
    revenue = np.array([[0.0, 8.0, 11.0], [0.0, 8.0, 11.0]])
    response = make.response(cost, revenue, 0 * cost, revenue - cost)
    products = dict.fromkeys(("t00000", "t00001"), "p")

    def levels(minimum):
        limits = (Limit("minimum_spend", "p", minimum, ("t00000", "t00001")),)
        choice = choose_levels(build_problem(response, limits, "profit", products=products))
        return choice.levels["level"].to_list(), choice.uses[0]

    assert levels(0.0)[0] == [1, 1]
    chosen, use = levels(10.0)
    assert sorted(chosen) == [1, 2]
    assert (use.used, use.slack) == (12.0, 2.0)
    assert levels(17.0)[0] == [0, 0]
    assert levels(17.0)[1].used is None


def test_the_price_of_a_product_is_what_one_more_brings(make):
    rng = np.random.default_rng(1)
    n = 40
    cost = np.append(np.zeros((n, 1)), np.cumsum(rng.gamma(2, 2, (n, 6)), axis=1), axis=1)
    revenue = 6 * cost**0.7 * rng.uniform(0.5, 2, (n, 1))
    response = make.response(cost, revenue, 0 * cost, 0.5 * revenue - cost)
    products = {f"t{i:05d}": f"p{i % 10}" for i in range(n)}

    def value(most):
        limits = (Limit("most_products", "account", most),)
        return choose_levels(build_problem(response, limits, "profit", products=products))

    three, four = value(3.0), value(4.0)
    assert three.uses[0].used == 3.0
    # The price lies between what the last product brings and what the next one would.
    gains = (four.value - three.value, three.value - value(2.0).value)
    assert gains[0] - 1e-6 <= three.uses[0].shadow_price <= gains[1] + 1e-6
    assert three.gap <= 1e-6


@pytest.mark.parametrize("seed", range(5))
def test_rows_unit_and_threads_do_not_change_the_answer(seed):
    request = small_request(100 + seed, SWITCHING, targets=24, levels=6)
    try:
        levels = choose_levels(request.problem()).levels
    except InfeasibleError:
        levels = None
    shuffled = replace(request, response=request.response.sample(fraction=1, shuffle=True, seed=1))
    fen = replace(
        request,
        response=request.response.with_columns(pl.col("cost", "revenue", "profit") * 100),
        limits=tuple(
            replace(x, limit=100 * x.limit)
            if x.constraint in (*BUDGETS, *SPEND_FLOORS, "minimum_spend")
            else x
            for x in request.limits
        ),
    )
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        for other in (shuffled, fen):
            if levels is None:
                with pytest.raises(InfeasibleError):
                    choose_levels(other.problem())
            else:
                assert choose_levels(other.problem()).levels.equals(levels)
    finally:
        numba.set_num_threads(threads)


def test_relaxations_of_every_kind_can_be_met():
    met = 0
    for seed in range(7_000, 7_090):
        request = small_request(seed)
        problem = request.problem()
        if find_plan(problem) is not None:
            continue
        with pytest.raises(InfeasibleError) as caught:
            choose_levels(problem)
        for relaxation in caught.value.relaxations:
            assert relaxation.words.endswith(".")
        if not caught.value.relaxations:
            continue
        alone = "only together" not in caught.value.relaxations[0].words
        groups = [[x] for x in caught.value.relaxations] if alone else [caught.value.relaxations]
        for group in groups:
            needed = {(x.constraint, x.limit): x.needed for x in group}
            eased = tuple(
                replace(x, limit=needed.get((x.constraint, x.limit), x.limit))
                for x in request.limits
            )
            assert find_plan(replace(request, limits=eased).problem()) is not None
            met += 1
    assert met > 20


def test_frontiers_of_switched_products_never_fall():
    requests = (
        small_request(seed, ("account_budget", "most_products"), targets=30, levels=6)
        for seed in range(0, 60, 3)
    )
    problem = next(p for p in (x.problem() for x in requests) if find_plan(p) is not None)
    frame = spend_frontier(problem, points=8)
    assert len(frame) > 3
    assert (frame[problem.objective].diff().drop_nulls() >= -1e-9).all()
    assert (frame["cost"] <= frame["budget"] + 1e-9).all()
    assert len(roi_frontier(problem, points=4)) >= 2


def test_use_counts_what_being_on_uses():
    request = small_request(9, ("minimum_spend", "most_products"))
    problem = request.problem()
    cells = problem.level_start[:-1] + 1
    on = switched_on(problem, cells)
    assert on.all()
    use = plan_use(problem, cells)
    assert use[-1] == problem.switches.count

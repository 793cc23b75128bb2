import itertools

import numba
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adopt.errors import InfeasibleError
from adopt.optimise.choice import choose_levels
from adopt.optimise.evaluation import keeps_limits, plan_value
from adopt.optimise.limit import Limit
from adopt.optimise.problem import build_problem
from adopt.optimise.reference import choose_levels_by_milp

COMBINATIONS = [
    kinds
    for size in range(6)
    for kinds in itertools.combinations(
        ("account_budget", "campaign_budget", "target_roi", "product_roi", "stock"), size
    )
]


def cells_of(problem, choice):
    joined = pl.DataFrame(
        {
            "target_id": np.repeat(problem.target_ids, np.diff(problem.level_start)).tolist(),
            "level": problem.level,
            "cell": np.arange(problem.level.size),
        }
    ).join(choice.levels, on=["target_id", "level"], maintain_order="left")
    assert joined.height == problem.targets
    return joined["cell"].to_numpy()


def assert_consistent(problem, choice):
    cells = cells_of(problem, choice)
    assert keeps_limits(problem, cells)
    assert choice.value == plan_value(problem, cells)
    assert choice.bound >= choice.value
    assert choice.gap == pytest.approx(
        (choice.bound - choice.value) / max(abs(choice.bound), 1e-300), abs=1e-15
    )


def choose_or_none(problem):
    try:
        return choose_levels(problem)
    except InfeasibleError:
        return None


@pytest.mark.parametrize("kinds", COMBINATIONS, ids="-".join)
def test_small_requests_are_solved_exactly_under_every_combination_of_limits(make, kinds):
    for seed in range(4):
        objective = ("profit", "revenue", "orders")[seed % 3]
        response, limits = make.random(seed, kinds=kinds, has_off=seed % 2 == 0)
        problem = build_problem(response, limits, objective)
        best = make.brute_force(problem)
        choice = choose_or_none(problem)
        if choice is None:
            # A floor that only silence meets is refused though silence is feasible.
            assert best is None or best == 0.0
            continue
        assert_consistent(problem, choice)
        assert choice.value == pytest.approx(best, rel=1e-9, abs=1e-9)
        assert choice.gap <= 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_ten_curves_of_five_points_equal_the_solver(make, seed):
    problem = build_problem(*make.random(seed, n=10, levels=5, tightness=0.4), "profit")
    choice = choose_or_none(problem)
    reference = choose_levels_by_milp(problem)
    if reference is None or choice is None:
        assert choice is None
        return
    assert choice.value >= plan_value(problem, reference) - 1e-6 * abs(choice.value)
    assert choice.gap <= 1e-6
    assert_consistent(problem, choice)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_levels_of_whole_numbers_with_ties_are_solved_exactly(data):
    n = data.draw(st.integers(1, 4))
    rows = []
    for i in range(n):
        for level in range(data.draw(st.integers(1, 4))):
            numbers = [data.draw(st.integers(0, 6)) for _ in range(4)]
            rows.append(
                (f"t{i}", level, *map(float, numbers[:3]), float(numbers[3] - 3), level == 0)
            )
    names = ["target_id", "level", "cost", "revenue", "orders", "profit", "is_current"]
    response = pl.DataFrame(rows, schema=names, orient="row")
    limits = (
        Limit("account_budget", "account", float(data.draw(st.integers(0, 20)))),
        Limit("target_roi", "account", data.draw(st.sampled_from([0.0, 0.5, 1.0, 2.0]))),
        Limit("stock", "p", float(data.draw(st.integers(0, 12))), ("t0",)),
    )
    problem = build_problem(response, limits, data.draw(st.sampled_from(["profit", "revenue"])))
    best = _brute(problem)
    choice = choose_or_none(problem)
    if choice is None:
        assert best is None or response["cost"].sum() > 0
        if best is not None:
            assert limits[1].limit > 0
        return
    assert_consistent(problem, choice)
    assert choice.value == pytest.approx(best, abs=1e-9)


def _brute(problem):
    best = None
    for plan in itertools.product(
        *(range(a, b) for a, b in itertools.pairwise(problem.level_start))
    ):
        cells = np.array(plan)
        if keeps_limits(problem, cells):
            best = max(plan_value(problem, cells), -np.inf if best is None else best)
    return best


@pytest.mark.parametrize("objective", ["profit", "revenue", "orders"])
@pytest.mark.parametrize("seed", range(3))
def test_a_shop_is_proved_within_a_ten_thousandth(make, seed, objective):
    problem = build_problem(*make.shop(seed), objective)
    choice = choose_levels(problem)
    assert_consistent(problem, choice)
    assert choice.gap <= 1e-4


def test_the_bound_of_a_shop_holds_against_the_solver(make):
    problem = build_problem(*make.shop(4, n=60), "profit")
    choice = choose_levels(problem)
    reference = choose_levels_by_milp(problem, node_limit=50)
    assert plan_value(problem, reference) <= choice.bound * (1 + 1e-7)


def test_order_of_rows_currency_unit_and_threads_do_not_change_the_choice(make):
    response, limits = make.shop(2, n=60)
    levels = choose_levels(build_problem(response, limits, "profit")).levels
    shuffled = response.sample(fraction=1.0, shuffle=True, seed=1)
    assert choose_levels(build_problem(shuffled, limits, "profit")).levels.equals(levels)

    money = ["cost", "revenue", "profit"]
    fen = response.with_columns(pl.col(money) * 100)
    budgets = {"account_budget", "campaign_budget"}
    in_fen = tuple(
        Limit(
            x.constraint, x.scope, x.limit * 100 if x.constraint in budgets else x.limit, x.targets
        )
        for x in limits
    )
    assert choose_levels(build_problem(fen, in_fen, "profit")).levels.equals(levels)

    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        assert choose_levels(build_problem(response, limits, "profit")).levels.equals(levels)
    finally:
        numba.set_num_threads(threads)


def test_raising_the_budget_never_lowers_the_value(make):
    response, limits = make.random(5, n=8, levels=5, kinds=("stock",))
    most = float(response.group_by("target_id").agg(pl.col("cost").max())["cost"].sum())
    values = [
        choose_levels(
            build_problem(
                response, (*limits, Limit("account_budget", "account", most * k / 12)), "revenue"
            )
        ).value
        for k in range(13)
    ]
    assert values == sorted(values)


def test_one_target_takes_the_best_level_that_fits(make):
    cost = np.array([[0.0, 5.0, 9.0, 20.0]])
    revenue = np.array([[0.0, 30.0, 20.0, 80.0]])
    response = make.response(cost, revenue, revenue, revenue - cost)
    choice = choose_levels(
        build_problem(response, (Limit("account_budget", "account", 19.0),), "revenue")
    )
    assert choice.levels.rows() == [("t00000", 1)]
    assert choice.gap <= 1e-6
    assert choice.uses[0].slack == 14.0


def test_no_limit_is_no_obstacle(make):
    response, _ = make.random(1)
    choice = choose_levels(build_problem(response, (), "profit"))
    assert choice.gap <= 1e-12
    assert choice.uses == ()


def test_where_nothing_matters_the_current_level_stays_and_else_the_cheapest(make):
    zero = np.zeros((3, 4))
    cost = np.array([[3.0, 1.0, 2.0, 4.0]] * 3)
    response = make.response(cost, zero, zero, zero, current=[2, 3, 0])
    response = response.with_columns(pl.col("is_current") & (pl.col("target_id") != "t00002"))
    choice = choose_levels(build_problem(response, (), "revenue"))
    assert choice.levels["level"].to_list() == [2, 3, 1]
    assert (choice.value, choice.bound, choice.gap) == (0.0, 0.0, 0.0)
    tight = build_problem(response, (Limit("account_budget", "account", 5.0),), "revenue")
    assert choose_levels(tight).levels["level"].to_list() in ([2, 1, 1], [1, 1, 1])


def test_a_budget_of_exactly_the_least_cost_can_be_met(make):
    response, _ = make.random(11, n=30, has_off=False)
    least = float(response.group_by("target_id").agg(pl.col("cost").min())["cost"].sum())
    choice = choose_levels(
        build_problem(response, (Limit("account_budget", "account", least),), "profit")
    )
    assert choice.uses[0].used == pytest.approx(least, rel=1e-12)
    assert choice.gap <= 1e-6


def test_a_huge_budget_does_not_bind(make):
    response, _ = make.random(12)
    limits = (Limit("account_budget", "account", 1e12),)
    choice = choose_levels(build_problem(response, limits, "profit"))
    assert choice.value == choose_levels(build_problem(response, (), "profit")).value
    assert choice.uses[0].shadow_price == 0.0
    assert not choice.uses[0].is_binding


def test_a_shadow_price_tells_what_the_next_unit_brings(make):
    response, limits = make.shop(1)
    problem = build_problem(response, limits[:1], "profit")
    choice = choose_levels(problem)
    more = Limit("account_budget", "account", limits[0].limit + 5.0)
    gained = choose_levels(build_problem(response, (more,), "profit")).value - choice.value
    assert gained == pytest.approx(5.0 * choice.uses[0].shadow_price, rel=0.05)


def test_the_price_of_an_roi_floor_is_what_lowering_it_brings(make):
    response, _ = make.shop(1)
    ratio = 1.05 * response["revenue"].sum() / response["cost"].sum()
    floors = [Limit("target_roi", "account", ratio - x) for x in (0.0, 0.05)]
    low, high = (choose_levels(build_problem(response, (floor,), "revenue")) for floor in floors)
    assert high.value - low.value == pytest.approx(0.05 * low.uses[0].shadow_price, rel=0.1)
    assert low.uses[0].used >= ratio * (1 - 1e-9)

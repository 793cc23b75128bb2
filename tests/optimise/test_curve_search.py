import itertools
from dataclasses import replace

import numba
import numpy as np
import pytest

from adopt.errors import InfeasibleError
from adopt.optimise import core_curves
from adopt.optimise.certificate import streamed_bound, upper_bound
from adopt.optimise.choice import choose_levels
from adopt.optimise.core_curves import core_of
from adopt.optimise.curve_search import search_curves
from adopt.optimise.curves import curves_of, group_sums, row_use
from adopt.optimise.evaluation import keeps_limits, plan_use, plan_value
from adopt.optimise.limit import Limit
from adopt.optimise.problem import build_problem
from adopt.optimise.reference import choose_levels_by_milp
from adopt.optimise.repair import settled_among_many, settled_plan
from adopt.optimise.search import find_plan

COMBINATIONS = [
    kinds
    for size in range(1, 6)
    for kinds in itertools.combinations(
        ("account_budget", "campaign_budget", "target_roi", "product_roi", "stock"), size
    )
]


@pytest.mark.parametrize("kinds", COMBINATIONS, ids="-".join)
def test_plans_of_many_small_requests_keep_the_limits_and_the_bound_holds(make, kinds):
    found = 0
    for seed in range(10):
        objective = ("profit", "revenue", "orders")[seed % 3]
        response, limits = make.random(seed, n=6, levels=5, kinds=kinds, has_off=seed % 2 == 0)
        problem = build_problem(response, limits, objective)
        plan = search_curves(curves_of(problem), current=problem.current)
        reference = choose_levels_by_milp(problem)
        if plan is None:
            continue
        found += 1
        assert keeps_limits(problem, plan.cells)
        assert plan.value == pytest.approx(plan_value(problem, plan.cells), rel=1e-12, abs=1e-12)
        assert reference is not None
        best = plan_value(problem, reference)
        assert plan.value <= best + 1e-6 * abs(best)
        assert plan.certificate.bound >= best - 1e-6 * abs(best)
    assert found >= 1


@pytest.mark.parametrize("seed", range(3))
def test_few_sweeps_reach_the_solver_within_the_proved_gap(make, seed):
    objective = ("profit", "revenue", "orders")[seed % 3]
    problem = build_problem(*make.shop(seed, n=80, campaigns=3), objective)
    found = find_plan(problem, large_cells=0)
    exact = choose_levels_by_milp(problem, node_limit=50)
    best = plan_value(problem, exact)
    assert found.bound >= best * (1 - 1e-7)
    assert found.value >= best * (1 - 5e-3)
    assert found.gap <= 5e-3
    assert keeps_limits(problem, found.cells)


@pytest.mark.parametrize("objective", ["profit", "revenue", "orders"])
def test_a_larger_shop_is_proved_as_closely_as_by_the_search_in_depth(make, objective):
    problem = build_problem(*make.shop(3, n=2000, levels=21), objective)
    choice = choose_levels(problem, large_cells=0)
    assert choice.gap <= 1e-4
    assert choice.value == pytest.approx(choose_levels(problem, large_cells=10**9).value, rel=1e-4)
    assert all(use.slack >= -1e-9 * use.limit.limit for use in choice.uses)


def test_infeasible_requests_are_refused_as_in_small_problems(make):
    for seed in range(6):
        response, limits = make.random(seed, n=8, has_off=False, tightness=0.5)
        beyond = (replace(limits[0], limit=limits[0].limit * 1e-3), *limits[1:])
        problem = build_problem(response, beyond, "profit")
        with pytest.raises(InfeasibleError) as small:
            choose_levels(problem)
        with pytest.raises(InfeasibleError) as large:
            choose_levels(problem, large_cells=0)
        assert large.value.relaxations == small.value.relaxations


def test_ties_and_zero_curves_keep_the_current_level_else_the_cheapest(make):
    zero = np.zeros((3, 4))
    cost = np.array([[3.0, 1.0, 2.0, 4.0]] * 3)
    response = make.response(cost, zero, zero, zero, current=[2, 3, 1])
    limits = (Limit("account_budget", "account", 100.0),)
    choice = choose_levels(build_problem(response, limits, "revenue"), large_cells=0)
    assert choice.levels["level"].to_list() == [2, 3, 1]
    assert (choice.value, choice.gap) == (0.0, 0.0)
    tight = (Limit("account_budget", "account", 3.0),)
    choice = choose_levels(build_problem(response, tight, "revenue"), large_cells=0)
    assert choice.levels["level"].to_list() == [1, 1, 1]


def test_equal_targets_share_a_budget_that_only_some_can_have(make):
    cost = np.tile([0.0, 1.0], (400, 1))
    revenue = 3.0 * cost
    response = make.response(cost, revenue, revenue, revenue - cost)
    limits = (Limit("account_budget", "account", 123.0),)
    choice = choose_levels(build_problem(response, limits, "profit"), large_cells=0)
    assert choice.value == pytest.approx(246.0)
    assert choice.gap <= 1e-6


def test_order_of_rows_currency_unit_and_threads_do_not_change_the_levels(make):
    response, limits = make.shop(3, n=2000, levels=21)
    levels = choose_levels(build_problem(response, limits, "profit"), large_cells=0).levels
    shuffled = response.sample(fraction=1.0, shuffle=True, seed=1)
    again = choose_levels(build_problem(shuffled, limits, "profit"), large_cells=0)
    assert again.levels.equals(levels)

    money = ("cost", "revenue", "profit")
    fen = response.with_columns([response[name] * 100 for name in money])
    budgets = {"account_budget", "campaign_budget"}
    in_fen = tuple(
        replace(x, limit=x.limit * 100) if x.constraint in budgets else x for x in limits
    )
    again = choose_levels(build_problem(fen, in_fen, "profit"), large_cells=0)
    assert again.levels.equals(levels)

    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        again = choose_levels(build_problem(response, limits, "profit"), large_cells=0)
        assert again.levels.equals(levels)
    finally:
        numba.set_num_threads(threads)


def test_a_start_from_like_multipliers_leads_to_the_same_bound(make):
    response, limits = make.shop(3, n=2000, levels=21)
    cold = find_plan(build_problem(response, limits, "profit"), large_cells=0)
    more = (replace(limits[0], limit=1.02 * limits[0].limit), *limits[1:])
    problem = build_problem(response, more, "profit")
    warm = find_plan(problem, start=cold.multipliers, large_cells=0)
    assert warm.bound == pytest.approx(find_plan(problem, large_cells=0).bound, rel=1e-5)
    assert warm.gap <= 3e-4


def test_float32_curves_and_margins_give_the_plan_of_float64_values(make):
    problem = build_problem(*make.shop(6, n=600, levels=16, campaigns=4), "profit")
    problem = replace(problem, attribute=problem.attribute.astype(np.float32).astype(np.float64))
    margin = np.random.default_rng(1).uniform(0.3, 0.5, 600).astype(np.float32)
    own = np.repeat(margin.astype(np.float64), 16)
    problem = replace(problem, value=own * problem.attribute[:, 1] - problem.attribute[:, 0])
    wide = curves_of(problem)
    nothing = np.empty(0, dtype=np.float32)
    thin = replace(
        wide,
        cost=problem.attribute[:, 0].astype(np.float32),
        revenue=problem.attribute[:, 1].astype(np.float32),
        orders=problem.attribute[:, 2].astype(np.float32),
        value=nothing,
        margin=margin,
        charge=1.0,
    )
    plan = search_curves(thin)
    assert plan.certificate.bound == pytest.approx(search_curves(wide).certificate.bound, rel=1e-6)
    assert keeps_limits(problem, plan.cells)
    assert row_use(thin, group_sums(thin, plan.cells)) == pytest.approx(
        plan_use(problem, plan.cells), rel=1e-12, abs=1e-9
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_streamed_bound_is_the_bound(make, seed):
    problem = build_problem(*make.shop(seed, n=100), "profit")
    y = np.random.default_rng(seed).gamma(0.5, 1.0, problem.rows)
    plain, streamed = upper_bound(problem, y), streamed_bound(curves_of(problem), y)
    assert abs(plain.bound - streamed.bound) <= plain.error_bound + streamed.error_bound
    assert streamed.error_bound <= 1e-10 * abs(streamed.bound)


def large(n, family="plain", seed=7):
    from sims.bench.large_shop import large_shop
    from sims.bench.optimise import curves_of_shop

    shop = large_shop(n, seed=seed, family=family)
    return curves_of_shop(shop), curves_of_shop(shop, account=1.01)


@pytest.mark.parametrize("family", ["plain", "heavy", "steps", "loose"])
def test_large_shops_of_other_shapes_are_proved_too(family):
    curves, raised = large(6_000, family)
    plan = search_curves(curves)
    assert np.all(row_use(curves, group_sums(curves, plan.cells)) <= curves.capacity)
    assert 0.0 <= 1.0 - plan.value / plan.certificate.bound <= 2e-3
    warm = search_curves(raised, start=plan)
    assert warm.certificate.bound == pytest.approx(
        search_curves(raised).certificate.bound, rel=1e-4
    )
    assert warm.value <= warm.certificate.bound
    assert plan.certificate == search_curves(curves).certificate


@pytest.mark.parametrize("n", [2_000, 9_000, 30_000])
@pytest.mark.parametrize(
    ("account", "campaigns"), [(1.01, 1.0), (0.99, 0.99), (1.05, 1.05), (1.0, 0.95)]
)
def test_a_plan_from_the_last_one_is_as_good_as_a_new_one_within_the_proved_gaps(
    n, account, campaigns
):
    curves, _ = large(n)
    capacity = curves.capacity.copy()
    capacity[0] *= account
    capacity[1:-1] *= campaigns
    other = replace(curves, capacity=capacity)
    start = search_curves(curves)
    warm, cold = search_curves(other, start=start), search_curves(other)
    assert np.all(row_use(other, group_sums(other, warm.cells)) <= capacity)
    assert warm.value <= cold.certificate.bound
    assert cold.value <= warm.certificate.bound
    assert warm.gap <= max(2.0 * cold.gap, 2e-4)
    assert np.array_equal(warm.sums, group_sums(other, warm.cells))


def test_a_small_change_of_capacity_is_met_without_a_read_for_the_multipliers():
    curves, raised = large(30_000)
    start = search_curves(curves)
    warm = search_curves(raised, start=start)
    assert warm.core.level is start.core.level
    assert warm.gap <= 1e-4


def test_a_plan_of_other_curves_lends_its_multipliers_only():
    curves, _ = large(9_000)
    others, _ = large(9_000, seed=8)
    warm = search_curves(others, start=search_curves(curves))
    assert warm.measures.curves is others
    assert warm.certificate.bound == pytest.approx(
        search_curves(others).certificate.bound, rel=1e-4
    )


def test_any_number_of_threads_gives_the_same_plan_and_bound():
    curves, _ = large(9_000)
    threads = numba.get_num_threads()
    both = search_curves(curves)
    numba.set_num_threads(1)
    try:
        one = search_curves(curves)
    finally:
        numba.set_num_threads(threads)
    assert np.array_equal(one.cells, both.cells)
    assert one.multipliers.tobytes() == both.multipliers.tobytes()
    assert one.certificate == both.certificate


def test_levels_that_are_no_numbers_are_never_proved_or_chosen():
    curves, _ = large(3_000)
    cost = curves.cost.copy()
    cost[5] = np.nan
    plan = search_curves(replace(curves, cost=cost))
    assert plan is None or (plan.cells[0] != 5 and np.isfinite(plan.certificate.bound))


@pytest.mark.parametrize("seed", range(4))
def test_ties_among_many_targets_settle_as_among_few(make, seed):
    response, limits = make.random(seed, n=60, levels=5, kinds=("account_budget", "target_roi"))
    coarse = response.with_columns([(response[x] / 4).round() for x in ("cost", "profit")])
    problem = build_problem(coarse, limits, "profit")
    cells = problem.level_start[1:] - 1
    largest = float(np.abs(problem.value).max())
    many = settled_among_many(problem, cells, largest)
    assert many.tolist() == settled_plan(problem, cells).tolist()


def test_a_serial_core_is_the_parallel_one(make, monkeypatch):
    curves = curves_of(build_problem(*make.shop(3, n=300, levels=21), "profit"))
    prices = np.full(curves.rows, 0.2)
    serial = core_of(curves, prices, np.ones(curves.rows), 0.1)
    monkeypatch.setattr(core_curves, "FEW", 0)
    parallel = core_of(curves, prices, np.ones(curves.rows), 0.1)
    assert 0 < serial.target.size < curves.targets
    for name in ("target", "cell", "decided", "level"):
        assert getattr(serial, name).tobytes() == getattr(parallel, name).tobytes()
    for name in ("level_start", "cost", "revenue", "value"):
        one, other = getattr(serial.curves, name), getattr(parallel.curves, name)
        assert one.tobytes() == other.tobytes()

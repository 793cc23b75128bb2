import numpy as np
import pytest

from adopt.optimise.dual import minimise_dual
from adopt.optimise.limit import Limit
from adopt.optimise.problem import build_problem
from adopt.optimise.reference import relaxed_value
from adopt.optimise.scaling import scales_of


@pytest.mark.parametrize("objective", ["profit", "revenue", "orders"])
@pytest.mark.parametrize("seed", range(12))
def test_the_least_bound_is_the_linear_relaxation(make, seed, objective):
    problem = build_problem(*make.random(seed, n=8, levels=6), objective)
    relaxed = relaxed_value(problem)
    dual = minimise_dual(problem, scales_of(problem))
    if relaxed is None:
        assert dual.is_infeasible
    else:
        assert not dual.is_infeasible
        assert dual.bound == pytest.approx(relaxed, rel=1e-6, abs=1e-6)


def test_a_shop_is_solved_to_nine_digits(make):
    problem = build_problem(*make.shop(0), "revenue")
    assert minimise_dual(problem, scales_of(problem)).bound == pytest.approx(
        relaxed_value(problem), rel=1e-8
    )


def test_a_warm_start_finds_the_same_bound(make):
    problem = build_problem(*make.shop(1), "profit")
    scales = scales_of(problem)
    cold = minimise_dual(problem, scales)
    warm = minimise_dual(problem, scales, start=cold.multipliers)
    assert warm.bound == pytest.approx(cold.bound, rel=1e-8)


def test_a_limit_that_does_not_bind_has_no_price(make):
    response, _ = make.random(1)
    limits = (Limit("account_budget", "account", 1e6), Limit("stock", "p", 1e6))
    problem = build_problem(response, limits, "revenue")
    assert minimise_dual(problem, scales_of(problem)).multipliers.tolist() == [0.0, 0.0]


def test_a_budget_at_the_very_least_has_the_price_of_its_next_unit(make):
    cost = np.array([[1.0, 2.0], [1.0, 3.0]])
    revenue = np.array([[1.0, 9.0], [1.0, 5.0]])
    response = make.response(cost, revenue, revenue, revenue - cost)
    problem = build_problem(response, (Limit("account_budget", "account", 2.0),), "revenue")
    dual = minimise_dual(problem, scales_of(problem))
    assert dual.multipliers[0] == pytest.approx(8.0, rel=1e-2)

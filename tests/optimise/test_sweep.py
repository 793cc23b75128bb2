import numpy as np
import pytest

from adopt.optimise.limit import COST
from adopt.optimise.problem import build_problem, with_limits
from adopt.optimise.search import find_plan
from adopt.optimise.sweep import find_prices, money_unit, sweep_prices, weighted


def swept(problem, anchors=5):
    unit = money_unit(problem)
    ends = tuple(find_plan(weighted(problem, theta, unit)).multipliers for theta in (1.0, 0.0))
    prices = find_prices(problem, np.linspace(1.0, 0.0, anchors), ends, 1e-7)
    return prices, sweep_prices(problem, prices)


def best_cost(problem, worth):
    starts = problem.level_start
    cells = [
        starts[i] + int(np.argmax(worth[starts[i] : starts[i + 1]])) for i in range(problem.targets)
    ]
    return problem.attribute[cells, COST].sum()


@pytest.mark.parametrize("seed", range(8))
def test_between_two_corners_each_target_has_its_best_level(make, seed):
    response, _ = make.random(seed, n=7, levels=9)
    problem = build_problem(response, (), "profit")
    prices, sweep = swept(problem)
    theta = sweep.theta
    assert (np.diff(theta) <= 0.0).all()
    ends = np.concatenate([[1.0], theta, [0.0]])
    spent = np.concatenate([[sweep.cost[0]], sweep.cost])
    for k in range(1, theta.size + 1):
        if ends[k] - ends[k + 1] < 1e-9:
            continue
        middle = 0.5 * (ends[k] + ends[k + 1])
        at = weighted(problem, middle, prices.unit)
        assert spent[k] == pytest.approx(best_cost(problem, at.value), abs=1e-9)


def test_without_other_limits_more_money_is_spent_at_every_corner(make):
    problem = build_problem(*make.shop(0), "profit")
    _, sweep = swept(with_limits(problem, ()))
    assert sweep.theta.size > 1000
    assert (np.diff(sweep.cost) > 0.0).all()


def test_the_price_at_a_budget_is_that_of_the_corner_which_exceeds_it(make):
    problem = with_limits(build_problem(*make.shop(1), "profit"), ())
    _, sweep = swept(problem, anchors=2)
    middle = sweep.theta.size // 2
    between = 0.5 * (sweep.cost[middle - 1] + sweep.cost[middle])
    assert sweep.theta_of(between) == sweep.theta[middle]
    assert sweep.theta_of(sweep.cost[-1] + 1.0) == 0.0


def test_prices_of_binding_limits_rise_as_money_gets_cheap(make):
    response, limits = make.shop(2)
    problem = build_problem(response, limits[1:9], "profit")
    prices, _ = swept(problem, anchors=6)
    assert (prices.z[0] <= 1e-9).all()
    assert (prices.z[-1] > 0.0).any()
    assert (np.diff(prices.z, axis=0) >= -1e-4 * prices.z.max()).all()


def test_yuan_or_fen_have_the_same_corners(make):
    response, _ = make.shop(3, n=40)
    yuan = build_problem(response, (), "profit")
    fen = build_problem(
        response.with_columns(100.0 * response[c] for c in ("cost", "revenue", "profit")),
        (),
        "profit",
    )
    one, other = swept(yuan)[1], swept(fen)[1]
    assert one.theta == pytest.approx(other.theta, abs=1e-9)
    assert 100.0 * one.cost == pytest.approx(other.cost, rel=1e-9)

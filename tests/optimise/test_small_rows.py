import pytest

from adopt.optimise.certificate import upper_bound
from adopt.optimise.dual import minimise_dual
from adopt.optimise.evaluation import keeps_limits
from adopt.optimise.problem import build_problem
from adopt.optimise.repair import repaired_plan
from adopt.optimise.scaling import scales_of
from adopt.optimise.small_rows import small_row_losses


@pytest.mark.parametrize("seed", range(30))
def test_the_bound_less_the_losses_still_holds(make, seed):
    problem = build_problem(*make.random(seed, n=5), "revenue")
    best = make.brute_force(problem)
    if best is None:
        return
    scales = scales_of(problem)
    dual = minimise_dual(problem, scales)
    plan = repaired_plan(problem, scales, dual.multipliers)
    if plan is None:
        return
    for scale in (1.0, 0.5, 2.0):
        y = scale * dual.multipliers
        small = small_row_losses(problem, y, plan)
        assert upper_bound(problem, y).bound - small.loss >= best - 1e-9


def test_some_row_of_few_targets_has_a_loss(make):
    problem = build_problem(*make.shop(0), "revenue")
    scales = scales_of(problem)
    dual = minimise_dual(problem, scales)
    plan = repaired_plan(problem, scales, dual.multipliers)
    assert keeps_limits(problem, plan)
    small = small_row_losses(problem, dual.multipliers, plan)
    assert small.rows > 0
    assert small.loss > 0.0

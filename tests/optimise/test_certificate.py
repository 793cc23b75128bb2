import numpy as np
import pytest

from adopt.optimise.certificate import upper_bound
from adopt.optimise.problem import build_problem


@pytest.mark.parametrize("seed", range(30))
def test_any_multipliers_bound_the_best_plan(make, seed):
    problem = build_problem(*make.random(seed, n=4), "profit")
    best = make.brute_force(problem)
    rng = np.random.default_rng(seed)
    if best is None:
        return
    for scale in (0.0, 0.1, 1.0, 100.0):
        certificate = upper_bound(problem, scale * rng.random(problem.rows))
        assert certificate.bound >= best
        assert 0.0 <= certificate.error_bound <= 1e-11 * (1.0 + scale) * 1e4


def test_a_negative_multiplier_counts_as_zero(make):
    problem = build_problem(*make.random(0), "profit")
    zero = upper_bound(problem, np.zeros(problem.rows))
    assert upper_bound(problem, np.full(problem.rows, -1.0)) == zero


def test_the_error_bound_covers_exact_arithmetic(make):
    from fractions import Fraction

    problem = build_problem(*make.random(3, n=3, levels=3), "profit")
    y = np.random.default_rng(0).random(problem.rows)
    certificate = upper_bound(problem, y)
    exact = sum(
        Fraction(float(a)) * Fraction(float(b)) for a, b in zip(y, problem.capacity, strict=True)
    )
    for i in range(problem.targets):
        rows = problem.member_row[problem.member_start[i] : problem.member_start[i + 1]]
        cells = range(problem.level_start[i], problem.level_start[i + 1])
        exact += max(
            Fraction(float(problem.value[c]))
            - sum(
                Fraction(float(y[r]))
                * Fraction(float(problem.weight[r, k]))
                * Fraction(float(problem.attribute[c, k]))
                for r in rows
                for k in range(3)
            )
            for c in cells
        )
    assert exact <= Fraction(certificate.bound) <= exact + 2 * Fraction(certificate.error_bound)

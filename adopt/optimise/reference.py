"""Reference answers by a general solver, for tests and benchmarks: slow, and not ours."""

from typing import Any

import numpy as np

from adopt.optimise.problem import I64, Problem
from adopt.optimise.row_matrix import one_level_each, row_matrix


def choose_levels_by_milp(problem: Problem, *, node_limit: int | None = None) -> I64 | None:
    """Plan by HiGHS on the whole problem; rows are kept to its tolerance of 1e-6 only.

    node_limit: branch-and-bound nodes; None for no limit

    Returns (n,) chosen cells, or None where the solver finds the request infeasible or gives up.
    Method: branch and bound, HiGHS (Huangfu & Hall 2018).
    """
    result = _solve(
        problem, is_integer=True, options={"mip_rel_gap": 0.0, "node_limit": node_limit}
    )
    if result.x is None:
        return None
    starts = problem.level_start
    picks = [
        int(starts[i] + np.argmax(result.x[starts[i] : starts[i + 1]]))
        for i in range(problem.targets)
    ]
    return np.array(picks, dtype=np.int64)


def relaxed_value(problem: Problem) -> float | None:
    """Objective of the linear relaxation by HiGHS, in objective units; None where it is infeasible.

    Method: dual simplex, HiGHS (Huangfu & Hall 2018).
    """
    result = _solve(problem, is_integer=False, options={})
    return None if result.x is None else -float(result.fun)


def _solve(problem: Problem, *, is_integer: bool, options: dict[str, Any]) -> Any:  # noqa: ANN401
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415

    constraints = [LinearConstraint(one_level_each(problem.level_start), 1.0, 1.0)]
    if problem.rows:
        constraints.append(LinearConstraint(row_matrix(problem), -np.inf, problem.capacity))
    return milp(
        -problem.value,
        integrality=np.full(problem.value.size, int(is_integer)),
        bounds=Bounds(0.0, 1.0),
        constraints=constraints,
        options={name: value for name, value in options.items() if value is not None},
    )

"""Reference answers by a general solver, for tests and benchmarks: slow, and not ours."""

from typing import Any

import numpy as np

from adopt.optimise.limit import ON
from adopt.optimise.problem import I64, Problem
from adopt.optimise.row_matrix import one_level_each, row_matrix
from adopt.optimise.silence import silent_stdout


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
    from scipy.sparse import coo_array, csr_array, hstack  # noqa: PLC0415

    cells, count = problem.value.size, problem.switches.count
    owner = np.repeat(np.arange(problem.targets), np.diff(problem.level_start))
    of = problem.switches.of[owner]
    lone = problem.with_product_only & (of < 0)
    one = hstack([one_level_each(problem.level_start), csr_array((problem.targets, count))])
    constraints = [LinearConstraint(one, 1.0, 1.0)]
    if problem.rows:
        use = hstack([row_matrix(problem), csr_array(problem.switches.use.T)])
        constraints.append(LinearConstraint(use, -np.inf, problem.capacity))
    # A cell that is on asks for its product to be on, one that is off with its product for the reverse.
    for flags, side, bound in (
        ((problem.attribute[:, ON] > 0.0) & (of >= 0), -1.0, 0.0),
        (problem.with_product_only & (of >= 0), 1.0, 1.0),
    ):
        cell = np.flatnonzero(flags)
        if cell.size:
            row = np.arange(cell.size)
            ties = coo_array(
                (
                    np.concatenate([np.ones(cell.size), np.full(cell.size, side)]),
                    (np.tile(row, 2), np.concatenate([cell, cells + of[cell]])),
                ),
                shape=(cell.size, cells + count),
            ).tocsr()
            constraints.append(LinearConstraint(ties, -np.inf, bound))
    with silent_stdout():
        return milp(
            -np.concatenate([problem.value, problem.switches.value]),
            integrality=np.full(cells + count, int(is_integer)),
            bounds=Bounds(0.0, np.concatenate([1.0 - lone, np.ones(count)])),
            constraints=constraints,
            options={name: value for name, value in options.items() if value is not None},
        )

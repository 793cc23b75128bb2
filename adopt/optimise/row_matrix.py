"""The coupling rows as sparse matrices, for general solvers."""

from typing import Any

import numpy as np

from adopt.optimise.problem import F64, I64, Problem


def row_matrix(problem: Problem) -> Any:  # noqa: ANN401  scipy has no types
    """Sparse (rows, cells) use of each row by each cell."""
    from scipy.sparse import coo_array  # noqa: PLC0415  a cold start without SciPy

    owner = problem.member_target
    sizes = np.diff(problem.level_start)[owner]
    row = np.repeat(problem.member_row, sizes)
    offset = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    cell = np.repeat(problem.level_start[owner], sizes) + offset
    use: F64 = (problem.weight[row] * problem.attribute[cell]).sum(axis=1)
    return coo_array((use, (row, cell)), shape=(problem.rows, problem.value.size)).tocsr()


def one_level_each(level_start: I64) -> Any:  # noqa: ANN401  scipy has no types
    """Sparse (n, cells) matrix that adds up the cells of each target."""
    from scipy.sparse import csr_array  # noqa: PLC0415  a cold start without SciPy

    cells = int(level_start[-1])
    return csr_array(
        (np.ones(cells), np.arange(cells), level_start), shape=(level_start.size - 1, cells)
    )

"""What other target ROIs would leave, from a run folder: its allowed bids and limits are solved again."""

from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from adopt.optimise.frontier import roi_frontier
from adopt.optimise.problem import Limit, Problem, build_problem
from adopt.plan.reading import RunTables, read_response, read_run
from adopt.tables import RoiFrontier

SCOPES = {"campaign_budget": "campaign_id", "product_roi": "product_id", "stock": "product_id"}
"""Column of RECOMMENDATIONS that a limit's scope names; the others couple the whole account."""


def frontier_by_target(folder: Path) -> tuple[dy.DataFrame[RoiFrontier], dict[str, Any]]:
    """ROI_FRONTIER of a run, and its summary; nothing is written.

    Raises InputError when the folder is no run or a file of it is missing or damaged.
    """
    run = read_run(folder)
    return roi_frontier(problem_of(run, read_response(folder))), run.summary


def problem_of(run: RunTables, response: pl.DataFrame) -> Problem:
    """The choice that a run made, as it was put to the optimiser.

    response: table RESPONSE of the run
    """
    limits = []
    for row in run.summary["constraints"]:
        column = SCOPES.get(row["constraint"])
        targets = None
        if column is not None:
            inside = run.recommendations.filter(pl.col(column) == row["scope"])
            targets = tuple(inside["target_id"].sort())
        limits.append(Limit(row["constraint"], row["scope"], row["limit"], targets))
    return build_problem(response, tuple(limits), run.summary["objective"])

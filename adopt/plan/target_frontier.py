"""What other target ROIs would leave, from a run folder: its allowed bids and limits are solved again."""

from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from adopt.optimise.frontier import roi_frontier
from adopt.optimise.problem import Problem, build_problem
from adopt.plan.constraints import limits_of
from adopt.plan.reading import RunTables, read_response, read_run
from adopt.tables import RoiFrontier


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
    limits = limits_of(run.summary["constraints"], run.recommendations, run.products)
    return build_problem(
        response,
        limits,
        run.summary["objective"],
        products=dict(run.recommendations.select("target_id", "product_id").rows()),
        halo_weight=run.summary.get("halo_weight", 1.0),
    )

"""``adopt recommend DATA``."""

from pathlib import Path

import click

from adopt.cli.options import DATA, GoalOptions, RunOptions, goal_options, run_options


@click.command()
@DATA
@goal_options
@click.option(
    "--start",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Earlier run of this shop, such as yesterday's, whose shadow prices the search starts from.",
)
@run_options
def recommend(data: Path, goal: GoalOptions, start: Path | None, options: RunOptions) -> None:
    """Recommend a bid for every keyword in DATA, a file or folder of platform exports.

    Writes a run folder: recommendations and products as tables, the spend frontier, a summary, the
    bulk files to upload and their exact inverse to roll back.
    """
    from adopt.cli.main_job import run_main_job

    run_main_job(data, goal, options, start=start)

"""``adopt demo``."""

from dataclasses import replace
from pathlib import Path

import click

from adopt.cli.options import GoalOptions, RunOptions, goal_options, run_options


@click.command()
@goal_options
@run_options
def demo(goal: GoalOptions, options: RunOptions) -> None:
    """Run the main job on the sample shop that comes with adopt.

    A women's clothing shop on Taobao: 30 days of its exports as the platform writes them. The run
    folder is runs/demo, and a second run replaces it.
    """
    from adopt.cli.main_job import run_main_job
    from adopt.plan.run import demo_shop

    if options.output is None:
        options = replace(options, output=Path("runs/demo"), overwrite=True)
    run_main_job(demo_shop(), goal, options, shows_data=True)

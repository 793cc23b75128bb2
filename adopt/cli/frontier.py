"""``adopt frontier RUN``."""

import json
from pathlib import Path

import click

from adopt.cli.options import DEBUG, LANG, RUN


@click.command()
@RUN
@click.option(
    "--by",
    type=click.Choice(["budget", "target-roi"]),
    default="budget",
    show_default=True,
    help="What to vary: the account budget, or the target ROI under the run's budget.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
@LANG
@DEBUG
def frontier(run: Path, by: str, as_json: bool, lang: str, debug: bool) -> None:  # noqa: ARG001 -- debug is read where errors are caught
    """Show what another budget or target ROI would bring, within the step limits of RUN."""
    from adopt.cli.frontier_screen import print_frontier
    from adopt.plan.reading import read_run
    from adopt.plan.target_frontier import frontier_by_target

    if by == "budget":
        found = read_run(run)
        table, summary = found.frontier, found.summary
    else:
        table, summary = frontier_by_target(run)
    if as_json:
        click.echo(json.dumps(table.to_dicts(), indent=2))
        return
    print_frontier(table, summary, lang=lang)

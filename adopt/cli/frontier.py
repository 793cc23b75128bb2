"""``adopt frontier RUN``."""

import json
from pathlib import Path

import click

from adopt.cli.options import DEBUG, LANG, RUN


@click.command()
@RUN
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
@LANG
@DEBUG
def frontier(run: Path, as_json: bool, lang: str, debug: bool) -> None:  # noqa: ARG001 -- debug is read where errors are caught
    """Show what more or less budget would bring, within the step limits of RUN."""
    from adopt.cli.printing import print_frontier
    from adopt.plan.reading import read_run

    found = read_run(run)
    if as_json:
        click.echo(json.dumps(found.frontier.to_dicts(), indent=2))
        return
    print_frontier(found.frontier, found.summary, lang=lang)

"""``adopt rollback RUN --against EXPORT``."""

import json
from pathlib import Path

import click

from adopt.cli.options import DEBUG, LANG, RUN


@click.command()
@RUN
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    required=True,
    metavar="EXPORT",
    help="File or folder of exports downloaded now: what the bids are today.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Folder to write; by default RUN-rollback beside the run.",
)
@click.option("--overwrite", is_flag=True, help="Replace an earlier rollback in that folder.")
@click.option("--json", "as_json", is_flag=True, help="Print summary.json instead of the screen.")
@LANG
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@DEBUG
def rollback(
    run: Path,
    against: Path,
    output: Path | None,
    overwrite: bool,
    as_json: bool,
    lang: str,
    quiet: bool,
    debug: bool,  # noqa: ARG001 -- read where errors are caught
) -> None:
    """Take the uploaded bids of RUN back, but none that somebody has changed by hand since.

    Writes a folder: rollback/ with the platform's files of the bids that still stand as the run set
    them, and skipped.csv with the others. RUN/rollback/ takes everything back without a look at today.
    """
    from adopt.cli.rollback_screen import print_rollback
    from adopt.plan.rollback import run_rollback

    place = run.resolve()
    folder = output or run.parent / f"{place.name}-rollback"
    summary = run_rollback(run, against, folder, overwrite=overwrite)
    if quiet:
        return
    if as_json:
        click.echo(json.dumps(summary, ensure_ascii=False, indent=2))
    else:
        print_rollback(summary, folder, lang=lang)

"""``adopt replay RUN``."""

from pathlib import Path

import click

from adopt.cli.options import DEBUG, RUN


@click.command()
@RUN
@click.option("--data", type=click.Path(path_type=Path), help="Where the inputs lie now, if moved.")
@click.option("--quiet", is_flag=True, help="Print nothing; the exit code tells.")
@DEBUG
def replay(run: Path, data: Path | None, quiet: bool, debug: bool) -> int:  # noqa: ARG001 -- debug is read where errors are caught
    """Make the run RUN again from its manifest and compare every byte.

    Exit code 0: identical; 1: something differs.
    """
    from adopt.plan.replay import replay_run

    result = replay_run(run, data=data)
    if not quiet:
        for name in result.different:
            click.echo(f"differs: {name}")
        for package, (then, now) in result.versions_changed.items():
            click.echo(f"{package} was {then}, is {now}")
        if result.is_identical:
            click.echo(f"Identical: {len(result.same)} files, byte for byte.")
    return 0 if result.is_identical else 1

"""``adopt simulate SCENARIO``."""

from pathlib import Path

import click


@click.command()
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Folder to write; by default runs/SCENARIO.",
)
@click.option("--overwrite", is_flag=True, help="Replace an earlier simulation in that folder.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=0,
    show_default=True,
    help="Seed of the draws.",
)
@click.option(
    "--days", type=click.IntRange(1, 1000), help="Days to play instead of the scenario's own."
)
@click.option("--events", is_flag=True, help="Write events.parquet too, one row a click.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def simulate(
    scenario: Path,
    output: Path | None,
    overwrite: bool,
    seed: int,
    days: int | None,
    events: bool,
    quiet: bool,
    debug: bool,  # noqa: ARG001 -- read where errors are caught
) -> None:
    """Play the days of SCENARIO, a TOML file, auction by auction.

    Writes a folder: history, targets and the truth behind them as tables, and in exports/ the files
    that the platform would give, which `adopt recommend` reads.
    """
    from adopt.cli.simulation_screen import day_bar, print_totals
    from adopt.plan.simulate import run_simulate

    folder = output or Path("runs") / scenario.stem
    with day_bar(quiet=quiet) as tell:
        totals = run_simulate(
            scenario, folder, seed=seed, days=days, events=events, overwrite=overwrite, tell=tell
        )
    if not quiet:
        print_totals(totals, folder)

"""``adopt recommend DATA``."""

from pathlib import Path

import click

from adopt.cli.options import DATA, goal_options, run_options


@click.command()
@DATA
@goal_options
@run_options
def recommend(
    data: Path,
    products: Path | None,
    config: Path | None,
    budget: str | None,
    target_roi: float | None,
    objective: str | None,
    max_step: float | None,
    output: Path | None,
    overwrite: bool,
    as_json: bool,
    lang: str,
    seed: int,
    quiet: bool,
    debug: bool,  # noqa: ARG001 -- read where errors are caught
) -> None:
    """Recommend a bid for every keyword in DATA, a file or folder of platform exports.

    Writes a run folder: recommendations and products as tables, the spend frontier, a summary, the
    bulk files to upload and their exact inverse to roll back.
    """
    from adopt.cli.printing import print_summary, progress
    from adopt.config import with_options
    from adopt.plan.run import run_recommend, settings_beside

    settings = with_options(
        settings_beside(data, config),
        budget=budget,
        target_roi=target_roi,
        objective=objective,
        max_step=max_step,
    )
    folder = output or Path("runs") / (settings.shop.id or data.resolve().stem)
    with progress(lang, quiet=quiet) as tell:
        summary = run_recommend(
            data, folder, settings, products=products, seed=seed, overwrite=overwrite, tell=tell
        )
    if not quiet:
        print_summary(summary, folder, lang=lang, as_json=as_json)

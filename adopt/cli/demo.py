"""``adopt demo``."""

from pathlib import Path

import click

from adopt.cli.options import goal_options, run_options


@click.command()
@goal_options
@run_options
def demo(
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
    """Run the main job on the sample shop that comes with adopt.

    A women's clothing shop on Taobao: 30 days of its exports as the platform writes them. The run
    folder is runs/demo, and a second run replaces it.
    """
    from adopt.cli.printing import print_summary, progress
    from adopt.config import with_options
    from adopt.plan.run import demo_shop, run_recommend, settings_beside

    data = demo_shop()
    settings = with_options(
        settings_beside(data, config),
        budget=budget,
        target_roi=target_roi,
        objective=objective,
        max_step=max_step,
    )
    folder = output or Path("runs/demo")
    with progress(lang, quiet=quiet) as tell:
        summary = run_recommend(
            data,
            folder,
            settings,
            products=products,
            seed=seed,
            overwrite=overwrite or output is None,
            tell=tell,
        )
    if not quiet:
        print_summary(summary, folder, lang=lang, as_json=as_json, source=data)

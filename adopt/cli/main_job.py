"""What ``recommend`` and ``demo`` share: settings, the run, the screen."""

from pathlib import Path

from adopt.cli.options import GoalOptions, RunOptions
from adopt.cli.printing import print_summary, progress
from adopt.config import with_options
from adopt.plan.run import run_recommend, settings_beside
from adopt.plan.start import read_start


def run_main_job(
    data: Path,
    goal: GoalOptions,
    options: RunOptions,
    *,
    start: Path | None = None,
    shows_data: bool = False,
) -> None:
    """Recommend, write the run folder, print the summary.

    start: folder of an earlier run whose multipliers the search starts from
    shows_data: whether the screen says where the data lies, as nobody named it
    """
    settings = with_options(
        settings_beside(data, goal.config),
        budget=goal.budget,
        target_roi=goal.target_roi,
        objective=goal.objective,
        max_step=goal.max_step,
        confidence=goal.confidence,
        most_products=goal.most_products,
        halo_weight=goal.halo_weight,
    )
    folder = options.output or Path("runs") / (settings.shop.id or data.resolve().stem)
    with progress(options.lang, quiet=options.quiet) as tell:
        summary = run_recommend(
            data,
            folder,
            settings,
            products=goal.products,
            start=None if start is None else read_start(start),
            seed=options.seed,
            overwrite=options.overwrite,
            tell=tell,
        )
    if not options.quiet:
        source = data if shows_data else None
        print_summary(summary, folder, lang=options.lang, as_json=options.as_json, source=source)

"""``adopt rates DATA``."""

import json
from pathlib import Path

import click

from adopt.cli.options import CONFIG, DATA, DEBUG, LANG, PRODUCTS


@click.command()
@DATA
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Folder to write rates.parquet and summary.json into; nothing is written by default.",
)
@click.option("--overwrite", is_flag=True, help="Replace an earlier run in that folder.")
@PRODUCTS
@CONFIG
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@LANG
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the draws."
)
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@DEBUG
def rates(
    data: Path,
    output: Path | None,
    overwrite: bool,
    products: Path | None,
    config: Path | None,
    as_json: bool,
    lang: str,
    seed: int,
    quiet: bool,
    debug: bool,  # noqa: ARG001 -- read where errors are caught
) -> None:
    """Say what DATA tells of click-through, conversion, order values and delays, and how surely.

    DATA is a file or folder of platform exports, or a typed Parquet file of daily history, which may
    hold several shops (column shop_id): they are estimated one after the other.
    """
    from adopt.cli.printing import progress
    from adopt.cli.rates_screen import print_rates
    from adopt.plan.rates import run_rates
    from adopt.plan.run import settings_beside

    settings = settings_beside(data, config)
    is_silent = quiet or as_json
    with progress(lang, quiet=is_silent) as tell:
        summary = run_rates(
            data,
            output,
            settings,
            products=products,
            seed=seed,
            overwrite=overwrite,
            tell=tell,
            show=dict if is_silent else lambda shop: print_rates(shop, lang=lang),
        )
    if as_json and not quiet:
        click.echo(json.dumps(summary, ensure_ascii=False, indent=2, allow_nan=False))

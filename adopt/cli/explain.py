"""``adopt explain RUN``."""

import json
from pathlib import Path

import click

from adopt.cli.options import DEBUG, LANG, RUN


@click.command()
@RUN
@click.option(
    "--keyword", metavar="TEXT", help="Targets whose keyword contains TEXT, or of that id."
)
@click.option("--product", metavar="ID", help="One product and its targets.")
@click.option(
    "--top", type=click.IntRange(min=1), default=10, show_default=True, help="Most targets to show."
)
@click.option(
    "--curve", is_flag=True, help="Show what each allowed bid of the first target brings."
)
@click.option("--json", "as_json", is_flag=True, help="Print the rows as JSON.")
@LANG
@DEBUG
def explain(
    run: Path,
    keyword: str | None,
    product: str | None,
    top: int,
    curve: bool,
    as_json: bool,
    lang: str,
    debug: bool,  # noqa: ARG001 -- read where errors are caught
) -> None:
    """Say why the bids of RUN move or stay: by keyword, by product, or those with most money at stake."""
    from adopt.cli.explain_screen import print_curve, print_explanations
    from adopt.plan.reading import read_conversion, read_curve, read_run, select_targets

    found = read_run(run)
    rows = select_targets(found, keyword=keyword, product=product, top=top)
    products = found.products.filter(found.products["product_id"] == (product or ""))
    if as_json:
        click.echo(json.dumps(rows.to_dicts(), ensure_ascii=False, indent=2))
        return
    known = read_conversion(run, [*rows["target_id"], *products["product_id"]])
    print_explanations(rows, products, known, found.summary, lang=lang)
    if curve:
        first = rows.row(0, named=True)
        levels = read_curve(run, first["target_id"], first["recommended_bid"])
        print_curve(levels, found.summary["currency"], lang=lang)

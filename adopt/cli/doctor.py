"""``adopt doctor DATA``."""

from datetime import datetime
from pathlib import Path

import click

from adopt.cli.options import CONFIG, DATA, DEBUG, LANG, PRODUCTS

BLOCKED = 2


@click.command()
@DATA
@PRODUCTS
@CONFIG
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="Day to judge dates by, such as 2026-11-01; this day by default.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@LANG
@DEBUG
def doctor(
    data: Path,
    products: Path | None,
    config: Path | None,
    today: datetime | None,
    as_json: bool,
    lang: str,
    debug: bool,  # noqa: ARG001 -- read where errors are caught
) -> int:
    """Look DATA over before deciding from it: what is wrong, in which rows, and what to do.

    Exit code 2 where an estimate from these files would be wrong; warnings and notes don't block.
    """
    from adopt.cli.doctor_screen import print_diagnosis
    from adopt.cli.printing import progress
    from adopt.plan.doctor import examine
    from adopt.plan.run import settings_beside

    settings = settings_beside(data, config)
    day = None if today is None else today.date()
    with progress(lang, quiet=as_json):
        diagnosis = examine(data, settings, products=products, today=day)
    print_diagnosis(diagnosis, lang=lang, as_json=as_json)
    return BLOCKED if diagnosis.is_blocked else 0

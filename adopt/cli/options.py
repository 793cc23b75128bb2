"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

DATA = click.argument("data", type=click.Path(path_type=Path))
RUN = click.argument("run", type=click.Path(path_type=Path))

_RUN_OPTIONS = (
    click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        help="Run folder to write; by default runs/SHOP.",
    ),
    click.option("--overwrite", is_flag=True, help="Replace an earlier run in that folder."),
    click.option(
        "--json", "as_json", is_flag=True, help="Print summary.json instead of the screen."
    ),
    click.option(
        "--lang",
        type=click.Choice(["zh", "en"]),
        default="en",
        show_default=True,
        help="Language of words.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="Seed of the draws.",
    ),
    click.option("--quiet", is_flag=True, help="Print nothing but errors."),
    click.option("--debug", is_flag=True, help="Show the traceback of an error."),
)

_GOAL_OPTIONS = (
    click.option(
        "--products",
        type=click.Path(path_type=Path),
        help="Sheet of products: margin, stock, category.",
    ),
    click.option(
        "--config",
        type=click.Path(path_type=Path),
        help="Settings; by default shop.toml beside the data, if there.",
    ),
    click.option(
        "--budget", metavar="AMOUNT", help="Most to spend per day, in the account's currency."
    ),
    click.option(
        "--target-roi", type=float, metavar="R", help="Revenue per unit of cost to reach."
    ),
    click.option(
        "--objective",
        type=click.Choice(["profit", "revenue", "orders"]),
        help="What to maximise; profit where margins are known, else revenue.",
    ),
    click.option(
        "--max-step",
        type=float,
        metavar="F",
        help="Largest change of a bid; 0.2 (20 %) by default.",
    ),
)


def _apply(options: tuple[Callable[[F], F], ...], function: F) -> F:
    for option in reversed(options):
        function = option(function)
    return function


def run_options(function: F) -> F:
    """Where to write, how to print."""
    return _apply(_RUN_OPTIONS, function)


def goal_options(function: F) -> F:
    """What to aim at; on everything that recommends."""
    return _apply(_GOAL_OPTIONS, function)

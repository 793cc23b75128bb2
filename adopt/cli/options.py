"""Options that several commands share, handed to a command as one value each."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

Command = Callable[..., Any]

DATA = click.argument("data", type=click.Path(path_type=Path))
RUN = click.argument("run", type=click.Path(path_type=Path))
LANG = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="en",
    show_default=True,
    help="Language of words.",
)
PRODUCTS = click.option(
    "--products",
    type=click.Path(path_type=Path),
    help="Sheet of products: margin, stock, category.",
)
CONFIG = click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Settings; by default shop.toml beside the data, if there.",
)
DEBUG = click.option("--debug", is_flag=True, help="Show the traceback of an error.")


@dataclass(frozen=True, slots=True)
class GoalOptions:
    """What to aim at; on everything that recommends."""

    products: Path | None
    config: Path | None
    budget: str | None
    target_roi: float | None
    confidence: float | None
    objective: str | None
    max_step: float | None
    most_products: int | None
    halo_weight: float | None


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Where to write, how to print."""

    output: Path | None
    overwrite: bool
    as_json: bool
    lang: str
    seed: int
    quiet: bool
    debug: bool


_GOAL = (
    PRODUCTS,
    CONFIG,
    click.option(
        "--budget", metavar="AMOUNT", help="Most to spend per day, in the account's currency."
    ),
    click.option(
        "--target-roi", type=float, metavar="R", help="Revenue per unit of cost to reach."
    ),
    click.option(
        "--confidence",
        type=float,
        metavar="P",
        help="Chance with which a week must meet the target ROI, such as 0.9.",
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
    click.option(
        "--most-products",
        type=int,
        metavar="K",
        help="Most products with ads on; the others are switched off whole.",
    ),
    click.option(
        "--halo-weight",
        type=float,
        metavar="W",
        help="What indirect revenue counts in the objective; 1 (fully) by default.",
    ),
)

_RUN = (
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
    LANG,
    click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="Seed of the draws.",
    ),
    click.option("--quiet", is_flag=True, help="Print nothing but errors."),
    DEBUG,
)


def goal_options(command: Command) -> Command:
    """Give the command `goal`: GoalOptions."""
    return _packed(command, "goal", GoalOptions, _GOAL)


def run_options(command: Command) -> Command:
    """Give the command `options`: RunOptions."""
    return _packed(command, "options", RunOptions, _RUN)


def _packed(
    command: Command,
    name: str,
    kind: type[GoalOptions] | type[RunOptions],
    options: tuple[Callable[[Command], Command], ...],
) -> Command:
    @wraps(command)
    def wrapped(**given: Any) -> Any:  # noqa: ANN401 -- click hands over whatever the options are
        own = {field.name: given.pop(field.name) for field in fields(kind)}
        return command(**given, **{name: kind(**own)})

    result: Command = wrapped
    for option in reversed(options):
        result = option(result)
    return result

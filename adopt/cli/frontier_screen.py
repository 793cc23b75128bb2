"""The frontier as a table: what other budgets, or other target ROIs, would bring."""

from typing import Any

import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table

from adopt.cli.figures import money, number
from adopt.cli.screen_words import SCREEN_WORDS, Words, objective_words

METRICS = ("cost", "revenue", "profit", "roi")


def print_frontier(frontier: pl.DataFrame, summary: dict[str, Any], *, lang: str) -> None:
    """Print FRONTIER or ROI_FRONTIER; the row nearest to the run's plan is marked."""
    words, currency = SCREEN_WORDS[lang], summary["currency"]
    is_by_target = "target_roi" in frontier.columns
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    headings = [words.metrics[name] for name in METRICS]
    first = words.target_heading if is_by_target else words.budget
    for heading in (first, *headings, *([] if is_by_target else [words.marginal_roi])):
        table.add_column(heading, justify="right")
    marked = _marked(frontier, summary)
    for at, row in enumerate(frontier.to_dicts()):
        limit = f"{row['target_roi']:,.2f}" if is_by_target else money(row["budget"], currency)
        last = [] if is_by_target else [number("roi", row["marginal_roi"], currency)]
        table.add_row(
            limit,
            *(number(name, row[name], currency) for name in METRICS),
            *last,
            style="bold green" if at == marked else None,
        )
    console = Console()
    console.print(table)
    console.print(words.nearest_target if is_by_target else words.nearest, style="green")
    _print_gap(console, frontier, summary, words)


def _marked(frontier: pl.DataFrame, summary: dict[str, Any]) -> int | None:
    """Row of the run's own target, else the one nearest to its plan in cost."""
    own = [c["limit"] for c in summary["constraints"] if c["constraint"] == "target_roi"]
    if "target_roi" in frontier.columns and own and own[0] in frontier["target_roi"]:
        return frontier["target_roi"].to_list().index(own[0])
    cost = summary["recommended"]["cost"]
    costs = frontier["cost"].to_list()
    return min(range(len(costs)), key=lambda at: abs(costs[at] - cost), default=None)


def _print_gap(
    console: Console, frontier: pl.DataFrame, summary: dict[str, Any], words: Words
) -> None:
    """The certificate of the whole table; runs made before it was kept have none."""
    gaps = frontier["gap"].drop_nulls().to_list() if "gap" in frontier.columns else []
    if gaps:
        objective = objective_words(summary, words)
        console.print(words.frontier_gap.format(gap=f"{max(gaps):.1e}", objective=objective))

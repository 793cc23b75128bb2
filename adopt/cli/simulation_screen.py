"""What ``adopt simulate`` shows: a bar while days are played, a few lines after."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def day_bar(*, quiet: bool) -> Iterator[Callable[[int, int], object]]:
    """A progress bar of days on stderr; nothing where nobody looks."""
    console = Console(stderr=True, quiet=quiet)
    if not console.is_terminal:
        yield max
        return
    columns = (TextColumn("days"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("days", total=None)
        yield lambda done, count: bar.update(task, completed=done, total=count)


def print_totals(totals: dict[str, Any], folder: Path) -> None:
    """Print the totals of a simulation and where it lies."""
    print(
        f"{totals['shop']}: {totals['targets']} targets, {totals['days']} days "
        f"({totals['first']} to {totals['last']}), {totals['searches']:,} searches"
    )
    print(
        f"{totals['impressions']:,.0f} impressions, {totals['clicks']:,.0f} clicks, "
        f"cost {totals['cost']:,.2f}, {totals['orders']:,.0f} orders, "
        f"revenue {totals['revenue']:,.2f}"
    )
    if totals["late_orders"]:
        print(f"{totals['late_orders']:,} more orders will be known after the last day")
    if totals["closed"]:
        print(
            f"budgets ended early on {totals['closed']} of {totals['campaign_days']} campaign days"
        )
    print(f"Written to {folder}: tables, truth.parquet; exports/ is read by adopt recommend")

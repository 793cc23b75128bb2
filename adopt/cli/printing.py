"""One screen: what the run found, in the operator's language."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from adopt.cli.constraint_screen import constraint_lines
from adopt.cli.figures import money, number
from adopt.cli.screen_words import SCREEN_WORDS, Words, objective_words

if TYPE_CHECKING:
    pass

WIDTH = 100


def print_summary(
    summary: dict[str, Any],
    folder: Path,
    *,
    lang: str = "en",
    as_json: bool = False,
    source: Path | None = None,
) -> None:
    """Print a run's summary, as one screen or as JSON.

    folder: where the run was written; source: the data, where the operator did not name it
    """
    if as_json:
        print(json.dumps(summary, ensure_ascii=False, indent=2, allow_nan=False))
        return
    console = Console(width=max(WIDTH, Console().width) if not Console().is_terminal else None)
    console.print(summary_screen(summary, folder, lang=lang, source=source))


@contextmanager
def progress(lang: str, *, quiet: bool) -> Iterator[Callable[[str], object]]:
    """A line on stderr that names the stage at work; nothing where nobody looks."""
    stages = SCREEN_WORDS[lang].stages
    console = Console(stderr=True, quiet=quiet)
    if not console.is_terminal:
        yield str
        return
    with console.status(stages["read"]) as status:
        yield lambda stage: status.update(stages[stage])


def summary_screen(
    summary: dict[str, Any], folder: Path, *, lang: str, source: Path | None = None
) -> Group:
    """The screen as a rich renderable."""
    words = SCREEN_WORDS[lang]
    parts: list[Any] = [
        Text(_headline(summary, words), style="bold"),
        _totals(summary, words),
        _verdict(summary, words),
        "",
        _counts(summary, words),
        "",
        constraint_lines(summary, words),
        "",
        Text(words.most_at_stake, style="bold"),
        *(change_lines(change, summary, lang, words) for change in summary["most_at_stake"]),
    ]
    if not summary["most_at_stake"]:
        parts.append(Text(words.no_change))
    notices = [notice[lang] for notice in summary["notices"]]
    if notices:
        text = "\n".join(f"• {notice}" for notice in notices)
        parts.append(
            Panel(Text(text), title=words.notices, title_align="left", border_style="yellow")
        )
    if source is not None:
        parts.append(Text(words.source.format(path=source), style="dim"))
    parts.append(Text(words.written.format(path=folder), style="green"))
    return Group(*parts)


def _headline(summary: dict[str, Any], words: Words) -> str:
    history = summary["history"]
    if not history["days"]:
        return words.headline_simulated.format(shop=summary["shop_id"], targets=history["targets"])
    return words.headline.format(
        shop=summary["shop_id"],
        days=history["days"],
        first=history["from"],
        last=history["to"],
        targets=history["targets"],
        clicks=f"{history['clicks']:,.0f}",
    )


def _totals(summary: dict[str, Any], words: Words) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column(words.per_day)
    for column in (words.now, words.recommended, words.change, words.interval):
        table.add_column(column, justify="right")
    now, then, currency = summary["current"], summary["recommended"], summary["currency"]
    for name in ("cost", "clicks", "orders", "revenue", "roi", "profit"):
        if name == "profit" and then[name] is None:
            continue
        change = ""
        if now[name] and then[name] is not None:
            change = f"{(then[name] - now[name]) / abs(now[name]):+.1%}"
        low, high = then.get(f"{name}_p10"), then.get(f"{name}_p90")
        table.add_row(
            words.metrics[name],
            number(name, now[name], currency),
            number(name, then[name], currency),
            change,
            f"{number(name, low, currency)} … {number(name, high, currency)}",
            style="bold" if name in {"profit", "roi"} else None,
        )
    return table


def _verdict(summary: dict[str, Any], words: Words) -> Text:
    certificate = summary["certificate"]
    lines = [
        words.certificate.format(
            objective=objective_words(summary, words),
            gap=f"{certificate['gap']:.1e}",
            bound=f"{certificate['upper_bound']:,.2f}",
        )
    ]
    confidence = summary["confidence"]
    if confidence and confidence["is_tightened"]:
        tightened = f"{confidence['tightened_target_roi']:.2f}"
        lines[0] += " " + words.certified_among.format(tightened=tightened)
    name = summary["objective"]
    gain = summary["gain"].get(name)
    if gain and gain["p10"] is not None:
        lines.append(
            words.gain.format(
                metric=words.metrics[name],
                low=number(name, gain["p10"], summary["currency"]),
                high=number(name, gain["p90"], summary["currency"]),
            )
        )
    if summary["targets_without_current"]:
        lines.append(words.unknown_now.format(count=summary["targets_without_current"]))
    target = summary["target_roi"]
    if target["value"] is not None:
        lines.append(
            words.target.format(
                target=f"{target['value']:.2f}",
                source=words.sources[target["source"]],
                chance=f"{target['probability']:.0%}",
            )
        )
    if confidence:
        lines += _confidence_lines(summary, words)
    if summary["halo_weight"] != 1.0:
        lines.append(_halo_line(summary, words))
    return Text("\n".join(lines))


def _halo_line(summary: dict[str, Any], words: Words) -> str:
    """What indirect results count, and how much of the plan they are."""
    share, objective = summary["indirect_revenue_share"], objective_words(summary, words)
    return words.halo.format(
        objective=objective[:1].upper() + objective[1:],
        weight=f"{summary['halo_weight']:.4g}",
        share="–" if share is None else f"{share:.0%}",
    )


def _confidence_lines(summary: dict[str, Any], words: Words) -> list[str]:
    """What the confidence rests on, what it costs, and what may be lost."""
    facts, currency, name = summary["confidence"], summary["currency"], summary["objective"]
    lines = [
        words.confidence.format(
            chance=f"{summary['target_roi']['probability']:.1%}",
            draws=facts["draws"]["fresh"],
            asked=f"{facts['asked']:.4g}",
        )
    ]
    tightened = f"{facts['tightened_target_roi']:.2f}"
    if facts["is_tightened"]:
        cost = max(facts["objective_given_up"], 0.0)
        shown = f"{cost:,.2f}" if name == "orders" else money(cost, currency)
        lines.append(
            words.tightened.format(
                tightened=tightened,
                cost=shown,
                metric=objective_words(summary, words),
                without=f"{facts['chance_without']:.1%}",
            )
        )
    else:
        lines.append(words.not_tightened)
    return [*lines, _loss_line(facts["loss"], currency, words)]


def _loss_line(loss: dict[str, Any], currency: str, words: Words) -> str:
    """The chance of a loss and its size."""
    said = words.loss_of_profit if loss["metric"] == "profit" else words.loss_of_revenue
    line = said.format(against=money(loss["against"], currency), chance=f"{loss['chance']:.1%}")
    short = loss["when_short"]
    if short["mean"] is None:
        return f"{line}."
    return line + words.loss_size.format(
        mean=money(short["mean"], currency),
        low=money(short["p10"], currency),
        high=money(short["p90"], currency),
        expected=money(loss["expected"], currency),
    )


def _counts(summary: dict[str, Any], words: Words) -> Text:
    actions = summary["actions"]
    text = Text(words.bids, style="bold")
    text.append("  ".join(f"{words.actions[k]} {n}" for k, n in actions.items() if n), "not bold")
    products = {k: n for k, n in summary["products"].items() if n}
    if products:
        text.append("\n" + words.products)
        text.append("  ".join(f"{k} {n}" for k, n in products.items()), "not bold")
    return text


def change_lines(change: dict[str, Any], summary: dict[str, Any], lang: str, words: Words) -> Group:
    """A target's action, what it moves, and why."""
    text = Text("  ")
    text.append(words.actions[change["action"]], style="bold cyan")
    name = change["keyword"] or change["keyword_id"] or change["target_id"]
    text.append(f" {name}", style="bold")
    moved = money(change["cost_moved"], summary["currency"])
    text.append(" " + words.moved.format(amount=moved if moved.startswith("−") else f"+{moved}"))
    reason = Padding(Text(change[f"reason_{lang}"], style="dim"), (0, 0, 0, 4))
    return Group(text, reason)

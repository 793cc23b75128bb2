"""What is known of a shop's rates, and how surely: one screen a shop."""

from typing import Any

from rich import box
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from adopt.cli.figures import money
from adopt.cli.printing import WIDTH
from adopt.cli.rates_words import RATES_WORDS

Words = dict[str, str]
LEVELS = ("shop", "category", "product")


def print_rates(shop: dict[str, Any], *, lang: str) -> None:
    """Print one shop's summary, of ``plan.rates_summary``."""
    console = Console(width=None if Console().is_terminal else max(WIDTH, Console().width))
    console.print(rates_screen(shop, lang=lang))


def rates_screen(shop: dict[str, Any], *, lang: str) -> Group:
    """The screen as a rich renderable."""
    words, history = RATES_WORDS[lang], shop["history"]
    headline = words["headline"].format(
        shop=shop["shop_id"],
        targets=history["targets"],
        products=history["products"],
        days=history["days"],
        first=history["from"],
        last=history["to"],
        clicks=f"{history['clicks']:,.0f}",
        orders=f"{history['orders']:,.0f}",
    )
    parts: list[Any] = [
        Text(headline, style="bold"),
        _rates(shop, words),
        Text("\n".join(_time_lines(shop, words))),
        "",
        Text(words["factors"], style="bold"),
        Text("\n".join(_factor_lines(shop, words))),
        Text(words["changes"], style="bold"),
        Text("\n".join(_change_lines(shop, words))),
    ]
    for name in ("most_certain", "least_certain"):
        parts.append(Text(words[name], style="bold"))
        parts += [Text(_product_line(row, words)) for row in shop["products"][name]]
    if notices := [notice[lang] for notice in shop["notices"]]:
        text = Text("\n".join(f"• {notice}" for notice in notices))
        parts.append(Panel(text, title=words["notices"], title_align="left", border_style="yellow"))
    return Group(*parts)


def _rates(shop: dict[str, Any], words: Words) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column(words["rate"], no_wrap=True)
    for name in ("mean", "evidence", "prior", "worth"):
        table.add_column(words[name], justify="right", no_wrap=True)
    for rate, row in shop["rates"].items():
        unit = words[f"{rate}_unit"]
        strengths = (_count(shop["worth"][rate][level]) for level in LEVELS)
        table.add_row(
            words[rate],
            interval_text(rate, row, shop["currency"]),
            f"{_count(row['evidence'])} {unit}",
            _count(row["prior_strength"]),
            " > ".join(strengths),
        )
    return table


def _time_lines(shop: dict[str, Any], words: Words) -> list[str]:
    """Half-lives, orders still to come, weekdays."""
    half_lives = {rate: f"{days:.3g}" for rate, days in shop["half_life_days"].items()}
    lines = [words["half_life"].format(**half_lives), _arrival_line(shop["attribution"], words)]
    for rate, profile in shop["weekdays"].items():
        if all(row["mean"] == 1.0 for row in profile["factors"]):
            lines.append(words["no_weekdays"].format(rate=words[rate]))
            continue
        days = zip(words["days"].split(), profile["factors"], strict=True)
        told = "  ".join(f"{day} {row['mean']:.2f}" for day, row in days)
        lines.append(words["weekdays"].format(rate=words[rate], factors=told))
    return lines


def _arrival_line(attribution: dict[str, Any], words: Words) -> str:
    shares = [
        words["by_day" if row["age_days"] else "same_day"].format(
            age=row["age_days"], share=interval_text("share", row, "")
        )
        for row in attribution["arrived"]
    ]
    learnt = attribution["orders_seen"] > 0
    return words["arrived"].format(
        shares=words["separator"].join(shares),
        window=attribution["window_days"],
        source=words["exports" if learnt else "platform"].format(
            orders=_count(attribution["orders_seen"])
        ),
    )


def _factor_lines(shop: dict[str, Any], words: Words) -> list[str]:
    lines = [
        f"  {words[row['rate']]}  {words[row['factor']]} {row['label']}: "
        f"x {row['mean']:.2f} ({row['p10']:.2f}–{row['p90']:.2f})"
        for row in shop["factors"]
    ]
    return lines or [words["no_factors"]]


def _change_lines(shop: dict[str, Any], words: Words) -> list[str]:
    lines = [
        words["change"].format(
            product=row["product"],
            ratio=f"{row['cvr_ratio']:.2f}",
            low=f"{row['cvr_ratio_p10']:.2f}",
            high=f"{row['cvr_ratio_p90']:.2f}",
            day=row["changed_on"],
            chance=f"{row['p_changed']:.0%}",
        )
        for row in shop["changes"]
    ]
    return lines or [words["no_changes"]]


def _product_line(row: dict[str, Any], words: Words) -> str:
    return words["product"].format(
        product=row["product"],
        rate=interval_text("cvr", row, ""),
        clicks=_count(row["clicks"]),
        orders=_count(row["orders"]),
    )


def interval_text(rate: str, row: dict[str, Any], currency: str) -> str:
    """Mean with its central 80 %: money for order values, else per cent to three figures."""
    if rate == "aov":
        low, high = (money(row[name], currency) for name in ("p10", "p90"))
        return f"{money(row['mean'], currency)} ({low}–{high})"
    mean, low, high = (f"{100.0 * row[name]:.3g}" for name in ("mean", "p10", "p90"))
    return f"{mean} % ({low}–{high} %)"


def _count(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"

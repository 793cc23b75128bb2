"""Why bids move or stay, and how much is known: the screens of ``adopt explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from adopt.cli.figures import money, number
from adopt.cli.printing import change_lines
from adopt.cli.screen_words import SCREEN_WORDS, Words

if TYPE_CHECKING:
    import polars as pl

MICROS = 1_000_000

EVIDENCE_ZH = {
    "click": "{count} 次点击",
    "order": "{count} 单",
    "rate": "证据:{clicks}、{orders};转化率约 {mean}(80 %:{low}–{high})。别处的经验是 {prior},相当于 {worth} 次点击。",
    "below": "按现在的点击价,亏损的概率 {chance}",
    "told": ",已有八成把握。",
    "open": ",再有约 {clicks} 次点击({cost})才有八成把握。",
    "never": ",再多点击也难判断。",
    "nothing": "{clicks}没有成交:按 {expected} 的转化率,这有 {chance} 的可能。",
}
EVIDENCE_EN = {
    "click": "{count} click{s}",
    "order": "{count} order{s}",
    "rate": "Evidence: {clicks}, {orders}; converts at {mean} (80 %: {low}–{high}). What is known elsewhere says {prior}, a word worth {worth} clicks.",
    "below": "P(it loses money at the price paid) {chance}",
    "told": ": 80 % sure already.",
    "open": ": about {clicks} more clicks ({cost}) to be 80 % sure.",
    "never": ": clicks alone will hardly tell.",
    "nothing": "No order in {clicks}: at a conversion of {expected} that happens {chance} of the time.",
}
EVIDENCE_WORDS = {"zh": EVIDENCE_ZH, "en": EVIDENCE_EN}


def print_explanations(
    rows: pl.DataFrame,
    products: pl.DataFrame,
    known: dict[tuple[str, str], dict[str, Any]],
    summary: dict[str, Any],
    *,
    lang: str,
) -> None:
    """Print products, then targets, each with its sentence and what is known of its conversion.

    known: of ``plan.reading.read_conversion``
    """
    words, currency = SCREEN_WORDS[lang], summary["currency"]
    console = Console()

    def print_dim(text: str) -> None:
        console.print(Padding(Text(text, style="dim"), (0, 0, 0, 4)))

    for product in products.to_dicts():
        line = Text(f"{product['decision']} ", style="bold magenta")
        line.append(f"{product['product'] or product['product_id']}", style="bold")
        console.print(line)
        print_dim(product[f"reason_{lang}"])
        if node := known.get(("product", product["product_id"])):
            print_dim(evidence_text(node, currency, lang=lang))
    multiplied = {
        (entry["campaign_id"], entry["ad_group_id"]): entry
        for entry in summary.get("bid_multipliers", [])
    }
    for row in rows.to_dicts():
        console.print(change_lines(row, summary, lang, words))
        if node := known.get(("target", row["target_id"])):
            print_dim(evidence_text(node, currency, lang=lang))
        owner = (row["campaign_id"], row["ad_group_id"])
        entry = multiplied.get(owner) or multiplied.get((row["campaign_id"], None))
        if entry is not None:
            print_dim(_multiplier_words(entry, words))


def _multiplier_words(entry: dict[str, Any], words: Words) -> str:
    """By what the bids of one campaign or ad group are multiplied."""
    spans = [
        f"{words.segments.get(s['segment'], s['segment'])} {s['lowest']:.4g}"
        + (f"–{s['highest']:.4g}" if s["highest"] != s["lowest"] else "")
        for s in entry["segments"]
    ]
    return words.multipliers.format(
        segments=", ".join(spans), mean=f"{entry['mean']:.2f}", highest=f"{entry['highest']:.2f}"
    )


def evidence_text(node: dict[str, Any], currency: str, *, lang: str) -> str:
    """What is known of one target or product; node: a row of RATE_NODES, its rate cvr."""
    words = EVIDENCE_WORDS[lang]
    parts = [
        words["rate"].format(
            clicks=_counted(node["clicks"], words["click"]),
            orders=_counted(node["orders"], words["order"]),
            mean=_share(node["mean"]),
            low=_share(node["p10"]),
            high=_share(node["p90"]),
            prior=_share(node["prior_mean"]),
            worth=f"{node['prior_strength']:,.0f}",
        )
    ]
    if node["orders"] == 0 and node["clicks"] > 0:
        parts.append(
            words["nothing"].format(
                clicks=_counted(node["clicks"], words["click"]),
                expected=_share(node["expected_without_own"]),
                chance=_share(node["p_no_orders"]),
            )
        )
    if node["p_below_break_even"] is not None:
        parts.append(_decision(node, currency, words))
    return ("" if lang == "zh" else " ").join(parts)


def _decision(node: dict[str, Any], currency: str, words: dict[str, str]) -> str:
    text = words["below"].format(chance=f"{node['p_below_break_even']:.0%}")
    more = node["clicks_to_decide"]
    if more is None:
        return text + words["never"]
    if more == 0:
        return text + words["told"]
    cost = money(node["cost_to_decide"], currency)
    return text + words["open"].format(clicks=f"{more:,.0f}", cost=cost)


def _counted(count: float, word: str) -> str:
    return word.format(
        count=f"{count:,.4g}" if count < 1000 else f"{count:,.0f}", s="" if count == 1 else "s"
    )


def _share(value: float) -> str:
    return f"{value:.1%}"


def print_curve(levels: pl.DataFrame, currency: str, *, lang: str) -> None:
    """Print the allowed bids of a target with what each brings; now and recommended are marked."""
    words = SCREEN_WORDS[lang]
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    headings = [words.metrics[name] for name in ("clicks", "cost", "orders", "revenue")]
    for heading in (words.bid, *headings, words.marginal_cpc, words.marginal_roi):
        table.add_column(heading, justify="right")
    table.add_column(no_wrap=True, min_width=len(words.recommended))
    for row in levels.to_dicts():
        marks = [words.now] * row["is_current"] + [words.recommended] * row["is_recommended"]
        table.add_row(
            "–" if row["bid"] is None else f"{row['bid'] / MICROS:,.2f}",
            *(f"{row[name]:,.2f}" for name in ("clicks", "cost", "orders", "revenue")),
            number("roi", row["marginal_cpc"], currency),
            number("roi", row["marginal_roi"], currency),
            ", ".join(marks),
            style="bold" if marks else None,
        )
    Console().print(table)

"""What binds, and what it costs: the limits of a run on the screen."""

from typing import Any

from rich.text import Text

from adopt.cli.figures import money
from adopt.cli.screen_words import Words, objective_words

KEYWORD_LIMITS = ("one_product", "keyword_on")
"""One a keyword: told together, in one line a kind."""
MOST_LINES = 8
MANY = 15
"""Limits from which on those that do not bind are counted."""


def constraint_lines(summary: dict[str, Any], words: Words) -> Text:
    """The binding limits, dearest first; many of them are counted, not listed."""
    text = Text(words.binding, style="bold")
    limits = [c for c in summary["constraints"] if c["constraint"] not in KEYWORD_LIMITS]
    binding = [c for c in limits if c["is_binding"]]
    lines = [
        _constraint_words(row, summary, words)
        for row in sorted(binding, key=lambda c: -abs(c["shadow_price"]))[:MOST_LINES]
    ]
    if len(binding) > MOST_LINES:
        lines.append(words.more_bind.format(count=len(binding) - MOST_LINES))
    lines += _keyword_lines(summary, words)
    if len(limits) >= MANY and len(limits) > len(binding):
        lines.append(words.others_kept.format(count=len(limits) - len(binding)))
    if not any(c["is_binding"] for c in summary["constraints"]):
        text.append(words.none_binds, "not bold")
    for line in lines:
        text.append(f"\n  {line}", "not bold")
    return text


def _keyword_lines(summary: dict[str, Any], words: Words) -> list[str]:
    """How many keywords each kind of keyword limit holds."""
    kinds = [c["constraint"] for c in summary["constraints"]]
    return [
        words.keyword_binds.format(name=words.constraints[kind], count=kinds.count(kind))
        for kind in KEYWORD_LIMITS
        if kind in kinds
    ]


def _constraint_words(row: dict[str, Any], summary: dict[str, Any], words: Words) -> str:
    """One binding limit, and what easing it would bring."""
    kind, price = row["constraint"], row["shadow_price"]
    currency, limit = summary["currency"], row["limit"]
    told = "tightened_roi" if row["source"] == "confidence" else kind
    filled = {
        "name": words.constraints[told].format(scope=row["scope"]),
        "metric": objective_words(summary, words),
    }

    def worth(amount: float) -> str:
        return f"{amount:,.2f}" if summary["objective"] == "orders" else money(amount, currency)

    if kind.endswith("_roi"):
        return words.floor_binds.format(limit=f"{limit:.2f}", worth=worth(0.1 * price), **filled)
    if kind == "stock":
        return words.stock_binds.format(limit=f"{limit:,.1f}", worth=worth(price), **filled)
    if kind == "most_products":
        return words.count_binds.format(limit=f"{limit:.0f}", worth=worth(price), **filled)
    # A shadow price speaks of the next little: at most a tenth of the amount.
    more = 100.0 if limit >= 1000 else 10.0 if limit >= 100 else 1.0
    is_floor = kind.endswith("_spend_floor") or kind == "minimum_spend"
    return (words.spend_binds if is_floor else words.budget_binds).format(
        limit=money(limit, currency),
        more=money(more, currency).removesuffix(".00"),
        worth=worth(more * price),
        **filled,
    )

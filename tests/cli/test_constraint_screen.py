"""The limits on the screen: each in words of both languages, many of them counted."""

from typing import get_args

import pytest

from adopt.cli.constraint_screen import MANY, MOST_LINES, constraint_lines
from adopt.cli.screen_words import SCREEN_WORDS
from adopt.optimise.limit import Constraint

LANGUAGES = ("zh", "en")


def row(kind, *, scope="裙", limit=200.0, is_binding=True, price=2.0):
    return {
        "constraint": kind,
        "scope": scope,
        "limit": limit,
        "source": "operator",
        "is_binding": is_binding,
        "shadow_price": price,
    }


def screen(*rows, lang="en", objective="profit"):
    summary = {"constraints": list(rows), "objective": objective, "currency": "CNY"}
    return constraint_lines(summary, SCREEN_WORDS[lang]).plain


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", get_args(Constraint))
def test_every_constraint_has_words(kind, lang):
    assert kind in SCREEN_WORDS[lang].constraints
    text = screen(row(kind), lang=lang)
    assert "{" not in text
    assert len(text.splitlines()) == 2


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (
            "category_budget",
            "Budget of category 裙 of ¥200.00: the next ¥10 a day would return ¥20.00",
        ),
        ("product_spend_floor", "¥200.00: asking ¥10 a day less would return ¥20.00 of profit."),
        ("minimum_spend", "product 裙 if it is on, ¥200.00: asking ¥10 a day less"),
        (
            "category_roi",
            "ROI floor of category 裙 of 200.00: a target lower by 0.1 would return ¥0.20",
        ),
        ("most_products", "Products with ads on, 200 at most: one more would return ¥2.00"),
    ],
)
def test_each_kind_speaks_in_its_own_unit(kind, words):
    assert words in screen(row(kind))


def test_shared_keywords_are_one_line():
    rows = [row("one_product", scope=f"词{i}", limit=1.0) for i in range(37)]
    assert screen(*rows).splitlines()[1:] == ["  One product a keyword: 37 keywords."]


def test_many_limits_are_counted():
    binding = [row("product_budget", scope=f"p{i}", price=i + 1.0) for i in range(MOST_LINES + 3)]
    slack = [row("product_roi", scope=f"q{i}", is_binding=False) for i in range(MANY)]
    lines = screen(*binding, *slack).splitlines()[1:]
    assert len(lines) == MOST_LINES + 2
    assert f"product p{MOST_LINES + 2} " in lines[0]
    assert "and 3 more that bind" in lines[-2]
    assert f"{MANY} further limits do not bind" in lines[-1]


def test_where_nothing_binds_it_is_said():
    assert "nothing; more budget" in screen(row("account_budget", is_binding=False))

"""shop.toml: every key known, every amount exact, every mistake named."""

import json
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adopt.config import (
    Section,
    Settings,
    event_calendar,
    money_micros,
    read_settings,
    settings_from,
    with_options,
)
from adopt.errors import ConfigError
from adopt.platforms import PLATFORMS


@given(st.integers(0, 10**15))
def test_money_text_is_read_exactly(micros):
    text = f"{micros // 10**6}.{micros % 10**6:06d}"
    assert money_micros(text) == micros


@pytest.mark.parametrize("wrong", ["", "1,5x", "nan", "inf", "-1", "0.0000001", 3.5, None, True])
def test_no_amount_is_guessed(wrong):
    with pytest.raises(ValueError, match=r".+"):
        money_micros(wrong)


@pytest.mark.parametrize(
    ("data", "near"),
    [
        ({"gaol": {}}, "'goal'"),
        ({"goal": {"bugdet": "1"}}, "'budget'"),
        ({"guardrails": {"maxstep": 0.1}}, "'max_step'"),
        ({"products": {"77": {"margn": 0.5}}}, "'margin'"),
        ({"products": {"77": {"minimum_spent": "5"}}}, "'minimum_spend'"),
        ({"campaigns": {"budget": {"budgt": "5"}}}, "'budget'"),
        ({"categories": {"女装": {"spend_flor": "5"}}}, "'spend_floor'"),
        ({"keywords": {"裙": {"frezee": True}}}, "'freeze'"),
        ({"category": {}}, "'categories'"),
        ({"goal": {"most_product": 3}}, "'most_products'"),
        ({"events": {"周年庆": {"first": "2026-10-20", "lst": "2026-10-22"}}}, "'last'"),
        ({"events": {"周年庆": [{"frist": "2026-10-20"}]}}, "'first'"),
        ({"guardrails": {"one_product_a_keyword": True}}, "'one_product_per_keyword'"),
    ],
)
def test_an_unknown_key_names_the_nearest(data, near):
    with pytest.raises(ConfigError, match=near):
        settings_from(data)


@pytest.mark.parametrize(
    "data",
    [
        {"goal": {"most_products": 0}},
        {"goal": {"most_products": 2.5}},
        {"goal": {"halo_weight": 1.2}},
        {"goal": {"spend_floor": 12.5}},
        {"products": {"7": {"minimum_spend": "-1"}}},
        {"campaigns": {"7": {"target_roi": 0.0}}},
        {"keywords": {"裙": {"budget": "5"}}},
        {"events": {"周年庆": {"first": "2026-10-22", "last": "2026-10-20"}}},
        {"events": {"周年庆": {"first": "10-20", "last": "10-22"}}},
        {"events": {"周年庆": {"first": "2026-10-20"}}},
        {"events": {"周年庆": 5}},
    ],
)
def test_a_limit_that_cannot_be_is_refused(data):
    ((section, _),) = data.items()
    with pytest.raises(ConfigError, match=section):
        settings_from(data)


def test_every_key_says_what_it_is():
    for model in (Settings, *(f.annotation for f in Settings.model_fields.values())):
        sections = [model, *get_args(model), *(p for m in get_args(model) for p in get_args(m))]
        for section in sections:
            if (
                isinstance(section, type)
                and issubclass(section, Section)
                and section is not Settings
            ):
                assert all(field.description for field in section.model_fields.values()), section


def test_events_of_the_shop_join_the_platforms(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text(
        '[events]\n"双12" = []\n[events."周年庆"]\nfirst = 2026-10-01\nlast = \'2026-10-03\'\n'
        '[[events."双11"]]\nfirst = 2026-10-14\nlast = 2026-11-11\n',
        encoding="utf-8",
    )
    calendar = event_calendar(read_settings(path), PLATFORMS["taobao"])
    year = calendar.between(date(2026, 7, 1), date(2026, 12, 31))
    assert [(e.name, e.first, e.last) for e in year] == [
        ("周年庆", date(2026, 10, 1), date(2026, 10, 3)),
        ("双11", date(2026, 10, 14), date(2026, 11, 11)),
    ]


def test_a_float_budget_is_refused():
    with pytest.raises(ConfigError, match="quoted decimal"):
        settings_from({"goal": {"budget": 2200.5}})


@pytest.mark.parametrize("text", ["[goal", "goal = ", "\x00"])
def test_broken_toml_is_a_sentence(tmp_path, text):
    path = tmp_path / "shop.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"shop\.toml"):
        read_settings(path)


def test_settings_survive_the_manifest():
    settings = with_options(
        settings_from(
            {
                "goal": {"target_roi": 3.5},
                "campaigns": {"9": {"budget": "30", "freeze": True}},
                "categories": {"女装": {"spend_floor": "12.5", "bid_maximum": "3"}},
                "products": {"7": {"minimum_spend": "50", "target_roi": 2.0}},
                "keywords": {"裙": {"bid_minimum": "0.5"}},
                "events": {"周年庆": {"first": "2026-10-20", "last": "2026-10-22"}, "双12": []},
                "value": {"margin": 0.4},
            }
        ),
        budget="1234.567891",
        objective="profit",
        max_step=0.1,
        most_products=4,
        halo_weight=0.5,
    )
    again = settings_from(json.loads(json.dumps(settings.model_dump(mode="json"))))
    assert again == settings


@pytest.mark.parametrize(
    "options",
    [
        {"budget": "0"},
        {"budget": "-5"},
        {"budget": "lots"},
        {"target_roi": 0.0},
        {"target_roi": float("nan")},
        {"max_step": -0.1},
        {"most_products": 0},
        {"halo_weight": -0.1},
        {"halo_weight": float("nan")},
    ],
)
def test_an_option_that_cannot_be_is_refused(options):
    with pytest.raises(ConfigError, match="--"):
        with_options(Settings(), **options)

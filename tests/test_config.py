"""shop.toml: every key known, every amount exact, every mistake named."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adopt.config import Settings, money_micros, read_settings, settings_from, with_options
from adopt.errors import ConfigError


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
    ],
)
def test_an_unknown_key_names_the_nearest(data, near):
    with pytest.raises(ConfigError, match=near):
        settings_from(data)


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
                "campaigns": {"9": {"budget": "30"}},
                "value": {"margin": 0.4},
            }
        ),
        budget="1234.567891",
        objective="profit",
        max_step=0.1,
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
    ],
)
def test_an_option_that_cannot_be_is_refused(options):
    with pytest.raises(ConfigError, match="--"):
        with_options(Settings(), **options)

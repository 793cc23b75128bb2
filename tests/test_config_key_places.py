"""A wrong key of shop.toml is answered with the key that was meant and the section it belongs to."""

import pytest

from adopt.config import settings_from
from adopt.errors import ConfigError


def words(data):
    with pytest.raises(ConfigError) as caught:
        settings_from(data)
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "heading"),
    [
        ({"target_roi": 3.0}, "[goal]"),
        ({"budget": "5"}, "[goal]"),
        ({"margin": 0.4}, "[value]"),
        ({"goal": {"max_step": 0.1}}, "[guardrails]"),
        ({"goal": {"margin": 0.3}}, "[value]"),
        ({"shop": {"budget": "5"}}, "[goal]"),
        ({"goal": {"horizon_days": 3}}, "[stock]"),
        ({"campaigns": {"7": {"max_step": 0.2}}}, "[guardrails]"),
        ({"goal": {"guardrails": {"max_step": 0.1}}}, "a line [guardrails] by itself"),
        ({"estimate": {"minimum_spend": "3"}}, '[products."678901234567"]'),
    ],
)
def test_a_key_in_the_wrong_section_is_told_the_right_one(data, heading):
    assert f"it belongs under {heading}." in words(data)


@pytest.mark.parametrize(
    ("data", "meant", "heading"),
    [
        ({"roas": 3.0}, "target_roi", "[goal]"),
        ({"goal": {"max_bid": "3"}}, "bid_maximum", "[guardrails]"),
        ({"goal": {"step": 0.2}}, "max_step", "[guardrails]"),
    ],
)
def test_another_word_for_a_key_of_another_section(data, meant, heading):
    assert f"did you mean '{meant}'? That belongs under {heading}." in words(data)


@pytest.mark.parametrize(
    ("section", "wrong", "meant"),
    [
        ("goal", "roas", "target_roi"),
        ("goal", "roi", "target_roi"),
        ("goal", "target-roi", "target_roi"),
        ("goal", "TargetROI", "target_roi"),
        ("goal", "daily_budget", "budget"),
        ("goal", "max_products", "most_products"),
        ("guardrails", "max_bid", "bid_maximum"),
        ("guardrails", "min_bid", "bid_minimum"),
        ("guardrails", "max_change", "max_step"),
        ("value", "gross_margin", "margin"),
        ("value", "refund", "refund_rate"),
        ("value", "fees", "fee_rate"),
        ("guardrails", "step", "max_step"),
        ("estimate", "halflife", "half_life_days"),
        ("estimate", "attribution_days", "attribution_window_days"),
    ],
)
def test_another_spelling_of_a_key_of_this_section(section, wrong, meant):
    found = words({section: {wrong: 1}})
    assert f"did you mean '{meant}'? Known here" in found


def test_what_resembles_nothing_gets_the_list_and_no_proposal():
    found = words({"目标": {}})
    assert "did you mean" not in found
    assert "Known here: shop, goal," in found


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        ({"goal": 5}, "write [goal] on a line by itself"),
        ({"campaigns": {"budget": "5"}}, 'write it under [campaigns."61234567"]'),
        ({"campaigns": {"77": "5"}}, 'write them under [campaigns."61234567"]'),
        ({"events": {"first": "2026-01-01"}}, 'write them under [events."周年庆"]'),
    ],
)
def test_a_value_where_a_section_stands(data, advice):
    assert advice in words(data)

"""A scenario says what is wrong with it in one sentence; what is right becomes a market."""

from pathlib import Path

import pytest

from adopt.errors import ConfigError
from adopt.market.scenario import Market, read_scenario
from adopt.market.scenario_market import lag_of, market_of, multipliers_of
from adopt.platforms import PLATFORMS

EXAMPLE = Path(__file__).parents[2] / "docs" / "scenarios" / "autumn_clothing.toml"

SMALL = """\
[[campaigns]]
id = "1"
budget = "100"
[[products]]
id = "2"
price = "50"
[[keywords]]
id = "3"
searches = 10
rivals = 4
score = 6.0
[[targets]]
campaign = "1"
product = "2"
keyword = "3"
bid = "1.20"
"""


def read(tmp_path, text):
    path = tmp_path / "scenario.toml"
    path.write_text(text, encoding="utf-8")
    return read_scenario(path)


def test_the_example_is_a_scenario():
    market = market_of(read_scenario(EXAMPLE))
    assert market.targets.height == 25
    assert market.keywords["mu"].null_count() == 0


def test_defaults_fill_what_is_not_said(tmp_path):
    market = market_of(read(tmp_path, SMALL))
    assert market.targets.row(0, named=True) == {
        "target_id": "1/1-2/2/3",
        "campaign_id": "1",
        "ad_group_id": "1-2",
        "product_id": "2",
        "keyword_id": "3",
        "bid": 1_200_000,
        "quality": 7.0,
        "click_rate": 0.15,
        "cvr": 0.03,
        "aov": 50.0,
    }
    assert market.campaigns.rows() == [("1", 100_000_000, False)]
    assert market.products.rows() == [("2", None)]
    assert market.keywords["rival_budget"].to_list() == [None]
    assert market.multipliers.is_empty()
    taobao = PLATFORMS["taobao"]
    assert market.shoppers.hour_share == taobao.hour_share
    assert market.shoppers.own_items == taobao.own_items


WRONG = {
    "unknown key": ("rivals = 4", "rivels = 4", "did you mean 'rivals'"),
    "unknown section": ("[[targets]]", "[[target]]", "did you mean 'targets'"),
    "missing key": ("searches = 10\n", "", r"'keywords\[1\].searches' is missing"),
    "money as a float": ('"1.20"', "1.20", "quoted decimal"),
    "bid off the grid": ('"1.20"', '"1.205"', "steps of 0.01"),
    "bid below the least": ('"1.20"', '"0.04"', "from 0.05"),
    "bid above its budget": ('"100"', '"30"\n[[campaigns]]\nid = "9"', None),
    "budget too small": ('"100"', '"29"', "from 30"),
    "unknown campaign": ('campaign = "1"', 'campaign = "7"', "there is no campaign '7'"),
    "id twice": ("[[products]]", '[[products]]\nid = "2"\nprice = "5"\n[[products]]', "twice"),
    "negative searches": ("searches = 10", "searches = -1", "searches"),
    "not a number": ("searches = 10", "searches = nan", "searches"),
    "no TOML": ("[[products]]", "[[products]", "not valid TOML"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said(tmp_path, name):
    before, after, words = WRONG[name]
    text = SMALL.replace(before, after)
    assert text != SMALL
    if words is None:
        read(tmp_path, text)
        text = text.replace('"1.20"', '"31.00"')
        words = "from 0.05 to 30.00"
    with pytest.raises(ConfigError, match=words) as error:
        read(tmp_path, text)
    assert str(error.value).startswith(str(tmp_path / "scenario.toml"))
    assert str(error.value).count("\n") == 0


def test_the_same_target_twice_is_refused(tmp_path):
    again = SMALL[SMALL.index("[[targets]]") :]
    with pytest.raises(ConfigError, match=r"targets\[2\]: 1 / 2 / 3 is there twice"):
        read(tmp_path, SMALL + again)


def test_hours_without_searches_are_refused(tmp_path):
    hours = "[market]\nhour_share = [" + "0, " * 24 + "]\n"
    with pytest.raises(ConfigError, match="hour_share"):
        read(tmp_path, hours + SMALL)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        read_scenario(tmp_path / "none.toml")


def test_every_order_is_known_within_the_window():
    lag = lag_of(Market(same_day=0.7, lag_decay=0.5), 15)
    assert lag[0] == pytest.approx(0.7)
    assert lag[1] == pytest.approx(0.7 + 0.15, abs=1e-4)
    assert list(lag) == sorted(lag)
    assert (len(lag), lag[-1]) == (16, 1.0)


def multiplier(dimension, segment, factor, campaign="1", **more):
    lines = ["[[multipliers]]"]
    values = {"campaign": campaign, "dimension": dimension, "segment": segment}
    lines += [f'{key} = "{value}"' for key, value in values.items()]
    lines += [f"multiplier = {factor}", *(f"{key} = {value}" for key, value in more.items())]
    return "\n".join(lines) + "\n"


def test_multipliers_become_hours_of_the_week_and_shares_of_the_searches(tmp_path):
    entries = (
        multiplier("hour", "Mon-Tue 0-2", 0.5),
        multiplier("device", "pc", 0.8),
        multiplier("device", "mobile", 1.2, ad_group='"1-2"'),
        multiplier("audience", "vip", 1.5, share=0.2),
    )
    flat = f"[market]\nhour_share = {[3.0] * 24}\n"
    scenario = read(tmp_path, flat + SMALL + "".join(entries))
    market, tables = market_of(scenario), multipliers_of(scenario)
    assert market.shoppers.devices == (("mobile", 0.9), ("pc", pytest.approx(0.1)))
    assert market.shoppers.audiences == (("vip", 0.2),)
    found = {
        (row["dimension"], row["segment"]): (row["ad_group_id"], row["multiplier"], row["share"])
        for row in tables.table.iter_rows(named=True)
    }
    hour = (None, 0.5, pytest.approx(1 / 168))
    assert found == {
        **{("hour", str(h)): hour for h in (0, 1, 24, 25)},
        ("device", "pc"): (None, 0.8, pytest.approx(0.1)),
        ("device", "mobile"): ("1-2", 1.2, 0.9),
        ("audience", "vip"): (None, 1.5, 0.2),
    }
    assert tables.sheet["segment"].to_list() == ["Mon-Tue 0-2", "pc", "mobile", "vip"]
    assert tables.sheet["share"].to_list()[0] == pytest.approx(4 / 168)


VIP = multiplier("audience", "vip", 1.5, share=0.2)
WRONG_MULTIPLIERS = {
    "outside the limits": (multiplier("hour", "0-7", 0.2), r"by hour from 0.3 to 1.5, or by 1 \(f"),
    "unknown dimension": (multiplier("hours", "0-7", 0.5), "'hour', 'device' or 'audience'"),
    "unknown campaign": (multiplier("hour", "0-7", 0.5, campaign="7"), "there is no campaign '7'"),
    "unknown ad group": (
        multiplier("hour", "0-7", 0.5, ad_group='"1-3"'),
        "no ad group '1-3'; did you mean '1-2'",
    ),
    "hours past midnight": (multiplier("hour", "22-2", 0.5), "split what passes midnight"),
    "hours with a share": (multiplier("hour", "0-7", 0.5, share=0.1), "leave it out"),
    "no such device": (multiplier("device", "tablet", 0.5), "'mobile' or 'pc'"),
    "hours twice": (
        multiplier("hour", "Mon-Fri 0-7", 0.5) + multiplier("hour", "6-9", 1.2),
        r"multipliers\[2\].segment: '6-9' meets what multipliers\[1\]",
    ),
    "audience without a share": (multiplier("audience", "vip", 1.5), "say which share"),
    "two shares of one audience": (
        VIP + multiplier("audience", "vip", 1.5, share=0.3, ad_group='"1-2"'),
        "has the share 0.2 in",
    ),
    "more than everybody": (VIP + multiplier("audience", "new", 1.1, share=0.9), "more than 1"),
    "shares of devices": (
        multiplier("device", "pc", 1.2, share=0.3) + multiplier("device", "mobile", 1.2, share=0.9),
        "give one of their shares",
    ),
    "unknown key": (
        multiplier("hour", "0-7", 0.5, days='"Mon"'),
        r"unknown key 'multipliers\[1\].days'",
    ),
}


@pytest.mark.parametrize("name", WRONG_MULTIPLIERS)
def test_a_wrong_multiplier_is_said(tmp_path, name):
    entries, words = WRONG_MULTIPLIERS[name]
    with pytest.raises(ConfigError, match=words) as error:
        read(tmp_path, SMALL + entries)
    assert str(error.value).count("\n") == 0


def test_a_multiplier_of_one_is_always_allowed(tmp_path):
    entry = multiplier("audience", "vip", 1.0, share=0.2)
    assert market_of(read(tmp_path, SMALL + entry)).multipliers["multiplier"].to_list() == [1.0]


def test_a_keyword_may_have_rivals_of_its_own_budget(tmp_path):
    own = SMALL.replace("score = 6.0", "score = 6.0\nrival_budget = 0.2")
    text = "[market]\nrival_budget = 0.5\n"
    assert market_of(read(tmp_path, text + SMALL)).keywords["rival_budget"].to_list() == [0.5]
    assert market_of(read(tmp_path, text + own)).keywords["rival_budget"].to_list() == [0.2]

"""A scenario says what is wrong with it in one sentence; what is right becomes a market."""

from pathlib import Path

import pytest

from adopt.errors import ConfigError
from adopt.market.scenario import Market, lag_of, market_of, read_scenario

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

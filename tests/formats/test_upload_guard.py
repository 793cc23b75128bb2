"""What may never leave is refused before anything is written."""

import polars as pl
import pytest

from adopt.errors import GuardrailError
from adopt.formats.upload_guard import check_changes, check_file
from adopt.platforms import PLATFORMS

TAOBAO = PLATFORMS["taobao"]
ROW = {
    "target_id": "t1",
    "lever": "cpc_bid",
    "current_bid": 1_000_000,
    "recommended_bid": 1_100_000,
    "campaign_budget": 30_000_000,
}
NOBODY = pl.DataFrame({"target_id": []}, schema={"target_id": pl.String})


def changes(*rows):
    return pl.DataFrame([{**ROW, **row} for row in rows], infer_schema_length=None)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"recommended_bid": 0},
        {"recommended_bid": 50_000},
        {"recommended_bid": 99_990_000, "campaign_budget": None},
        {"current_bid": None},
        {"lever": "bid_modifier", "recommended_bid": 1_234_567},
    ],
)
def test_what_the_platform_takes_may_leave(row):
    check_changes(changes(row), NOBODY, platform=TAOBAO)


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([{"recommended_bid": 1_105_000}], "multiple of 0.01"),
        ([{"recommended_bid": 40_000}], "0.05 at least"),
        ([{"recommended_bid": 100_000_000, "campaign_budget": None}], "99.99 at most"),
        ([{"recommended_bid": 30_010_000}], "daily budget"),
        ([{}, {}], "twice"),
        ([{"recommended_bid": None}], "new bid"),
        ([{"recommended_bid": 1_000_000}], "changes something"),
    ],
)
def test_a_broken_limit_stops_the_whole_run(rows, rule):
    with pytest.raises(GuardrailError, match=rule) as caught:
        check_changes(changes(*rows), NOBODY, platform=TAOBAO)
    assert caught.value.exit_code == 4
    assert "t1" in str(caught.value)


def test_a_paused_keyword_is_left_alone():
    paused = pl.DataFrame({"target_id": ["t1"]})
    with pytest.raises(GuardrailError, match="paused"):
        check_changes(changes({}), paused, platform=TAOBAO)


def test_google_has_no_rule_of_the_daily_budget():
    check_changes(changes({"recommended_bid": 31_000_000}), NOBODY, platform=PLATFORMS["google"])


@pytest.mark.parametrize(
    "cell", ["=1+1", "@SUM(A1)", "\t=1", "+cmd|' /C calc'!A0", "-1+HYPERLINK(1)"]
)
def test_no_cell_of_a_file_runs(cell):
    with pytest.raises(GuardrailError, match="formula"):
        check_file("file.csv", pl.DataFrame({"Keyword": [cell]}), ())


@pytest.mark.parametrize("cell", ["+red +shoes", "-red", "a=b", "[]", None])
def test_a_harmless_cell_stays_as_it_is(cell):
    check_file("file.csv", pl.DataFrame({"Keyword": [cell]}, schema={"Keyword": pl.String}), ())


def test_a_key_stands_in_a_file_once():
    with pytest.raises(GuardrailError, match="once"):
        check_file("file.csv", pl.DataFrame({"Id": ["1", "1"]}), ("Id",))

"""The plan of a confidence: judged by draws it never saw, no dearer than needed, refused where out of reach."""

import numpy as np
import polars as pl
import pytest

from adopt.config import settings_from, with_options
from adopt.errors import ConfigError, InfeasibleError
from adopt.plan.intervals import Forecast, Outcome
from adopt.plan.loss import loss_of_weeks
from adopt.plan.recommend import recommend

TARGET = "target_roi"


def advised(demo, **options):
    data, settings, _ = demo
    return recommend(data, with_options(settings, **options))


@pytest.fixture(scope="module")
def sure(demo):
    return advised(demo, confidence=0.95)


def test_fresh_draws_confirm_the_confidence(demo, sure):
    facts, target = sure.summary["confidence"], sure.summary[TARGET]
    assert demo[2].summary["confidence"] is None
    assert demo[2].summary[TARGET]["probability"] < 0.95 <= target["probability"]
    assert facts["chance_in_search"] >= 0.95 + np.sqrt(0.95 * 0.05 / facts["draws"]["search"])
    assert facts["chance_without"] == demo[2].summary[TARGET]["probability"]


def test_the_target_is_tightened_and_its_cost_told(demo, sure):
    facts = sure.summary["confidence"]
    assert facts["is_tightened"]
    assert sure.summary[TARGET]["value"] == demo[1].goal.target_roi
    assert sure.summary["recommended"]["roi"] >= facts["tightened_target_roi"]
    profits = [r.summary["recommended"]["profit"] for r in (demo[2], sure)]
    assert facts["profit_given_up"] == pytest.approx(profits[0] - profits[1], abs=1e-6)
    assert 0.0 < facts["profit_given_up"] < 0.05 * profits[0]
    row = next(c for c in sure.summary["constraints"] if c["constraint"] == TARGET)
    assert (row["limit"], row["source"]) == (facts["tightened_target_roi"], "confidence")


def test_a_plan_that_is_safe_enough_is_left_as_it_is(demo):
    result = advised(demo, confidence=0.7)
    assert not result.summary["confidence"]["is_tightened"]
    bids = [r.recommendations["recommended_bid"].to_list() for r in (demo[2], result)]
    assert bids[0] == bids[1]


def test_out_of_reach_names_relaxations_that_hold(demo):
    with pytest.raises(InfeasibleError) as refused:
        advised(demo, confidence=0.9, target_roi=5.5)
    relaxed = {one.constraint: one.needed for one in refused.value.relaxations}
    assert set(relaxed) == {TARGET, "confidence"}
    assert 4.8 < relaxed[TARGET] < 5.5
    assert relaxed["confidence"] < 0.9
    advised(demo, confidence=0.9, target_roi=relaxed[TARGET])
    advised(demo, confidence=relaxed["confidence"], target_roi=5.5)


def test_so_few_draws_cannot_show_so_much_certainty(demo):
    with pytest.raises(ConfigError, match="4000"):
        advised(demo, confidence=0.999)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 90.0, float("nan")])
def test_a_chance_lies_between_0_and_1(demo, confidence):
    with pytest.raises(ConfigError):
        with_options(demo[1], confidence=confidence)
    with pytest.raises(ConfigError, match="confidence"):
        settings_from({"goal": {"confidence": confidence}})


def forecast(played, margin, known):
    outcome = Outcome(*(np.array(x, dtype=float) for x in played))
    return Forecast(outcome, outcome, outcome, np.array(known), np.array(margin))


PLAYED = (
    [[1, 1, 1, 1], [1, 1, 1, 1]],
    [[10, 10, 10, 10], [5, 5, 5, 5]],
    [[1, 1, 1, 1], [1, 1, 1, 1]],
    [[40, 50, 60, 80], [20, 20, 20, 20]],
)


def test_a_loss_is_what_is_missing_to_todays_profit():
    plan = pl.DataFrame({"profit_current": [15.0, None]})
    loss = loss_of_weeks(forecast(PLAYED, [0.5, 0.5], [True, False]), plan, 4.0)
    # The known target earns 10, 15, 20, 30 beside 15 today.
    assert (loss["metric"], loss["against"]) == ("profit", 15.0)
    assert (loss["chance"], loss["expected"]) == (0.25, 1.25)
    assert loss["when_short"] == {"mean": 5.0, "p10": 5.0, "p90": 5.0}


def test_without_margins_a_loss_is_revenue_that_the_target_misses():
    plan = pl.DataFrame({"profit_current": [None, None]}, schema={"profit_current": pl.Float64})
    loss = loss_of_weeks(forecast(PLAYED, [np.nan, 0.5], [True, True]), plan, 5.0)
    # Revenue 60, 70, 80, 100 beside 5 x 15.
    assert (loss["metric"], loss["against"]) == ("revenue", None)
    assert (loss["chance"], loss["expected"]) == (0.5, 5.0)
    assert loss["when_short"]["mean"] == 10.0


def test_weeks_that_never_lose_have_no_size_of_loss():
    plan = pl.DataFrame({"profit_current": [1.0, 1.0]})
    loss = loss_of_weeks(forecast(PLAYED, [0.5, 0.5], [True, True]), plan, 4.0)
    assert loss["chance"] == loss["expected"] == 0.0
    assert loss["when_short"] == {"mean": None, "p10": None, "p90": None}

"""Days in time: weekdays and late orders change what clicks count for, a change what older days are worth."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from adopt.estimate.attribution_lag import fit_lag
from adopt.estimate.timing import clicks_by_age, timed_days
from adopt.platforms.taobao import TAOBAO
from adopt.tables import OrderArrivals

LAST = date(2026, 9, 26)


def lag(window=15):
    return fit_lag(OrderArrivals.create_empty(), window_days=window, prior=TAOBAO.order_lag)


def days_of(cvr, *, count=84, clicks=400.0):
    """Days of one product whose orders are as many as expected; cvr: function of date."""
    dates = [LAST - timedelta(days=count - 1 - n) for n in range(count)]
    return pl.DataFrame(
        {
            "target_id": "t",
            "product_id": "p",
            "date": dates,
            "age_days": [(LAST - day).days for day in dates],
            "impressions": 20 * clicks,
            "clicks": clicks,
            "cost": clicks,
            "orders": [round(clicks * cvr(day)) for day in dates],
            "revenue": 0.0,
        },
        schema_overrides={"orders": pl.Float64, "age_days": pl.Int64},
    )


def test_young_days_count_for_the_orders_that_are_in():
    timed, timing = timed_days(days_of(lambda _: 0.05), lag())
    share = (timed["exposure"] / timed["clicks"]).to_numpy()
    weekday = timing.weekdays["cvr"].on(pl.col("date"))
    factor = timed.select(weekday).to_series().to_numpy()
    expected = timing.lag.arrived(timed["age_days"].to_numpy()) * factor
    assert share == pytest.approx(expected)
    assert share[-1] < 0.9 * share[-20]


def test_a_weekday_that_converts_better_makes_its_clicks_count_for_more():
    timed, timing = timed_days(days_of(lambda day: 0.09 if day.weekday() == 0 else 0.045), lag(1))
    factors = timing.weekdays["cvr"].factor
    assert factors[0] > 1.5 * factors[1:].mean()
    old = timed.filter(pl.col("age_days") > 1)
    rate = old["orders"].to_numpy() / old["exposure"].to_numpy()
    assert rate.std() < 0.1 * rate.mean()


def test_days_before_a_change_lose_their_word():
    fell = LAST - timedelta(days=20)
    timed, _ = timed_days(days_of(lambda day: 0.06 if day < fell else 0.03), lag(1))
    steady = timed.select("date", "steady")
    before = steady.filter(pl.col("date") < fell - timedelta(days=3))["steady"]
    after = steady.filter(pl.col("date") >= fell)["steady"]
    assert before.max() < 0.05
    assert after.min() > 0.9
    calm, _ = timed_days(days_of(lambda _: 0.05), lag(1))
    assert calm["steady"].min() > 0.5


def test_clicks_are_summed_by_age_up_to_the_window():
    days = days_of(lambda _: 0.05, count=30, clicks=10.0)
    sums = clicks_by_age(days, pl.lit(1.0), 15)
    assert sums == pytest.approx(np.array([10.0] * 15 + [150.0]))

"""Weekdays are found again; trends, mixes and chance don't pass for them."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from adopt.estimate.weekdays import weekday_profile

FIRST = date(2026, 1, 5)
TRUE = np.array([1.1, 1.06, 1.0, 1.0, 0.98, 0.88, 0.98])


def shop(seed, days=70, products=20, factor=TRUE, level=1.0, traffic=None):
    rng = np.random.default_rng(seed)
    rate = rng.uniform(0.01, 0.06, (products, 1))
    weekday = np.arange(days) % 7
    mean = 200.0 * (np.ones((products, 7)) if traffic is None else traffic)[:, weekday]
    trials = rng.poisson(mean).astype(np.float64)
    events = rng.poisson(trials * rate * factor[weekday] * level).astype(np.float64)
    return pl.DataFrame(
        {
            "target_id": np.repeat([f"t{i:02}" for i in range(products)], days),
            "date": [FIRST + timedelta(days=d) for d in range(days)] * products,
            "trials": trials.ravel(),
            "events": events.ravel(),
        }
    )


def test_intervals_cover_four_times_in_five():
    inside = []
    for seed in range(40):
        found = weekday_profile(shop(seed, days=28))
        truth = TRUE / TRUE.mean()
        inside.append((found.p10 <= truth) & (truth <= found.p90))
    assert 0.72 <= np.mean(inside) <= 0.9


def test_a_week_of_usual_traffic_has_mean_one():
    days = shop(1, traffic=np.tile([1.0, 1.0, 1.0, 1.0, 1.0, 3.0, 3.0], (20, 1)))
    found = weekday_profile(days)
    share = days.group_by(pl.col("date").dt.weekday().alias("w")).agg(pl.col("trials").sum())
    weight = share.sort("w")["trials"].to_numpy() / days["trials"].sum()
    assert (weight * found.factor).sum() == pytest.approx(1.0)


def test_products_that_sell_on_weekends_make_no_weekend():
    traffic = np.ones((20, 7))
    traffic[:10, 5:] = 8.0
    days = shop(2, factor=np.ones(7), traffic=traffic).with_columns(
        pl.when(pl.col("target_id") < "t10")
        .then(pl.col("events") * 4)
        .otherwise("events")
        .alias("events")
    )
    assert weekday_profile(days).factor == pytest.approx(np.ones(7), abs=0.05)


def test_a_trend_makes_no_weekday():
    level = np.exp(np.linspace(0.0, 0.2, 18))
    days = shop(3, days=18, products=60, factor=np.ones(7), level=level)
    assert weekday_profile(days).factor == pytest.approx(np.ones(7), abs=0.04)


def test_chance_is_shrunk_away():
    found = weekday_profile(shop(4, days=28, products=1, factor=np.ones(7)))
    assert np.abs(found.factor - 1).max() < 0.1
    assert (found.p10 < 1).all()
    assert (found.p90 > 1).all()


@pytest.mark.parametrize("days", [0, 1, 13])
def test_less_than_two_weeks_tell_nothing(days):
    found = weekday_profile(shop(5, days=14).filter(pl.col("date") < FIRST + timedelta(days=days)))
    assert found.factor == pytest.approx(np.ones(7))
    assert (found.p10 < 0.95).all()


def test_a_weekday_never_seen_and_no_events_at_all_are_one():
    days = shop(6, days=42).filter(pl.col("date").dt.weekday() != 3)
    assert weekday_profile(days).factor[2] == pytest.approx(1.0, abs=0.02)
    none = days.with_columns(pl.lit(0.0).alias("events"))
    assert weekday_profile(none).factor == pytest.approx(np.ones(7))


def test_the_factor_of_a_day_and_the_order_of_rows():
    days = shop(7)
    found = weekday_profile(days)
    again = weekday_profile(days.sample(fraction=1.0, shuffle=True, seed=1))
    assert again.factor.tobytes() == found.factor.tobytes()
    saturday = pl.DataFrame({"date": [date(2026, 1, 10)]}).select(found.on(pl.col("date")))
    assert saturday.item() == found.factor[5]


def test_weights_let_old_weeks_fade():
    days = pl.concat(
        [
            shop(8, days=35, factor=TRUE[::-1].copy()),
            shop(9, days=35).with_columns(pl.col("date") + timedelta(days=35)),
        ]
    )
    is_old = pl.col("date") < FIRST + timedelta(days=35)
    faded = weekday_profile(
        days.with_columns(pl.when(is_old).then(1e-6).otherwise(1.0).alias("weight"))
    )
    assert faded.factor == pytest.approx(weekday_profile(days.filter(~is_old)).factor, abs=0.02)

"""Young days are completed, old ones are let be, and the curve's error is shared."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from adopt.estimate.attribution_lag import fit_lag
from adopt.estimate.young_cohorts import draw_late_orders, with_arrived
from adopt.platforms import PLATFORMS
from adopt.tables import OrderArrivals

LAG = fit_lag(OrderArrivals.create_empty(), window_days=15, prior=PLATFORMS["taobao"].order_lag)
LAST = date(2026, 3, 31)
HISTORY = pl.DataFrame(
    [
        (target, LAST - timedelta(days=days), None if target == "b" else days, clicks)
        for target, clicks in (("b", 10.0), ("a", 4.0))
        for days in range(40)
    ],
    schema={"target_id": pl.String, "date": pl.Date, "age_days": pl.Int64, "clicks": pl.Float64},
    orient="row",
)


def test_each_row_has_the_share_of_its_age():
    rows = with_arrived(HISTORY, LAG)
    assert rows["target_id"].equals(HISTORY["target_id"])
    young = rows.filter(target_id="b", date=LAST - timedelta(days=3))
    assert young["arrived"].item() == LAG.mean[3]
    assert (rows.filter(pl.col("age_days") >= 15)["arrived"] == 1.0).all()


def test_an_old_export_of_a_day_keeps_its_age():
    stale = HISTORY.with_columns(pl.lit(0, dtype=pl.Int64).alias("age_days"))
    assert set(with_arrived(stale, LAG)["arrived"]) == {LAG.mean[0]}


def test_late_orders_have_the_mean_and_spread_of_their_cohort():
    arrived = np.full((2, 20_000), [[0.6], [1.0]])
    late = draw_late_orders(np.full((2, 20_000), 50.0), arrived, LAG, 1)
    assert late[0].mean() == pytest.approx(20.0, rel=0.01)
    together = 20.0**2 * LAG.correlation * 0.6 / 0.4
    assert late[0].var() == pytest.approx(20.0 + together, rel=0.05)
    assert not late[1].any()
    assert (late == draw_late_orders(np.full((2, 20_000), 50.0), arrived, LAG, 1)).all()


def test_orders_that_come_together_spread_wider():
    generator = np.random.default_rng(2)
    shares = np.array([0.6, 0.4])
    rows = []
    for day in range(200):
        part = generator.beta(*(shares * 19.0))
        rows.append(
            (LAST + timedelta(days=day), 0, 15, 400.0, float(generator.binomial(100, part)), 100.0)
        )
    arrivals = pl.DataFrame(rows, schema=OrderArrivals.create_empty().schema, orient="row")
    lag = fit_lag(arrivals, window_days=15, prior=PLATFORMS["taobao"].order_lag)
    assert lag.correlation == pytest.approx(0.05, abs=0.015)
    late = draw_late_orders(np.full((1, 20_000), 100.0), np.full((1, 20_000), 0.6), lag, 1)
    wanted = 40.0 + 40.0**2 * lag.correlation * 0.6 / 0.4
    assert late.var() == pytest.approx(wanted, rel=0.05)

"""A platform's own simulation is taken at its word on its points, and said to be left beyond them."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adopt.market.simulated_points import COUNTS, expected_points, point_levels

POINTS = pl.DataFrame(
    {
        "target_id": ["s"] * 4,
        "bid": [1_000_000, 2_000_000, 3_000_000, 6_000_000],
        "impressions": [10.0, 20.0, 26.0, 30.0],
        "clicks": [1.0, 2.0, 2.5, 3.0],
        "cost": [0.6, 2.2, 4.0, 9.0],
        "orders": [0.1, 0.2, 0.25, 0.3],
        "revenue": [5.0, 10.0, 12.0, 14.0],
        "window_days": [7] * 4,
        "lever": ["cpc_bid"] * 4,
    }
)


def at(bids):
    levels = pl.DataFrame(
        {"target_id": ["s"] * len(bids), "bid": bids, "is_current": [False] * len(bids)}
    )
    return expected_points(levels, POINTS)


def test_on_a_point_the_platforms_numbers_stand():
    found = at(POINTS["bid"].to_list())
    for name in COUNTS:
        assert found[name].to_list() == pytest.approx(POINTS[name].to_list())
    assert not found["is_extrapolated"].any()


def test_beyond_the_support_is_said_to_be_extrapolated():
    found = at([0, 500_000, 1_000_000, 7_000_000])
    assert found["is_extrapolated"].to_list() == [False, True, False, True]


@given(st.lists(st.integers(1, 20_000_000), min_size=2, max_size=40, unique=True))
def test_nothing_falls_as_the_bid_rises_and_no_click_costs_more_than_its_bid(bids):
    found = at(sorted(bids))
    for name in COUNTS:
        assert (np.diff(found[name].to_numpy()) >= -1e-12).all()
    assert (found["cost"] <= found["clicks"] * pl.Series(sorted(bids)) / 1e6 * 1.0001 + 1e-12).all()


def test_levels_are_off_the_points_in_the_window_and_the_bid_in_force():
    target = pl.DataFrame(
        {
            "target_id": ["s"],
            "current_bid": [2_500_000],
            "lowest": [2_000_000],
            "highest": [3_000_000],
            "may_pause": [True],
        }
    )
    found = point_levels(target, POINTS)
    assert found["bid"].to_list() == [0, 2_000_000, 2_500_000, 3_000_000]
    assert found["is_current"].to_list() == [False, False, True, False]


def test_an_unknown_bid_opens_every_point():
    target = pl.DataFrame(
        {
            "target_id": ["s"],
            "current_bid": pl.Series([None], dtype=pl.Int64),
            "lowest": pl.Series([None], dtype=pl.Int64),
            "highest": pl.Series([None], dtype=pl.Int64),
            "may_pause": [False],
        }
    )
    assert point_levels(target, POINTS)["bid"].to_list() == POINTS["bid"].to_list()


def test_targets_do_not_mix():
    other = POINTS.with_columns(
        pl.lit("t").alias("target_id"), pl.col("bid") * 3, pl.col("clicks", "impressions") * 7
    )
    bids = [0, 500_000, 1_500_000, 2_000_000, 5_000_000, 9_000_000, 30_000_000]
    levels = pl.DataFrame(
        {"target_id": ["s"] * 7 + ["t"] * 7, "bid": bids * 2, "is_current": [False] * 14}
    )
    both = expected_points(levels, pl.concat([other, POINTS]))
    for name in ("s", "t"):
        own = levels.filter(target_id=name)
        alone = expected_points(own, pl.concat([POINTS, other]).filter(target_id=name))
        assert both.filter(target_id=name).equals(alone)


def test_off_brings_nothing_and_far_beyond_saturates():
    found = at([0, 1, 6_000_000, 10**9, 10**10])
    assert found.select(COUNTS).row(0) == (0.0,) * 5
    assert found["clicks"][1] < 1e-6
    assert found["clicks"][4] < 1.01 * found["clicks"][3] < 2 * found["clicks"][2]


def test_a_curve_of_one_point_or_without_clicks_is_extended():
    one = POINTS[1:2]
    nothing = POINTS.with_columns(pl.lit(0.0).alias(name) for name in COUNTS)
    levels = pl.DataFrame(
        {"target_id": ["s"] * 3, "bid": [10**6, 2 * 10**6, 10**7], "is_current": [False] * 3}
    )
    found = expected_points(levels, one)["cost"].to_list()
    assert 0 < found[0] < found[1] == 2.2 < found[2]
    assert expected_points(levels, nothing)["cost"].to_list() == [0.0] * 3

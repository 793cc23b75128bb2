"""Changes are found and dated; shop-wide shifts, events, weekdays and late orders don't pass for them."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from adopt.estimate.changes import find_changes
from adopt.estimate.weekdays import WeekdayProfile

FIRST = date(2026, 1, 5)
DAYS, AT = 120, 90
ON = FIRST + timedelta(days=AT)


def shop(seed, factor=1.0, products=20, days=DAYS, clicks=150):
    rng = np.random.default_rng(seed)
    rate = rng.uniform(0.02, 0.05, (products, 1))
    seen = rng.poisson(clicks, (products, days)).astype(np.float64)
    noise = rng.gamma(50.0, 0.02, seen.shape)
    return pl.DataFrame(
        {
            "product_id": np.repeat([f"p{i:02}" for i in range(products)], days),
            "date": [FIRST + timedelta(days=d) for d in range(days)] * products,
            "clicks": seen.ravel(),
            "orders": rng.poisson(seen * rate * noise * factor).astype(np.float64).ravel(),
        }
    )


def changed(factor, products=20, rows=1):
    factors = np.ones((products, DAYS))
    factors[:rows, AT:] = factor
    return factors


@pytest.mark.parametrize("factor", [0.5, 1.6])
def test_a_change_is_found_dated_and_sized(factor):
    found = find_changes(shop(1, changed(factor))).products
    row = found.row(0, named=True)
    assert row["p_changed"] > 0.95
    assert row["changed_on_low"] <= ON <= row["changed_on_high"]
    assert abs((row["changed_on"] - ON).days) <= 5
    assert row["cvr_ratio_p10"] <= factor <= row["cvr_ratio_p90"]
    assert row["clicks_before"] + row["clicks_after"] <= shop(1)["clicks"][:DAYS].sum()
    after = (
        shop(1, changed(factor))
        .filter(product_id="p00")
        .filter(pl.col("date") >= row["changed_on"])
    )
    assert (row["clicks_after"], row["orders_after"]) == (
        after["clicks"].sum(),
        after["orders"].sum(),
    )
    assert (found["p_changed"][1:] >= 0.8).sum() == 0


def test_evidence_before_a_change_fades_and_other_evidence_hardly():
    weights = find_changes(shop(2, changed(0.4))).weights
    of = {
        p: w["unchanged"].to_numpy()
        for (p,), w in weights.partition_by("product_id", as_dict=True).items()
    }
    assert of["p00"][AT - 6] < 0.05
    assert of["p00"][AT + 5] > 0.8
    assert of["p05"][AT] > 0.6
    assert all((np.diff(w) >= 0).all() and w[-1] == pytest.approx(1.0) for w in of.values())
    assert weights.height == 20 * DAYS


def test_a_shift_of_all_products_is_the_shops():
    found = find_changes(shop(3, changed(0.7, rows=20)))
    row = found.shop.row(0, named=True)
    assert row["p_changed"] > 0.99
    assert abs((row["changed_on"] - ON).days) <= 2
    assert row["cvr_ratio"] == pytest.approx(0.7, abs=0.06)
    assert (found.products["p_changed"] >= 0.8).sum() == 0
    assert found.weights.filter(pl.col("date") < ON - timedelta(days=3))["unchanged"].max() < 0.05


@pytest.mark.parametrize("products", [1, 3])
def test_few_products_are_no_shop(products):
    found = find_changes(shop(4, changed(0.5, products), products))
    assert found.shop.is_empty()
    assert found.products["p_changed"][0] > 0.9


def test_a_heros_fall_is_not_the_shops():
    days = shop(5, changed(0.6))
    many = pl.when(pl.col("product_id") == "p00").then(10.0).otherwise(1.0)
    found = find_changes(days.with_columns(pl.col("clicks", "orders") * many))
    assert found.products["p_changed"][0] > 0.95
    assert found.shop["p_changed"][0] < 0.8


def test_days_that_are_left_out_are_no_evidence():
    event = pl.col("date").is_between(FIRST + timedelta(days=80), FIRST + timedelta(days=99))
    days = shop(6).filter(~event)
    assert (find_changes(days).products["p_changed"] >= 0.8).sum() == 0


def test_late_orders_are_no_fall():
    age = (pl.col("date").max() - pl.col("date")).dt.total_days()
    arrived = 1.0 - 0.8 * 0.85**age
    rng = np.random.default_rng(7)
    days = shop(7).with_columns(arrived.alias("arrived"))
    seen = rng.binomial(days["orders"].to_numpy().astype(np.int64), days["arrived"].to_numpy())
    days = days.with_columns(pl.Series("orders", seen.astype(np.float64)))
    told = find_changes(days)
    assert (told.products["p_changed"] >= 0.8).sum() == 0
    assert told.shop["p_changed"][0] < 0.5
    assert find_changes(days.drop("arrived")).shop["p_changed"][0] > 0.95


def test_known_weekdays_are_no_noise():
    factor = np.array([1.4, 1.3, 1.2, 1.0, 0.8, 0.6, 0.7])
    days = shop(8, np.tile(factor, 18)[:DAYS])
    profile = WeekdayProfile(factor, factor, factor, 10, factor, factor, 100.0)
    assert find_changes(days, profile).day_variance < 0.5 * find_changes(days).day_variance


def test_several_rows_a_day_add_up_and_order_does_not_matter():
    days = shop(9)
    halves = pl.concat([days.with_columns(pl.col("clicks", "orders") / 2)] * 2)
    one, two = find_changes(days), find_changes(halves.sample(fraction=1.0, shuffle=True, seed=1))
    assert one.products.equals(two.products)
    assert one.weights.equals(two.weights)


def test_nothing_a_day_or_no_clicks_tell_nothing():
    days = shop(10, days=1, products=2)
    found = find_changes(days)
    assert found.products["p_changed"].to_list() == [None, None]
    assert found.weights["unchanged"].to_list() == [1.0, 1.0]
    none = days.with_columns(pl.lit(0.0).alias("clicks"))
    assert find_changes(none).products.is_empty()
    assert find_changes(days.with_columns(pl.lit(0.0).alias("arrived"))).products.height == 2
    assert find_changes(none.clear()).weights.is_empty()


def test_no_orders_at_all_are_no_change():
    days = shop(11).with_columns(pl.lit(0.0).alias("orders"))
    assert find_changes(days).products["p_changed"].max() < 0.4

"""The indirect share: thin targets lean on their product, thick ones on themselves, and the truth is found."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from adopt.estimate.halo import fit_halo

CATEGORIES = pl.DataFrame({"product_id": ["p0", "p1"], "category": ["a", "a"]})


def targets_of(*products):
    ids = [f"t{i:03d}" for i in range(len(products))]
    return pl.DataFrame({"target_id": ids, "product_id": products})


def day_of(target, orders, direct, *, age=0, value=100.0, revenue_direct="of orders"):
    told = None if direct is None else value * direct
    return {
        "target_id": target,
        "date": date(2026, 3, 31) - timedelta(age),
        "orders": float(orders),
        "revenue": value * orders,
        "orders_direct": None if direct is None else float(direct),
        "revenue_direct": told if revenue_direct == "of orders" else revenue_direct,
    }


def shares_of(days, targets, *, half_life=30.0):
    names = ("orders", "revenue", "orders_direct", "revenue_direct")
    history = pl.DataFrame(days, schema_overrides=dict.fromkeys(names, pl.Float64))
    return fit_halo(history, targets, CATEGORIES, half_life_days=half_life).with_shares(targets)


def test_many_orders_speak_for_themselves_and_few_lean_on_their_product():
    targets = targets_of("p0", "p0", "p0")
    days = [day_of("t000", 4000, 2800), day_of("t001", 2, 0)]
    share = shares_of(days, targets)["halo_orders_share"].to_list()
    assert share[0] == pytest.approx(0.3, abs=0.01)
    assert 0.3 < share[1] < 0.6
    # Without any order: what the product says.
    assert share[2] == pytest.approx(0.3, abs=0.06)


def test_shares_of_a_known_world_are_nearer_the_truth_than_the_raw_ones():
    generator = np.random.default_rng(3)
    targets = targets_of(*["p0"] * 40, *["p1"] * 40)
    truth = np.concatenate([generator.beta(0.1 * 40, 0.9 * 40, 40), generator.beta(16, 24, 40)])
    orders = generator.poisson(np.exp(generator.normal(2.0, 1.0, 80))) + 1
    direct = orders - generator.binomial(orders, truth)
    days = [day_of(t, n, d) for t, n, d in zip(targets["target_id"], orders, direct, strict=True)]
    share = shares_of(days, targets)["halo_orders_share"].to_numpy()
    raw = 1.0 - direct / orders
    assert np.abs(share - truth).mean() < 0.7 * np.abs(raw - truth).mean()
    assert share[:40].mean() == pytest.approx(truth[:40].mean(), abs=0.04)
    assert share[40:].mean() == pytest.approx(truth[40:].mean(), abs=0.06)
    assert ((share >= 0.0) & (share <= 1.0)).all()


def test_revenue_has_a_share_of_its_own():
    # A fifth of the orders, dear ones: two fifths of the revenue.
    days = [day_of("t000", 1000, 800, revenue_direct=60_000.0)]
    found = shares_of(days, targets_of("p0"))
    assert found["halo_orders_share"][0] == pytest.approx(0.2, abs=0.01)
    assert found["halo_revenue_share"][0] == pytest.approx(0.4, abs=0.01)


def test_recent_days_weigh_more():
    days = [day_of("t000", 500, 250), day_of("t000", 500, 450, age=60)]
    share = shares_of(days, targets_of("p0"), half_life=15.0)["halo_orders_share"][0]
    assert share > 0.45


def test_without_a_split_the_share_is_unknown():
    found = shares_of([day_of("t000", 50, None)], targets_of("p0", "p1"))
    assert found["halo_orders_share"].null_count() == found["halo_revenue_share"].null_count() == 2


def test_days_without_a_split_say_nothing_and_one_split_stands_for_both():
    days = [
        day_of("t000", 1000, 700, revenue_direct=None),
        day_of("t000", 5000, None, age=1),
    ]
    found = shares_of(days, targets_of("p0"))
    assert found["halo_orders_share"][0] == pytest.approx(0.3, abs=0.01)
    assert found["halo_revenue_share"].to_list() == found["halo_orders_share"].to_list()


def test_more_direct_than_all_orders_is_none_indirect():
    share = shares_of([day_of("t000", 500, 510)], targets_of("p0"))["halo_orders_share"][0]
    assert 0.0 <= share < 0.01

"""Shops of known rates: the tables are canonical, the truth is what was played."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from adopt.tables import History, Targets, check
from sims.rate_oracles import ORACLES
from sims.study_rates import held_of, judge_shop, seen_of
from sims.worlds.rate_worlds import PARTS, RateWorld, make_rate_shop

WORLD = RateWorld(20.0, 30, 0.5, "t")


@pytest.fixture(scope="module")
def shop():
    return make_rate_shop(WORLD, 3)


def test_tables_are_canonical(shop):
    check(shop.history, History)
    check(shop.targets, Targets)
    assert shop.targets["target_id"].is_sorted()
    assert shop.history["date"].n_unique() == 30
    assert set(shop.targets["product_id"]) <= set(shop.categories["product_id"])


def test_the_same_seed_is_the_same_shop(shop):
    again = make_rate_shop(WORLD, 3)
    assert again.history.equals(shop.history)
    assert np.array_equal(again.orders, shop.orders)
    assert not make_rate_shop(WORLD, 4).history.equals(shop.history)


@pytest.mark.parametrize("tail", ["normal", "t", "mixture"])
def test_a_keyword_has_one_effect_under_all_its_products(tail):
    shop = make_rate_shop(replace(WORLD, tail=tail), 5)
    for name in ("ctr", "cvr"):
        effect = pl.DataFrame(
            {"keyword": shop.targets["keyword"], "effect": shop.parts[name]["keyword"]}
        )
        by = effect.group_by("keyword").agg(pl.col("effect").n_unique().alias("kinds"), pl.len())
        assert (by["kinds"] == 1).all()
        assert (by["len"] > 1).sum() > 20
        assert by.join(effect, on="keyword")["effect"].std() == pytest.approx(0.5, rel=0.5)
        assert set(shop.parts[name]) == set(PARTS)


def test_rates_are_the_sum_of_their_parts_in_a_still_world():
    shop = make_rate_shop(replace(WORLD, drift=False, day_noise=False), 6)
    level = np.exp(np.asarray(sum(shop.parts["ctr"].values())))
    assert shop.ctr == pytest.approx(np.minimum(level, 0.4))
    seen = seen_of(shop)
    held = held_of(shop, seen, "ctr")
    z = (held.events - held.trials * shop.ctr) / np.sqrt(np.maximum(held.trials * shop.ctr, 1.0))
    assert np.abs(z).max() < 6.0


@pytest.mark.parametrize("size", [2.0, 200.0])
def test_the_shop_has_the_orders_asked_for(size):
    orders = [
        make_rate_shop(RateWorld(size, 30, 0.0), seed).orders.sum() / 7.0 for seed in range(12)
    ]
    # A tenth of the targets are young or new, and days and drift add chance.
    assert np.mean(orders) == pytest.approx(size, rel=0.35)


def test_a_judged_shop_has_every_score():
    tables = judge_shop(1, 2, "some", RateWorld(2.0, 30), why=True)
    assert set(tables) == {"cvr", "ctr", "value"}
    for name in ("cvr", "ctr"):
        scores = tables[name].select("^log-loss.*$", "^crps.*$")
        assert {f"log-loss|{oracle}" for oracle in ORACLES} <= set(scores.columns)
        assert np.isfinite(scores.to_numpy()).all()

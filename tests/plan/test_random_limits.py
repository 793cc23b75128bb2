"""Random shops under random orders of the operator: none is ever broken, and every sentence is whole."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from adopt.config import settings_from
from adopt.errors import InfeasibleError
from adopt.plan.recommend import recommend
from tests.plan.test_random_shops import random_shop

IS_ON = pl.col("cost_recommended") > 0


def orders_of(generator):
    """Some of the settings, each asked in half of the shops."""
    asked = {
        "goal": {"target_roi": 0.1, "budget": "100000", "halo_weight": float(generator.random())},
        "guardrails": {"one_product_per_keyword": bool(generator.random() < 0.5)},
    }
    asked["goal"]["objective"] = str(generator.choice(["revenue", "orders"]))
    if generator.random() < 0.5:
        asked["goal"]["most_products"] = int(generator.integers(1, 4))
    if generator.random() < 0.5:
        asked["products"] = {"p0": {"minimum_spend": "20"}}
    if generator.random() < 0.5:
        asked["campaigns"] = {"c0": {"freeze": True}, "c1": {"bid_maximum": "1.50"}}
    return asked


@pytest.mark.parametrize("seed", range(12))
def test_no_order_is_broken(seed):
    generator = np.random.default_rng(seed)
    data = random_shop(seed)
    if data.history.is_empty():
        pytest.skip("nothing happened in this shop")
    words = [f"词{i}" for i in generator.integers(0, 4, len(data.targets))]
    data = replace(data, targets=data.targets.with_columns(pl.Series("keyword", words)))
    asked = orders_of(generator)
    try:
        result = recommend(data, settings_from(asked))
    except InfeasibleError:
        pytest.skip("more was ordered than the bids allow")
    table = result.recommendations
    for language in ("zh", "en"):
        assert not table[f"reason_{language}"].str.contains(r"[?{}]|None|nan").any()
    _check_bids(table, asked)
    _check_products(table, result.response, asked)
    for limit in result.summary["constraints"]:
        if limit["constraint"] == "one_product":
            assert len(table.filter(IS_ON, pl.col("keyword") == limit["scope"])) <= 1


def _check_bids(table, asked):
    if "campaigns" not in asked:
        return
    frozen = table.filter(pl.col("campaign_id") == "c0", pl.col("current_bid").is_not_null())
    assert (frozen["recommended_bid"] == frozen["current_bid"]).all()
    bounded = table.filter(pl.col("campaign_id") == "c1", pl.col("action") == "raise")
    assert (bounded["recommended_bid"] <= 1_500_000).all()


def _check_products(table, response, asked):
    on = table.filter(IS_ON)["product_id"].unique()
    assert len(on) <= asked["goal"].get("most_products", len(on))
    if "products" in asked and "p0" in on:
        assert table.filter(pl.col("product_id") == "p0")["cost_recommended"].sum() >= 20 - 1e-6
    whole = response.filter("with_product_only").join(
        table.filter(pl.col("recommended_bid") == 0).select("target_id", "product_id"),
        on="target_id",
    )
    assert not set(whole["product_id"]) & set(on)

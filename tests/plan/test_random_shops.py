"""Random shops, thin and odd ones too: whatever is advised keeps every guardrail and adds up."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from adopt.config import settings_from, with_options
from adopt.errors import InfeasibleError
from adopt.formats.shop_data import ShopData
from adopt.plan.recommend import recommend
from adopt.tables import (
    BidMultipliers,
    History,
    LandscapePoints,
    OrderArrivals,
    ProductReport,
    Products,
    Targets,
    check,
    target_id,
)

DAYS = 9


def some(generator, values, missing):
    """The values, some of them unknown."""
    return [None if generator.random() < missing else v for v in values]


def random_targets(generator, n, products):
    bids = generator.integers(1, 400, n) * 10_000
    frame = pl.DataFrame(
        {
            "shop_id": ["s"] * n,
            "campaign_id": [f"c{i}" for i in generator.integers(0, 3, n)],
            "ad_group_id": [f"g{i}" for i in range(n)],
            "product_id": [f"p{i}" for i in generator.integers(0, products, n)],
            "keyword_id": [str(1000 + i) for i in range(n)],
            "keyword": [f"词{i}" for i in range(n)],
            "current_bid": pl.Series(some(generator, bids.tolist(), 0.1), dtype=pl.Int64),
            "quality_score": pl.Series(
                some(generator, generator.uniform(1, 10, n), 0.3), dtype=pl.Float64
            ),
        }
    )
    budgets = pl.DataFrame(
        {
            "campaign_id": ["c0", "c1", "c2"],
            "campaign_budget": pl.Series(
                some(generator, (generator.integers(30, 500, 3) * 10**6).tolist(), 0.5),
                dtype=pl.Int64,
            ),
        }
    )
    empty = pl.lit(None, dtype=pl.String)
    return check(
        frame.join(budgets, on="campaign_id", maintain_order="left")
        .with_columns(
            target_id(),
            pl.lit("cpc_bid").cast(Targets.lever.dtype).alias("lever"),
            pl.lit(None, dtype=pl.Boolean).alias("is_bid_inherited"),
            *(empty.alias(name) for name in ("campaign", "ad_group", "product", "match_type")),
        )
        .select(Targets.column_names())
        .sort("target_id"),
        Targets,
    )


def random_history(generator, targets):
    rows = []
    for row in targets.iter_rows(named=True):
        volume = float(np.exp(generator.normal(3, 2)))
        bid = (row["current_bid"] or 1_000_000) / 1e6
        cvr = generator.choice([0.0, 0.01, 0.05, 0.3])
        for day in range(DAYS):
            impressions = generator.poisson(volume)
            clicks = generator.binomial(impressions, 0.08)
            orders = generator.binomial(clicks, cvr)
            cost = clicks * bid * generator.uniform(0.3, 1.0)
            revenue = float(orders * generator.uniform(20, 200))
            if impressions:
                rows.append(
                    (
                        row["target_id"],
                        date(2026, 3, 1) + timedelta(day),
                        impressions,
                        clicks,
                        cost,
                        orders,
                        revenue,
                    )
                )
    frame = pl.DataFrame(
        rows,
        schema=["target_id", "date", "impressions", "clicks", "cost", "orders", "revenue"],
        orient="row",
    ).with_columns(pl.exclude("target_id", "date").cast(pl.Float64))
    for name, kind in History.create_empty().schema.items():
        if name not in frame.columns:
            frame = frame.with_columns(pl.lit(None, dtype=kind).alias(name))
    return check(frame.select(History.column_names()).sort("target_id", "date"), History)


def random_shop(seed):
    generator = np.random.default_rng(seed)
    products = int(generator.integers(1, 5))
    targets = random_targets(generator, int(generator.integers(1, 25)), products)
    ids = [f"p{i}" for i in range(products)]
    missing = generator.choice([0.0, 0.3])
    known = pl.DataFrame(
        {
            "product_id": ids,
            "margin": some(generator, generator.uniform(0.05, 0.8, products), missing),
            "stock": some(generator, generator.integers(0, 500, products).astype(float), 0.3),
            "is_presale": some(generator, (generator.random(products) < 0.2).tolist(), 0.5),
            "category": some(generator, ["a"] * products, 0.3),
        },
        schema_overrides={
            "margin": pl.Float64,
            "stock": pl.Float64,
            "is_presale": pl.Boolean,
            "category": pl.String,
        },
    )
    for name, kind in Products.create_empty().schema.items():
        if name not in known.columns:
            known = known.with_columns(pl.lit(None, dtype=kind).alias(name))
    return ShopData(
        "s",
        "taobao",
        "CNY",
        targets,
        Targets.create_empty(),
        random_history(generator, targets),
        LandscapePoints.create_empty(),
        check(known.select(Products.column_names()), Products),
        ProductReport.create_empty(),
        BidMultipliers.create_empty(),
        OrderArrivals.create_empty(),
        15,
        (),
        (),
    )


@pytest.mark.parametrize("seed", range(40))
def test_advice_keeps_every_guardrail_and_adds_up(seed):
    data = random_shop(seed)
    if data.history.is_empty():
        pytest.skip("nothing happened in this shop")
    generator = np.random.default_rng(seed)
    step = float(generator.choice([0.1, 0.2, 0.5]))
    settings = settings_from({"estimate": {"draws": 50}})
    current = data.history["cost"].sum() / DAYS
    settings = with_options(
        settings, budget=f"{current * generator.uniform(0.6, 2.0) + 0.5:.2f}", max_step=step
    )
    try:
        result = recommend(data, settings)
    except InfeasibleError as error:
        assert error.relaxations  # noqa: PT017 -- either a plan or what would make one
        return
    table, summary = result.recommendations, result.summary
    assert len(table) == len(data.targets)
    assert table["cost_recommended"].sum() <= settings.goal.budget / 1e6 * (1 + 1e-9)
    moved = table.filter(pl.col("action").is_in(["raise", "lower"]))
    change = (moved["recommended_bid"] - moved["current_bid"]).abs()
    assert (change <= moved["current_bid"] * step).all()
    assert (moved["recommended_bid"] % 10_000 == 0).all()
    assert moved["recommended_bid"].is_between(50_000, 99_990_000).all()
    thin = table.filter(pl.col("evidence_clicks") < 20)
    assert (thin["action"] == "hold").all()
    assert not ((table["action"] == "pause") & (table["evidence_clicks"] < 100)).any()
    for name in ("clicks", "cost", "orders", "revenue"):
        assert summary["recommended"][name] == pytest.approx(table[f"{name}_recommended"].sum())
    assert summary["certificate"]["gap"] >= 0
    for language in ("zh", "en"):
        for frame in (table, result.products):
            assert not frame[f"reason_{language}"].str.contains(r"[?{}]|None|nan").any()
    assert result.frontier["budget"].is_sorted()

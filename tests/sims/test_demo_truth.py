"""The thirty days are a sample of the world that `true_daily_result` describes."""

import numpy as np
import polars as pl
import pytest

from sims.worlds.demo_history import play_month
from sims.worlds.demo_market import DAYS, with_bid
from sims.worlds.demo_shop import true_daily_result

PAID = pl.col("orders") + pl.col("presale_orders")
VALUE = (pl.col("revenue") + pl.col("presale_revenue")) / 100
SUMS = ("impressions", "clicks", "cost", "orders", "revenue")


def per_target(results):
    """Sums of each target over the month; yuan."""
    return results.group_by("target_id").agg(
        pl.col("impressions", "clicks").sum(),
        pl.col("cost").sum() / 100,
        PAID.sum().alias("orders"),
        VALUE.sum().alias("revenue"),
    )


def compared(shop):
    """Each target's month beside what it should have brought on its days on sale."""
    expected = true_daily_result(shop, {}).join(shop.truth.drop("bid"), on="target_id")
    expected = expected.with_columns(pl.col(SUMS) * pl.col("days_live"))
    return expected.join(
        per_target(shop.month.results), on="target_id", how="left", suffix="_seen"
    ).with_columns(pl.col(f"{name}_seen").fill_null(0) for name in SUMS)


def test_every_target_deviates_by_chance_only(shop):
    frame = compared(shop).filter(pl.col("clicks") >= 5)
    for name in ("impressions", "clicks"):
        z = ((frame[f"{name}_seen"] - frame[name]) / frame[name].sqrt()).to_numpy()
        # Budgets that end a day early add a spread of their own to impressions.
        assert np.abs(z).max() < 5.0, name
        assert np.mean(z**2) < 2.0, name


def test_totals_of_the_month_are_the_expected(shop):
    frame = compared(shop)
    clicks, orders = frame["clicks"].sum(), frame["orders"].sum()
    assert frame["cost_seen"].sum() == pytest.approx(frame["cost"].sum(), rel=3 / np.sqrt(clicks))
    assert frame["clicks_seen"].sum() == pytest.approx(clicks, abs=4 * np.sqrt(clicks))
    assert frame["orders_seen"].sum() == pytest.approx(orders, abs=4 * np.sqrt(orders))
    assert frame["revenue_seen"].sum() == pytest.approx(
        frame["revenue"].sum(), rel=4.5 / np.sqrt(orders)
    )


def test_truth_holds_at_other_bids(shop):
    chosen = [
        target for target in shop.targets if target.campaign.name in {"主推_针织", "卫衣_日常"}
    ]
    bids = {
        target.target_id: round(factor * target.auction.bid / 100, 2)
        for target, factor in zip(chosen, np.tile([0.8, 1.2, 1.0], 20), strict=False)
    }
    moved = tuple(with_bid(target, bids[target.target_id]) for target in chosen)
    month = play_month(moved, np.zeros((8, len(DAYS)), dtype=np.int64), seed=5)
    seen = per_target(month.results)
    expected = true_daily_result(shop, bids).filter(pl.col("target_id").is_in(list(bids)))
    for name in ("impressions", "clicks", "cost"):
        assert seen[name].sum() == pytest.approx(30 * expected[name].sum(), rel=0.02), name


def test_expected_outcome_is_the_daily_result_without_budgets(shop):
    daily = true_daily_result(shop, {}).filter(pl.col("target_id").str.starts_with("2031147702"))
    for row in daily.iter_rows(named=True):
        outcome = shop.expected_outcome(row["target_id"], row["bid"])
        assert row["cost"] == pytest.approx(outcome.cost, rel=2e-3)
        assert row["orders"] == pytest.approx(outcome.orders, rel=2e-3)


def test_off_is_nothing_and_unknown_is_refused(shop):
    off = true_daily_result(shop, dict.fromkeys(shop.truth["target_id"], 0.0))
    assert off.select(pl.sum_horizontal(pl.col(SUMS).sum())).item() == 0
    with pytest.raises(KeyError, match="no such target"):
        true_daily_result(shop, {"-": 1.0})


def test_better_bids_within_a_fifth_exist(shop):
    """The goal of shop.toml can be met, and pays: the demo has something to find."""
    margin = dict(shop.truth.select("target_id", "net_margin").iter_rows())
    bids = {}
    for row in shop.truth.iter_rows(named=True):
        key = row["target_id"]
        levels = [round(row["bid"] * factor, 2) for factor in (0.8, 0.9, 1.0, 1.1, 1.2)]
        outcomes = [shop.expected_outcome(key, bid) for bid in levels]
        worth = [margin[key] * one.revenue - 1.25 * one.cost for one in outcomes]
        bids[key] = levels[int(np.argmax(worth))]
    now = true_daily_result(shop, {}).select(pl.col("cost", "revenue", "profit").sum())
    then = true_daily_result(shop, bids).select(pl.col("cost", "revenue", "profit").sum())
    assert then["cost"].item() <= 1600
    assert then["revenue"].item() / then["cost"].item() >= 4.8
    assert then["profit"].item() > 1.15 * now["profit"].item()

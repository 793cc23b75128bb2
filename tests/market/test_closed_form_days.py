"""Simulated days against the closed form: whole days, hours that rivals leave, segments of multiplied bids."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy.special import ndtr

from adopt.market.auction_curve import Auctions, expected_traffic
from adopt.market.day import simulate_days
from adopt.market.shop_market import as_arrays
from adopt.platforms import PLATFORMS
from adopt.platforms.bid_segments import bid_segments
from tests.market.grid_shop import grid_shop, multiplied_grid

TAOBAO = PLATFORMS["taobao"]


def test_the_closed_form_is_what_days_come_to():
    market = grid_shop()
    days = simulate_days(market, TAOBAO, days=1, seed=8, events=True)
    targets = market.targets.join(market.keywords, on="keyword_id").sort("target_id")
    found = days.history.sort("target_id")
    auctions = Auctions(
        *(targets[name].to_numpy() for name in ("queries", "rivals", "mu", "sigma", "quality"))
    )
    n = targets.height
    expected = expected_traffic(targets["bid"].to_numpy() / 1e6, np.arange(n + 1), auctions, TAOBAO)
    clicks = 0.3 * expected.examined
    squares = (
        targets.select("target_id")
        .join(
            days.events.group_by("target_id").agg((pl.col("price") ** 2).mean()),
            on="target_id",
            how="left",
            maintain_order="left",
        )["price"]
        .fill_null(0.0025)
        .to_numpy()
    )
    pairs = {
        "impressions": (expected.impressions, expected.impressions),
        "clicks": (clicks, clicks),
        "cost": (clicks * expected.cpc, clicks * squares),
        "orders": (0.1 * clicks, 0.1 * clicks),
        # Gamma of shape 2: the mean square of an order is 1.5 times the square of its mean.
        "revenue": (12.0 * clicks, 0.1 * clicks * 120.0**2 * 1.5),
    }
    for name, (mean, variance) in pairs.items():
        z = (found[name].to_numpy() - mean) / np.sqrt(variance + 0.25)
        assert np.abs(z).max() < 4.5, name
        assert np.mean(z**2) == pytest.approx(1.0, abs=0.75), name


def mean_results(market, m, hour, platform=TAOBAO):
    """Clicks and cost of each target in the share `hour` of a day with m rivals, in closed form."""
    targets = market.targets.join(market.keywords, on="keyword_id").sort("target_id")
    queries, mu, sigma, quality = (
        targets[name].to_numpy() for name in ("queries", "mu", "sigma", "quality")
    )
    segments = bid_segments(targets, market.multipliers)
    auctions = Auctions(queries * hour, m, mu, sigma, quality, segments)
    bid = targets["bid"].to_numpy() / 1e6
    traffic = expected_traffic(bid, np.arange(len(bid) + 1), auctions, platform)
    clicks = 0.3 * traffic.examined
    return traffic.impressions, clicks, clicks * traffic.cpc


def assert_near(found, mean, square, name):
    """Sums of Poisson many amounts of this mean sum, whose squares have this sum."""
    z = (found - mean) / np.sqrt(square + 0.25)
    assert np.abs(z).max() < 5.0, name
    assert np.mean(z**2) == pytest.approx(1.0, abs=0.75), name


def summed(frame, ids, value):
    """Sum of a value by target, in the order of the ids."""
    by_id = frame.group_by("target_id").agg(value.alias("value"))
    asked = pl.DataFrame({"target_id": ids})
    joined = asked.join(by_id, on="target_id", how="left", maintain_order="left")
    return joined["value"].fill_null(0.0).to_numpy()


def test_the_closed_form_holds_in_every_hour_that_rivals_leave():
    market = grid_shop()
    shoppers = replace(market.shoppers, hour_share=TAOBAO.hour_share, rival_budget_spread=0.4)
    keywords = market.keywords.with_columns(pl.lit(0.6).alias("rival_budget"))
    market = replace(market, keywords=keywords, shoppers=shoppers)
    days = simulate_days(market, TAOBAO, days=2, seed=5, events=True)
    ids = market.targets["target_id"].sort()
    rivals = market.targets.join(keywords, on="keyword_id").sort("target_id")["rivals"].to_numpy()
    impressions = np.zeros(len(ids))
    for hour in range(24):
        passed = sum(TAOBAO.hour_share[:hour]) + TAOBAO.hour_share[hour] / 2
        staying = ndtr((math.log(0.6) - math.log(passed)) / 0.4)
        shown, clicks, cost = mean_results(market, rivals * staying, 2 * TAOBAO.hour_share[hour])
        impressions += shown
        log = days.events.filter(pl.col("hour") == hour)
        assert_near(summed(log, ids, pl.len()), clicks, clicks, f"clicks {hour}")
        squares = summed(log, ids, (pl.col("price") ** 2).sum())
        assert_near(summed(log, ids, pl.col("price").sum()), cost, squares, f"cost {hour}")
    found = summed(days.history, ids, pl.col("impressions").sum())
    assert_near(found, impressions, impressions, "impressions")


def test_the_closed_form_of_segments_is_what_weeks_come_to():
    market = multiplied_grid()
    days = simulate_days(market, TAOBAO, days=7, seed=6, events=True)
    targets = market.targets.join(market.keywords, on="keyword_id").sort("target_id")
    ids, rivals = targets["target_id"], targets["rivals"].to_numpy()
    impressions, clicks, cost = mean_results(market, rivals, 7.0)
    found = summed(days.history, ids, pl.col("impressions").sum())
    assert_near(found, impressions, impressions, "impressions")
    assert_near(summed(days.events, ids, pl.len()), clicks, clicks, "clicks")
    squares = summed(days.events, ids, (pl.col("price") ** 2).sum())
    assert_near(summed(days.events, ids, pl.col("price").sum()), cost, squares, "cost")


def test_a_smooth_campaign_foresees_what_each_hour_costs():
    market = multiplied_grid()
    keywords = market.keywords.with_columns(pl.lit(0.6).alias("rival_budget"))
    campaigns = market.campaigns.with_columns(pl.lit(value=True).alias("is_smooth"))
    market = replace(market, keywords=keywords, campaigns=campaigns)
    arrays = as_arrays(market, TAOBAO)
    forecast = arrays.expected_cost[:, :24] / 1e6
    monday = simulate_days(
        market, TAOBAO, days=1, seed=6, first_date=date(2026, 10, 5), events=True
    )
    for hour in range(24):
        log = monday.events.filter(pl.col("hour") == hour)
        cost = summed(log, arrays.campaign_id, pl.col("price").sum())
        squares = summed(log, arrays.campaign_id, (pl.col("price") ** 2).sum())
        # Variance by what was seen: where little was, it says little.
        z = (cost - forecast[:, hour])[squares > 10] / np.sqrt(squares[squares > 10])
        assert np.abs(z).max(initial=0.0) < 5.0

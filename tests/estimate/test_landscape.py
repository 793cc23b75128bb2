"""The landscape fit: sharp about what reports show, open about what they don't."""

import math
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from adopt.estimate.landscape import fit_landscape
from adopt.market.auction_curve import Auctions, expected_traffic
from adopt.platforms import MICROS, PLATFORMS

TAOBAO = PLATFORMS["taobao"]
DAYS = 30


def played_shop(seed, n=60):
    """Targets with their true auctions, and a history drawn from them."""
    generator = np.random.default_rng(seed)
    bid = np.round(np.exp(generator.normal(0.3, 0.4, n)), 2)
    truth = Auctions(
        queries=np.exp(generator.normal(5.0, 0.8, n)),
        m=np.exp(generator.normal(math.log(25), 0.4, n)),
        mu=np.log(bid) + generator.normal(-0.3, 0.3, n),
        sigma=np.exp(generator.normal(math.log(0.5), 0.2, n)),
        quality=np.ones(n),
    )
    traffic = expected_traffic(bid, np.arange(n + 1), truth, TAOBAO)
    rows = []
    for i in range(n):
        for day in range(DAYS):
            impressions = generator.poisson(traffic.impressions[i])
            clicks = generator.binomial(impressions, 0.06)
            price = traffic.cpc[i] * np.exp(generator.normal(0, 0.3) / math.sqrt(max(clicks, 1)))
            rows.append(
                (f"t{i:03}", date(2026, 1, 1) + timedelta(day), impressions, clicks, price * clicks)
            )
    history = pl.DataFrame(
        rows, schema=["target_id", "date", "impressions", "clicks", "cost"], orient="row"
    ).with_columns(
        pl.col("impressions", "clicks", "cost").cast(pl.Float64),
        pl.lit(None, dtype=pl.Int64).alias("bid"),
        pl.lit(None, dtype=pl.Float64).alias("avg_rank"),
    )
    targets = pl.DataFrame(
        {
            "target_id": [f"t{i:03}" for i in range(n)],
            "current_bid": np.round(bid * MICROS).astype(np.int64),
            "quality_score": np.full(n, 8.0),
            "lever": ["cpc_bid"] * n,
        }
    )
    return bid, truth, traffic, history, targets


def fitted_auctions(posterior):
    frame = posterior.landscape
    return Auctions(*(frame[c].to_numpy() for c in ("queries", "rivals", "mu", "sigma", "quality")))


def test_impressions_and_price_at_the_bid_in_force_are_found_again():
    bid, _, traffic, history, targets = played_shop(1)
    posterior = fit_landscape(history, targets, TAOBAO, half_life_days=60)
    found = expected_traffic(bid, np.arange(len(bid) + 1), fitted_auctions(posterior), TAOBAO)
    assert np.abs(np.log(found.impressions / traffic.impressions)).mean() < 0.05
    assert np.abs(np.log(found.cpc / traffic.cpc)).mean() < 0.05


def test_intervals_of_the_answer_to_a_dearer_bid_cover_the_truth():
    covered = []
    for seed in range(4):
        bid, truth, traffic, history, targets = played_shop(seed)
        posterior = fit_landscape(history, targets, TAOBAO, half_life_days=60)
        n, starts = len(bid), np.arange(len(bid) + 1)
        dearer = expected_traffic(1.2 * bid, starts, truth, TAOBAO)
        lift = dearer.examined / traffic.examined
        draws = posterior.draw(300, 5)
        drawn = Auctions(
            np.exp(draws[:, :, 0]).ravel(),
            np.exp(draws[:, :, 1]).ravel(),
            (posterior.reference[:, None] + draws[:, :, 2]).ravel(),
            np.exp(draws[:, :, 3]).ravel(),
            np.ones(n * 300),
        )
        cells = np.arange(n * 300 + 1)
        now = expected_traffic(np.repeat(bid, 300), cells, drawn, TAOBAO).examined
        then = expected_traffic(np.repeat(1.2 * bid, 300), cells, drawn, TAOBAO).examined
        low, high = np.quantile((then / now).reshape(n, 300), [0.1, 0.9], axis=1)
        covered.append((lift >= low) & (lift <= high))
    assert 0.6 <= np.mean(covered) <= 0.97


def test_a_target_without_history_leans_wholly_on_its_group():
    _, _, _, history, targets = played_shop(2, n=20)
    lonely = history.filter(pl.col("target_id") != "t007")
    posterior = fit_landscape(lonely, targets, TAOBAO, half_life_days=60)
    assert posterior.lean[7] == pytest.approx(np.ones(3), abs=1e-3)
    assert posterior.landscape["evidence_days"][7] == 0


def test_row_order_does_not_change_a_byte():
    _, _, _, history, targets = played_shop(3, n=20)
    one = fit_landscape(history, targets, TAOBAO, half_life_days=30)
    shuffled = history.sample(fraction=1.0, shuffle=True, seed=1)
    other = fit_landscape(shuffled, targets.reverse(), TAOBAO, half_life_days=30)
    assert one.parameters.tobytes() == other.parameters.tobytes()

"""The landscape fit: sharp about what reports show, open about what they don't."""

import os
import subprocess
import sys

import numpy as np
import polars as pl
import pytest
from scipy import special

from adopt.estimate.landscape import fit_landscape
from adopt.estimate.landscape_evidence import landscape_evidence
from adopt.kernels.landscape_residuals import LOG_QUALITY, PRICE_SPREAD
from adopt.market.auction_curve import expected_traffic
from adopt.market.response_curve import auctions_of
from adopt.platforms import PLATFORMS
from sims.study_landscape_fit import judge_shop
from sims.worlds.landscape_shop import DAY_SPREAD, Report, make_landscape_shop

TAOBAO, GOOGLE = PLATFORMS["taobao"], PLATFORMS["google"]
FULL = Report(bids=(0.9, 1.1, 1.0), has_bid=True, has_rank=True, has_share=True)


def known(shop):
    """Targets as fit_landscape hands them to landscape_evidence."""
    return shop.targets.with_columns(quality=pl.lit(1.0))


def fit(shop, platform=TAOBAO, history=None, targets=None):
    return fit_landscape(
        shop.history if history is None else history,
        shop.targets if targets is None else targets,
        shop.categories,
        platform,
        half_life_days=60,
        segments=shop.truth.segments if targets is None else None,
    )


def fitted_traffic(shop, posterior, platform=TAOBAO):
    auctions = auctions_of(posterior.landscape, shop.truth.segments)
    return expected_traffic(shop.bid, np.arange(len(shop.bid) + 1), auctions, platform)


def test_impressions_and_price_at_the_bid_in_force_are_found_again():
    shop = make_landscape_shop(1, Report(), TAOBAO, n=60)
    truth = expected_traffic(shop.bid, np.arange(61), shop.truth, TAOBAO)
    found = fitted_traffic(shop, fit(shop))
    clicks = shop.history.group_by("target_id").agg(pl.col("clicks").sum()).sort("target_id")
    busy = clicks["clicks"].to_numpy() > 100
    assert np.abs(np.log(found.impressions / truth.impressions))[busy].mean() < 0.1
    assert np.abs(np.log(found.cpc / truth.cpc))[busy].mean() < 0.04


@pytest.mark.parametrize(
    ("platform", "report"),
    [(TAOBAO, Report()), (TAOBAO, Report(bids=(0.9, 1.1, 1.0), has_bid=True)), (GOOGLE, FULL)],
    ids=["one bid", "several bids", "everything"],
)
def test_intervals_cover_the_truth(platform, report):
    judged = pl.concat([judge_shop(seed, report, platform) for seed in range(4)])
    seen = judged.filter(pl.col("clicks") >= 20)
    assert 0.7 <= seen["covered"].mean() <= 0.92


def test_more_evidence_makes_narrower_intervals():
    width = [
        judge_shop(1, report, TAOBAO)
        .filter(pl.col("outcome") == "cpc +20 %", pl.col("clicks") > 100)["width"]
        .mean()
        for report in (Report(), Report(bids=FULL.bids, has_bid=True), FULL)
    ]
    assert width[0] > width[1] > width[2]


def test_a_target_without_history_leans_wholly_on_its_product():
    shop = make_landscape_shop(2, Report(), TAOBAO, n=40)
    posterior = fit(shop, history=shop.history.filter(pl.col("target_id") != "t0007"))
    gone = abs(posterior.parameters[7, 1:] - posterior.groups.mean[0][0])
    spread = posterior.groups.spread[0]
    # It was there for 30 days and got nothing: only that sets it apart.
    assert (gone < spread).all()
    assert posterior.landscape["evidence_days"][7] == 0


@pytest.mark.parametrize(
    "change",
    [
        pl.lit(None, dtype=pl.Int64).alias("bid"),
        pl.lit(None, dtype=pl.Float64).alias("avg_rank"),
        pl.lit(0.0).alias("clicks"),
        pl.lit(0.0).alias("impressions"),
        pl.lit(0.0).alias("impression_share_low"),
    ],
    ids=["no bid", "no rank", "no clicks", "no impressions", "share below a bound"],
)
def test_missing_pieces_are_allowed(change):
    shop = make_landscape_shop(3, FULL, GOOGLE, n=30)
    history = shop.history.with_columns(change)
    nothing = pl.col("clicks") == 0
    history = history.with_columns(
        pl.when(pl.col("impressions") == 0).then(0.0).otherwise("clicks").alias("clicks")
    ).with_columns(pl.when(nothing).then(0.0).otherwise("cost").alias("cost"))
    posterior = fit(shop, GOOGLE, history=history)
    assert np.isfinite(posterior.draw(20, 1)).all()
    assert np.isfinite(posterior.impressions_sd).all()
    assert np.isfinite(posterior.cpc_sd).all()


def test_no_history_and_no_targets_are_allowed():
    shop = make_landscape_shop(3, Report(), TAOBAO, n=20)
    assert len(fit(shop, history=shop.history.clear()).landscape) == 20
    assert len(fit(shop, targets=shop.targets.clear()).landscape) == 0


def test_days_tell_their_own_spread():
    shop = make_landscape_shop(5, Report(), TAOBAO)
    evidence = landscape_evidence(shop.history, known(shop), half_life_days=60)
    assert evidence.day_spread == pytest.approx(DAY_SPREAD, abs=0.05)


def test_a_keywords_own_days_tell_how_its_price_scatters():
    shop = make_landscape_shop(5, Report(), TAOBAO)
    one = pl.col("target_id") == "t0003"
    swing = pl.col("clicks") * (0.2 + 0.6 * (pl.col("date").dt.day() % 2))
    restless = shop.history.with_columns(pl.when(one).then(swing).otherwise("cost").alias("cost"))
    usual, own = (
        landscape_evidence(history, known(shop), half_life_days=60).observed[:, PRICE_SPREAD]
        for history in (shop.history, restless)
    )
    change = own / usual
    assert change[3] > 1.5 * np.delete(change, 3).max()


def test_products_do_not_err_to_one_side():
    shops = [make_landscape_shop(seed, Report(), TAOBAO) for seed in range(100, 104)]
    off = []
    for shop in shops:
        posterior = fit(shop)
        truth = np.log(shop.truth.sigma).reshape(-1, 10).mean(axis=1)
        sd = np.sqrt(posterior.groups.covariance[0][:, 2, 2])
        off.append((posterior.groups.mean[0][:, 2] - truth) / sd)
    assert abs(np.mean(off)) < 0.8


def spread_of_rivals_above(report):
    """How widely the log of the expected rivals above is drawn, mean over the keywords seen often."""
    shop = make_landscape_shop(1, report, TAOBAO)
    draws = fit(shop).draw(200, 1)
    above = draws[:, :, 1] + special.log_ndtr(draws[:, :, 2] / np.exp(draws[:, :, 3]))
    clicks = shop.history.group_by("target_id").agg(pl.col("clicks").sum()).sort("target_id")
    return above.std(axis=1)[clicks["clicks"].to_numpy() > 100].mean()


def test_a_bucket_of_ranks_tells_less_than_a_rank_and_more_than_nothing():
    reports = Report(), Report(has_bucket=True), Report(has_rank=True)
    nothing, bucket, rank = (spread_of_rivals_above(report) for report in reports)
    assert nothing > 1.2 * bucket > 1.2**2 * rank


def test_days_of_another_quality_are_levels_of_their_own():
    shop = make_landscape_shop(1, Report(qualities=(0.7, 1.0)), TAOBAO, n=20)
    evidence = landscape_evidence(shop.history, known(shop), half_life_days=60)
    assert (np.diff(evidence.start) == 2).all()
    assert np.unique(evidence.observed[:, LOG_QUALITY].round(6)) == pytest.approx(
        [np.log(0.7), 0.0], abs=1e-6
    )
    # What another quality brought says what another bid would bring.
    wide, narrow = (
        judge_shop(1, report, TAOBAO)
        .filter(pl.col("outcome") == "cpc +20 %", pl.col("clicks") > 100)["width"]
        .mean()
        for report in (Report(), Report(qualities=(0.7, 1.0)))
    )
    assert narrow < 0.7 * wide


def test_examination_is_learnt_from_several_bids_only():
    several = {"bids": (0.7, 1.3, 1.0), "has_bid": True, "has_rank": True}
    flat, steep = (
        fit(
            make_landscape_shop(4, Report(**several, exponent=exponent), TAOBAO)
        ).examination_exponent
        for exponent in (0.6, 1.4)
    )
    usual = TAOBAO.examination_exponent
    assert flat < usual < steep
    assert fit(make_landscape_shop(4, Report(exponent=1.4), TAOBAO)).examination_exponent == usual


def test_multiplied_bids_are_seen_through_their_segments():
    report = Report(bids=(0.8, 1.2, 1.0), has_bid=True, segments=((0.5, 0.3), (1.5, 0.7)))
    shop = make_landscape_shop(6, report, TAOBAO)
    posterior = fit(shop)
    truth = expected_traffic(shop.bid, np.arange(121), shop.truth, TAOBAO)
    found = fitted_traffic(shop, posterior)
    clicks = shop.history.group_by("target_id").agg(pl.col("clicks").sum()).sort("target_id")
    busy = clicks["clicks"].to_numpy() > 100
    assert np.abs(np.log(found.cpc / truth.cpc))[busy].mean() < 0.03
    assert (
        np.abs(posterior.parameters[busy, 2] - (shop.truth.mu - np.log(shop.bid))[busy]).mean()
        < 0.35
    )


def test_errors_of_a_product_are_shared_by_its_keywords():
    shop = make_landscape_shop(2, Report(), TAOBAO, n=40)
    draws = fit(shop, history=shop.history.clear()).draw(400, 1)[:, :, 1]
    within = np.corrcoef(draws[0], draws[1])[0, 1]
    across = np.corrcoef(draws[0], draws[11])[0, 1]
    assert within > across > 0.3


def test_row_order_does_not_change_a_byte():
    shop = make_landscape_shop(3, FULL, GOOGLE, n=30)
    shuffled = shop.history.sample(fraction=1.0, shuffle=True, seed=1)
    one = fit(shop, GOOGLE)
    other = fit(shop, GOOGLE, history=shuffled, targets=shop.targets.reverse())
    assert one.parameters.tobytes() == other.parameters.tobytes()
    assert one.draw(5, 3).tobytes() == other.draw(5, 3).tobytes()


PROGRAM = """
import hashlib
from adopt.estimate.landscape import fit_landscape
from adopt.platforms import PLATFORMS
from sims.worlds.landscape_shop import Report, make_landscape_shop
shop = make_landscape_shop(3, Report(), PLATFORMS["taobao"], n=30)
fit = fit_landscape(shop.history, shop.targets, shop.categories, PLATFORMS["taobao"], half_life_days=60)
print(hashlib.sha256(fit.parameters.tobytes() + fit.draw(3, 1).tobytes()).hexdigest())
"""


def test_threads_do_not_change_a_byte():
    digests = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "NUMBA_NUM_THREADS": threads, "POLARS_MAX_THREADS": threads},
        ).stdout
        for threads in ("1", "2")
    }
    assert len(digests) == 1

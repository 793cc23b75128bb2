"""The half-life is learnt: short where rates walk, long where they stand, whatever the mix of targets does."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from adopt.estimate.recency import USUAL_DAYS, Recency, learn_recency

PRODUCTS, TARGETS, DAYS = 30, 4, 140


def days_of(walk, *, mixed=False, clicks=60.0, seed=0):
    """Days of products whose log rate walks by so much a day; mixed: traffic moves between unlike targets."""
    generator = np.random.default_rng(seed)
    steps = walk * generator.standard_normal((PRODUCTS, 1, DAYS))
    own = np.exp(0.4 * generator.standard_normal((PRODUCTS, 1, 1)))
    rate = 0.03 * own * np.exp(np.cumsum(steps, axis=2)) * np.ones((1, TARGETS, 1))
    if mixed:
        rate = rate * np.array([0.3, 0.8, 1.3, 3.0])[:, None]
        share = np.cumsum(0.15 * generator.standard_normal((PRODUCTS, TARGETS, DAYS)), axis=2)
        weight = np.exp(share) / np.exp(share).sum(axis=1, keepdims=True)
    else:
        weight = np.full((PRODUCTS, TARGETS, DAYS), 1.0 / TARGETS)
    seen = generator.poisson(clicks * weight)
    orders = generator.poisson(seen * np.minimum(rate, 0.5))
    product, target, day = (grid.ravel() for grid in np.indices(seen.shape))
    return pl.DataFrame(
        {
            "target_id": [f"p{p:02d}t{t}" for p, t in zip(product, target, strict=True)],
            "product_id": [f"p{p:02d}" for p in product],
            "date": [date(2026, 1, 1) + timedelta(int(d)) for d in day],
            "clicks": seen.ravel().astype(float),
            "orders": orders.ravel().astype(float),
        }
    )


def half_life(days):
    return learn_recency(days, "orders", "clicks").half_life_days


def test_rates_that_walk_are_forgotten_sooner_than_rates_that_stand():
    assert half_life(days_of(0.06)) <= 20.0
    assert half_life(days_of(0.0)) >= 90.0


def test_a_change_of_the_mix_is_no_change_of_the_rate():
    assert half_life(days_of(0.0, mixed=True)) >= 90.0


def test_little_evidence_keeps_the_usual_half_life_and_an_operators_word_stands():
    few = days_of(0.0, clicks=0.3).filter(pl.col("date") > date(2026, 5, 1))
    assert half_life(few) == pytest.approx(USUAL_DAYS)
    assert half_life(few.clear()) == USUAL_DAYS
    assert learn_recency(few, "orders", "clicks", half_life_days=12.0).half_life_days == 12.0


def test_a_day_counts_half_at_the_half_life():
    days = pl.DataFrame({"date": [date(2026, 3, 1), date(2026, 3, 21)]})
    weight = days.select(Recency(20.0).weight()).to_series().to_list()
    assert weight == pytest.approx([0.5, 1.0])

"""Keywords, match types, lengths and prices as factors across the chain."""

import math

import numpy as np
import polars as pl
import pytest

from adopt.estimate.draws import draw_level
from adopt.estimate.factors import Factor, crossed_factors, price_ratio
from adopt.estimate.hierarchy import Groups, PriorBelief, fit_hierarchy
from adopt.kernels.shrink import GAMMA_INVERSE_GAMMA, GAMMA_POISSON

PRIOR = PriorBelief(0.02, 50.0, math.log(150.0), 1.5)


def crossed_world(generator, effect, products=20, keywords=30):
    """Every product on every keyword; effect: spread of the keywords' log effects."""
    product, keyword = (grid.ravel() for grid in np.indices((products, keywords)))
    own = np.exp(effect * generator.standard_normal(keywords))
    rate = 0.03 * np.exp(0.3 * generator.standard_normal(products))[product] * own[keyword]
    rate = rate * np.exp(0.15 * generator.standard_normal(rate.size))
    clicks = np.exp(generator.normal(3.5, 1.3, rate.size)).round()
    orders = generator.poisson(rate * clicks).astype(np.float64)
    one = np.zeros(products, dtype=np.int64)
    groups = Groups((product, one, np.zeros(1, dtype=np.int64)), (rate.size, products, 1, 1))
    factor = Factor("keyword", 0, keyword, tuple(f"k{k}" for k in range(keywords)))
    return groups, factor, rate, own, clicks, orders


def fit(groups, orders, clicks, *factors):
    return fit_hierarchy(
        orders, clicks, groups, kind=GAMMA_POISSON, prior=PRIOR, factors=tuple(factors)
    )


def test_keywords_under_several_products_are_found_and_sharpen_what_is_thin():
    groups, factor, rate, own, clicks, orders = crossed_world(np.random.default_rng(1), 0.6)
    plain, crossed = fit(groups, orders, clicks), fit(groups, orders, clicks, factor)
    found = np.log(crossed.factors[0].mean)
    assert np.corrcoef(found, np.log(own))[0, 1] > 0.9
    thin = clicks < 20
    errors = [np.abs(np.log(fitted.mean[0] / rate))[thin].mean() for fitted in (plain, crossed)]
    assert errors[1] < 0.6 * errors[0]


def test_a_factor_that_changes_nothing_costs_nothing():
    groups, factor, rate, _, clicks, orders = crossed_world(np.random.default_rng(2), 0.0)
    plain, crossed = fit(groups, orders, clicks), fit(groups, orders, clicks, factor)
    errors = [np.abs(np.log(fitted.mean[0] / rate)).mean() for fitted in (plain, crossed)]
    assert errors[1] < 1.05 * errors[0]
    assert np.abs(np.log(crossed.factors[0].mean)).max() < 0.15


def test_intervals_cover_with_a_factor():
    inside = []
    for seed in range(12):
        generator = np.random.default_rng(seed)
        groups, factor, rate, _, clicks, orders = crossed_world(generator, 0.4, products=10)
        draws = draw_level(fit(groups, orders, clicks, factor), 0, 300, generator)
        low, high = np.quantile(draws, [0.1, 0.9], axis=1)
        inside.append((rate >= low) & (rate <= high))
    assert 0.75 <= np.mean(inside) <= 0.85


def test_what_is_expected_without_a_nodes_own_word():
    groups, _, _, _, clicks, orders = crossed_world(np.random.default_rng(3), 0.3)
    clicks[0], orders[0] = 4000.0, 0.0
    fitted = fit(groups, orders, clicks)
    own, silent = clicks.copy(), orders.copy()
    own[0] = silent[0] = 0.0
    without = fit(groups, silent, own).mean[0][0]
    assert fitted.expected_without_own(0)[0] == pytest.approx(without, rel=0.05)
    assert fitted.expected(0)[0] < 0.97 * without


def test_a_shop_of_one_target_is_judged_by_the_prior_alone():
    one = np.zeros(1, dtype=np.int64)
    groups = Groups((one, one, one), (1, 1, 1, 1))
    prior = PriorBelief(0.01, 50.0, math.log(150.0), 1.5)
    fitted = fit_hierarchy(np.zeros(1), np.array([100.0]), groups, kind=GAMMA_POISSON, prior=prior)
    assert fitted.expected_without_own(0)[0] == pytest.approx(0.01)


def test_order_values_are_drawn_anew_in_every_draw():
    generator = np.random.default_rng(4)
    groups, _, _, _, clicks, _ = crossed_world(generator, 0.0)
    orders = np.minimum(clicks, 30.0)
    fitted = fit_hierarchy(
        90.0 * orders, orders, groups, kind=GAMMA_INVERSE_GAMMA, prior=PRIOR, shape=3.0
    )
    draws = draw_level(fitted, 0, 400, generator)
    assert draws.mean(axis=1) == pytest.approx(fitted.mean[0], rel=0.05)
    assert (draws.std(axis=1) > 0.01 * draws.mean(axis=1)).all()


TARGETS = pl.DataFrame(
    {
        "target_id": ["a", "b", "c", "d"],
        "product_id": ["p", "p", "q", "q"],
        "keyword": ["连衣裙", "碎花连衣裙女夏", "连衣裙 ", "summer dress"],
        "match_type": ["exact", "broad", None, "broad"],
    }
)
ECONOMICS = pl.DataFrame(
    {"product_id": ["p", "q", "r"], "category": ["x", "x", None], "price": [100.0, 300.0, None]}
)


def test_factors_come_from_the_tables():
    factors = {f.name: f for f in crossed_factors(TARGETS, ("p", "q", "r"), ECONOMICS)}
    assert factors["keyword"].labels == ("连衣裙",)
    assert factors["keyword"].of.tolist() == [0, -1, 0, -1]
    assert factors["match_type"].labels == ("broad", "exact")
    assert factors["match_type"].of.tolist() == [1, 0, -1, 0]
    assert [factors["keyword_length"].labels[i] for i in factors["keyword_length"].of] == [
        "3-4",
        "7-9",
        "3-4",
        "1-2",
    ]
    assert factors["price"].of[2] == -1


def test_price_is_relative_to_the_category():
    assert price_ratio(("q", "p", "r", "z"), ECONOMICS).to_list() == [1.5, 0.5, None, None]

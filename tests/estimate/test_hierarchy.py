"""Shrinkage through the chain: thin leans on thick, and intervals cover the truth."""

import math

import numpy as np
import pytest

from adopt.estimate.draws import draw_level
from adopt.estimate.hierarchy import Groups, PriorBelief, fit_hierarchy
from adopt.kernels.shrink import BETA_BINOMIAL, GAMMA_INVERSE_GAMMA, GAMMA_POISSON

PRIOR = PriorBelief(0.02, 50.0, math.log(150.0), 1.5)


def nested_world(generator, products=12, per_product=15):
    shop = 0.03
    product = generator.gamma(40 * shop, 1 / 40, products)
    parent = np.repeat(np.arange(products), per_product)
    rate = generator.gamma(120 * product[parent], 1 / 120)
    clicks = np.exp(generator.normal(4.0, 1.5, len(parent))).round()
    orders = generator.poisson(rate * clicks).astype(np.float64)
    zeros = np.zeros(products, dtype=np.int64)
    groups = Groups((parent, zeros, np.zeros(1, dtype=np.int64)), (len(parent), products, 1, 1))
    return groups, rate, clicks, orders


def test_a_keyword_without_clicks_gets_its_products_rate():
    groups, _, clicks, orders = nested_world(np.random.default_rng(1))
    clicks[0] = orders[0] = 0.0
    fitted = fit_hierarchy(orders, clicks, groups, kind=GAMMA_POISSON, prior=PRIOR)
    assert fitted.mean[0][0] == pytest.approx(fitted.mean[1][0])


def test_two_orders_in_38_clicks_are_not_five_per_cent():
    groups, _, clicks, orders = nested_world(np.random.default_rng(2))
    clicks[0], orders[0] = 38.0, 2.0
    fitted = fit_hierarchy(orders, clicks, groups, kind=GAMMA_POISSON, prior=PRIOR)
    parent = fitted.mean[1][0]
    assert min(parent, 2 / 38) < fitted.mean[0][0] < max(parent, 2 / 38)
    assert abs(fitted.mean[0][0] - parent) < abs(2 / 38 - parent) / 2


def test_intervals_cover_four_times_in_five():
    inside = []
    for seed in range(30):
        generator = np.random.default_rng(seed)
        groups, rate, clicks, orders = nested_world(generator)
        fitted = fit_hierarchy(orders, clicks, groups, kind=GAMMA_POISSON, prior=PRIOR)
        draws = draw_level(fitted, 0, 400, generator)
        low, high = np.quantile(draws, [0.1, 0.9], axis=1)
        inside.append((rate >= low) & (rate <= high))
    assert 0.75 <= np.mean(inside) <= 0.85


def test_shrunk_rates_beat_raw_ratios():
    errors = []
    for seed in range(10):
        groups, rate, clicks, orders = nested_world(np.random.default_rng(seed))
        fitted = fit_hierarchy(orders, clicks, groups, kind=GAMMA_POISSON, prior=PRIOR)
        raw = orders / np.maximum(clicks, 1.0)
        errors.append([np.square(fitted.mean[0] - rate).mean(), np.square(raw - rate).mean()])
    shrunk, ratios = np.mean(errors, axis=0)
    assert shrunk < 0.5 * ratios


@pytest.mark.parametrize("kind", [BETA_BINOMIAL, GAMMA_POISSON, GAMMA_INVERSE_GAMMA])
def test_no_evidence_at_all_gives_the_prior(kind):
    groups = Groups((np.zeros(3, dtype=np.int64),), (3, 1))
    nothing = np.zeros(3)
    fitted = fit_hierarchy(nothing, nothing, groups, kind=kind, prior=PRIOR)
    assert fitted.mean[0] == pytest.approx(np.full(3, PRIOR.mean))
    assert np.isfinite(draw_level(fitted, 0, 50, np.random.default_rng(0))).all()


def test_order_of_rows_does_not_matter():
    groups, _, clicks, orders = nested_world(np.random.default_rng(5))
    fitted = fit_hierarchy(orders, clicks, groups, kind=GAMMA_POISSON, prior=PRIOR)
    order = np.random.default_rng(0).permutation(len(clicks))
    shuffled = Groups((groups.parent[0][order], *groups.parent[1:]), groups.sizes)
    again = fit_hierarchy(orders[order], clicks[order], shuffled, kind=GAMMA_POISSON, prior=PRIOR)
    assert again.mean[0] == pytest.approx(fitted.mean[0][order], rel=1e-5)

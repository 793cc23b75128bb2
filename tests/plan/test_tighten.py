import math

import numpy as np
import polars as pl
import pytest

from adopt.plan.tighten import CLOSE, Trial, tighten_target

DRAWS = np.random.default_rng(0).normal(size=1000)


def trial(target, roi, spread):
    """A plan of an expected ROI whose draws scatter by a share of it."""
    plan = pl.DataFrame({"cost_recommended": [100.0], "revenue_recommended": [100.0 * roi]})
    return Trial(
        target, None, None, plan, np.full(1000, 100.0), 100.0 * roi * np.exp(spread * DRAWS)
    )


class Market:
    """Plans of any expected ROI from that of the loosest plan to a ceiling."""

    def __init__(self, loosest, highest, spread):
        self.loosest, self.ceiling, self.spread = loosest, highest, spread
        self.solved = []

    def solve(self, target):
        self.solved.append(target)
        if target > self.ceiling:
            return None
        roi = max(target, self.loosest)
        return trial(target, roi, self.spread(roi))

    def highest(self):
        return self.ceiling


def tightened(market, target, share):
    first = trial(target, max(target, market.loosest), market.spread(market.loosest))
    return tighten_target(first, market.solve, market.highest, target, share)


@pytest.mark.parametrize("share", [0.6, 0.9, 0.99])
@pytest.mark.parametrize("loosest", [3.0, 4.1])
def test_the_least_tightening_that_holds_is_found(share, loosest):
    market = Market(loosest, 9.0, lambda _: 0.1)
    result = tightened(market, 4.0, share)
    quantile = np.sort(DRAWS)[1000 - math.ceil(share * 1000)]
    least = 4.0 * math.exp(-0.1 * quantile)
    assert result.found.chance(4.0) >= share
    assert least * (1 - 1e-9) <= result.found.aim <= max(least + 2 * CLOSE * 4.0, loosest)
    assert result.solves == len(market.solved) <= 6


def test_a_plan_that_holds_already_is_left_alone():
    market = Market(6.0, 9.0, lambda _: 0.05)
    result = tightened(market, 4.0, 0.9)
    assert result.solves == 0
    assert result.found.target == 4.0


def test_out_of_reach_is_told_with_all_that_failed():
    market = Market(4.0, 4.2, lambda _: 0.2)
    result = tightened(market, 4.0, 0.95)
    assert result.found is None
    assert len(result.failed) >= 4
    assert all(one.chance(4.0) < 0.95 for one in result.failed)


def test_a_plan_between_is_found_where_the_highest_return_is_a_gamble():
    market = Market(4.0, 8.0, lambda roi: 0.3 if roi < 4.5 else 0.05 if roi < 5.5 else 2.0)
    result = tightened(market, 4.0, 0.99)
    assert result.found is not None
    assert 4.5 <= result.found.target < 5.5


def test_what_holds_is_the_highest_return_of_so_many_draws():
    one = trial(4.0, 4.0, 0.1)
    for share in (0.5, 0.9, 0.999):
        held = one.held(share)
        assert one.chance(held * (1 - 1e-12)) >= share
        assert one.chance(held * (1 + 1e-9)) < share

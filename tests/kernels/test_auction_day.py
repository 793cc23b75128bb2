"""The simulated day against plain Python with the same random numbers, and on any number of threads."""

import numba
import numpy as np
import polars as pl
import pytest

from adopt.kernels import auction_day
from adopt.kernels.alias_table import fill_alias_table
from adopt.kernels.coupling import find_groups
from adopt.market.shop_market import Shoppers, as_arrays
from adopt.platforms import PLATFORMS
from tests.kernels.auction_day_twin import play_group
from tests.market.small_shop import PARTS, small_multipliers, small_shop

TAOBAO = PLATFORMS["taobao"]
SEED, SHOP, DAY, WEEKDAY, LEFT = 11, 5, 3, 3, 1

CASES = {
    "one item, budgets, stock": small_shop(Shoppers(lag=(0.5, 0.8, 1.0), day_spread=0.3)),
    "three items at once": small_shop(Shoppers(own_items=3, order_shape=0.7)),
    "bids multiplied": small_shop(Shoppers(**PARTS), multipliers=small_multipliers()),
    "rivals' budgets end": small_shop(Shoppers(rival_budget_spread=0.3), rival_budget=0.5),
    "everything at once": small_shop(
        Shoppers(own_items=2, lag=(0.5, 0.8, 1.0), day_spread=0.3, **PARTS),
        rival_budget=0.3,
        multipliers=small_multipliers(),
    ),
}


def play(arrays, log_rows=0, starts=None):
    n, campaigns = len(arrays.target_id), len(arrays.campaign_id)
    groups = len(arrays.layout.group_keywords) - 1
    state = {
        "budget": arrays.budget.copy(),
        "stock": arrays.stock.copy(),
        "totals": np.zeros((n, auction_day.TOTALS), dtype=np.int64),
        "searched": np.zeros(len(arrays.keyword_id), dtype=np.int64),
        "closed": np.full(campaigns, 24, dtype=np.int64),
        "events": np.empty((log_rows, auction_day.EVENTS), dtype=np.int64),
    }
    auction_day.play_day(
        DAY,
        WEEKDAY,
        LEFT,
        SEED,
        SHOP,
        arrays.layout,
        arrays.searches,
        arrays.offers,
        arrays.multiples,
        arrays.rules,
        state["budget"],
        arrays.expected_cost,
        state["stock"],
        state["totals"],
        state["searched"],
        state["closed"],
        state["events"],
        np.zeros(groups + 1, dtype=np.int64) if starts is None else starts,
    )
    return state


@pytest.mark.parametrize("name", CASES)
def test_the_kernel_plays_what_plain_python_plays(name):
    arrays = as_arrays(CASES[name], TAOBAO)
    groups = len(arrays.layout.group_keywords) - 1
    budget, stock = [int(b) for b in arrays.budget], [int(s) for s in arrays.stock]
    totals = np.zeros((len(arrays.target_id), auction_day.TOTALS), dtype=np.int64)
    searched = np.zeros(len(arrays.keyword_id), dtype=np.int64)
    closed = np.full(len(arrays.campaign_id), 24, dtype=np.int64)
    log, starts = [], [0]
    for g in range(groups):
        by_target, by_keyword, ended, clicks = play_group(
            g, DAY, WEEKDAY, LEFT, SEED, SHOP, arrays, budget, stock
        )
        for i, row in by_target.items():
            totals[i] = row
        for k, count in by_keyword.items():
            searched[k] = count
        for c, hour in ended.items():
            closed[c] = hour
        log += clicks
        starts.append(len(log))
    found = play(arrays, len(log), np.array(starts, dtype=np.int64))
    assert np.array_equal(found["totals"], totals)
    assert np.array_equal(found["searched"], searched)
    assert np.array_equal(found["closed"], closed)
    assert np.array_equal(found["events"], np.array(log))
    assert found["budget"].tolist() == budget
    assert found["stock"].tolist() == stock
    # The case is worth its name: budgets end, and there are clicks and orders.
    assert (closed < 24).any()
    assert totals[:, auction_day.ORDERS].sum() > 5


@pytest.mark.parametrize("name", CASES)
def test_one_thread_or_two_play_the_same_day(name):
    arrays = as_arrays(CASES[name], TAOBAO)
    before = numba.get_num_threads()
    try:
        results = []
        for threads in (1, before):
            numba.set_num_threads(threads)
            results.append(play(arrays))
    finally:
        numba.set_num_threads(before)
    for what, values in results[0].items():
        assert values.tobytes() == results[1][what].tobytes()


def test_an_alias_table_holds_the_shares():
    rate = np.array([3.0, 0.0, 1.0, 12.0, 0.5])
    accept, alias = np.empty(5), np.empty(5, dtype=np.int64)
    assert fill_alias_table(rate, accept, alias) == 16.5
    share = accept.copy()
    for k in range(5):
        share[alias[k]] += 1.0 - accept[k] if alias[k] != k else 0.0
    assert share / 5 == pytest.approx(rate / 16.5)


def test_groups_are_what_edges_connect():
    group = np.empty(7, dtype=np.int64)
    find_groups(np.array([5, 1, 4]), np.array([1, 3, 6]), group)
    assert group.tolist() == [0, 1, 2, 1, 3, 1, 3]


def test_what_could_touch_is_played_together():
    arrays = as_arrays(small_shop(), TAOBAO)
    layout = arrays.layout
    keyword = np.repeat(np.arange(len(arrays.keyword_id)), np.diff(layout.keyword_targets))
    group = np.searchsorted(layout.group_keywords, keyword, side="right") - 1
    campaign_group = np.searchsorted(layout.group_campaigns, layout.campaign, side="right") - 1
    assert np.array_equal(group, campaign_group)
    together = pl.DataFrame({"group": group, "product": layout.product})
    limited = together.filter(pl.Series(arrays.stock[layout.product] >= 0))
    assert limited.group_by("product").agg(pl.col("group").n_unique())["group"].max() == 1
    assert len(layout.group_keywords) > 2

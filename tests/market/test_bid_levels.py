"""Allowed bids: on the grid, within the step and the platform's limits, the bid in force among them."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from adopt.market.bid_levels import grid_levels, windows
from adopt.platforms import PLATFORMS

TAOBAO = PLATFORMS["taobao"]


def levels_of(
    current,
    *,
    step=0.2,
    levels=41,
    budget=None,
    frozen=False,
    may_rise=True,
    pause=False,
    minimum=None,
    maximum=None,
):
    target = pl.DataFrame(
        {
            "target_id": ["t"],
            "lever": ["cpc_bid"],
            "current_bid": [current],
            "campaign_budget": pl.Series([budget], dtype=pl.Int64),
            "is_frozen": [frozen],
            "may_rise": [may_rise],
            "may_pause": [pause],
            "bid_minimum": pl.Series([minimum], dtype=pl.Int64),
            "bid_maximum": pl.Series([maximum], dtype=pl.Int64),
        }
    )
    bounds = windows(target, TAOBAO, max_step=step)
    return grid_levels(target.join(bounds, on="target_id"), TAOBAO, levels=levels)


@given(
    st.one_of(st.integers(1, 20_000).map(lambda fen: fen * 10_000), st.integers(1, 200_000_000)),
    st.sampled_from([0.0, 0.03, 0.2, 0.5, 2.0]),
    st.integers(3, 60),
    st.booleans(),
    st.booleans(),
)
def test_no_level_leaves_the_window(current, step, levels, frozen, may_rise):
    found = levels_of(current, step=step, levels=levels, frozen=frozen, may_rise=may_rise)
    assert found["is_current"].sum() == 1
    moved = found.filter(~pl.col("is_current"))["bid"].to_list()
    assert len(moved) <= levels + 3
    for bid in moved:
        assert not frozen
        assert abs(bid - current) <= current * step
        assert bid % TAOBAO.bid_step_micros == 0
        assert TAOBAO.bid_minimum_micros <= bid <= TAOBAO.bid_maximum_micros
        assert may_rise or bid < current


def test_a_bid_of_one_yuan_may_move_by_twenty_fen_each_way():
    bids = levels_of(1_000_000)["bid"]
    assert (bids.min(), bids.max(), len(bids)) == (800_000, 1_200_000, 41)


def test_bounds_of_the_operator_narrow_the_window():
    bids = levels_of(1_000_000, minimum=900_000, maximum=1_100_000)["bid"]
    assert (bids.min(), bids.max()) == (900_000, 1_100_000)
    # A bid in force outside its bounds may stay or come back within them.
    bids = levels_of(1_000_000, maximum=950_000)["bid"].to_list()
    assert (bids[0], bids[-2], bids[-1]) == (800_000, 950_000, 1_000_000)
    assert levels_of(1_000_000, minimum=900_000, frozen=True)["bid"].to_list() == [1_000_000]


def test_a_bid_may_not_exceed_its_campaigns_daily_budget():
    assert levels_of(29_000_000, budget=30_000_000)["bid"].max() == 30_000_000


def test_a_bid_above_the_limit_may_stay_or_come_down():
    bids = levels_of(110_000_000)["bid"].to_list()
    assert bids[-1] == 110_000_000
    assert all(bid <= TAOBAO.bid_maximum_micros for bid in bids[:-1])


def test_off_is_offered_only_where_the_evidence_bears_it():
    assert levels_of(1_000_000)["bid"].min() > 0
    assert levels_of(1_000_000, pause=True)["bid"].min() == 0

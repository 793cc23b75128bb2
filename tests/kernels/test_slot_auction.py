"""Slot auctions against plain sorting, ties and reserves included; sampling against its rates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from adopt.kernels.slot_auction import draw_conversions, rank_and_price
from sims.bench.auctions import EXPOSURE, RESERVE, Kernel, sort_and_price

FEW_VALUES = st.sampled_from([0.0, 0.005, 0.01, 0.02, 0.5, 0.75, 3.0])


@given(
    arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 150), st.integers(4, 50)),
        elements=FEW_VALUES | st.floats(0, 100, width=32),
    )
)
def test_winners_and_prices_are_those_of_a_stable_sort(bid):
    winner, price = Kernel(len(bid)).rank(bid)
    assert np.array_equal(winner, sort_and_price(bid, "stable")[0])
    assert np.array_equal(price, sort_and_price(bid, "stable")[1])


def test_two_bidders_leave_the_third_slot_empty():
    bid = np.array([[0.3, 0.2]], dtype=np.float32)
    winner = np.empty((1, 3), dtype=np.int32)
    price = np.empty((1, 3), dtype=np.float32)
    rank_and_price(bid.view(np.int32), RESERVE.view(np.int32), winner, price.view(np.int32))
    assert winner.tolist() == [[0, 1, -1]]
    assert price[0] == pytest.approx([0.2, 0.01, 0.0])


def test_slots_are_seen_and_convert_at_their_rates():
    n = 60_000
    winner = np.tile(np.array([[2, 0, 1]], dtype=np.int32), (n, 1))
    winner[: n // 2, 2] = -1
    rate = np.tile(np.array([[0.1, 0.4, 0.7]], dtype=np.float32), (n, 1))
    spread = np.full((n, 3), 0.05, dtype=np.float32)
    seen = np.empty((n, 3), dtype=np.int8)
    converted = np.empty((n, 3), dtype=np.int8)
    draw_conversions(winner, rate, spread, EXPOSURE, 5, seen, converted)
    assert seen[:, 0].all()
    assert seen[:, 1].mean() == pytest.approx(0.8, abs=0.01)
    assert not seen[: n // 2, 2].any()
    assert seen[n // 2 :, 2].mean() == pytest.approx(0.6 * 0.8, abs=0.012)
    assert not seen[seen[:, 1] == 0, 2].any()
    assert not converted[seen == 0].any()
    for slot, expected in enumerate((0.7, 0.1, 0.4)):
        share = converted[seen[:, slot] == 1, slot].mean()
        assert share == pytest.approx(expected, abs=0.015)

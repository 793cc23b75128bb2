"""Order of rows: sorted once, and places of ids as numpy's unique gives them."""

import numpy as np
import polars as pl

from adopt.tables import places, sorted_by


def test_rows_in_order_stay_and_others_are_sorted():
    frame = pl.DataFrame({"a": ["x", "x", "y"], "b": [1, 2, 0]})
    assert sorted_by(frame, "a", "b") is frame
    assert sorted_by(frame.reverse(), "a", "b").equals(frame)
    assert sorted_by(frame, "b").equals(frame.sort("b"))
    assert sorted_by(frame.clear(), "a").is_empty()


def test_equal_rows_keep_their_order():
    frame = pl.DataFrame({"a": [2, 1, 2, 1], "at": [0, 1, 2, 3]})
    assert sorted_by(frame, "a")["at"].to_list() == [1, 3, 0, 2]


def test_places_are_those_among_the_sorted_ids():
    ids = pl.Series(["b", "a", "商品", "b", "-"])
    assert places(ids).tolist() == np.unique(ids.to_numpy(), return_inverse=True)[1].tolist()

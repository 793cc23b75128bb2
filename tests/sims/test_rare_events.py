"""Returns and repeat purchases are told as the study says."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from sims.study_rare_events import (
    DATA,
    DAYS_TO_TELL,
    FILE,
    STARTS,
    WINDOW_DAYS,
    counts_of,
    judge_window,
    read_categories,
    read_trials,
    split,
)

LINES = [
    # invoice, code, description, quantity, day, price, customer
    ("1", "10001A", "RED MUG", 2, "1/3/11 9:00", 2.0, 7),
    ("C2", "10001A", "RED MUG", -1, "1/20/11 9:00", 2.0, 7),
    ("3", "10001A", "RED MUG", 1, "1/31/11 9:00", 2.0, 7),
    ("4", "10001B", "BLUE MUG", 1, "1/3/11 9:00", 2.0, 7),
    ("5", "10001B", "BLUE MUG", 1, "3/3/11 9:00", 2.0, 7),
    ("C6", "10001B", "BLUE MUG", -1, "5/3/11 9:00", 2.0, 7),
    ("7", "10001A", "RED MUG", 1, "1/3/11 9:00", 2.0, None),
    ("8", "POST", "POSTAGE", 1, "1/3/11 9:00", 2.0, 7),
    ("9", "10002", "GIFT", 1, "1/3/11 9:00", 0.0, 8),
]


@pytest.fixture
def folder(tmp_path):
    names = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice")
    pl.DataFrame(LINES, schema=[*names, "CustomerID"], orient="row").write_parquet(tmp_path / FILE)
    return tmp_path


def test_events_are_of_known_buyers_within_28_days(folder):
    trials = read_trials(folder).select("StockCode", "day", "returned", "repeated")
    assert trials.rows() == [
        ("10001A", date(2011, 1, 3), 1.0, 1.0),
        ("10001A", date(2011, 1, 31), 0.0, 0.0),
        ("10001B", date(2011, 1, 3), 0.0, 0.0),
        ("10001B", date(2011, 3, 3), 0.0, 0.0),
    ]
    assert counts_of(read_trials(folder), "returned").rows() == [
        ("10001A", 2.0, 1.0),
        ("10001B", 2.0, 0.0),
    ]


def test_a_rare_last_word_is_no_category(folder):
    assert read_categories(folder).filter(product_id="10001")["category"].to_list() == [None]


def test_every_event_of_the_evidence_is_told_before_the_window(folder):
    start = date(2011, 2, 1)
    known, later = split(read_trials(folder), start)
    assert known["day"].to_list() == [date(2011, 1, 3)] * 2
    assert known["day"].max() + timedelta(DAYS_TO_TELL) < start
    assert later.is_empty()
    assert split(read_trials(folder), date(2011, 1, 31))[1]["day"].to_list() == [date(2011, 1, 31)]


@pytest.mark.skipif(not (DATA / FILE).exists(), reason=f"{DATA} lies beside a full checkout only")
def test_a_window_of_the_real_shop_is_scored():
    trials, categories = read_trials(DATA), read_categories(DATA)
    assert trials["day"].max() >= STARTS[-1] + timedelta(WINDOW_DAYS + DAYS_TO_TELL - 1)
    judged = judge_window(trials, categories, "returned", STARTS[0])
    assert len(judged) > 1500
    assert np.isfinite(judged.select("^log-loss.*$", "^crps.*$").to_numpy()).all()

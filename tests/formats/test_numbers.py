import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adopt.formats import numbers
from adopt.formats.spreadsheet_text import money_text


def read(parser, *texts):
    return (
        pl.DataFrame({"text": texts}, schema={"text": pl.String})
        .select(parser(pl.col("text")))
        .to_series()
        .to_list()
    )


@given(
    st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=20),
    st.sampled_from(["", "¥", "¥ ", "$"]),
)
def test_whole_numbers_survive_thousands_commas_and_symbols(values, symbol):
    texts = [f"{symbol}{value:,}" for value in values]
    assert read(numbers.number, *texts) == values


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_every_digit_of_a_float_survives(values):
    assert read(numbers.number, *map(repr, values)) == values


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=20))
def test_money_goes_from_micros_to_text_and_back_exactly(amounts):
    texts = pl.DataFrame({"m": amounts}).select(money_text(pl.col("m"))).to_series().to_list()
    assert [Decimal(text) * 10**6 for text in texts] == amounts
    assert all(len(text.partition(".")[2]) >= 2 for text in texts)
    assert read(numbers.micros, *texts) == amounts


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.3%", 0.123),
        ("1.5万", 15_000.0),
        ("1.23亿", 123_000_000.0),
        ("12.50元", 12.5),
        ("１２３", 123.0),
        ("Rs.201.68", 201.68),
        ("(1)", None),
        ("1,23", None),
        ("1.2.3", None),
        ("inf", None),
        ("nan", None),
        ("1万元", 10_000.0),
        ("--5", None),
        ("abc", None),
        ("", None),
        (None, None),
    ],
)
def test_printed_numbers(text, value):
    assert read(numbers.number, text) == [value]


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("1.05元", 1_050_000),
        ("1,234.5", 1_234_500_000),
        ("0.000001", 1),
        ("0.0000001", None),
        ("1.0000000", 1_000_000),
        ("1.00000000000001", None),
        ("5%", None),
        ("1.2e-3", 1200),
    ],
)
def test_money_is_exact_or_refused(text, micros):
    assert read(numbers.micros, text) == [micros]


def test_a_bare_fraction_above_one_is_no_fraction():
    assert read(numbers.fraction, "35%", "0.35", "1", "35", "150%") == [0.35, 0.35, 1.0, None, 1.5]


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)))
def test_days_are_read_in_every_spelling(day):
    spellings = [
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day} 00:00:00",
        f"{day.year}-{day.month}-{day.day}",
    ]
    assert read(numbers.date, *spellings) == [day] * len(spellings)


def test_days_that_do_not_exist_are_none():
    assert read(numbers.date, "2026-02-30", "2026-13-01", "46040", "01-02-2026") == [None] * 4


@pytest.mark.parametrize("between", ["至", "~", " ~ ", "到", "-", " - "])
def test_ranges_of_days(between):
    text = f"2026-01-01{between}2026-01-07"
    assert read(numbers.range_start, text) == [dt.date(2026, 1, 1)]
    assert read(numbers.last_day, text) == [dt.date(2026, 1, 7)]
    assert read(numbers.date, text) == [None]


def test_ids_are_unwrapped_and_rounded_ones_refused():
    texts = ('="6123456789012345678"', "123.0", "6.12346E+18", "6E18", "K-1", "007")
    assert read(numbers.identifier, *texts) == [
        "6123456789012345678",
        "123",
        None,
        None,
        "K-1",
        "007",
    ]


def test_flags():
    assert read(numbers.flag, "是", "否", "TRUE", "false", "1", "0", "1.0", "maybe") == [
        True, False, True, False, True, False, True, None,
    ]  # fmt: skip

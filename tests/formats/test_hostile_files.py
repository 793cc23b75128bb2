"""The file door: whatever lies in a folder is read as it stands or refused in words."""

import io

import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adopt.formats.files import ShopFile, grids_of
from sims.fuzz.inputs import FAMILIES, hostile_file
from sims.fuzz.printed import printed_number
from sims.fuzz.properties import cell_faults, file_fault, hostile_cells

NUMBER_LIKE = st.text(
    st.sampled_from("0123456789" * 3 + ",.,.-+%eE ¥$元万亿'_()٣²５．，％￥−\u00a0\n"), max_size=14
)


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=40)
@given(seed=st.integers(0, 10**9))
def test_a_hostile_file_is_read_as_it_stands_or_refused(family, seed):
    assert file_fault(hostile_file(family, seed)) is None


@settings(max_examples=20)
@given(texts=st.lists(NUMBER_LIKE, max_size=60))
@example(texts=["1e٣", "1e-400", "1.0000001e-6", "5²", "0,123", "+-5", "-+5", "5%元", "1,23"])
def test_a_cell_is_read_exactly_or_refused(texts):
    assert cell_faults(texts) == []


def test_three_thousand_cells_that_look_like_numbers():
    assert cell_faults(hostile_cells(1, 3_000)) == []


@pytest.mark.parametrize("text", ["1.234,56", "1,23", "12,34,567", "1 234", "1'234", "0,123", "5²"])
def test_the_judge_itself_refuses_what_may_be_read_in_two_ways(text):
    assert printed_number(text) is None


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        (0.1 + 0.2, "0.3"),
        (1.1 * 3, "3.3"),
        ("1234567890.123456", "1234567890.123456"),
        ("0.12345678901234567", "0.12345678901234567"),
        (1 / 3, "0.333333333"),  # fastexcel hands on nine decimals of a number
    ],
)
def test_a_workbooks_decimals_lose_their_noise_and_no_digit_that_was_typed(printed, read):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["关键词", "花费"])
        sheet.write_row(1, 0, ["a", printed])
    (grid,) = grids_of(ShopFile("x.xlsx", buffer.getvalue(), is_table=True, sha256=""))
    assert grid.cells["c1"].to_list() == [read]

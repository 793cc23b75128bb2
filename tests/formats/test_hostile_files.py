"""The file door: whatever lies in a folder is read as it stands or refused in words."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

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

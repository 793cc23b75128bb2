import pytest
from hypothesis import given
from hypothesis import strategies as st

from adopt.errors import DataError
from adopt.formats.delimited import read_delimited

HEADER = "日期,关键词,花费"


def grid(text, encoding="utf-8"):
    return read_delimited(text.encode(encoding), file="f.csv")


def cells(text):
    return grid(text).cells.drop("row").rows()


def test_rows_are_counted_as_a_spreadsheet_shows_them():
    found = grid(f'标题\n\n{HEADER}\n2026-01-01,"a\nb",1\n\n2026-01-02,c,2\n')
    assert found.header == ("日期", "关键词", "花费")
    assert found.cells["row"].to_list() == [4, 6]
    assert found.cells["c1"].to_list() == ["a\nb", "c"]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_the_separator_is_found(separator):
    text = f"{HEADER}\n2026-01-01,连衣裙,1\n".replace(",", separator)
    assert cells(text) == [("2026-01-01", "连衣裙", "1")]


@pytest.mark.parametrize("token", ["", "-", "--", " --", "\\N", "暂无", "N/A"])
def test_null_tokens_are_null(token):
    assert cells(f"{HEADER}\n2026-01-01,{token},1\n") == [("2026-01-01", None, "1")]


@pytest.mark.parametrize(
    "word", ["合计", "汇总", "总计", "全部", "合计:", "总计(3条)", "Total: all"]
)
def test_totals_rows_are_dropped(word):
    assert cells(f"{HEADER}\n2026-01-01,a,1\n{word},,99\n") == [("2026-01-01", "a", "1")]


@pytest.mark.parametrize("word", ["合计\uff1a3", "总计\uff083条\uff09"])
def test_totals_rows_with_full_width_signs_are_dropped(word):
    assert cells(f"{HEADER}\n{word},,99\n") == []


@pytest.mark.parametrize("word", ["全部 连衣裙", "合计机", "total gym"])
def test_a_name_that_begins_like_a_total_is_kept(word):
    assert cells(f"关键词,花费\n{word},1\n") == [(word, "1")]


def test_a_total_of_another_width_is_dropped_too():
    assert cells(f"{HEADER}\n2026-01-01,a,1\n合计\n") == [("2026-01-01", "a", "1")]


@pytest.mark.parametrize(("row", "fields"), [("2026-01-02,b", 2), ("2026-01-02,b,1,2", 4)])
def test_a_ragged_row_is_named(row, fields):
    with pytest.raises(
        DataError, match=rf"f.csv, row 3: has {fields} fields where the header has 3"
    ):
        grid(f'{HEADER}\n2026-01-01,"a,x",1\n{row}\n')


def test_an_unclosed_quotation_mark_is_named():
    with pytest.raises(DataError, match=r"row 3: a quotation mark opens and never closes"):
        grid(f'{HEADER}\n2026-01-01,a,1\n2026-01-02,"b,1\n2026-01-03,c,1\n')


def test_a_lone_quotation_mark_in_the_last_row_is_refused():
    with pytest.raises(DataError, match="cannot be read as a table"):
        cells('关键词,点击量\n",5\n')


def test_an_unclosed_quotation_mark_in_a_long_file_is_named():
    with pytest.raises(DataError, match="a quotation mark opens and never closes"):
        grid(f'{HEADER}\n2026-01-02,"b,1\n' + "2026-01-03,c,1\n" * 20_000)


def test_a_web_page_is_refused():
    with pytest.raises(DataError, match=r"web page.*save it as .xlsx"):
        grid("<html><table></table></html>")


FIELD = st.text(st.sampled_from('ab连,"\n \t1'), max_size=6).filter(
    lambda text: text.strip() == text and text.strip('"') == text
)


@given(st.lists(st.tuples(FIELD, FIELD), min_size=1, max_size=8))
def test_quoted_fields_survive(pairs):
    quoted = [
        "2026-01-01," + ",".join('"' + f.replace('"', '""') + '"' for f in pair) for pair in pairs
    ]
    expected = [("2026-01-01", *(field or None for field in pair)) for pair in pairs]
    assert cells("\n".join([HEADER, *quoted]) + "\n") == expected


def test_an_invisible_mark_at_the_first_cell_is_kept():
    assert cells("关键词,点击量\n\ufeff裙,5\n")[0] == ("\ufeff裙", "5")

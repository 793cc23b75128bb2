import pytest
from hypothesis import given
from hypothesis import strategies as st

from adopt.errors import DataError
from adopt.formats.encoding import decode

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1)


@given(CHINESE, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_text_survives_every_unicode_encoding(text, encoding):
    assert decode(text.encode(encoding), file="f")[0] == text


@given(CHINESE.filter(lambda text: len(text) >= 4))
def test_gb18030_is_read_where_utf8_fails(text):
    data = ("日期,关键词\n" + text).encode("gb18030")
    assert decode(data, file="f") == ("日期,关键词\n" + text, None)


def test_utf16_is_tab_separated():
    assert decode("日期\t花费".encode("utf-16"), file="f") == ("日期\t花费", "\t")


@pytest.mark.parametrize(
    ("data", "byte"),
    [
        ("日期,花费\n".encode("gb18030") + b"\xff\xff", 11),
        ("日期,花费\n关键词连衣裙".encode() + b"\xff", 33),
        ("日期".encode("utf-8-sig") + b"\xff", 10),
    ],
)
def test_a_byte_that_fits_no_encoding_is_named(data, byte):
    with pytest.raises(DataError, match=rf"byte {byte} \(0xFF\).*UTF-8 and run once more"):
        decode(data, file="report.csv")


def test_a_damaged_utf8_file_is_not_read_as_gb18030():
    data = "日期,关键词\n连衣裙".encode() + b"\xc4\xe3\n"
    with pytest.raises(DataError, match="UTF-8"):
        decode(data, file="report.csv")

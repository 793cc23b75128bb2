import pytest

from adopt.formats.checks.damaged_cells import check_cells


def seen(tables):
    return [found for table in tables().tables for found in check_cells(table.sheet)]


def test_whole_cells_have_no_findings(shop, tables):
    shop.keywords(
        {"宝贝ID": "681204417503"},
        {"宝贝ID": '="694310885216"', "词ID/词包ID": "555.0", "词名字/词包名字": "裙"},
    )
    assert not seen(tables)


@pytest.mark.parametrize("text", ["6.81E+11", "6.81204e+11", "7E11"])
def test_an_id_in_scientific_notation(shop, tables, codes, text):
    shop.keywords({}, {"宝贝ID": text})
    found = seen(tables)
    assert codes(found) == ["ID_SCIENTIFIC"]
    assert (found[0].column, found[0].rows, found[0].first_rows) == ("宝贝ID", 1, (3,))
    assert text in found[0].en


@pytest.mark.parametrize("text", ["681204000000", "1234567890123450000", "12345678901234500"])
def test_an_id_whose_last_digits_are_zeros(shop, tables, codes, text):
    shop.keywords({"宝贝ID": text})
    expected = [] if text == "12345678901234500" else ["ID_ROUNDED"]
    assert codes(seen(tables)) == expected


def test_many_long_ids_that_end_in_zeros_are_no_chance(shop, tables, codes):
    shop.keywords(*({"宝贝ID": f"12345678901{k:04d}00"} for k in range(5)))
    assert codes(seen(tables)) == ["ID_ROUNDED"]


def test_one_of_many_ids_may_end_in_a_zero(shop, tables):
    ids = [*(f"123456789012{k:04d}" for k in range(1, 40))]
    shop.keywords(*({"宝贝ID": text} for text in ids))
    assert not seen(tables)


def test_hashes(shop, tables, codes):
    shop.keywords({}, {"花费": "########"})
    found = seen(tables)
    assert codes(found) == ["CELL_HASHES"]
    assert (found[0].column, found[0].first_rows) == ("花费", (3,))


def test_one_id_of_two_keywords(shop, tables, codes):
    shop.keywords({}, {"词名字/词包名字": "裙子"})
    found = seen(tables)
    assert codes(found) == ["ID_WITH_SEVERAL_NAMES"]
    assert "444 (裙子 / 连衣裙)" in found[0].en


@pytest.mark.parametrize(
    ("column", "severity"), [("花费", "error"), ("词名字/词包名字", "error"), ("点击率", "warning")]
)
def test_a_formula_that_failed(shop, tables, column, severity):
    shop.keywords({}, {"词ID/词包ID": "445", column: "#NAME?"})
    found = seen(tables)
    assert [(f.code, f.column, f.severity) for f in found] == [
        ("CELL_FORMULA_ERROR", column, severity)
    ]


@pytest.mark.parametrize(
    ("keyword", "expected"),
    [("3月5日", ["KEYWORD_AS_DATE"]), ("2026/3/5", ["KEYWORD_AS_DATE"]), ("2026新款", [])],
)
def test_a_keyword_that_became_a_date(shop, tables, codes, keyword, expected):
    shop.keywords({"词名字/词包名字": keyword})
    assert codes(seen(tables)) == expected

import pytest

from adopt.errors import InputError
from adopt.formats.checks.files import read_tables


def test_good_files_have_no_findings(shop, tables):
    shop.keywords()
    read = tables()
    assert read.files == ("report.csv",)
    assert not read.findings
    assert not read.refusals


def test_a_file_that_cannot_be_read_does_not_stop_the_others(shop, tables, codes):
    shop.keywords()
    (shop.folder / "a.csv").write_bytes(b"")
    (shop.folder / "z.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    read = tables()
    assert codes(read.findings) == ["FILE_UNREADABLE", "FILE_UNREADABLE"]
    assert [found.file for found in read.findings] == ["a.csv", "z.xlsx"]
    assert len(read.tables) == 1


def test_an_unknown_table_is_named(shop, tables, codes):
    shop.write("recipes.csv", "dish,salt\nsoup,1\n")
    found = tables().findings
    assert codes(found) == ["REPORT_UNKNOWN"]
    assert "salt" in found[0].en


def test_a_header_without_rows_is_named(shop, tables, codes):
    header = shop.keywords().read_bytes().decode("gb18030").splitlines()[0]
    shop.write("report.csv", header + "\n")
    assert codes(tables().findings) == ["REPORT_EMPTY"]


def test_every_file_tells_what_its_reader_refuses(shop, tables):
    shop.keywords({"点击量": "many"}, name="a.csv")
    shop.keywords({"花费": "much", "日期": "2026-01-19"}, name="b.csv")
    assert [error.place.file for error in tables().refusals] == ["a.csv", "b.csv"]


def test_a_path_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(InputError):
        read_tables(tmp_path / "gone")

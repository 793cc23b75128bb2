"""Files made to fill the memory are refused in words, and before they fill it."""

import gzip
import io
import re
import struct
import subprocess
import sys
import zipfile

import polars as pl
import pyarrow as pa
import pytest
import xlsxwriter
from pyarrow import parquet

from adopt.errors import DataError
from adopt.formats import archive, sheet_area
from adopt.formats.files import ShopFile, grids_of, read_file, shop_files
from tests.formats.old_workbook import old_workbook

MEGABYTES = 600
"""Most memory of a process that refuses a file: the libraries take some 150 of it."""

PEAK = """
import re, sys
from pathlib import Path
from adopt.errors import DataError
from adopt.formats.files import grids_of, read_file
try:
    grids_of(read_file(Path(sys.argv[1])))
    print("read")
except DataError as error:
    print("refused:", error)
# Not ru_maxrss: a process inherits that from the one that starts it.
print(int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""

HEADER = ["日期", "关键词", "花费"]


def grids(data, name="x.xlsx"):
    return grids_of(ShopFile(name, data, is_table=True, sha256=""))


def refusal_and_peak(path):
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(path)], capture_output=True, text=True, check=True
    )
    words, peak = done.stdout.strip().rsplit("\n", 1)
    return words, int(peak)


def workbook(rows=(HEADER, ["2026-01-01", "a", 1.5], ["2026-01-02", "b", 2]), at=(0, 0)):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(at[0] + number, at[1], row)
    return buffer.getvalue()


def repacked(data, change):
    """The workbook with each part as change(name, bytes) makes it."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return buffer.getvalue()


def bomb(part, megabytes):
    """A workbook with a part of so many blanks."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            with new.open(name, "w") as file:
                file.write(b"" if name == part else old.read(name))
                for _ in range(megabytes if name == part else 0):
                    file.write(b" " * (1 << 20))
    return buffer.getvalue()


def with_sheet(change):
    """A workbook whose sheet is as change(bytes) makes it."""
    return repacked(workbook(), lambda name, part: change(part) if "/sheet1.xml" in name else part)


def with_cells(cells):
    """A workbook with these cells in place of its own."""
    return with_sheet(
        lambda part: re.sub(
            b"<sheetData>.*</sheetData>", b"<sheetData>" + cells + b"</sheetData>", part
        )
    )


def test_a_sheet_that_lies_about_its_size_is_read_whole():
    data = with_sheet(lambda part: re.sub(b'<dimension ref="[^"]*"', b'<dimension ref="A1"', part))
    (grid,) = grids(data)
    assert grid.cells["row"].to_list() == [2, 3]
    assert grid.cells["c1"].to_list() == ["a", "b"]


def test_rows_count_from_the_top_of_the_sheet_where_it_begins_with_blank_ones():
    (grid,) = grids(workbook(at=(2, 2)))
    assert grid.cells["row"].to_list() == [4, 5]


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c s="0" r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="4294967295"><c><v>1</v></c><c><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v>1</v></c></row>' + b"<row/>" * 40_000 + b"<row>" + b"<c><v>1</v></c>" * 2000 + b"</row>",
    ],
)  # fmt: skip
def test_two_cells_far_apart_do_not_fill_the_memory(tmp_path, cells):
    path = tmp_path / "x.xlsx"
    path.write_bytes(with_cells(cells))
    words, peak = refusal_and_peak(path)
    assert "so far apart" in words
    assert peak < MEGABYTES


def test_empty_cells_far_away_are_no_reason_to_refuse():
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    (grid,) = grids(with_sheet(lambda part: part.replace(b"</sheetData>", far)))
    assert grid.cells.height == 2


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_zip_bomb_does_not_fill_the_memory(tmp_path, part):
    path = tmp_path / "x.xlsx"
    path.write_bytes(bomb(part, 200))
    assert path.stat().st_size < 8 << 20
    words, peak = refusal_and_peak(path)
    assert "unpacks to more than a report holds" in words
    assert peak < MEGABYTES


def test_a_zip_bomb_that_declares_a_small_size_is_found_out(tmp_path):
    data = bomb("xl/worksheets/sheet1.xml", 100)
    size = struct.pack("<L", 100 << 20)
    assert size in data
    path = tmp_path / "x.xlsx"
    path.write_bytes(data.replace(size, struct.pack("<L", 1000)))
    words, peak = refusal_and_peak(path)
    assert "unpacks to more than a report holds" in words
    assert peak < MEGABYTES


def test_an_old_workbook_is_read():
    (grid,) = grids(old_workbook([(0, 0, 7.0), (1, 1, 5.5)]), "a.xls")
    assert grid.cells.rows() == [(2, None, "5.5")]


def test_two_cells_far_apart_in_an_old_workbook_do_not_end_the_process(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(old_workbook([(0, 0, 1.0), (65_535, 65_535, 1.0)]))
    words, peak = refusal_and_peak(path)
    assert "cannot be opened as a workbook" in words
    assert peak < MEGABYTES


def test_all_parts_together_have_a_limit(monkeypatch):
    monkeypatch.setattr(archive, "LARGEST_INFLATED", 5_000)
    with pytest.raises(DataError, match="unpacks to more"):
        grids(workbook())


def test_deeply_nested_shared_strings_are_refused():
    nested = b"<sst>" + b"<si>" * 200_000
    with pytest.raises(DataError, match=r"x\.xlsx"):
        grids(repacked(workbook(), lambda name, old: nested if "shared" in name else old))


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv.gz", gzip.compress(b"," * 10_000_000, mtime=0), "first line of more than"),
        ("a.csv.gz", gzip.compress(gzip.compress(b"a,b", mtime=0), mtime=0), "packed twice"),
        ("a.csv.gz", gzip.compress(b"a,b", mtime=0)[:-5], "cut off"),
        ("a.json", b"[" * 100_000, "no whole JSON"),
        ("a.json", b'{"a": 1}', "no list of rows"),
        ("a.csv", b"BZh91AY&SY", "packed with bzip2"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\x00" * 5000, "cannot be opened as a workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 9000, "cannot be opened"),
        ("a.ods", b"PK\x03\x04", "cannot be opened as a workbook"),
        ("a.parquet", b"PAR1" + b"\x00" * 100 + b"PAR1", "cannot be read as a Parquet table"),
        ("a.csv", b"\xff\xfe\x00\x00a\x00\x00\x00", "is a NUL"),
        ("a.csv", "日期,花费\n".encode("utf-16-le"), "a.csv"),
        ("a.csv", b"," * 1_000_000 + b"\n1", "first line of more than"),
        ("a.csv", b"x," * 100_000 + b"\n1", "100,001 columns"),
        ("a.csv", b'"' + b"x" * 300_000, "first line of more than"),
    ],
)
def test_what_is_no_table_is_refused_in_words(name, data, words):
    with pytest.raises(DataError, match=re.escape(words)):
        grids(data, name)


def test_a_truncated_parquet_file_is_refused_at_any_length():
    buffer = io.BytesIO()
    pl.DataFrame({"keyword_id": ["1", "2"], "bid": [1.5, 2.0]}).write_parquet(buffer)
    data = buffer.getvalue()
    for length in range(4, len(data), 7):
        with pytest.raises(DataError):
            grids(data[:length], "a.parquet")


def test_a_parquet_file_of_a_thousand_million_cells_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    pl.select(bid=pl.repeat(1, 80_000_000, dtype=pl.Int8)).write_parquet(path)
    words, peak = refusal_and_peak(path)
    assert "80,000,000 cells" in words
    assert peak < MEGABYTES


def test_one_text_shown_a_million_times_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    shown = pa.DictionaryArray.from_arrays(pa.array([0] * 30_000, pa.int32()), ["x" * 100_000])
    parquet.write_table(pa.table({"keyword": shown}), path, store_schema=False)
    words, peak = refusal_and_peak(path)
    assert "bytes of values" in words
    assert peak < MEGABYTES


@pytest.mark.parametrize(("content", "columns"), [(b"\n", 100), (b",\n", 2)])
def test_blank_lines_count_as_rows(monkeypatch, content, columns):
    monkeypatch.setattr("adopt.formats.delimited.MOST_CELLS", 100_000)
    with pytest.raises(DataError, match=r"columns and 1[0-9]{2},[0-9]{3} cells"):
        grids(b",".join([b"x"] * columns) + b"\n" + content * (110_000 // columns), "a.csv")


def test_a_file_larger_than_a_report_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(10 << 30)
    words, peak = refusal_and_peak(path)
    assert "is larger than 2 GB" in words
    assert peak < MEGABYTES


def test_a_large_file_that_is_no_table_is_hashed_and_not_kept(tmp_path):
    path = tmp_path / "video.mp4"
    with path.open("wb") as file:
        file.truncate(100 << 20)
    (file,) = shop_files(tmp_path)
    assert file.data == b""
    assert file.sha256 == "20492a4d0d84f8beb1767f6616229f85d44c2827b64bdbfb260ee12fa1109e0e"


def test_the_digest_of_a_table_is_that_of_its_bytes(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"x\n")
    assert read_file(tmp_path / "a.csv").sha256.startswith("73cb3858a687a849")


def test_the_plain_rectangle_of_a_sheet_is_within_the_limit():
    assert sheet_area.MOST_CELLS >= 52 * 999_999

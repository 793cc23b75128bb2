"""A large export through the file door and its reader, beside a bare fastexcel or polars reading of the same file.

A workbook of 500,000 rows and a text of 5,000,000, each a daily history of keywords. The bare reading knows no
report: it neither finds the header nor checks widths, spellings, ids and days. Every phase is a process of its own.
Run with ``python -m sims.bench.file_door [SHARE]``; 0.1 reads a tenth of the rows.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
import xlsxwriter

from adopt.formats.files import grids_of, read_file
from adopt.formats.readers import READERS
from adopt.formats.recognise import recognise

ROWS = {"xlsx": 500_000, "csv": 5_000_000}
FIGURES = (("wall", "s"), ("cpu", "s"), ("peak", "GB"))
AT_ONCE = 100_000


def history(first: int, rows: int) -> pl.DataFrame:
    """Rows of a daily history, from a row on: 365 days of so many keywords."""
    at = pl.int_range(first, first + rows, dtype=pl.Int64)
    word = at // 365
    return pl.select(
        campaign_id=(word // 500 + 60_000_000).cast(pl.String),
        ad_group_id=(word // 20 + 700_000_000).cast(pl.String),
        product_id=(word // 10 + 678_000_000_000).cast(pl.String),
        keyword_id=(word + 900_000_000_000).cast(pl.String),
        keyword="连衣裙 " + word.cast(pl.String),
        date=(pl.date(2025, 1, 1) + pl.duration(days=at % 365)).cast(pl.String),
        impressions=at * 7919 % 5000 + 100,
        clicks=at * 104_729 % 97,
        cost=(at * 1_299_709 % 99_991) / 100,
        orders=at * 31 % 7,
        revenue=(at * 15_485_863 % 999_983) / 100,
    )


def write_file(path: Path, rows: int) -> None:
    """The export, written part by part."""
    parts = (history(first, min(AT_ONCE, rows - first)) for first in range(0, rows, AT_ONCE))
    if path.suffix == ".csv":
        with path.open("wb") as file:
            for number, part in enumerate(parts):
                part.write_csv(file, include_header=number == 0)
        return
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet, at = book.add_worksheet(), 1
        sheet.write_row(0, 0, history(0, 1).columns)
        for part in parts:
            for row in part.iter_rows():
                sheet.write_row(at, 0, row)
                at += 1


def main() -> None:
    """Write both files, measure, print seconds and peak memory and their ratios."""
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    with tempfile.TemporaryDirectory(prefix="adopt-bench-") as folder:
        for kind, full in ROWS.items():
            path, rows = Path(folder) / f"history.{kind}", round(full * share)
            write_file(path, rows)
            print(f"{kind}: {rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB")
            bare = _measured("bare", path)
            for what in ("bare", "grid", "read"):
                found = bare if what == "bare" else _measured(what, path)
                figures = [
                    f"{name} {one:7.2f} {unit} {one / least:5.1f} x"
                    for (name, unit), one, least in zip(FIGURES, found, bare, strict=True)
                ]
                print(f"  {what:5}  {'  '.join(figures)}")


def _measured(what: str, path: Path) -> list[float]:
    """The FIGURES of one phase in a process of its own."""
    command = [sys.executable, "-m", "sims.bench.file_door", what, str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 -- this module itself
    figures: list[float] = json.loads(done.stdout)
    return figures


def _phase(what: str, path: Path) -> None:
    """Run one phase and print its FIGURES as JSON."""
    import fastexcel

    start, start_cpu = time.perf_counter(), time.process_time()
    if what != "bare":
        grids = grids_of(read_file(path))
        if what == "read":
            kind, sheet = recognise(grids[0])
            READERS[kind](sheet)
    elif path.suffix == ".csv":
        pl.read_csv(path)
    else:
        fastexcel.read_excel(path).load_sheet(0).to_polars()
    figures = [time.perf_counter() - start, time.process_time() - start_cpu]
    # Of this process alone: getrusage's peak is inherited from the one that wrote the file.
    peak = re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))
    print(json.dumps([*figures, int(peak[1]) / 1e6 if peak else float("nan")]))


if __name__ == "__main__":
    if len(sys.argv) > 2:
        _phase(sys.argv[1], Path(sys.argv[2]))
    else:
        main()

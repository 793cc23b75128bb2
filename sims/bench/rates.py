"""Rates of all shops of one Parquet file of daily history, beside a bare scan of the same columns.

Both run in a process of their own, which reports its wall time and peak memory.
Run with ``python -m sims.bench.rates [MILLIONS]``; 5 by default, 100 are 20 shops for a year.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from adopt.config import Settings
from adopt.formats.canonical.scan_history import DETAILS, RESULTS
from adopt.plan.rates import estimate_shops
from sims.bench.rate_shops import write_shops

MILLIONS = 5


def main() -> None:
    """Write the file, measure both, print rows a second, peak memory and their ratio."""
    millions = float(sys.argv[1]) if len(sys.argv) > 1 else MILLIONS
    with tempfile.TemporaryDirectory(prefix="adopt-bench-") as folder:
        path = Path(folder) / "history.parquet"
        rows = write_shops(path, round(1e6 * millions))
        size = path.stat().st_size / 1e6
        print(f"{rows:,} rows, {size:,.0f} MB")
        measured = {what: _measured(what, path) for what in ("scan", "rates")}
    for what, (seconds, gigabytes) in measured.items():
        print(f"{what:6} {seconds:8.1f} s  {rows / seconds:12,.0f} rows/s  peak {gigabytes:.2f} GB")
    print(f"rates / bare scan: {measured['rates'][0] / measured['scan'][0]:.0f} x")


def _measured(what: str, path: Path) -> tuple[float, float]:
    """Seconds and peak gigabytes of one phase in a process of its own."""
    command = [sys.executable, "-m", "sims.bench.rates", what, str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 -- this module itself
    seconds, gigabytes = json.loads(done.stdout)
    return seconds, gigabytes


def _phase(what: str, path: Path) -> None:
    """Run one phase and print its seconds and peak memory as JSON."""
    start = time.perf_counter()
    if what == "scan":
        names = pl.read_parquet_schema(path)
        columns = [name for name in (*RESULTS, *DETAILS) if name in names]
        words = [name for name, dtype in names.items() if dtype == pl.String]
        # Every column is touched: the texts by their length.
        sums = [pl.col(columns).sum(), pl.col("date").max(), pl.col(words).str.len_bytes().sum()]
        pl.scan_parquet(path).select(sums).collect(engine="streaming")
    else:
        for one in estimate_shops(path, Settings()):
            took = time.perf_counter() - start
            print(f"{one.summary['shop_id']} {took:.1f} s", file=sys.stderr)
    # Of this process alone: getrusage's peak is inherited from the one that wrote the file.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1e6
    print(json.dumps([time.perf_counter() - start, peak]))


if __name__ == "__main__":
    if sys.argv[1:2] in (["scan"], ["rates"]):
        _phase(sys.argv[1], Path(sys.argv[2]))
    else:
        main()

"""Seconds to fit the landscapes of a large shop, on one thread and on two.

Run with ``python -m sims.bench.landscape_fit [keywords]``: 100,000 keywords x 30 days unless told.
Compilation comes first and is not counted.
"""

import os
import subprocess
import sys
import time

import polars as pl

from adopt.estimate.landscape import fit_landscape
from adopt.estimate.landscape_evidence import landscape_evidence
from adopt.platforms import PLATFORMS
from sims.worlds.landscape_shop import Report, make_landscape_shop

HALF_LIFE = 60.0


def measure(keywords: int) -> None:
    """Print one line: rows, seconds of summing the history, seconds of the whole fit."""
    platform = PLATFORMS["taobao"]
    for n in (100, keywords):
        shop = make_landscape_shop(1, Report(), platform, n=n)
        begin = time.perf_counter()
        known = shop.targets.with_columns(quality=pl.lit(1.0))
        evidence = landscape_evidence(shop.history, known, half_life_days=HALF_LIFE)
        summed = time.perf_counter()
        fit_landscape(
            shop.history, shop.targets, shop.categories, platform, half_life_days=HALF_LIFE
        )
        done = time.perf_counter()
    print(
        f"{os.environ.get('NUMBA_NUM_THREADS', 'all')} threads: {len(shop.history):,} rows of history to "
        f"{len(evidence.observed):,} observations in {summed - begin:.2f} s; "
        f"history to posterior in {done - summed:.2f} s"
    )


def main() -> None:
    """Measure in a process of its own for each number of threads."""
    if "--here" in sys.argv:
        measure(int(sys.argv[1]))
        return
    keywords = sys.argv[1] if len(sys.argv) > 1 else "100000"
    for threads in ("1", "2"):
        settings = {"NUMBA_NUM_THREADS": threads, "POLARS_MAX_THREADS": threads}
        subprocess.run(  # noqa: S603 -- our own command line
            [sys.executable, "-m", "sims.bench.landscape_fit", keywords, "--here"],
            check=True,
            env={**os.environ, **settings},
        )


if __name__ == "__main__":
    main()

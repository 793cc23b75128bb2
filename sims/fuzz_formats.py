"""Hostile files at the file door, some 100,000 of them: ``python -m sims.fuzz_formats [N] [FIRST SEED]``.

Three families in equal parts: real exports with bytes changed, tables under odd headers, reports with odd cells;
and ten times as many cells by themselves, judged by what they print. Prints each fault with the seed that makes it.
"""

import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context

from sims.fuzz.inputs import FAMILIES, hostile_file
from sims.fuzz.properties import cell_faults, file_fault, hostile_cells

FILES = 100_000
AT_ONCE = 250
SHOWN = 20


def faults_from(first: int, family: str, count: int) -> list[str]:
    """Faults of the files of a family and of ten cells for each, from a seed on."""
    # Compiled code tells its panics on stderr, also those that are caught.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    seeds = range(first, first + count)
    files = [
        f"{family} {seed}: {fault}"
        for seed in seeds
        if (fault := file_fault(hostile_file(family, seed)))
    ]
    return files + cell_faults(hostile_cells(first, 10 * count))


def main() -> None:
    """Run, and tell what was found."""
    files = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    begun = time.perf_counter()
    found: list[str] = []
    starts = range(first, first + -(-files // len(FAMILIES)), AT_ONCE)
    os.environ["POLARS_MAX_THREADS"] = "1"
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for family in FAMILIES:
            for faults in pool.map(faults_from, starts, repeat(family), repeat(AT_ONCE)):
                found += faults
    for fault, times in Counter(found).most_common(SHOWN):
        print(f"{times:6d} x {fault}")
    done = len(FAMILIES) * len(starts) * AT_ONCE
    print(
        f"{done:,} files and {10 * done:,} cells in {time.perf_counter() - begun:.0f} s: {len(found):,} faults"
    )
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

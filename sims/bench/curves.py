"""Response curves: clicks, cost and orders of 64 bid levels a target, per cell and for a whole million.

Interleaved in one process, compilation apart: the kernel; the kernel it replaced, which took 48 nodes
a level; a plain NumPy reference of the same 48 nodes; and eight chains of fused multiply-adds in cache, the
most that arithmetic reaches here: how many of them would fit into a cell's time is shown. The least of
several rounds counts, for the machine is shared.
Run with ``python -m sims.bench.curves [targets]``; each thread count is a process of its own.
"""

import math
import os
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfc

from adopt.kernels.auction import expected_price, page_of, rivals_above
from adopt.kernels.fused import multiply_add
from adopt.kernels.jit import parallel_kernel, prange
from adopt.kernels.quadrature import NODES, WEIGHTS
from adopt.kernels.response import evaluate_outcomes

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

LEVELS = 64
CHUNK = 8192
"""Targets evaluated at a time: their outputs stay in the cache, whatever the number of targets."""
FEW, FEWEST = 4096, 16
ROUNDS = 5
FLOOR, STEP = 0.05, 0.01
EXAMINATION = np.arange(1, 21.0) ** -0.6
BYTES = 40
"""Memory a cell touches: its bid and four results."""
CHAIN, CHAINS = 32, 8
"""Multiply-adds one after another, and how many such chains run at once: one alone waits for itself."""
WINDOWS = {"0.8 to 1.2 of the bid": (0.8, 1.2), "0.3 to 3 times the bid": (0.3, 3.0)}


@parallel_kernel
def evaluate_before(  # noqa: PLR0913, PLR0917 -- kernels take arrays
    bid: F64,
    level_start: I64,
    quality: F64,
    queries: F64,
    m: F64,
    mu: F64,
    sigma: F64,
    impressions: F64,
    examined: F64,
    cpc: F64,
) -> None:
    """The kernel as it was: every level alone."""
    for i in prange(level_start.size - 1):
        dearest = 0.0
        for cell in range(level_start[i], level_start[i + 1]):
            above = rivals_above(math.log(bid[cell] * quality[i]), m[i], mu[i], sigma[i])
            shown, looked_at, _ = page_of(above, EXAMINATION)
            impressions[cell] = queries[i] * shown
            examined[cell] = queries[i] * looked_at
            price = expected_price(bid[cell], quality[i], m[i], mu[i], sigma[i], FLOOR, STEP)
            dearest = max(dearest, price)
            cpc[cell] = dearest


@parallel_kernel
def multiply_adds(x: F64, value: F64) -> None:
    """CHAINS chains of CHAIN fused multiply-adds a cell, blocks of cells that stay in the nearest cache."""
    for block in prange(x.size // LEVELS):
        for j in range(block * LEVELS, (block + 1) * LEVELS):
            a = b = c = d = e = f = g = h = x[j]
            for _ in range(CHAIN):
                a = multiply_add(a, 0.999, 0.001)
                b = multiply_add(b, 0.998, 0.002)
                c = multiply_add(c, 0.997, 0.003)
                d = multiply_add(d, 0.996, 0.004)
                e = multiply_add(e, 0.995, 0.005)
                f = multiply_add(f, 0.994, 0.006)
                g = multiply_add(g, 0.993, 0.007)
                h = multiply_add(h, 0.992, 0.008)
            value[j] = a + b + c + d + e + f + g + h


class Shop:
    """Random targets with their levels, and room for the results of one chunk of them."""

    def __init__(self, n: int, window: tuple[float, float]) -> None:
        generator = np.random.default_rng(1)
        bid = np.exp(generator.normal(0.0, 0.5, n))
        self.bid = np.maximum(bid[:, None] * np.linspace(*window, LEVELS), FLOOR).ravel()
        self.start = np.arange(n + 1) * LEVELS
        self.quality = generator.uniform(0.5, 1.5, n)
        self.queries = np.exp(generator.normal(5.0, 1.0, n))
        self.m = np.exp(generator.uniform(0.0, 5.0, n))
        self.mu = np.log(bid * self.quality) + generator.normal(-0.3, 0.5, n)
        self.sigma = generator.uniform(0.2, 1.0, n)
        self.rate = generator.uniform(0.01, 0.1, n)
        self.results = tuple(np.empty(min(n, CHUNK) * LEVELS) for _ in range(4))

    def parameters(self, first: int, last: int) -> tuple[F64, I64, F64, F64, F64, F64, F64]:
        """Arguments of the kernels for the targets first .. last - 1."""
        part = slice(first, last)
        return (
            self.bid[first * LEVELS : last * LEVELS],
            self.start[: last - first + 1],
            self.quality[part],
            self.queries[part],
            self.m[part],
            self.mu[part],
            self.sigma[part],
        )

    def now(self, first: int, last: int) -> None:
        """Impressions, clicks, cost and orders by the kernel."""
        rate = self.rate[first:last]
        out = [values[: (last - first) * LEVELS] for values in self.results]
        evaluate_outcomes(*self.parameters(first, last), rate, rate, EXAMINATION, FLOOR, STEP, *out)

    def before(self, first: int, last: int) -> None:
        """Impressions, examined impressions and price by the kernel as it was."""
        out = [values[: (last - first) * LEVELS] for values in self.results[:3]]
        evaluate_before(*self.parameters(first, last), *out)


def numpy_results(shop: Shop, n: int) -> tuple[F64, F64, F64]:
    """Clicks, cost and orders (n, levels) of the first n targets in plain NumPy, 48 nodes a level."""
    bid = shop.bid[: n * LEVELS].reshape(n, LEVELS)
    q, m, mu, sigma = (values[:n, None] for values in (shop.quality, shop.m, shop.mu, shop.sigma))

    def rivals(score: F64) -> F64:
        z = (np.log(score) - mu[..., None]) / sigma[..., None]
        return np.asarray(0.5 * m[..., None] * erfc(z * math.sqrt(0.5)))

    above = rivals((bid * q)[..., None])
    price = np.full_like(bid, FLOOR)
    middle = np.maximum(math.log(FLOOR), np.log(bid) - 0.5)
    for low, high in ((np.full_like(bid, math.log(FLOOR)), middle), (middle, np.log(bid))):
        width = (high - low)[..., None]
        p = np.exp(low[..., None] + width * NODES)
        more = -np.expm1(np.minimum(above - rivals((p - STEP) * q[..., None]), 0.0))
        price += (WEIGHTS * p * more * width).sum(axis=-1)
    chance = np.exp(-above[..., 0])
    looked_at = np.zeros_like(bid)
    for r, share in enumerate(EXAMINATION):
        looked_at += chance * share
        chance = chance * above[..., 0] / (r + 1)
    rate = shop.rate[:n, None]
    clicks = shop.queries[:n, None] * looked_at * rate
    return clicks, clicks * price, clicks * rate


def seconds(work: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def compare(window: tuple[float, float]) -> tuple[float, float, float, float]:
    """Nanoseconds a cell of the kernel, the one before and NumPy, and multiply-adds a ns at most."""
    shop = Shop(FEW, window)
    x, value = np.ones(FEW * LEVELS), np.empty(FEW * LEVELS)
    works: list[tuple[Callable[[], object], int]] = [
        (lambda: shop.now(0, FEW), FEW),
        (lambda: shop.before(0, FEW // 16), FEW // 16),
        (lambda: numpy_results(shop, FEWEST), FEWEST),
        (lambda: multiply_adds(x, value), FEW),
    ]
    for work, _ in works:
        work()
    rounds = [[seconds(work) / (n * LEVELS) for work, n in works] for _ in range(ROUNDS)]
    now, before, plain, chain = (1e9 * min(column) for column in zip(*rounds, strict=True))
    return now, before, plain, CHAINS * CHAIN / chain


def whole(targets: int, window: tuple[float, float]) -> float:
    """Seconds for all curves of so many targets, chunk by chunk; making the bids is not counted."""
    shop = Shop(CHUNK, window)
    shop.now(0, CHUNK)
    total = 0.0
    for first in range(0, targets, CHUNK):
        last = min(CHUNK, targets - first)
        total += seconds(lambda last=last: shop.now(0, last))  # type: ignore[misc]
    return total


def report(targets: int) -> None:
    """Lines of one thread count."""
    for name, window in WINDOWS.items():
        now, before, plain, most = compare(window)
        print(
            f"  {name:24}{now:8.1f}{before / now:10.1f}{plain / now:10.1f}"
            f"{now * most:18.0f}{BYTES / now:10.2f}"
            f"{min(whole(targets, window) for _ in range(2)):12.2f}"
        )


def main() -> None:
    """Print the lines of one and of two threads."""
    targets = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    if "NUMBA_NUM_THREADS" in os.environ:
        report(targets)
        return
    print(
        f"{'window of 64 levels':26}{'ns/cell':>8}{'x before':>10}{'x NumPy':>10}"
        f"{'multiply-adds':>18}{'GB/s':>10}{f's for {targets}':>14}"
    )
    for threads in ("1", "2"):
        print(f"{threads} thread{'s' if threads != '1' else ''}", flush=True)
        subprocess.run(  # noqa: S603 -- our own command line
            [sys.executable, "-m", "sims.bench.curves", str(targets)],
            check=True,
            env=os.environ | {"NUMBA_NUM_THREADS": threads},
        )


if __name__ == "__main__":
    main()

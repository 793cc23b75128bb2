"""Auctions of given bids, 48 bidders and 3 slots, float32: adopt's kernel beside NumPy, on one core.

Same arrays, one process, rounds in turn; the least of each is shown, compile time apart. Ranking and
pricing must agree to the last bit. With sampling, NumPy draws for every bidder as AuctionNet's environment
does (its truncated normal of SciPy is slower still), and once more for the winners alone.
Run with ``python -m sims.bench.auctions``.
"""

import time
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.slot_auction import draw_conversions, rank_and_price

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
I8 = NDArray[np.int8]

AUCTIONS = 10_416
"""Auctions a call, as many as one of AuctionNet's 48 ticks has; the outputs of ours are made once, as its callers do, NumPy's at each call."""
BIDDERS = 48
SLOTS = 3
RESERVE = np.float32(0.01)
EXPOSURE = np.array([1.0, 0.8, 0.6], dtype=np.float32)
ROUNDS = 40


def arrays(auctions: int = AUCTIONS, seed: int = 0) -> tuple[F32, F32, F32]:
    """Bids, conversion rates and their standard deviations, each (auctions, 48)."""
    generator = np.random.default_rng(seed)
    rate = generator.gamma(1.0, 0.002, (auctions, BIDDERS)).astype(np.float32)
    bid = rate * generator.lognormal(4.0, 0.4, (auctions, BIDDERS)).astype(np.float32)
    return bid, rate, rate * np.float32(0.2)


def sort_and_price(bid: F32, kind: Literal["stable", "quicksort"]) -> tuple[I32, F32]:
    """NumPy: winners and prices (auctions, 3).

    stable: the earlier bidder first among equals, as ours; quicksort: equals in any order, but faster.
    A full sort, since argpartition is slower at 48 bidders.
    """
    top = np.argsort(-bid, axis=1, kind=kind)[:, : SLOTS + 1]
    ranked = np.take_along_axis(bid, top, axis=1)
    is_sold = ranked[:, :SLOTS] >= RESERVE
    winner = np.where(is_sold, top[:, :SLOTS], -1).astype(np.int32)
    price = np.where(is_sold, np.maximum(ranked[:, 1:], RESERVE), np.float32(0.0))
    return winner, price


def sort_twice_and_price(bid: F32) -> tuple[I32, F32]:
    """NumPy, as AuctionNet's environment does it: one sort for the winners, another for the prices."""
    top = np.argsort(-bid, axis=1)[:, :SLOTS]
    ranked = -np.sort(-bid, axis=1)[:, : SLOTS + 1]
    is_sold = ranked[:, :SLOTS] >= RESERVE
    winner = np.where(is_sold, top, -1).astype(np.int32)
    price = np.where(is_sold, np.maximum(ranked[:, 1:], RESERVE), np.float32(0.0))
    return winner, price


def sample_all(
    winner: I32, rate: F32, spread: F32, generator: np.random.Generator
) -> tuple[I8, I8]:
    """NumPy: seen and converted (auctions, 3), drawn for every bidder as AuctionNet does."""
    seen = _seen(winner, generator)
    drawn = generator.normal(rate, spread)
    converts = generator.binomial(1, np.clip(drawn, 0.0, 1.0))
    own = np.take_along_axis(converts, np.maximum(winner, 0), axis=1)
    return seen, (own * seen).astype(np.int8)


def sample_winners(
    winner: I32, rate: F32, spread: F32, generator: np.random.Generator
) -> tuple[I8, I8]:
    """NumPy: the same, drawn for the winners alone."""
    seen = _seen(winner, generator)
    place = np.maximum(winner, 0)
    mean = np.take_along_axis(rate, place, axis=1)
    drawn = mean + np.take_along_axis(spread, place, axis=1) * generator.standard_normal(
        mean.shape, dtype=np.float32
    )
    converts = generator.random(mean.shape, dtype=np.float32) < drawn
    return seen, (converts & (seen > 0)).astype(np.int8)


def _seen(winner: I32, generator: np.random.Generator) -> I8:
    seen = (generator.random(winner.shape, dtype=np.float32) < EXPOSURE) & (winner >= 0)
    seen[:, 2] &= seen[:, 1]
    return seen.astype(np.int8)


class Kernel:
    """Ours, with outputs that are made once (auctions, 3)."""

    def __init__(self, auctions: int) -> None:
        self.winner: I32 = np.empty((auctions, SLOTS), dtype=np.int32)
        self.price: F32 = np.empty((auctions, SLOTS), dtype=np.float32)
        self.seen: I8 = np.empty((auctions, SLOTS), dtype=np.int8)
        self.converted: I8 = np.empty((auctions, SLOTS), dtype=np.int8)

    def rank(self, bid: F32) -> tuple[I32, F32]:
        """Winners and prices."""
        rank_and_price(
            bid.view(np.int32), RESERVE.view(np.int32), self.winner, self.price.view(np.int32)
        )
        return self.winner, self.price

    def sample(self, bid: F32, rate: F32, spread: F32, seed: int) -> tuple[I8, I8]:
        """Winners and prices; seen and converted."""
        self.rank(bid)
        draw_conversions(self.winner, rate, spread, EXPOSURE, seed, self.seen, self.converted)
        return self.seen, self.converted


def least_seconds(calls: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The least seconds of each call over rounds in turn, after one call that may compile."""
    least = dict.fromkeys(calls, float("inf"))
    for call in calls.values():
        call()
    for _ in range(ROUNDS):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            least[name] = min(least[name], time.perf_counter() - start)
    return least


def main() -> None:
    """Check that all agree, then print rates and ratios."""
    bid, rate, spread = arrays()
    winner, price = sort_and_price(bid, "stable")
    kernel = Kernel(AUCTIONS)
    ours = kernel.rank(bid)
    if not (np.array_equal(ours[0], winner) and np.array_equal(ours[1], price)):
        raise SystemExit("the kernel ranks or prices otherwise than NumPy")
    generator = np.random.default_rng(1)
    totals = {
        "NumPy, all": sample_all(winner, rate, spread, generator),
        "NumPy, winners": sample_winners(winner, rate, spread, generator),
        "adopt": kernel.sample(bid, rate, spread, 1),
    }
    for name, (seen, converted) in totals.items():
        print(f"{name:16} seen {seen.sum():9,}   converted {converted.sum():7,}")
    price_calls: dict[str, Callable[[], object]] = {
        "stable sort": lambda: sort_and_price(bid, "stable"),
        "two sorts": lambda: sort_twice_and_price(bid),
        "one sort": lambda: sort_and_price(bid, "quicksort"),
        "adopt": lambda: kernel.rank(bid),
    }
    _print("rank and price", least_seconds(price_calls))
    sample_calls: dict[str, Callable[[], object]] = {
        "all bidders": lambda: sample_all(
            sort_and_price(bid, "quicksort")[0], rate, spread, generator
        ),
        "winners": lambda: sample_winners(
            sort_and_price(bid, "quicksort")[0], rate, spread, generator
        ),
        "adopt": lambda: kernel.sample(bid, rate, spread, 1),
    }
    _print("and sampling", least_seconds(sample_calls))


def _print(title: str, least: dict[str, float]) -> None:
    for name, seconds in least.items():
        print(
            f"{title:16} {name:12} {AUCTIONS / seconds / 1e6:8.2f} million auctions/s"
            f"   adopt is {seconds / least['adopt']:6.1f} x as fast"
        )


if __name__ == "__main__":
    main()

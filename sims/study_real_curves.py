"""Held-out points of real bid simulations, predicted from the rest: five methods on nine curves.

Of every simulation: every other inner point is held out (both choices of which), then the last one or two,
then the first one or two. Shown is the mean absolute relative error. A simulation that repeats
another counts once. Run with ``python -m sims.study_real_curves``.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from adopt.config import Settings
from adopt.formats.shop import read_shop
from adopt.market.simulated_points import expected_points

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Rival = Callable[[F64, F64, F64], F64]

DATA = Path(__file__).parents[2] / "shared/data/google_bid_simulations"
PARTS = ("between", "above", "below")


def straight(bid: F64, at: F64, value: F64) -> F64:
    """Straight lines through the points, the outer ones carried on; never below zero."""
    inside = np.interp(bid, at, value)
    low = value[0] + (bid - at[0]) * (value[1] - value[0]) / (at[1] - at[0])
    high = value[-1] + (bid - at[-1]) * (value[-1] - value[-2]) / (at[-1] - at[-2])
    return np.maximum(np.where(bid < at[0], low, np.where(bid > at[-1], high, inside)), 0.0)


def straight_in_log(bid: F64, at: F64, value: F64) -> F64:
    """Straight lines over the logarithm of the bid."""
    return straight(np.log(bid), np.log(at), value)


def isotonic(bid: F64, at: F64, value: F64) -> F64:
    """Straight lines through the nearest rising sequence; level beyond it."""
    pools: list[tuple[float, int]] = []
    for v in value:
        pools.append((float(v), 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (b, m), (a, n) = pools.pop(), pools.pop()
            pools.append(((a * n + b * m) / (n + m), n + m))
    rising = np.repeat([v for v, _ in pools], [n for _, n in pools])
    return np.asarray(np.interp(bid, at, rising))


def pchip(bid: F64, at: F64, value: F64) -> F64:
    """SciPy's monotone cubic; its outer pieces carried on; never below zero."""
    return np.asarray(np.maximum(PchipInterpolator(at, value)(bid), 0.0))


RIVALS: dict[str, Rival] = {
    "linear in bid": straight,
    "linear in ln bid": straight_in_log,
    "isotonic + linear": isotonic,
    "PCHIP": pchip,
}


def real_curves() -> list[pl.DataFrame]:
    """Points of each distinct simulation, by bid, with `lever`."""
    data = read_shop(DATA, Settings())
    points = data.landscape_points.join(
        data.targets.select("target_id", "lever"), on="target_id", validate="m:1"
    ).sort("target_id", "bid")
    distinct: dict[tuple[float, ...], pl.DataFrame] = {}
    for curve in points.partition_by("target_id", maintain_order=True):
        distinct.setdefault(tuple(curve["bid"].to_list() + curve["cost"].to_list()), curve)
    return list(distinct.values())


def folds(count: int) -> Iterator[tuple[str, I64]]:
    """Which points of `count` are held out, and whether they lie between, above or below the rest."""
    for first in (1, 2):
        inner = np.arange(first, count - 1, 2)
        if inner.size:
            yield "between", inner
    for held in (1, 2):
        if count - held >= 2:
            yield "above", np.arange(count - held, count)
            yield "below", np.arange(held)


def ours(held: pl.DataFrame, rest: pl.DataFrame) -> pl.DataFrame:
    """Prediction of the held-out rows."""
    levels = held.select("target_id", "bid", pl.lit(value=False).alias("is_current"))
    return expected_points(levels, rest)


def errors_of(curve: pl.DataFrame) -> list[tuple[str, str, str, float]]:
    """Method, part, quantity and absolute relative error of each held-out point."""
    found = []
    for part, index in folds(len(curve)):
        held = curve[index]
        rest = curve[np.setdiff1d(np.arange(len(curve)), index)]
        own = ours(held, rest)
        for quantity in ("clicks", "cost"):
            truth = held[quantity].to_numpy()
            at = rest["bid"].to_numpy().astype(np.float64)
            bid = held["bid"].to_numpy().astype(np.float64)
            predicted = {
                name: rival(bid, at, rest[quantity].to_numpy()) for name, rival in RIVALS.items()
            }
            predicted["ours"] = own[quantity].to_numpy()
            found += [
                (name, part, quantity, float(error))
                for name, values in predicted.items()
                for error in np.abs(values / truth - 1.0)
            ]
    return found


def main() -> None:
    """Print the table."""
    curves = real_curves()
    rows = [row for curve in curves for row in errors_of(curve)]
    table = pl.DataFrame(rows, schema=["method", "part", "quantity", "error"], orient="row")
    print(f"{len(curves)} curves; mean absolute relative error of held-out points, %")
    heads = [f"{quantity} {part}" for quantity in ("clicks", "cost") for part in PARTS]
    print(f"{'method':18}" + "".join(f"{head:>15}" for head in heads))
    for name in (*RIVALS, "ours"):
        cells = [
            table.filter(
                (pl.col("method") == name)
                & (pl.col("quantity") == quantity)
                & (pl.col("part") == part)
            )["error"].to_numpy()
            for quantity in ("clicks", "cost")
            for part in PARTS
        ]
        print(f"{name:18}" + "".join(f"{100 * cell.mean():15.1f}" for cell in cells))
    counts = table.filter(pl.col("method") == "ours").group_by("part", "quantity").len()
    print(
        f"points: {dict(counts.filter(pl.col('quantity') == 'cost').select('part', 'len').rows())}"
    )


if __name__ == "__main__":
    main()

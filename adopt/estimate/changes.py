"""When a product's conversion last changed, how surely, and by how much; shop-wide shifts told apart.

A history is a chain of runs of constant rate; docs/methods/changes.md has the formulas and their limits.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import betaincinv

from adopt.estimate.day_noise import day_variance, day_worth
from adopt.estimate.weekdays import WeekdayProfile
from adopt.kernels.changes import run_levels, run_starts
from adopt.tables import CvrChanges, check, places

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

HAZARD = 1 / 200
"""Belief before data: a rate changes once in 200 days."""
RECENT_DAYS = 60
"""A change before these days is no news; it still fades older evidence. Days before are cut by week."""
SHAPE = 8.0
"""Of the rates of runs around a product's usual one: they differ by a third, standard deviation."""
SHOP_SHAPE = 25.0
"""The same of the whole shop: by a fifth."""
MOST_SHARE = 0.1
LEAST_PRODUCTS = 6.0
"""No product speaks for more than a tenth of the shop; with fewer products' worth no shift is the shop's."""
PAIRS = 64
"""Pairs of a date's and a ratio's quantile that make an interval."""
TINY = 1e-12
GOLDEN = 0.5 * (5.0**0.5 - 1.0)

SCHEMA = CvrChanges.create_empty().drop("product_id").schema


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of conversion of one shop.

    products: table CVR_CHANGES, products with clicks; what the whole shop did is taken out
    shop: the same of the whole shop, one row without product_id; none where products are too few
    weights: product_id, date, unchanged: probability that neither product nor shop changed after that day
    day_variance: squared coefficient of variation of a day's rate beyond chance
    """

    products: dy.DataFrame[CvrChanges]
    shop: pl.DataFrame
    weights: pl.DataFrame
    day_variance: float


@dataclass(frozen=True, slots=True)
class _Grid:
    """Counts (n, days) of products on every calendar day; expected: orders at each one's usual rate."""

    products: pl.Series
    first: date
    clicks: F64
    orders: F64
    expected: F64


def find_changes(days: pl.DataFrame, profile: WeekdayProfile | None = None) -> Changes:
    """The last change of each product's CVR, and of the shop's.

    days: product_id, date, clicks, orders (counts; several rows a day are added), optionally `arrived`,
    the share of a day's orders that have come in by now (0 to 1, absent = all): without it the youngest
    days of a report look like a fall. Event days are left out by the caller; a day without rows is
    no evidence. profile: weekdays' factors of CVR; absent = all alike
    Method: product partition model with Gamma-Poisson runs, Barry & Hartigan (1993), Fearnhead (2006);
    overdispersed days tempered; docs/methods/changes.md.
    """
    rows = days.filter(pl.col("product_id").is_not_null() & (pl.col("clicks") > 0))
    if rows.is_empty():
        return _nothing()
    grid = _grid(rows, profile)
    variance = day_variance(grid.orders, grid.expected)
    shop, level, shop_unchanged = _shop_change(grid)
    expected = grid.expected * level
    worth = day_worth(expected, variance)
    products, unchanged = _last_changes(grid, worth * grid.orders, worth * expected, SHAPE)
    names = pl.DataFrame({"product_id": grid.products})
    return Changes(
        check(pl.concat([names, products], how="horizontal"), CvrChanges),
        shop,
        _weights(grid, unchanged * shop_unchanged),
        variance,
    )


def _nothing() -> Changes:
    weights = {"product_id": pl.String, "date": pl.Date, "unchanged": pl.Float64}
    return Changes(
        CvrChanges.create_empty(), pl.DataFrame(schema=SCHEMA), pl.DataFrame(schema=weights), 0.0
    )


def _grid(rows: pl.DataFrame, profile: WeekdayProfile | None) -> _Grid:
    products = rows["product_id"].unique().sort()
    first, last = rows.select(pl.col("date").min().alias("a"), pl.col("date").max().alias("b")).row(
        0
    )
    shape = (products.len(), (last - first).days + 1)
    place = places(rows["product_id"]) * shape[1]
    place = place + (rows["date"] - first).dt.total_days().to_numpy()
    factor = pl.lit(1.0) if profile is None else profile.on(pl.col("date"))
    arrived = pl.col("arrived") if "arrived" in rows.columns else pl.lit(1.0)
    exposure = rows.select((pl.col("clicks") * factor * arrived).alias("exposure"))["exposure"]

    def daily(values: pl.Series) -> F64:
        sums = np.bincount(
            place, weights=values.cast(pl.Float64).to_numpy(), minlength=shape[0] * shape[1]
        )
        return np.asarray(sums.reshape(shape), dtype=np.float64)

    clicks, orders, exposed = daily(rows["clicks"]), daily(rows["orders"]), daily(exposure)
    return _Grid(products, first, clicks, orders, exposed * _usual_rate(orders, exposed)[:, None])


def _usual_rate(orders: F64, exposed: F64) -> F64:
    """Orders a click of each product (n,), with one order's worth of the shop's."""
    k, n = orders.sum(axis=1), exposed.sum(axis=1)
    shop = max(k.sum() / n.sum(), 1e-9) if n.sum() > 0 else 1e-9
    return np.asarray((k + 1.0) / (n + 1.0 / shop))


def _blocks(days: int) -> I64:
    """First day of each block: single days in the last RECENT_DAYS, weeks before them."""
    recent = max(days - RECENT_DAYS, 0)
    weeks = np.arange(recent % 7 - 7, recent, 7).clip(0)
    return np.unique(np.concatenate([weeks, np.arange(recent, days)]))


def _shop_change(grid: _Grid) -> tuple[pl.DataFrame, F64, F64]:
    """The shop's last change, its level (days,) and the probability (days,) of none after each day."""
    days = grid.orders.shape[1]
    whole = grid.expected.sum(axis=1)
    part = np.minimum(whole, MOST_SHARE * whole.sum())
    if part.sum() ** 2 <= LEAST_PRODUCTS * (part**2).sum():
        return pl.DataFrame(schema=SCHEMA), np.ones(days), np.ones(days)
    weight = (part / np.maximum(whole, TINY))[:, None]
    orders = (weight * grid.orders).sum(axis=0, keepdims=True)
    expected = (weight * grid.expected).sum(axis=0, keepdims=True)
    worth = day_worth(expected, day_variance(orders, expected))
    summed = _Grid(
        grid.products[:1],
        grid.first,
        grid.clicks.sum(axis=0, keepdims=True),
        grid.orders.sum(axis=0, keepdims=True),
        expected,
    )
    change, unchanged = _last_changes(summed, worth * orders, worth * expected, SHOP_SHAPE)
    start = _blocks(days)
    level = np.empty(start.size)
    run_levels(
        np.add.reduceat(worth[0] * orders[0], start),
        np.add.reduceat(worth[0] * expected[0], start),
        _hazard(start),
        SHOP_SHAPE,
        level,
    )
    return change, np.repeat(level, np.diff(start, append=days)), unchanged[0]


def _hazard(start: I64) -> F64:
    """Probability that a run begins at each block: a change on one of the days since the block before."""
    return np.asarray(1.0 - (1.0 - HAZARD) ** np.diff(start, prepend=start[0] - 1))


def _last_changes(
    grid: _Grid, orders: F64, expected: F64, shape: float
) -> tuple[pl.DataFrame, F64]:
    """Columns of SCHEMA of each row of the grid, and the probability (n, days) of no change after a day.

    orders, expected: (n, days) tempered counts
    """
    n, days = orders.shape
    start = _blocks(days)
    k, m = np.add.reduceat(orders, start, axis=1), np.add.reduceat(expected, start, axis=1)
    started, previous = np.empty(k.shape), np.empty(k.shape, dtype=np.int64)
    run_starts(k, m, _hazard(start), shape, started, previous)
    unchanged = np.repeat(np.cumsum(started, axis=1), np.diff(start, append=days), axis=1)
    recent = max(int(np.searchsorted(start, days - RECENT_DAYS)), 1)
    if recent >= start.size:
        return pl.DataFrame(schema=SCHEMA).clear(n), unchanged
    chance = started[:, recent:]
    p_changed = chance.sum(axis=1)
    likely = recent + chance.argmax(axis=1)
    reached = np.cumsum(chance, axis=1) / p_changed[:, None]
    even = (np.arange(PAIRS) + 0.5) / PAIRS
    block = recent + np.column_stack([_place(reached, q) for q in even])
    ratio = np.quantile(_ratios(k, m, block, previous, shape), [0.1, 0.5, 0.9], axis=1)
    row = np.arange(n)
    before, after = start[previous[row, likely]], start[likely]
    columns = {
        "p_changed": p_changed.clip(0.0, 1.0),
        "changed_on": _date(grid.first, after),
        "changed_on_low": _date(grid.first, start[recent + _place(reached, 0.1)]),
        "changed_on_high": _date(grid.first, start[recent + _place(reached, 0.9)]),
        "cvr_ratio": ratio[1],
        "cvr_ratio_p10": ratio[0],
        "cvr_ratio_p90": ratio[2],
    }
    for name, counts in (("clicks", grid.clicks), ("orders", grid.orders)):
        sums = _sums(counts)
        columns[f"{name}_before"] = sums[row, after] - sums[row, before]
        columns[f"{name}_after"] = sums[:, -1] - sums[row, after]
    return pl.DataFrame(columns, schema=SCHEMA), unchanged


def _sums(counts: F64) -> F64:
    """Sums before each column, and of all: (n, columns + 1)."""
    return np.pad(np.cumsum(counts, axis=1), ((0, 0), (1, 0)))


def _place(reached: F64, quantile: float) -> I64:
    """First column (n,) at which rows that rise to 1 reach the quantile."""
    return np.asarray((reached < quantile).sum(axis=1).clip(max=reached.shape[1] - 1))


def _ratios(k: F64, m: F64, block: I64, previous: I64, shape: float) -> F64:
    """Draws (n, PAIRS), evenly spread, of the rate from each block (n, PAIRS) on over the run's before.

    Both rates are gamma, so the after's share of their sum is beta.
    """
    row = np.arange(len(k))[:, None]

    def posterior(sums: F64) -> tuple[F64, F64]:
        middle = sums[row, block]
        return shape + middle - sums[row, previous[row, block]], shape + sums[:, -1:] - middle

    (k_before, k_after), (m_before, m_after) = posterior(_sums(k)), posterior(_sums(m))
    # A golden-ratio sequence: every stretch of dates meets ratios from end to end.
    at = (np.arange(PAIRS) * GOLDEN + 0.5) % 1.0
    share = betaincinv(k_after, k_before, at)
    return np.asarray(m_before / m_after * share / (1.0 - share))


def _date(first: date, day: I64) -> pl.Series:
    return (
        pl.Series(day + first.toordinal() - date(1970, 1, 1).toordinal())
        .cast(pl.Int32)
        .cast(pl.Date)
    )


def _weights(grid: _Grid, unchanged: F64) -> pl.DataFrame:
    n, days = unchanged.shape
    dates = pl.date_range(grid.first, grid.first + timedelta(days=days - 1), eager=True)
    return pl.DataFrame(
        {
            "product_id": grid.products.gather(np.repeat(np.arange(n), days)),
            "date": dates.gather(np.tile(np.arange(days), n)),
            "unchanged": unchanged.ravel().clip(0.0, 1.0),
        }
    )

"""Simulated days of a shop, auction by auction: what its reports would say, and what they would not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.kernels import auction_day as kernel
from adopt.kernels.offers import HOURS
from adopt.market.bid_rows import cell_names
from adopt.market.shop_market import PlayedArrays, ShopMarket, Shoppers, as_arrays
from adopt.platforms import MICROS, Platform
from adopt.tables import History, check

I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SimulatedDays:
    """What happened.

    history: table HISTORY, every target and day; orders are those known at the end of the last day
    late: target_id, date, orders, revenue that only later days will show
    searches: keyword_id, date, searches
    campaigns: campaign_id, date, cost, closed_hour (hour in which the budget ended; null = never)
    stock: product_id, stock (units left, null = endless)
    events: one row a click, in order of campaigns' groups and time; None where not asked for. Columns
    date, target_id, hour, auction (number within the group's day), rank, price, order_value (null =
    no order; currency), lag (days until the order is known), device and audience of the search (null =
    none drawn, or the rest)
    """

    history: pl.DataFrame
    late: pl.DataFrame
    searches: pl.DataFrame
    campaigns: pl.DataFrame
    stock: pl.DataFrame
    events: pl.DataFrame | None


@dataclass(frozen=True, slots=True)
class _Day:
    totals: I64
    searched: I64
    spent: I64
    closed_hour: I64
    events: I64


def simulate_days(
    market: ShopMarket,
    platform: Platform,
    *,
    days: int,
    seed: int = 0,
    first_date: date = date(2026, 10, 1),
    events: bool = False,
    tell: Callable[[int], object] = int,
) -> SimulatedDays:
    """Play days of the market; the same seed gives the same bytes on any number of threads.

    seed: 0 to 2^32 - 1; with the shop's id it keys every draw
    tell: called with the number of days that are done, after each
    Raises ValueError as as_arrays does.
    Source: kernels/auction_day.py, docs/methods/simulator.md.
    """
    arrays = as_arrays(market, platform)
    keys = (seed, crc32(market.shop_id.encode()))
    stock = arrays.stock.copy()
    dates = [first_date + timedelta(days=day) for day in range(days)]
    played = []
    for day, today in enumerate(dates):
        when = (day, today.weekday(), days - 1 - day)
        played.append(_play(arrays, stock, when, keys, events=events))
        tell(day + 1)
    return SimulatedDays(
        history=_history(arrays, played, dates),
        late=_late(arrays, played, dates),
        searches=_by_day(arrays.keyword_id, dates).with_columns(
            pl.Series("searches", _joined([one.searched for one in played]))
        ),
        campaigns=_campaigns(arrays, played, dates),
        stock=pl.DataFrame(
            {
                "product_id": arrays.product_id,
                "stock": pl.Series(stock).replace(-1, None),
            }
        ),
        events=_events(arrays, market.shoppers, played, dates) if events else None,
    )


When = tuple[int, int, int]
"""Number of the day, its weekday (0 = Monday), and the days to come."""


def _play(
    arrays: PlayedArrays, stock: I64, when: When, keys: tuple[int, int], *, events: bool
) -> _Day:
    """Play one day; `stock` is brought to its evening. A log is written in a second, equal pass.

    keys: seed and shop of every draw
    """
    groups = len(arrays.layout.group_keywords) - 1
    morning = stock.copy()
    none = np.empty((0, kernel.EVENTS), dtype=np.int64)
    one = _pass(arrays, stock, when, keys, none, np.zeros(groups + 1, dtype=np.int64))
    if not events:
        return one
    keyword_clicks = np.add.reduceat(
        np.append(one.totals[:, kernel.CLICKS], 0), arrays.layout.keyword_targets
    )[:-1] * (np.diff(arrays.layout.keyword_targets) > 0)
    total = np.concatenate([[0], np.cumsum(keyword_clicks)])
    start = total[arrays.layout.group_keywords]
    log = np.empty((int(total[-1]), kernel.EVENTS), dtype=np.int64)
    return _pass(arrays, morning, when, keys, log, start)


def _pass(
    arrays: PlayedArrays,
    stock: I64,
    when: When,
    keys: tuple[int, int],
    events: I64,
    event_start: I64,
) -> _Day:
    targets, campaigns = len(arrays.target_id), len(arrays.campaign_id)
    totals = np.zeros((targets, kernel.TOTALS), dtype=np.int64)
    searched = np.zeros(len(arrays.keyword_id), dtype=np.int64)
    closed_hour = np.full(campaigns, HOURS, dtype=np.int64)
    budget = arrays.budget.copy()
    kernel.play_day(
        *when,
        *keys,
        arrays.layout,
        arrays.searches,
        arrays.offers,
        arrays.multiples,
        arrays.rules,
        budget,
        arrays.expected_cost,
        stock,
        totals,
        searched,
        closed_hour,
        events,
        event_start,
    )
    return _Day(totals, searched, arrays.budget - budget, closed_hour, events)


def _by_day(ids: pl.Series, dates: list[date]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            ids.name: pl.concat([ids] * len(dates)),
            "date": pl.Series(dates, dtype=pl.Date).gather(np.repeat(range(len(dates)), len(ids))),
        }
    )


def _joined(columns: list[I64]) -> I64:
    return np.concatenate(columns)


def _total(played: list[_Day], column: int) -> I64:
    return _joined([one.totals[:, column] for one in played])


def _history(arrays: PlayedArrays, played: list[_Day], dates: list[date]) -> pl.DataFrame:
    count = {
        name: _total(played, column).astype(np.float64)
        for name, column in (
            ("impressions", kernel.IMPRESSIONS),
            ("clicks", kernel.CLICKS),
            ("orders", kernel.ORDERS),
            ("ranks", kernel.RANKS),
        )
    }
    frame = (
        _by_day(arrays.target_id, dates)
        .with_columns(
            **{name: pl.Series(values) for name, values in count.items()},
            cost=pl.Series(_total(played, kernel.COST) / MICROS),
            revenue=pl.Series(_total(played, kernel.REVENUE) / MICROS),
            bid=pl.Series(np.tile(arrays.offers.bid[: len(arrays.target_id)], len(dates))),
        )
        .with_columns(
            pl.when(pl.col("impressions") > 0)
            .then(pl.col("ranks") / pl.col("impressions"))
            .alias("avg_rank")
        )
        .sort("target_id", "date")
    )
    # What the simulation does not tell (direct orders, presale, impression share) is unknown, not 0.
    columns = History.create_empty().schema
    absent = (pl.lit(None, dtype=columns[n]).alias(n) for n in columns if n not in frame.columns)
    return check(frame.with_columns(*absent).select(columns.keys()), History)


def _late(arrays: PlayedArrays, played: list[_Day], dates: list[date]) -> pl.DataFrame:
    return (
        _by_day(arrays.target_id, dates)
        .with_columns(
            orders=pl.Series(_total(played, kernel.LATE_ORDERS)),
            revenue=pl.Series(_total(played, kernel.LATE_REVENUE) / MICROS),
        )
        .filter(pl.col("orders") > 0)
        .sort("target_id", "date")
    )


def _campaigns(arrays: PlayedArrays, played: list[_Day], dates: list[date]) -> pl.DataFrame:
    closed = pl.Series("closed_hour", _joined([one.closed_hour for one in played]))
    return _by_day(arrays.campaign_id, dates).with_columns(
        cost=pl.Series(_joined([one.spent for one in played]) / MICROS),
        closed_hour=closed.replace(HOURS, None),
    )


def _events(
    arrays: PlayedArrays, shoppers: Shoppers, played: list[_Day], dates: list[date]
) -> pl.DataFrame:
    rows = np.concatenate([one.events for one in played])
    day = np.repeat(range(len(dates)), [len(one.events) for one in played])
    value = pl.Series(rows[:, kernel.EVENT_VALUE]).replace(0, None)
    cells = cell_names(shoppers.devices, shoppers.audiences)
    cell = pl.Series(rows[:, kernel.EVENT_CELL]).replace(-1, None)
    return pl.DataFrame(
        {
            "date": pl.Series(dates, dtype=pl.Date).gather(day),
            "target_id": arrays.target_id.gather(rows[:, kernel.EVENT_TARGET]),
            "hour": rows[:, kernel.EVENT_HOUR],
            "auction": rows[:, kernel.EVENT_AUCTION],
            "rank": rows[:, kernel.EVENT_RANK],
            "price": rows[:, kernel.EVENT_PRICE] / MICROS,
            "order_value": value / MICROS,
            "lag": rows[:, kernel.EVENT_LAG],
            "device": cells["device"].gather(cell),
            "audience": cells["audience"].gather(cell),
        }
    )

"""Expected daily result of every bid level of every target, in closed form (see auction.py, curve.py).

Levels of target i are the cells level_start[i] .. level_start[i + 1]. Targets are taken in blocks of a
fixed size, each with scratch of its own, so memory does not grow with their number and no byte
depends on the threads. Within a block the levels of a few targets are one row (curve.py); how many
fit is a matter of speed alone, for every cell is computed by itself.
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.curve import (
    BID,
    CELL_RIVALS,
    CELL_ROWS,
    CELL_SCALE,
    CELL_SHIFT,
    CELLS_BEYOND,
    LOOKED_AT,
    PRICE,
    SHOWN,
    expected_curves,
    page_coefficients,
)
from adopt.kernels.fast_math import whole_batches
from adopt.kernels.jit import kernel, parallel_kernel, prange
from adopt.kernels.price_integral import (
    INTEGRAL,
    MOST_PANELS,
    PANEL_ROWS,
    RIVALS,
    SCALE,
    SHIFT,
    START,
    STOP,
    TABLE_ROWS,
    WORK_ROWS,
    rivals_at_stop,
    wide_integrals,
)

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]

BLOCK = 256
ROW_CELLS = 1024
"""Cells of one row at least, where there are so many: beginnings and ends of loops weigh little, and a
row's scratch stays in the second cache."""


@kernel
def _most_levels(level_start: I64, first: int, last: int) -> int:
    """Most levels of one of the targets first .. last - 1."""
    levels = 1
    for i in range(first, last):
        levels = max(levels, level_start[i + 1] - level_start[i])
    return levels


@kernel
def _first_on(bid: F64, floor: float) -> int:
    """Number of leading levels that show nothing: off, or below the floor."""
    for j in range(bid.size):
        if bid[j] >= floor and bid[j] > 0.0:
            return j
    return bid.size


@kernel
def _scratch(targets: int, levels: int, most: int) -> tuple[F64, F64, F64, F64, I64]:
    """Scratch of a block: cells, tables, work, panel, index.

    levels: of its targets together; most: of one target
    """
    size = whole_batches(max(min(ROW_CELLS + most, levels), targets, MOST_PANELS))
    return (
        np.empty((CELL_ROWS, size + CELLS_BEYOND)),
        np.empty((2, TABLE_ROWS, size)),
        np.empty((WORK_ROWS, size)),
        np.empty((PANEL_ROWS, MOST_PANELS)),
        np.empty((4, size), dtype=np.int64),
    )


@kernel
def _prepare(
    first: int,
    last: int,
    bid: F64,
    level_start: I64,
    quality: F64,
    m: F64,
    mu: F64,
    sigma: F64,
    floor: float,
    step: float,
    table: F64,
    work: F64,
    panel: F64,
    index: I64,
    on: I64,
    parameters: F64,
) -> None:
    """First bid that shows of the targets first .. last - 1, and what their curves need.

    on: (targets,) output, the cell of that bid
    parameters: (4, targets) output: log quality less mu, 1 / sigma, m, money saved at that bid
    """
    count = last - first
    for k in range(count):
        i = first + k
        a, b = level_start[i], level_start[i + 1]
        on[k] = a + _first_on(bid[a:b], floor)
        table[START, k] = floor
        table[STOP, k] = bid[on[k]] if on[k] < b else floor
        table[SHIFT, k] = math.log(quality[i]) - mu[i]
        table[SCALE, k] = 1.0 / sigma[i]
        table[RIVALS, k] = m[i]
    rivals_at_stop(count, table)
    wide_integrals(count, table, step, work, panel, index[0], index[1])
    for k in range(count):
        parameters[0, k] = table[SHIFT, k]
        parameters[1, k] = table[SCALE, k]
        parameters[2, k] = table[RIVALS, k]
        parameters[3, k] = table[INTEGRAL, k]


@kernel
def _fill_row(
    first: int,
    last: int,
    bid: F64,
    level_start: I64,
    on: I64,
    parameters: F64,
    cells: F64,
    cell_start: U64,
) -> int:
    """Put the bids that show, of as many of the targets first .. last - 1 as fit, into one row; how many.

    on, parameters: of the same targets; cell_start: (targets + 1,) output, where each begins in the row
    """
    count = 0
    a = np.uint64(0)
    cell_start[0] = a
    while first + count < last and a < ROW_CELLS:
        begin = np.uint64(on[count])
        levels = np.uint64(level_start[first + count + 1]) - begin
        shift, scale, m = parameters[0, count], parameters[1, count], parameters[2, count]
        for j in range(levels):
            cells[BID, a + j] = bid[begin + j]
        for j in range(levels):
            cells[CELL_SHIFT, a + j] = shift
            cells[CELL_SCALE, a + j] = scale
            cells[CELL_RIVALS, a + j] = m
        count += 1
        a += levels
        cell_start[count] = a
    return count


@kernel
def _read_row(
    first: int,
    count: int,
    level_start: I64,
    on: I64,
    cells: F64,
    cell_start: U64,
    shown_scale: F64,
    looked_scale: F64,
    shown: F64,
    looked_at: F64,
    price: F64,
) -> None:
    """The curves of so many targets out of a row, times their scales; nothing where no bid shows."""
    for i in range(count):
        for cell in range(level_start[first + i], on[i]):
            shown[cell] = 0.0
            looked_at[cell] = 0.0
            price[cell] = 0.0
        a, begin = cell_start[i], np.uint64(on[i])
        levels = cell_start[i + 1] - a
        scale = shown_scale[first + i]
        for j in range(levels):
            shown[begin + j] = cells[SHOWN, a + j] * scale
        scale = looked_scale[first + i]
        for j in range(levels):
            looked_at[begin + j] = cells[LOOKED_AT, a + j] * scale
        for j in range(levels):
            price[begin + j] = cells[PRICE, a + j]


@kernel
def _levels_of_block(
    first: int,
    last: int,
    bid: F64,
    level_start: I64,
    quality: F64,
    m: F64,
    mu: F64,
    sigma: F64,
    floor: float,
    step: float,
    coefficients: F64,
    shown_scale: F64,
    looked_scale: F64,
    shown: F64,
    looked_at: F64,
    price: F64,
) -> None:
    """Curves of the targets first .. last - 1, the first two times a scale of the target."""
    targets, levels = last - first, level_start[last] - level_start[first]
    cells, tables, work, panel, index = _scratch(
        targets, levels, _most_levels(level_start, first, last)
    )
    on = np.empty(targets, dtype=np.int64)
    cell_start = np.empty(targets + 1, dtype=np.uint64)
    parameters = np.empty((4, targets))
    _prepare(
        first,
        last,
        bid,
        level_start,
        quality,
        m,
        mu,
        sigma,
        floor,
        step,
        tables[0],
        work,
        panel,
        index,
        on,
        parameters,
    )
    begin = first
    while begin < last:
        k = begin - first
        count = _fill_row(
            begin, last, bid, level_start, on[k:], parameters[:, k:], cells, cell_start
        )
        starts = cell_start[: count + 1]
        if starts[count] > 0:
            expected_curves(
                starts,
                cells,
                parameters[3, k:],
                floor,
                step,
                coefficients,
                tables,
                work,
                panel,
                index,
            )
        _read_row(
            begin,
            count,
            level_start,
            on[k:],
            cells,
            starts,
            shown_scale,
            looked_scale,
            shown,
            looked_at,
            price,
        )
        begin += count


@parallel_kernel
def evaluate_levels(
    bid: F64,
    level_start: I64,
    quality: F64,
    queries: F64,
    m: F64,
    mu: F64,
    sigma: F64,
    examination: F64,
    floor: float,
    step: float,
    impressions: F64,
    examined: F64,
    cpc: F64,
) -> None:
    """Fill impressions and examined impressions per day, and the expected price of a click.

    bid: (cells,) currency, ascending along the levels of a target; quality, queries, m, mu, sigma: (n,)
    impressions, examined, cpc: (cells,) outputs; non-decreasing along the bids of a target
    """
    n = level_start.size - 1
    coefficients = page_coefficients(examination)
    for block in prange(-(-n // BLOCK)):
        _levels_of_block(
            block * BLOCK,
            min((block + 1) * BLOCK, n),
            bid,
            level_start,
            quality,
            m,
            mu,
            sigma,
            floor,
            step,
            coefficients,
            queries,
            queries,
            impressions,
            examined,
            cpc,
        )


@kernel
def _cost_and_orders(
    first: int, last: int, level_start: I64, order_rate: F64, clicks: F64, cost: F64, orders: F64
) -> None:
    """Cost from the price that it holds, and orders, of the targets first .. last - 1."""
    for i in range(first, last):
        begin, end = np.uint64(level_start[i]), np.uint64(level_start[i + 1])
        rate = order_rate[i]
        for j in range(begin, end):
            cost[j] *= clicks[j]
        for j in range(begin, end):
            orders[j] = clicks[j] * rate


@parallel_kernel
def evaluate_outcomes(
    bid: F64,
    level_start: I64,
    quality: F64,
    queries: F64,
    m: F64,
    mu: F64,
    sigma: F64,
    click_rate: F64,
    order_rate: F64,
    examination: F64,
    floor: float,
    step: float,
    impressions: F64,
    clicks: F64,
    cost: F64,
    orders: F64,
) -> None:
    """Fill impressions, clicks and orders per day, and cost in currency per day, in one pass.

    bid: (cells,) currency, ascending along the levels of a target; quality, queries, m, mu, sigma: (n,)
    click_rate: (n,) clicks an examined impression; order_rate: (n,) orders a click
    impressions, clicks, cost, orders: (cells,) outputs; non-decreasing along the bids of a target
    """
    n = level_start.size - 1
    coefficients = page_coefficients(examination)
    clicks_a_view = queries * click_rate
    for block in prange(-(-n // BLOCK)):
        first = block * BLOCK
        last = min(first + BLOCK, n)
        _levels_of_block(
            first,
            last,
            bid,
            level_start,
            quality,
            m,
            mu,
            sigma,
            floor,
            step,
            coefficients,
            queries,
            clicks_a_view,
            impressions,
            clicks,
            cost,
        )
        _cost_and_orders(first, last, level_start, order_rate, clicks, cost, orders)

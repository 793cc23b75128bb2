"""Expected daily result of every bid level of every target, in closed form (see auction.py, curve.py).

Levels of target i are the cells level_start[i] .. level_start[i + 1]. Targets are taken in blocks of a
fixed size, each with scratch of its own, so memory does not grow with their number and no byte
depends on the threads.
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.curve import MOST_NODES, SCRATCH_ROWS, expected_curve, page_coefficients
from adopt.kernels.jit import kernel, parallel_kernel, prange

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

BLOCK = 32


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
def _curve_from_floor(
    bid: F64,
    quality: float,
    m: float,
    mu: float,
    sigma: float,
    floor: float,
    step: float,
    coefficients: F64,
    scratch: F64,
    nodes: F64,
    index: I64,
    shown: F64,
    looked_at: F64,
    price: F64,
) -> None:
    """expected_curve of bids that may be off."""
    on = _first_on(bid, floor)
    shown[:on] = 0.0
    looked_at[:on] = 0.0
    price[:on] = 0.0
    if on < bid.size:
        expected_curve(
            bid[on:],
            math.log(quality),
            m,
            mu,
            sigma,
            floor,
            step,
            coefficients,
            scratch,
            nodes,
            index,
            shown[on:],
            looked_at[on:],
            price[on:],
        )


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
        first = block * BLOCK
        last = min(first + BLOCK, n)
        levels = _most_levels(level_start, first, last)
        scratch = np.empty((SCRATCH_ROWS, levels))
        nodes = np.empty((3, max(4 * levels, MOST_NODES)))
        index = np.empty(levels, dtype=np.int64)
        for i in range(first, last):
            a = level_start[i]
            b = level_start[i + 1]
            _curve_from_floor(
                bid[a:b],
                quality[i],
                m[i],
                mu[i],
                sigma[i],
                floor,
                step,
                coefficients,
                scratch,
                nodes,
                index,
                impressions[a:b],
                examined[a:b],
                cpc[a:b],
            )
            for cell in range(a, b):
                impressions[cell] *= queries[i]
                examined[cell] *= queries[i]


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
    for block in prange(-(-n // BLOCK)):
        first = block * BLOCK
        last = min(first + BLOCK, n)
        levels = _most_levels(level_start, first, last)
        scratch = np.empty((SCRATCH_ROWS, levels))
        nodes = np.empty((3, max(4 * levels, MOST_NODES)))
        index = np.empty(levels, dtype=np.int64)
        for i in range(first, last):
            a = level_start[i]
            b = level_start[i + 1]
            _curve_from_floor(
                bid[a:b],
                quality[i],
                m[i],
                mu[i],
                sigma[i],
                floor,
                step,
                coefficients,
                scratch,
                nodes,
                index,
                impressions[a:b],
                clicks[a:b],
                cost[a:b],
            )
            for cell in range(a, b):
                impressions[cell] *= queries[i]
                clicks[cell] *= queries[i] * click_rate[i]
                cost[cell] *= clicks[cell]
                orders[cell] = clicks[cell] * order_rate[i]

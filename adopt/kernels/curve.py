"""Expected traffic along the ascending bids of targets, each level built on the one below.

With the tail Lambda of auction.py, own scores s_j = b_j * quality and saved money
D_j = E[price at b_j] - floor = integral over p in (floor, b_j) of 1 - exp(Lambda(s_j) - Lambda((p - step) * quality)),

    D_{j+1} = f * D_j + (1 - f) * (b_j - floor) + I_j,    f = exp(Lambda(s_{j+1}) - Lambda(s_j)) <= 1,

where I_j is the same integral over (b_j, b_{j+1}) alone. No term can be negative and the weights sum
to the width, so floor <= price <= bid and the price never falls.

I_j between neighbouring levels: Hermite's rule from the values and two derivatives at both ends,

    h/2 (g0 + g1) + h^2/10 (g0' - g1') + h^3/120 (g0'' + g1''),

kept within h times the values at the ends, between which the integrand falls. The ends' exponentials
are shared by neighbours: two exponentials a level and no inner nodes. Where levels lie too far apart
for that (NARROW_*), and from the floor to the first level, price_integral.py.

Shown and looked-at probabilities are exp(-Lambda) times a polynomial in Lambda: Horner's rule.
The levels of several targets lie in one row, so that loops are long and none waits for the one before; an
interval between two targets is computed too, and not read.
Source: Lanczos (1956) for the end-point rule; auction.py for the model.
"""

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.fast_math import fast_exp, fast_log, fast_tail, whole_batches
from adopt.kernels.fused import multiply_add
from adopt.kernels.jit import kernel
from adopt.kernels.price_integral import (
    ABOVE,
    INTEGRAL,
    LEAST,
    RIVALS,
    SCALE,
    SHIFT,
    SIX_PRICE,
    SIX_RIVALS,
    SIX_SCORE,
    START,
    STOP,
    six_node_integrals,
    wide_integrals,
)

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]
"""Places in a row: an unsigned index is never taken from the end, which would keep loops from vectors."""

NARROW_SCORE, NARROW_PRICE, NARROW_ERROR = 0.22, 0.15, 0.006
"""Hermite's rule holds up to so many standard deviations of score and fractions of the price between
levels, and while (rivals between)^5 x (that fraction) stays below the last."""
BID, CELL_SHIFT, CELL_SCALE, CELL_RIVALS, SHOWN, LOOKED_AT, PRICE = range(7)
"""Rows of scratch that the caller fills or reads: bids, log quality less mu, 1 / sigma, m; the curves."""
ABOVE_OWN, ALONE, Z, BESIDE, SLOPE, BEND, TOP, FALL, GAINED = range(7, 16)
"""Further rows: rivals above the own score; chance of none; standard score a step below the bid, rivals
above it, first and second derivative of exp(-rivals) there over its value; exp(rivals - those a step below);
f of the level above, and the terms of the recursion without D_j."""
POWERS = 10
CROWD = 600.0
"""Rivals above that leave no chance to be alone that a float could hold well."""
CELL_ROWS = 16
CELLS_BEYOND = 1
"""Columns of scratch beyond whole batches of cells."""
TOGETHER = 4
"""Targets whose recursions run side by side: each step waits for the last."""


@kernel
def page_coefficients(examination: F64) -> F64:
    """Polynomials (2, terms) of shown and of looked-at, highest power first, a multiple of POWERS terms."""
    slots = examination.size
    terms = -(-slots // POWERS) * POWERS
    coefficients = np.zeros((2, terms))
    inverse = 1.0
    for r in range(slots):
        coefficients[0, terms - 1 - r] = inverse
        coefficients[1, terms - 1 - r] = inverse * examination[r]
        inverse /= r + 1
    return coefficients


@kernel
def _rivals(whole: int, cells: F64) -> None:
    """Expected rivals above every score."""
    for j in range(whole):
        price = max(cells[BID, j], LEAST)
        cells[Z, j] = (fast_log(price) + cells[CELL_SHIFT, j]) * cells[CELL_SCALE, j]
    for j in range(whole):
        cells[ABOVE_OWN, j] = cells[CELL_RIVALS, j] * fast_tail(cells[Z, j])[0]


@kernel
def _five(coefficients: F64, row: int, k: int) -> tuple[float, float, float, float, float]:
    c = coefficients[row]
    return c[k], c[k + 1], c[k + 2], c[k + 3], c[k + 4]


@kernel
def _page(whole: int, coefficients: F64, cells: F64) -> None:
    """Chance that nobody is above, and to be shown and looked at: Horner's rule, POWERS a pass."""
    for j in range(whole):
        cells[ALONE, j] = fast_exp(max(-cells[ABOVE_OWN, j], -700.0))
    for j in range(whole):
        cells[SHOWN, j] = 0.0
        cells[LOOKED_AT, j] = 0.0
    for k in range(0, coefficients.shape[1], POWERS):
        a0, a1, a2, a3, a4 = _five(coefficients, 0, k)
        a5, a6, a7, a8, a9 = _five(coefficients, 0, k + 5)
        b0, b1, b2, b3, b4 = _five(coefficients, 1, k)
        b5, b6, b7, b8, b9 = _five(coefficients, 1, k + 5)
        for j in range(whole):
            x = cells[ABOVE_OWN, j]
            a = multiply_add(multiply_add(cells[SHOWN, j], x, a0), x, a1)
            b = multiply_add(multiply_add(cells[LOOKED_AT, j], x, b0), x, b1)
            a = multiply_add(multiply_add(a, x, a2), x, a3)
            b = multiply_add(multiply_add(b, x, b2), x, b3)
            a = multiply_add(multiply_add(a, x, a4), x, a5)
            b = multiply_add(multiply_add(b, x, b4), x, b5)
            a = multiply_add(multiply_add(a, x, a6), x, a7)
            b = multiply_add(multiply_add(b, x, b6), x, b7)
            cells[SHOWN, j] = multiply_add(multiply_add(a, x, a8), x, a9)
            cells[LOOKED_AT, j] = multiply_add(multiply_add(b, x, b8), x, b9)
    for j in range(whole):
        cells[SHOWN, j] *= cells[ALONE, j]
        cells[LOOKED_AT, j] *= cells[ALONE, j]


@kernel
def _rivals_beside(whole: int, step: float, cells: F64) -> None:
    """Expected rivals above the score a step below, and how dense they are, per standard deviation."""
    for j in range(whole):
        price = max(cells[BID, j] - step, LEAST)
        cells[Z, j] = (fast_log(price) + cells[CELL_SHIFT, j]) * cells[CELL_SCALE, j]
    for j in range(whole):
        tail, density = fast_tail(cells[Z, j])
        cells[BESIDE, j] = cells[CELL_RIVALS, j] * tail
        cells[SLOPE, j] = cells[CELL_RIVALS, j] * density


@kernel
def _kept(whole: int, cells: F64) -> None:
    """Chance that nobody stands between a level and its whole price, and between the scores of two levels."""
    for j in range(whole):
        cells[TOP, j] = fast_exp(max(min(cells[ABOVE_OWN, j] - cells[BESIDE, j], 0.0), -700.0))
    for j in range(whole):
        cells[FALL, j] = min(cells[ALONE, j] / cells[ALONE, j + 1], 1.0)


@kernel
def _bends(whole: int, step: float, cells: F64) -> None:
    """Derivatives of exp(-rivals) along the price, over its value; SLOPE holds the density at first."""
    for j in range(whole):
        inverse = 1.0 / max(cells[BID, j] - step, LEAST)
        scale = cells[CELL_SCALE, j]
        slope = cells[SLOPE, j] * scale * inverse
        cells[SLOPE, j] = slope
        cells[BEND, j] = slope * (slope - multiply_add(cells[Z, j], scale, 1.0) * inverse)


@kernel
def _kept_in_a_crowd(cell_start: U64, cells: F64) -> None:
    """The chance between two levels again, where being alone is too unlikely for a float."""
    one = np.uint64(1)
    for i in range(cell_start.size - 1):
        first, last = cell_start[i], cell_start[i + 1]
        if last > first and cells[ABOVE_OWN, first] > CROWD:
            for j in range(first, last - one):
                between = cells[ABOVE_OWN, j + one] - cells[ABOVE_OWN, j]
                cells[FALL, j] = fast_exp(max(min(between, 0.0), -700.0))


@kernel
def _narrow_integrals(whole: int, cells: F64) -> None:
    """Hermite's rule over every interval between neighbouring levels."""
    for j in range(whole):
        h = cells[BID, j + 1] - cells[BID, j]
        g0 = cells[TOP, j] * cells[FALL, j]
        g1 = cells[TOP, j + 1]
        first = multiply_add(g0, cells[SLOPE, j], -g1 * cells[SLOPE, j + 1])
        second = multiply_add(g0, cells[BEND, j], g1 * cells[BEND, j + 1])
        rule = multiply_add(multiply_add(second, h * (1.0 / 12.0), first), h * 0.1, 0.5 * (g0 + g1))
        cells[GAINED, j] = h * (1.0 - min(max(rule, g0), max(g1, g0)))


@kernel
def _count_apart(whole: int, step: float, cells: F64, is_apart: I64) -> int:
    """Mark the intervals that are too wide for Hermite's rule, and count them."""
    many = 0
    for j in range(whole):
        price = max(cells[BID, j] - step, LEAST)
        gap = cells[BID, j + 1] - cells[BID, j]
        between = cells[BESIDE, j] - cells[BESIDE, j + 1]
        power = between * between
        power *= power * between
        far = (cells[Z, j + 1] - cells[Z, j] > NARROW_SCORE) | (gap > NARROW_PRICE * price)
        apart = int(far | (power * gap > NARROW_ERROR * price))
        is_apart[j] = apart
        many += apart
    return many


@kernel
def _enter(cells: F64, j: int, column: int, table: F64) -> None:
    """The interval above cell j becomes a column of a table of integrals."""
    table[START, column] = cells[BID, j]
    table[STOP, column] = cells[BID, j + 1]
    table[ABOVE, column] = cells[ABOVE_OWN, j + 1]
    table[SHIFT, column] = cells[CELL_SHIFT, j]
    table[SCALE, column] = cells[CELL_SCALE, j]
    table[RIVALS, column] = cells[CELL_RIVALS, j]


@kernel
def _wider_integrals(
    cell_start: U64,
    step: float,
    is_apart: I64,
    tables: F64,
    work: F64,
    panel: F64,
    index: I64,
    cells: F64,
) -> None:
    """Redo the intervals that are too wide for Hermite's rule."""
    few, many = 0, 0
    for i in range(cell_start.size - 1):
        for j in range(np.int64(cell_start[i]), np.int64(cell_start[i + 1]) - 1):
            if not is_apart[j]:
                continue
            h = cells[BID, j + 1] - cells[BID, j]
            between = cells[BESIDE, j] - cells[BESIDE, j + 1]
            is_wide = h > SIX_PRICE * (cells[BID, j] - step)
            if is_wide or between > SIX_RIVALS or cells[Z, j + 1] - cells[Z, j] > SIX_SCORE:
                _enter(cells, j, many, tables[1])
                index[1, many] = j
                many += 1
            else:
                _enter(cells, j, few, tables[0])
                index[0, few] = j
                few += 1
    if few > 0:
        six_node_integrals(few, tables[0], step, work)
        for k in range(few):
            cells[GAINED, index[0, k]] = tables[0, INTEGRAL, k]
    if many > 0:
        wide_integrals(many, tables[1], step, work, panel, index[2], index[3])
        for k in range(many):
            cells[GAINED, index[1, k]] = tables[1, INTEGRAL, k]


@kernel
def _gained(whole: int, floor: float, cells: F64) -> None:
    """What a level saves over the floor apart from what the level below saves."""
    for j in range(whole):
        width = cells[BID, j] - floor
        cells[GAINED, j] = multiply_add(1.0 - cells[FALL, j], width, cells[GAINED, j])


@kernel
def _prices(cell_start: U64, floor: float, saved: F64, cells: F64) -> None:
    """The recursion along the levels of every target, TOGETHER at a time.

    saved: (targets,) at the first level
    """
    targets = cell_start.size - 1
    whole = targets - targets % TOGETHER
    for i in range(whole, targets):
        _prices_from(cell_start[i], cell_start[i + 1], floor, saved[i], cells)
    for i in range(0, whole, TOGETHER):
        a, b, c, d = cell_start[i], cell_start[i + 1], cell_start[i + 2], cell_start[i + 3]
        e = cell_start[i + 4]
        s, t, u, v = saved[i], saved[i + 1], saved[i + 2], saved[i + 3]
        both = min(b - a, c - b, d - c, e - d)
        for j in range(both):
            ja, jb, jc, jd = a + j, b + j, c + j, d + j
            cells[PRICE, ja], cells[PRICE, jb] = floor + s, floor + t
            cells[PRICE, jc], cells[PRICE, jd] = floor + u, floor + v
            s = multiply_add(cells[FALL, ja], s, cells[GAINED, ja])
            t = multiply_add(cells[FALL, jb], t, cells[GAINED, jb])
            u = multiply_add(cells[FALL, jc], u, cells[GAINED, jc])
            v = multiply_add(cells[FALL, jd], v, cells[GAINED, jd])
        _prices_from(a + both, b, floor, s, cells)
        _prices_from(b + both, c, floor, t, cells)
        _prices_from(c + both, d, floor, u, cells)
        _prices_from(d + both, e, floor, v, cells)


@kernel
def _prices_from(first: np.uint64, last: np.uint64, floor: float, saved: float, cells: F64) -> None:
    """The same for some levels of one target."""
    for j in range(first, last):
        cells[PRICE, j] = floor + saved
        saved = multiply_add(cells[FALL, j], saved, cells[GAINED, j])


@kernel
def _never_falling(cell_start: U64, row: int, cells: F64) -> None:
    """Undo what rounding takes off along the levels of every target."""
    one = np.uint64(1)
    for i in range(cell_start.size - 1):
        first, last = cell_start[i], cell_start[i + 1]
        falls = 0
        if last > first:
            for j in range(first, last - one):
                falls += int(cells[row, j + one] < cells[row, j])
        if falls > 0:
            most = cells[row, first]
            for j in range(first, last):
                most = max(most, cells[row, j])
                cells[row, j] = most


@kernel
def expected_curves(
    cell_start: U64,
    cells: F64,
    saved: F64,
    floor: float,
    step: float,
    coefficients: F64,
    tables: F64,
    work: F64,
    panel: F64,
    index: I64,
) -> None:
    """Chance to be shown and to be looked at, and the expected price, at every bid of several targets.

    cell_start: (targets + 1,) from 0; saved: (targets,) currency, the integral from the floor to the first bid
    cells: (CELL_ROWS, whole batches of cells, and CELLS_BEYOND), whose first rows hold the bids, ascending
    along a target and none below the floor, and the targets' parameters; SHOWN, LOOKED_AT and PRICE are filled
    coefficients: of page_coefficients; tables: (2, TABLE_ROWS, whole batches of cells), work, panel: of
    wide_integrals, index: (4, the same or more), scratch
    """
    count = int(np.int64(cell_start[-1]))
    whole = whole_batches(count)
    for row in range(SHOWN):
        last = cells[row, count - 1]
        for j in range(count, whole + CELLS_BEYOND):
            cells[row, j] = last
    # The column beyond belongs to an interval that nobody reads, but is read for it.
    for row in range(SHOWN, CELL_ROWS):
        cells[row, whole] = 1.0
    _rivals(whole, cells)
    _page(whole, coefficients, cells)
    _rivals_beside(whole, step, cells)
    _kept(whole, cells)
    _kept_in_a_crowd(cell_start, cells)
    _bends(whole, step, cells)
    _narrow_integrals(whole, cells)
    is_apart = index[3]
    if _count_apart(whole, step, cells, is_apart) > 0:
        _wider_integrals(cell_start, step, is_apart, tables, work, panel, index, cells)
    _gained(whole, floor, cells)
    _prices(cell_start, floor, saved, cells)
    for j in range(whole):
        cells[PRICE, j] = min(cells[PRICE, j], cells[BID, j])
    for row in range(SHOWN, PRICE + 1):
        _never_falling(cell_start, row, cells)

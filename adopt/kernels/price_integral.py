"""Integrals that the price of a click is made of, over prices between two bids far apart or from the floor.

    integral over p in (start, stop) of 1 - exp(Lambda(s) - Lambda((p - step) * quality)) dp,

s the own score at stop (auction.py has the model). Six Gauss-Legendre nodes; where they are too few, panels
of fourteen in ln(p - step), from the dearest price downwards. Many integrals are taken side by side, a
lane each, and then all their panels: loops are long, and what a lane computes no other lane changes.
"""

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.fast_math import BATCH, fast_exp, fast_log, fast_tail, whole_batches
from adopt.kernels.fused import multiply_add
from adopt.kernels.jit import kernel
from adopt.kernels.quadrature import FEW_COUNT, FEW_NODES, FEW_WEIGHTS, SIX_NODES, SIX_WEIGHTS

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

SIX = 6
SIX_RIVALS, SIX_SCORE, SIX_PRICE = 4.0, 1.2, 1.0
"""Six Gauss-Legendre nodes: most rivals, standard deviations and fraction of the price between levels."""
PANEL_RIVALS = 12.0
PANEL_SCORE = 4.0
PANEL_PRICE = 3.0
"""The same, price as a logarithm, within one panel."""
CERTAIN = 16.0
"""Rivals between two scores that make it as good as certain that one stands there: exp(-16) is 1e-7."""
FAR_ABOVE, FAR_BELOW = 7.5, 6.5
"""Standard deviations beyond which there is no rival, and no more than there are."""
HALVINGS = 40
LEAST = 1e-9
"""Stands for a rival's price of zero or less, whose logarithm is needed."""
MOST_PANELS = 12 * BATCH
PANEL_ROWS = 8
WORK_ROWS = 6
START, STOP, ABOVE, SHIFT, SCALE, RIVALS, INTEGRAL = range(7)
"""Rows of a table of integrals, a column each: prices, rivals above the score at stop, log quality less mu, 1 / sigma, m; the result."""
TABLE_ROWS = 7


@kernel
def _add_panels(count: int, panel: F64, owner: I64, integral: F64) -> None:
    """Add each panel's integral of 1 - exp(above - rivals) dp to that of its owner.

    panel: (PANEL_ROWS, MOST_PANELS): ln(p - step) at the low end and its width, the same as a standard
    score, m, rivals above
    """
    whole = whole_batches(count)
    panel[:, count:whole] = 0.0
    low, width, score, scores = (
        panel[0, :whole],
        panel[1, :whole],
        panel[2, :whole],
        panel[3, :whole],
    )
    m, above, total = panel[4, :whole], panel[5, :whole], panel[6, :whole]
    between = panel[7, :whole]
    total[:] = 0.0
    for k in range(FEW_COUNT):
        node, weight = FEW_NODES[k], FEW_WEIGHTS[k]
        # Short bodies: the next elements begin while these wait.
        for i in range(whole):
            tail = fast_tail(multiply_add(scores[i], node, score[i]))[0]
            between[i] = max(min(multiply_add(-m[i], tail, above[i]), 0.0), -700.0)
        for i in range(whole):
            price = fast_exp(multiply_add(width[i], node, low[i]))
            total[i] = multiply_add(weight * price, 1.0 - fast_exp(between[i]), total[i])
    for i in range(count):
        integral[owner[i]] += total[i] * width[i]


@kernel
def _panel_widths(
    y: F64, low: F64, shift: F64, scale: F64, m: F64, above: F64, more: F64, width: F64, grown: F64
) -> None:
    """Width below y of the next panel, so that the rivals grow by PANEL_RIVALS at most.

    more: rivals at y beyond those above; grown: by how many more they really grow
    """
    for i in range(y.size):
        tail, density = fast_tail((y[i] + shift[i]) * scale[i])
        slope = m[i] * density * scale[i]
        wide = min(y[i] - low[i], PANEL_PRICE, PANEL_SCORE / scale[i])
        width[i] = min(wide, PANEL_RIVALS / max(slope, 1e-300))
        more[i] = m[i] * tail - above[i]
    for i in range(y.size):
        tail = fast_tail((y[i] - width[i] + shift[i]) * scale[i])[0]
        grown[i] = m[i] * tail - above[i] - more[i]


@kernel
def _ends(table: F64, step: float, y: F64, low: F64) -> None:
    """Logarithms of the dearest price with a rival, and of the cheapest."""
    start, stop, shift, scale = table[START], table[STOP], table[SHIFT], table[SCALE]
    for i in range(y.size):
        low[i] = fast_log(max(start[i] - step, LEAST))
        # Where nobody's score lies the integrand is zero; it begins with the dearest rivals.
        y[i] = min(fast_log(max(stop[i] - step, LEAST)), FAR_ABOVE / scale[i] - shift[i])


@kernel
def _rests(table: F64, step: float, y: F64, low: F64, integral: F64) -> None:
    """Add what lies below all rivals, or below one who is certain to stand there: it changes no more."""
    start, stop, shift, scale = table[START], table[STOP], table[SHIFT], table[SCALE]
    m, above = table[RIVALS], table[ABOVE]
    for i in range(y.size):
        least = start[i] - step
        top = min(fast_exp(max(y[i], low[i])), max(stop[i] - step, LEAST))
        rest = max(top - least, 0.0) if (y[i] > low[i]) | (least < LEAST) else 0.0
        tail = fast_tail((y[i] + shift[i]) * scale[i])[0]
        none = fast_exp(max(min(multiply_add(-m[i], tail, above[i]), 0.0), -700.0))
        total = multiply_add(rest, 1.0 - none, integral[i])
        integral[i] = max(min(total, stop[i] - start[i]), 0.0)


@kernel
def _narrower(
    width: float, more: float, y: float, shift: float, scale: float, m: float, above: float
) -> float:
    """Halves of a width until the rivals grow little enough: their density rises first."""
    for _ in range(HALVINGS):
        width *= 0.5
        tail, _ = fast_tail((y - width + shift) * scale)
        if m * tail - above - more <= 1.5 * PANEL_RIVALS:
            break
    return width


@kernel
def rivals_at_stop(count: int, table: F64) -> None:
    """Fill the rivals above the scores at stop of the first columns of a table."""
    whole = whole_batches(count)
    for row in range(TABLE_ROWS):
        table[row, count:whole] = table[row, count - 1]
    for i in range(whole):
        z = (fast_log(max(table[STOP, i], LEAST)) + table[SHIFT, i]) * table[SCALE, i]
        table[ABOVE, i] = table[RIVALS, i] * fast_tail(z)[0]


@kernel
def wide_integrals(
    count: int, table: F64, step: float, work: F64, panel: F64, index: I64, owner: I64
) -> None:
    """The integrals of the first columns of a table, by panels from the top downwards.

    table: (TABLE_ROWS, whole batches of count); work: (WORK_ROWS, the same), scratch
    panel: (PANEL_ROWS, MOST_PANELS); index: (count,), owner: (MOST_PANELS,), scratch
    """
    whole = whole_batches(count)
    for row in range(TABLE_ROWS):
        table[row, count:whole] = table[row, count - 1]
    table = table[:, :whole]
    y, low, more = work[0, :whole], work[1, :whole], work[2, :whole]
    width, grown = work[3, :whole], work[4, :whole]
    shift, scale, m, above = table[SHIFT], table[SCALE], table[RIVALS], table[ABOVE]
    integral = table[INTEGRAL]
    integral[:] = 0.0
    _ends(table, step, y, low)
    active = 0
    for i in range(count):
        index[active] = i
        active += y[i] > low[i]
    panels = 0
    while active > 0:
        _panel_widths(y, low, shift, scale, m, above, more, width, grown)
        still = 0
        for a in range(active):
            i = index[a]
            top = y[i]
            if (more[i] > CERTAIN) | ((top + shift[i]) * scale[i] < -FAR_BELOW):
                continue
            wide = width[i]
            if grown[i] > 1.5 * PANEL_RIVALS:
                wide = _narrower(wide, more[i], top, shift[i], scale[i], m[i], above[i])
            bottom = top - wide
            if bottom >= top:
                continue
            if panels == MOST_PANELS:
                _add_panels(panels, panel, owner, integral)
                panels = 0
            panel[0, panels] = bottom
            panel[1, panels] = wide
            panel[2, panels] = (bottom + shift[i]) * scale[i]
            panel[3, panels] = wide * scale[i]
            panel[4, panels] = m[i]
            panel[5, panels] = above[i]
            owner[panels] = i
            panels += 1
            y[i] = bottom if wide < top - low[i] else low[i]
            index[still] = i
            still += y[i] > low[i]
        active = still
    _add_panels(panels, panel, owner, integral)
    _rests(table, step, y, low, integral)


@kernel
def six_node_integrals(count: int, table: F64, step: float, work: F64) -> None:
    """The integrals of the first columns of a table, by six nodes; work: as for wide_integrals."""
    whole = whole_batches(count)
    for row in range(TABLE_ROWS):
        table[row, count:whole] = table[row, count - 1]
    start, stop, above = table[START, :whole], table[STOP, :whole], table[ABOVE, :whole]
    shift, scale, m = table[SHIFT, :whole], table[SCALE, :whole], table[RIVALS, :whole]
    kept, z, none = table[INTEGRAL, :whole], work[0, :whole], work[1, :whole]
    kept[:] = 0.0
    for k in range(SIX):
        node, weight = SIX_NODES[k], SIX_WEIGHTS[k]
        # Short bodies: the next elements begin while these wait.
        for i in range(whole):
            price = multiply_add(stop[i] - start[i], node, start[i] - step)
            z[i] = (fast_log(max(price, LEAST)) + shift[i]) * scale[i]
        for i in range(whole):
            none[i] = multiply_add(-m[i], fast_tail(z[i])[0], above[i])
        for i in range(whole):
            kept[i] = multiply_add(weight, fast_exp(max(min(none[i], 0.0), -700.0)), kept[i])
    for i in range(whole):
        kept[i] = (stop[i] - start[i]) * (1.0 - min(kept[i], 1.0))

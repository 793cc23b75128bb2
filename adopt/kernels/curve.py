"""Expected traffic along the ascending bids of one target, each level built on the one below.

With the tail Lambda of auction.py, own scores s_j = b_j * quality and saved money
D_j = E[price at b_j] - floor = integral over p in (floor, b_j) of 1 - exp(Lambda(s_j) - Lambda((p - step) * quality)),

    D_{j+1} = f * D_j + (1 - f) * (b_j - floor) + I_j,    f = exp(Lambda(s_{j+1}) - Lambda(s_j)) <= 1,

where I_j is the same integral over (b_j, b_{j+1}) alone. No term can be negative and the weights sum
to the width, so floor <= price <= bid and the price never falls.

I_j between neighbouring levels: Hermite's rule from the values and two derivatives at both ends,

    h/2 (g0 + g1) + h^2/10 (g0' - g1') + h^3/120 (g0'' + g1''),

kept within h times the values at the ends, between which the integrand falls. The ends' exponentials
are shared by neighbours: two exponentials a level and no inner nodes. Where levels lie too far apart
for that (NARROW_*), and from the floor to the first level, Gauss-Legendre panels.

Shown and looked-at probabilities are exp(-Lambda) times a polynomial in Lambda: Horner's rule, over
all levels at once.
Source: Lanczos (1956) for the end-point rule; auction.py for the model.
"""

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.fast_math import fast_exp, fast_log, fast_tail
from adopt.kernels.jit import kernel
from adopt.kernels.quadrature import FEW_COUNT, FEW_NODES, FEW_WEIGHTS, FOUR_NODES, FOUR_WEIGHTS

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

NARROW_SCORE, NARROW_PRICE, NARROW_ERROR = 0.22, 0.15, 0.02
"""Hermite's rule holds up to so many standard deviations of score and fractions of the price between
levels, and while (rivals between)^5 x (that fraction) stays below the last."""
FOUR_RIVALS, FOUR_SCORE, FOUR_PRICE = 1.5, 0.5, 0.35
"""Four Gauss-Legendre nodes: most rivals, standard deviations and fraction of the price between levels."""
PANEL_RIVALS = 6.0
PANEL_SCORE = 2.0
PANEL_PRICE = 1.5
"""The same, price as a logarithm, within one Gauss-Legendre panel."""
CERTAIN = 25.0
"""Rivals between two scores that make it certain that one stands there: exp(-25) is nobody."""
FAR_ABOVE, FAR_BELOW = 7.5, 6.5
"""Standard deviations beyond which there is no rival, and no more than there are."""
HALVINGS = 40
DENSEST = 0.4
"""No normal density is higher."""
MOST_NODES = 16 * FEW_COUNT
LEAST = 1e-9
"""Stands for a rival's price of zero or less, whose logarithm is needed."""
SCRATCH_ROWS = 9


@kernel
def page_coefficients(examination: F64) -> F64:
    """Polynomials (2, terms) of shown and of looked-at, highest power first, a multiple of four terms."""
    slots = examination.size
    terms = -(-slots // 4) * 4
    coefficients = np.zeros((2, terms))
    inverse = 1.0
    for r in range(slots):
        coefficients[0, terms - 1 - r] = inverse
        coefficients[1, terms - 1 - r] = inverse * examination[r]
        inverse /= r + 1
    return coefficients


@kernel
def _horner(x: F64, coefficients: F64, value: F64) -> None:
    """Polynomial at every x, four powers a pass."""
    value[:] = 0.0
    for k in range(0, coefficients.size, 4):
        c0 = coefficients[k]
        c1 = coefficients[k + 1]
        c2 = coefficients[k + 2]
        c3 = coefficients[k + 3]
        for j in range(x.size):
            at = x[j]
            value[j] = (((value[j] * at + c0) * at + c1) * at + c2) * at + c3


@kernel
def _standard_scores(price: F64, off: float, shift: float, scale: float, z: F64) -> None:
    """Rank score of every price less off, in standard deviations of the rivals' scores."""
    for j in range(price.size):
        z[j] = (fast_log(max(price[j] - off, LEAST)) + shift) * scale


@kernel
def _rivals(z: F64, m: float, rivals: F64, density: F64) -> None:
    """Expected rivals above every score, and how dense they are there, per standard deviation."""
    for j in range(z.size):
        tail, here = fast_tail(z[j])
        rivals[j] = m * tail
        density[j] = m * here


@kernel
def _nobody(z: F64, m: float, rivals: F64, alone: F64) -> None:
    """Expected rivals above every score, and the chance that there is none."""
    for j in range(z.size):
        rivals[j] = m * fast_tail(z[j])[0]
    for j in range(z.size):
        alone[j] = fast_exp(max(-rivals[j], -700.0))


@kernel
def _kept(rivals: F64, alone: F64, beside: F64, fall: F64, top: F64) -> None:
    """Chance that nobody stands between the scores of two levels, and between a level and its whole price."""
    for j in range(rivals.size):
        top[j] = fast_exp(max(min(rivals[j] - beside[j], 0.0), -700.0))
    if rivals[0] < 600.0:
        for j in range(rivals.size - 1):
            fall[j] = min(alone[j] / alone[j + 1], 1.0)
    else:
        for j in range(rivals.size - 1):
            fall[j] = fast_exp(max(min(rivals[j + 1] - rivals[j], 0.0), -700.0))


@kernel
def _bends(bid: F64, step: float, scale: float, z: F64, slope: F64, bend: F64) -> None:
    """Derivatives of exp(-rivals) along the price, over its value; slope holds the density at first."""
    for j in range(bid.size):
        inverse = 1.0 / max(bid[j] - step, LEAST)
        slope[j] *= scale * inverse
        bend[j] = slope[j] * (slope[j] - (z[j] * scale + 1.0) * inverse)


@kernel
def _narrow_integrals(bid: F64, fall: F64, top: F64, slope: F64, bend: F64, integral: F64) -> None:
    """Hermite's rule over every interval between neighbouring levels."""
    for j in range(bid.size - 1):
        h = bid[j + 1] - bid[j]
        g0 = top[j] * fall[j]
        g1 = top[j + 1]
        rule = 0.5 * (g0 + g1)
        rule += h * 0.1 * (g0 * slope[j] - g1 * slope[j + 1])
        rule += h * h * (1.0 / 120.0) * (g0 * bend[j] + g1 * bend[j + 1])
        integral[j] = h * (1.0 - min(max(rule, g0), max(g1, g0)))


@kernel
def _panels(count: int, shift: float, scale: float, m: float, above: float, nodes: F64) -> float:
    """Integral of 1 - exp(above - rivals) dp over nodes in ln(p - step), with their weights.

    nodes: (3, at least count) logarithms and weights of the nodes, and scratch
    """
    y, weight, none = nodes[0, :count], nodes[1, :count], nodes[2, :count]
    for k in range(count):
        none[k] = above - m * fast_tail((y[k] + shift) * scale)[0]
    for k in range(count):
        none[k] = 1.0 - fast_exp(max(min(none[k], 0.0), -700.0))
    for k in range(count):
        weight[k] *= fast_exp(y[k]) * none[k]
    total = 0.0
    for k in range(count):
        total += weight[k]
    return total


@kernel
def _panel_width(
    y: float, room: float, rivals: float, slope: float, shift: float, scale: float, m: float
) -> float:
    """Width below y of a panel across which the rivals grow by PANEL_RIVALS at most."""
    width = min(room, PANEL_PRICE, PANEL_SCORE / scale)
    if slope * width > PANEL_RIVALS:
        width = PANEL_RIVALS / slope
    # Below y the density falls where y lies below the median rival, and may rise elsewhere.
    if y + shift <= 0.0 or m * DENSEST * scale * width <= 1.5 * PANEL_RIVALS:
        return width
    for _ in range(HALVINGS):
        tail, _ = fast_tail((y - width + shift) * scale)
        if m * tail - rivals <= 1.5 * PANEL_RIVALS:
            break
        width *= 0.5
    return width


@kernel
def wide_integral(
    start: float,
    stop: float,
    above: float,
    step: float,
    shift: float,
    scale: float,
    m: float,
    nodes: F64,
) -> float:
    """Integral of 1 - exp(above - rivals) over prices in (start, stop), from the top downwards.

    above: rivals above the own score; nodes: (3, at least MOST_NODES) scratch
    """
    least = start - step
    low = fast_log(max(least, LEAST))
    y = fast_log(max(stop - step, LEAST))
    # Where nobody's score lies the integrand is zero; it begins with the dearest rivals.
    y = min(y, FAR_ABOVE / scale - shift)
    total = 0.0
    count = 0
    while y > low:
        z = (y + shift) * scale
        tail, density = fast_tail(z)
        rivals = m * tail
        if z < -FAR_BELOW or rivals - above > CERTAIN:
            break
        if count + FEW_COUNT > MOST_NODES:
            total += _panels(count, shift, scale, m, above, nodes)
            count = 0
        width = _panel_width(y, y - low, rivals, m * density * scale, shift, scale, m)
        if y - width >= y:
            break
        for k in range(FEW_COUNT):
            nodes[0, count + k] = y - width + width * FEW_NODES[k]
            nodes[1, count + k] = width * FEW_WEIGHTS[k]
        count += FEW_COUNT
        y = y - width if width < y - low else low
    total += _panels(count, shift, scale, m, above, nodes)
    # Below all rivals, or below one who is certain to stand there, it changes no more.
    rest = min(fast_exp(y), max(stop - step, LEAST)) - least if y > low or least < LEAST else 0.0
    if rest > 0.0:
        tail, _ = fast_tail((y + shift) * scale)
        total += rest * (1.0 - fast_exp(max(min(above - m * tail, 0.0), -700.0)))
    return total


@kernel
def _four_nodes(
    count: int,
    index: I64,
    bid: F64,
    rivals: F64,
    step: float,
    shift: float,
    scale: float,
    m: float,
    nodes: F64,
    integral: F64,
) -> None:
    """Four-node panels over the intervals index[:count], all of them in one vector.

    nodes: (3, at least 4 x count) scratch
    """
    z, price, none = nodes[0, : 4 * count], nodes[1, : 4 * count], nodes[2, : 4 * count]
    for i in range(count):
        j = index[i]
        h = bid[j + 1] - bid[j]
        for k in range(4):
            price[4 * i + k] = bid[j] + h * FOUR_NODES[k]
            none[4 * i + k] = rivals[j + 1]
    _standard_scores(price, step, shift, scale, z)
    for k in range(z.size):
        none[k] -= m * fast_tail(z[k])[0]
    for k in range(z.size):
        none[k] = fast_exp(max(min(none[k], 0.0), -700.0))
    for i in range(count):
        j = index[i]
        kept = 0.0
        for k in range(4):
            kept += FOUR_WEIGHTS[k] * none[4 * i + k]
        integral[j] = (bid[j + 1] - bid[j]) * (1.0 - min(kept, 1.0))


@kernel
def _wider_integrals(
    bid: F64,
    rivals: F64,
    beside: F64,
    z: F64,
    step: float,
    shift: float,
    scale: float,
    m: float,
    nodes: F64,
    index: I64,
    integral: F64,
) -> None:
    """Redo the intervals that are too wide for Hermite's rule."""
    excess = nodes[0, : bid.size - 1]
    for j in range(bid.size - 1):
        fraction = (bid[j + 1] - bid[j]) / max(bid[j] - step, LEAST)
        between = beside[j] - beside[j + 1]
        power = between * between
        power *= power * between
        apart = (z[j + 1] - z[j]) * (1.0 / NARROW_SCORE)
        steep = power * fraction * (1.0 / NARROW_ERROR)
        excess[j] = max(steep, apart, fraction * (1.0 / NARROW_PRICE))
    count = 0
    for j in range(bid.size - 1):
        if excess[j] > 1.0:
            index[count] = j
            count += 1
    wide, count = count, 0
    for i in range(wide):
        j = index[i]
        h = bid[j + 1] - bid[j]
        between = beside[j] - beside[j + 1]
        apart = z[j + 1] - z[j]
        if between <= FOUR_RIVALS and apart <= FOUR_SCORE and h <= FOUR_PRICE * (bid[j] - step):
            index[count] = j
            count += 1
        else:
            whole = wide_integral(bid[j], bid[j + 1], rivals[j + 1], step, shift, scale, m, nodes)
            integral[j] = min(whole, h)
    _four_nodes(count, index, bid, rivals, step, shift, scale, m, nodes, integral)


@kernel
def expected_curve(
    bid: F64,
    log_quality: float,
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
    """Chance to be shown and to be looked at, and the expected price, at every bid of one target.

    bid: (levels,) currency, ascending, none below the floor; coefficients: of page_coefficients
    scratch: (SCRATCH_ROWS, at least levels); nodes: (3, at least 4 x levels and MOST_NODES)
    index: (at least levels,) scratch
    shown, looked_at, price: (levels,) outputs, non-decreasing
    """
    levels = bid.size
    rivals, beside, z = scratch[0, :levels], scratch[1, :levels], scratch[2, :levels]
    slope, bend, top = scratch[3, :levels], scratch[4, :levels], scratch[5, :levels]
    fall, integral, alone = scratch[6, :levels], scratch[7, :levels], scratch[8, :levels]
    scale = 1.0 / sigma
    shift = log_quality - mu
    _standard_scores(bid, 0.0, shift, scale, z)
    _nobody(z, m, rivals, alone)
    _horner(rivals, coefficients[0], shown)
    _horner(rivals, coefficients[1], looked_at)
    _standard_scores(bid, step, shift, scale, z)
    _rivals(z, m, beside, slope)
    _kept(rivals, alone, beside, fall, top)
    _bends(bid, step, scale, z, slope, bend)
    _narrow_integrals(bid, fall, top, slope, bend, integral)
    _wider_integrals(bid, rivals, beside, z, step, shift, scale, m, nodes, index, integral)
    saved = min(
        wide_integral(floor, bid[0], rivals[0], step, shift, scale, m, nodes), bid[0] - floor
    )
    price[0] = floor + saved
    for j in range(1, levels):
        kept = fall[j - 1]
        saved = max(saved, kept * saved + ((1.0 - kept) * (bid[j - 1] - floor) + integral[j - 1]))
        price[j] = min(floor + saved, bid[j])
    dearest_shown = 0.0
    dearest_looked = 0.0
    for j in range(levels):
        # Rounding in the last digit must not let a curve fall.
        dearest_shown = max(dearest_shown, shown[j] * alone[j])
        dearest_looked = max(dearest_looked, looked_at[j] * alone[j])
        shown[j] = dearest_shown
        looked_at[j] = dearest_looked

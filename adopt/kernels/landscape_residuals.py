"""What a landscape leaves unexplained of a target's reports, with slopes in the landscape's parameters.

Parameters x = (ln queries, ln m, u, ln sigma), where mu = ln(own reference score) + u: free of the
currency. Residuals, each over its standard deviation, at every bid that was in force:

* ln(impressions per day), ln(cost per click), average rank where reported;
* share of the searches in which the ad was shown: the signed root of the deviance of an interval;
* clicks: how the target's clicks divide over its bids, by Anscombe's root; the click rate drops out.

Source: Anscombe (1948); kernels/auction.py for the formulas of rank and price.
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import kernel

F64 = NDArray[np.float64]

PARAMETERS = 4
BID, DAYS, IMPRESSIONS, CLICKS, CPC, RANK, RANKED, SHARE_LOW, SHARE_HIGH = range(9)
"""Columns of an observation; RANK, SHARE_LOW and SHARE_HIGH are nan where not reported."""
KINDS = 5
"""Residuals of an observation: impressions, price, rank, share, clicks."""
MODEL_ERROR = 0.03
"""Misfit of the model granted to an average, standard deviation of the log."""
RANK_ERROR = 0.05
"""Rounding of a reported rank, standard deviation."""
SHARE_ERROR = 0.02
"""Rounding and other counting of a reported share, standard deviation."""
_nodes, _weights = np.polynomial.legendre.leggauss(12)
NODES: F64 = 0.5 * (_nodes + 1.0)
WEIGHTS: F64 = 0.5 * _weights
SQRT_HALF = math.sqrt(0.5)
DENSITY = 1.0 / math.sqrt(2.0 * math.pi)


@kernel
def tail_slopes(log_score: float, m: float, mu: float, sigma: float, out: F64) -> None:
    """Expected rivals above a score and its slopes in ln m, mu, ln sigma; out: (4,)."""
    z = (log_score - mu) / sigma
    out[0] = 0.5 * m * math.erfc(z * SQRT_HALF)
    out[1] = out[0]
    density = m * DENSITY * math.exp(-0.5 * z * z)
    out[2] = density / sigma
    out[3] = density * z


@kernel
def price_slopes(
    bid: float,
    log_quality: float,
    landscape: tuple[float, float, float],
    floor: float,
    step: float,
    above: F64,
    price: F64,
) -> None:
    """Expected price of a click and its slopes in ln m, mu, ln sigma.

    above: (4,) of tail_slopes at the own score; price: (4,) output, currency
    Quadrature as in kernels/auction.py with half the nodes: error below 1e-3 of the price.
    """
    m, mu, sigma = landscape
    price[:] = 0.0
    price[0] = bid
    if bid <= floor:
        return
    price[0] = floor
    high = math.log(bid)
    low = math.log(floor)
    middle = max(low, high - 0.5)
    for panel in range(2):
        start = low if panel == 0 else middle
        width = middle - low if panel == 0 else high - middle
        if width <= 0.0:
            continue
        for k in range(NODES.size):
            paid = math.exp(start + width * NODES[k])
            weight = width * WEIGHTS[k] * paid
            rival = paid - step
            if rival <= 0.0:
                tail = m
                density = 0.0
                z = 0.0
            else:
                z = (math.log(rival) + log_quality - mu) / sigma
                tail = 0.5 * m * math.erfc(z * SQRT_HALF)
                density = m * DENSITY * math.exp(-0.5 * z * z)
            empty = math.exp(-max(tail - above[0], 0.0))
            price[0] += weight * (1.0 - empty)
            weight *= empty
            price[1] += weight * (tail - above[1])
            price[2] += weight * (density / sigma - above[2])
            price[3] += weight * (density * z - above[3])


@kernel
def page_slopes(above: float, examination: F64, page: F64) -> None:
    """Page of one search and its slopes in the expected rivals above.

    examination: (slots,)
    page: (6,) output: ln P(shown), its slope; ln P(looked at), its slope; mean rank where shown, its slope
    """
    chance = math.exp(-min(above, 690.0))
    before = 0.0
    shown = 0.0
    looked = 0.0
    looked_slope = 0.0
    last = 0.0
    for r in range(examination.size):
        shown += chance
        looked += chance * examination[r]
        looked_slope += (before - chance) * examination[r]
        last = before
        before = chance
        chance *= above / (r + 1)
    shown = max(shown, 1e-300)
    looked = max(looked, 1e-300)
    slope = -before / shown
    page[0] = math.log(shown)
    page[1] = slope
    page[2] = math.log(looked)
    page[3] = looked_slope / looked
    # Sum of k P(k) over k < slots is above * P(N < slots - 1).
    inner = (shown - before) / shown
    page[4] = 1.0 + above * inner
    page[5] = inner + above * (-last / shown - inner * slope)


@kernel
def log_tail(z: float) -> float:
    """Log of P(N(0, 1) > z), accurate far out."""
    if z < 5.0:
        return math.log(0.5 * math.erfc(z * SQRT_HALF))
    square = 1.0 / (z * z)
    return -0.5 * z * z + math.log(DENSITY / z) + math.log1p(-square + 3.0 * square * square)


@kernel
def interval_residual(value: float, low: float, high: float, sd: float) -> float:
    """Signed root of the deviance of a value whose noisy reading fell between low and high.

    An interval that begins at 0 or ends at 1 is open on that side.
    """
    if high - low < 0.2 * sd:
        return (0.5 * (low + high) - value) / sd
    below = (value - high) / sd
    over = (low - value) / sd
    if low <= 0.0 and high >= 1.0:
        return 0.0
    if low <= 0.0:
        return -math.sqrt(max(-2.0 * log_tail(below), 0.0))
    if high >= 1.0:
        return math.sqrt(max(-2.0 * log_tail(over), 0.0))
    width = (high - low) / sd
    near = max(below, over)
    if near > 0.0:
        tail = log_tail(near)
        log_chance = tail + math.log1p(-math.exp(log_tail(near + width) - tail))
    else:
        log_chance = math.log1p(-math.exp(log_tail(-below)) - math.exp(log_tail(-over)))
    best = math.log1p(-2.0 * math.exp(log_tail(0.5 * width)))
    root = math.sqrt(max(2.0 * (best - log_chance), 0.0))
    return root if below < over else -root


@kernel
def residuals_at(
    x: F64,
    obs: F64,
    log_quality: float,
    reference: float,
    examination: F64,
    market: tuple[float, float, float, float],
    clicked: F64,
    told: F64,
) -> None:
    """Residuals of the observations at x, each over its standard deviation, and their slopes.

    obs: (levels, 9), see BID ... SHARE_HIGH; market: floor, step, day_spread, price_spread
    clicked: (levels, 5) scratch: expected share of the clicks, slopes of its log
    told: (5 * levels, 5) output: residual, slopes in x; zeros where nothing was reported
    """
    floor, step, day_spread, price_spread = market
    m = math.exp(x[1])
    mu = reference + x[2]
    sigma = math.exp(x[3])
    above = np.empty(4)
    price = np.empty(4)
    page = np.empty(6)
    told[:] = 0.0
    clicks = 0.0
    expected_clicks = 0.0
    for k in range(obs.shape[0]):
        at = told[KINDS * k : KINDS * (k + 1)]
        impressions = obs[k, IMPRESSIONS]
        tail_slopes(math.log(obs[k, BID]) + log_quality, m, mu, sigma, above)
        page_slopes(above[0], examination, page)
        sd = math.sqrt(1.0 / (impressions + 0.5) + day_spread * day_spread / obs[k, DAYS])
        at[0, 0] = (math.log((impressions + 0.5) / obs[k, DAYS]) - x[0] - page[0]) / sd
        at[0, 1] = -1.0 / sd
        for p in range(1, PARAMETERS):
            at[0, p + 1] = -page[1] * above[p] / sd
        if obs[k, CLICKS] > 0.0 and obs[k, CPC] > 0.0:
            price_slopes(obs[k, BID], log_quality, (m, mu, sigma), floor, step, above, price)
            sd = math.sqrt(price_spread * price_spread / obs[k, CLICKS] + MODEL_ERROR * MODEL_ERROR)
            at[1, 0] = (math.log(obs[k, CPC]) - math.log(price[0])) / sd
            for p in range(1, PARAMETERS):
                at[1, p + 1] = -price[p] / price[0] / sd
        if not math.isnan(obs[k, RANK]):
            # Ranks of single impressions scatter about as widely as a Poisson's.
            chance = obs[k, RANK] / (obs[k, RANKED] + 0.5)
            misfit = MODEL_ERROR * obs[k, RANK]
            sd = math.sqrt(chance + misfit * misfit + RANK_ERROR * RANK_ERROR)
            at[2, 0] = (obs[k, RANK] - page[4]) / sd
            for p in range(1, PARAMETERS):
                at[2, p + 1] = -page[5] * above[p] / sd
        if not math.isnan(obs[k, SHARE_LOW]):
            low = obs[k, SHARE_LOW]
            high = obs[k, SHARE_HIGH]
            middle = min(max(0.5 * (low + high), 0.01), 0.99)
            chance = middle * middle * (1.0 - middle) / (impressions + 0.5)
            sd = math.sqrt(chance + SHARE_ERROR * SHARE_ERROR)
            shown = math.exp(page[0])
            at[3, 0] = interval_residual(shown, low, high, sd)
            h = 0.05 * sd
            slope = interval_residual(shown + h, low, high, sd)
            slope = (slope - interval_residual(shown - h, low, high, sd)) / (2.0 * h)
            for p in range(1, PARAMETERS):
                at[3, p + 1] = slope * shown * page[1] * above[p]
        clicks += obs[k, CLICKS]
        clicked[k, 0] = impressions * math.exp(page[2] - page[0])
        expected_clicks += clicked[k, 0]
        for p in range(1, PARAMETERS):
            clicked[k, p + 1] = (page[3] - page[1]) * above[p]
    if clicks <= 0.0 or obs.shape[0] < 2:
        return
    for p in range(2, PARAMETERS + 1):
        mean = 0.0
        for k in range(obs.shape[0]):
            mean += clicked[k, 0] * clicked[k, p]
        for k in range(obs.shape[0]):
            clicked[k, p] -= mean / expected_clicks
    for k in range(obs.shape[0]):
        fair = clicks * clicked[k, 0] / expected_clicks
        root = math.sqrt(fair + 0.375)
        sd = math.sqrt(1.0 + fair * MODEL_ERROR * MODEL_ERROR)
        at = told[KINDS * k : KINDS * (k + 1)]
        at[4, 0] = 2.0 * (math.sqrt(obs[k, CLICKS] + 0.375) - root) / sd
        for p in range(2, PARAMETERS + 1):
            at[4, p] = -fair * clicked[k, p] / root / sd

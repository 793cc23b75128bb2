"""What a landscape leaves unexplained of a target's reports, with slopes in the landscape's parameters.

Parameters x = (ln queries, ln m, u, ln sigma), where mu = ln(own reference score) + u: free of the
currency. Residuals, each over its standard deviation, at every bid that was in force:

* impressions, as a negative binomial's count; ln(cost per click);
* average rank, or its bucket: the signed root of the deviance of an interval;
* share of the searches in which the ad was shown: likewise;
* clicks: how the target's clicks divide over its bids, by Anscombe's root; the click rate drops out.

Source: Anscombe (1948); McCullagh & Nelder (1989) for scoring of counts; kernels/auction.py for the formulas of rank and price.
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.fast_math import fast_exp, fast_log, fast_tail
from adopt.kernels.jit import kernel

F64 = NDArray[np.float64]

PARAMETERS = 4
BID, LOG_QUALITY, DAYS, IMPRESSIONS, CLICKS, CPC = range(6)
RANK_LOW, RANK_HIGH, RANKED, SHARE_LOW, SHARE_HIGH, PRICE_SPREAD = range(6, 12)
COLUMNS = 12
"""Columns of an observation; ranks and shares are bounds of a mean, nan where not reported.

PRICE_SPREAD: of a single click's price over its mean."""
KINDS = 5
"""Residuals of an observation: impressions, price, rank, share, clicks."""
MODEL_ERROR = 0.01
"""Misfit of the model granted to an average, standard deviation of the log.

Reports round prices to the cent, and no market is exactly a Poisson field."""
RANK_ERROR = 0.05
"""Rounding of a reported rank, standard deviation."""
SHARE_ERROR = 0.02
"""Rounding and other counting of a reported share, standard deviation."""
_nodes, _weights = np.polynomial.legendre.leggauss(16)
NODES: F64 = 0.5 * (_nodes + 1.0)
WEIGHTS: F64 = 0.5 * _weights
NOTHING = 1e-9
"""A rival's price below which nobody stands, currency."""
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
    Quadrature as in kernels/auction.py with two thirds of the nodes: error below 1e-3 of the price.
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
    at = np.empty((5, NODES.size))
    for panel in range(2):
        start = low if panel == 0 else middle
        width = middle - low if panel == 0 else high - middle
        if width <= 0.0:
            continue
        for k in range(NODES.size):
            paid = fast_exp(start + width * NODES[k])
            z = (fast_log(max(paid - step, NOTHING)) + log_quality - mu) / sigma
            tail, density = fast_tail(z)
            empty = fast_exp(-min(max(m * tail - above[0], 0.0), 700.0))
            weight = width * WEIGHTS[k] * paid
            at[0, k] = weight * (1.0 - empty)
            at[1, k] = weight * empty
            at[2, k] = weight * empty * tail
            at[3, k] = weight * empty * density
            at[4, k] = weight * empty * density * z
        for k in range(NODES.size):
            price[0] += at[0, k]
            price[1] += m * at[2, k] - above[1] * at[1, k]
            price[2] += m / sigma * at[3, k] - above[2] * at[1, k]
            price[3] += m * at[4, k] - above[3] * at[1, k]


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
def count_residual(count: float, log_mean: float, variance: float) -> tuple[float, float, float]:
    """Residual of a count, its slope in the log of its mean, and the deviance.

    variance: of the log of the mean itself, from day to day; the count is then negative binomial.
    Residual times slope is the slope of half the deviance. Below the mean it is Pearson's, whose
    squared slope is Fisher's information; above, the root of the deviance: seen from far below, where
    Fisher's information vanishes, it still says how far to go.
    """
    mean = math.exp(min(log_mean, 60.0))
    sd = math.sqrt(mean + variance * mean * mean)
    size = 1.0 / max(variance, 1e-9)
    deviance = (count + size) * math.log((mean + size) / (count + size))
    if count > 0.0:
        deviance += count * (math.log(count) - log_mean)
    deviance = max(2.0 * deviance, 0.0)
    if count - mean < 1e-3 * sd:
        return (count - mean) / sd, -mean / sd, deviance
    root = math.sqrt(deviance)
    return root, -(count - mean) * size / (mean + size) / root, deviance


@kernel
def interval_residual(value: float, low: float, high: float, sd: float) -> float:
    """Signed root of the deviance of a value whose noisy reading fell between low and high.

    low = -inf, high = inf: open on that side.
    """
    if high - low < 0.2 * sd:
        return (0.5 * (low + high) - value) / sd
    below = (value - high) / sd
    over = (low - value) / sd
    if math.isinf(low) and math.isinf(high):
        return 0.0
    if math.isinf(low):
        return -math.sqrt(max(-2.0 * log_tail(below), 0.0))
    if math.isinf(high):
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
def interval_slope(value: float, low: float, high: float, sd: float) -> float:
    """Slope of interval_residual in the value."""
    h = 0.05 * sd
    above = interval_residual(value + h, low, high, sd)
    return (above - interval_residual(value - h, low, high, sd)) / (2.0 * h)


@kernel
def traffic_slopes(
    bid: float,
    log_quality: float,
    landscape: tuple[float, float, float],
    multiplier: F64,
    share: F64,
    examination: F64,
    floor: float,
    step: float,
    is_priced: bool,
    out: F64,
) -> None:
    """Traffic of one search at a bid, over all segments, and its slopes in ln m, mu, ln sigma.

    landscape: m, mu, sigma; multiplier, share: (segments,) of platforms/bid_segments.py
    out: (4, 4) output: P(shown), P(looked at), mean rank where shown, price of a click (only where
    is_priced); each with its three slopes
    """
    m, mu, sigma = landscape
    above = np.empty(4)
    price = np.empty(4)
    page = np.empty(6)
    out[:] = 0.0
    for s in range(multiplier.size):
        own = bid * multiplier[s]
        tail_slopes(math.log(own) + log_quality, m, mu, sigma, above)
        page_slopes(above[0], examination, page)
        shown = share[s] * math.exp(page[0])
        looked = share[s] * math.exp(page[2])
        out[0, 0] += shown
        out[1, 0] += looked
        out[2, 0] += shown * page[4]
        for p in range(1, 4):
            out[0, p] += shown * page[1] * above[p]
            out[1, p] += looked * page[3] * above[p]
            out[2, p] += shown * (page[1] * page[4] + page[5]) * above[p]
        if is_priced:
            price_slopes(own, log_quality, landscape, floor, step, above, price)
            out[3, 0] += looked * price[0]
            for p in range(1, 4):
                out[3, p] += looked * (page[3] * above[p] * price[0] + price[p])
    for kind in range(2, 4):
        under = out[kind - 2, 0] if kind == 2 else out[1, 0]
        out[kind, 0] /= under
        for p in range(1, 4):
            slope = out[0, p] if kind == 2 else out[1, p]
            out[kind, p] = (out[kind, p] - out[kind, 0] * slope) / under


@kernel
def residuals_at(
    x: F64,
    obs: F64,
    reference: float,
    multiplier: F64,
    share: F64,
    examination: F64,
    market: tuple[float, float, float],
    clicked: F64,
    told: F64,
) -> float:
    """Residuals of the observations at x, each over its standard deviation, and their slopes.

    Returns what the deviances of the counts differ from their squared residuals.

    obs: (levels, 12), see BID ... PRICE_SPREAD; market: floor, step, day_spread
    multiplier, share: (segments,) of the target
    clicked: (levels, 5) scratch: expected share of the clicks, slopes of its log
    told: (5 * levels, 5) output: residual, slopes in x; zeros where nothing was reported
    """
    floor, step, day_spread = market
    landscape = (math.exp(x[1]), reference + x[2], math.exp(x[3]))
    traffic = np.empty((4, 4))
    told[:] = 0.0
    clicks = 0.0
    expected_clicks = 0.0
    beyond = 0.0
    for k in range(obs.shape[0]):
        at = told[KINDS * k : KINDS * (k + 1)]
        impressions = obs[k, IMPRESSIONS]
        is_priced = obs[k, CLICKS] > 0.0 and obs[k, CPC] > 0.0
        traffic_slopes(
            obs[k, BID], obs[k, LOG_QUALITY], landscape, multiplier, share, examination,
            floor, step, is_priced, traffic,
        )  # fmt: skip
        shown = traffic[0, 0]
        log_mean = x[0] + math.log(max(shown, 1e-300) * obs[k, DAYS])
        at[0, 0], slope, deviance = count_residual(
            impressions, log_mean, day_spread * day_spread / obs[k, DAYS]
        )
        beyond += deviance - at[0, 0] * at[0, 0]
        at[0, 1] = slope
        for p in range(1, PARAMETERS):
            at[0, p + 1] = slope * traffic[0, p] / max(shown, 1e-300)
        if is_priced:
            price = traffic[3, 0]
            chance = obs[k, PRICE_SPREAD] * obs[k, PRICE_SPREAD] / obs[k, CLICKS]
            sd = math.sqrt(chance + MODEL_ERROR * MODEL_ERROR)
            at[1, 0] = (math.log(obs[k, CPC]) - math.log(price)) / sd
            for p in range(1, PARAMETERS):
                at[1, p + 1] = -traffic[3, p] / price / sd
        if not math.isnan(obs[k, RANK_LOW]):
            low = obs[k, RANK_LOW]
            high = obs[k, RANK_HIGH]
            # Ranks of single impressions scatter about as widely as a Poisson's.
            middle = 0.5 * (low + high)
            misfit = MODEL_ERROR * middle
            sd = math.sqrt(
                middle / (obs[k, RANKED] + 0.5) + misfit * misfit + RANK_ERROR * RANK_ERROR
            )
            at[2, 0] = interval_residual(traffic[2, 0], low, high, sd)
            slope = interval_slope(traffic[2, 0], low, high, sd)
            for p in range(1, PARAMETERS):
                at[2, p + 1] = slope * traffic[2, p]
        if not math.isnan(obs[k, SHARE_LOW]):
            middle = min(max(0.5 * (obs[k, SHARE_LOW] + obs[k, SHARE_HIGH]), 0.01), 0.99)
            chance = middle * middle * (1.0 - middle) / (impressions + 0.5)
            sd = math.sqrt(chance + SHARE_ERROR * SHARE_ERROR)
            low = obs[k, SHARE_LOW] if obs[k, SHARE_LOW] > 0.0 else -math.inf
            high = obs[k, SHARE_HIGH] if obs[k, SHARE_HIGH] < 1.0 else math.inf
            at[3, 0] = interval_residual(shown, low, high, sd)
            slope = interval_slope(shown, low, high, sd)
            for p in range(1, PARAMETERS):
                at[3, p + 1] = slope * traffic[0, p]
        clicks += obs[k, CLICKS]
        clicked[k, 0] = impressions * traffic[1, 0] / shown
        expected_clicks += clicked[k, 0]
        for p in range(1, PARAMETERS):
            clicked[k, p + 1] = traffic[1, p] / traffic[1, 0] - traffic[0, p] / shown
    if clicks <= 0.0 or obs.shape[0] < 2:
        return beyond
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
    return beyond

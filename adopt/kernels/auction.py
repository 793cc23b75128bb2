"""One keyword auction in closed form: the scalar functions that estimation and market share.

Rank scores of rivals above s form a Poisson process with tail intensity
Lambda(s) = m * (1 - Phi((ln s - mu) / sigma)). With own score s = bid * quality:

* rank = 1 + Poisson(Lambda(s)); a rank beyond the slots shows nothing;
* the next score below s has P(next <= t) = exp(Lambda(s) - Lambda(t)), whatever the rank;
* price = min(bid, next / quality + step), the floor where nobody follows, so
  E[price] = floor + integral over p in (floor, bid) of 1 - exp(Lambda(s) - Lambda((p - step) * quality)).

Both the clicks per query and E[price] grow with the bid, so cost does.
Source: Edelman, Ostrovsky & Schwarz (2007) for the price; Poisson thinning for the rank.
"""

import math

from numpy.typing import NDArray

from adopt.kernels.jit import kernel
from adopt.kernels.quadrature import NODES, WEIGHTS

SQRT_HALF = math.sqrt(0.5)


@kernel
def rivals_above(log_score: float, m: float, mu: float, sigma: float) -> float:
    """Expected rivals with a rank score above exp(log_score)."""
    return 0.5 * m * math.erfc((log_score - mu) / sigma * SQRT_HALF)


@kernel
def _price_over(
    low: float,
    width: float,
    above: float,
    log_quality: float,
    m: float,
    mu: float,
    sigma: float,
    step: float,
) -> float:
    """Integral of P(price > p) over ln p in (low, low + width)."""
    total = 0.0
    for k in range(NODES.size):
        price = math.exp(low + width * NODES[k])
        rival = price - step
        if rival <= 0.0:
            between = m - above
        else:
            between = rivals_above(math.log(rival) + log_quality, m, mu, sigma) - above
        if between > 0.0:
            total += WEIGHTS[k] * price * -math.expm1(-between)
    return width * total


@kernel
def expected_price(
    bid: float, quality: float, m: float, mu: float, sigma: float, floor: float, step: float
) -> float:
    """Expected price of a click, currency; between the floor and the bid."""
    if bid <= floor:
        return bid
    log_quality = math.log(quality)
    high = math.log(bid)
    above = rivals_above(high + log_quality, m, mu, sigma)
    # In ln p the rivals' scores have one width wherever they lie; a panel of its own goes to the
    # layer just below the bid, where a crowded auction sets its price.
    low = math.log(floor)
    middle = max(low, high - 0.5)
    total = _price_over(low, middle - low, above, log_quality, m, mu, sigma, step)
    total += _price_over(middle, high - middle, above, log_quality, m, mu, sigma, step)
    return min(floor + total, bid)


@kernel
def page_of(above: float, examination: NDArray) -> tuple[float, float, float]:  # type: ignore[type-arg]
    """Probability to be shown, to be shown and examined, and the expected rank where shown.

    above: expected rivals above; examination: (slots,) probability that rank r is looked at
    """
    chance = math.exp(-above)
    shown = 0.0
    examined = 0.0
    rank = 0.0
    for r in range(examination.size):
        shown += chance
        examined += chance * examination[r]
        rank += chance * (r + 1)
        chance *= above / (r + 1)
    return shown, examined, rank / max(shown, 1e-300)

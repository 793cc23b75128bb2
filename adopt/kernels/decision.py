"""How many more clicks it takes to tell whether a rate is above or below a bar.

The rate has a Gamma posterior, shape a and clicks b. After N more clicks its mean moves to
``(a + K) / (b + N)``, which from here has mean ``a / b`` and variance ``a / b^2 * N / (b + N)``. It is decided
where that posterior has all but a share of its weight on one side of the bar.
Source: Raiffa & Schlaifer (1961), preposterior analysis; Wilson & Hilferty (1931) for Gamma tails.
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import kernel

F64 = NDArray[np.float64]

MOST_CLICKS = 1e8
STEPS = 60


@kernel
def gamma_below(shape: float, x: float) -> float:
    """P(a Gamma variable of this shape and scale 1 is below x)."""
    if x <= 0.0:
        return 0.0
    z = ((x / shape) ** (1.0 / 3.0) - 1.0 + 1.0 / (9.0 * shape)) * 3.0 * math.sqrt(shape)
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


@kernel
def shape_with_share_below(x: float, share: float) -> float:
    """Shape whose Gamma variable of scale 1 is below x with that probability."""
    low = 1e-9
    high = x + 10.0 * math.sqrt(x) + 10.0
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        if gamma_below(middle, x) > share:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@kernel
def chance_to_decide(a: float, b: float, bar: float, certainty: float, more: float) -> float:
    """P(after so many more clicks the rate is with this certainty on one side of the bar)."""
    x = bar * (b + more)
    shape = a * (b + more) / more
    per_mean = shape * b / (a * (b + more))
    below = gamma_below(shape, shape_with_share_below(x, certainty) * per_mean)
    above = 1.0 - gamma_below(shape, shape_with_share_below(x, 1.0 - certainty) * per_mean)
    return below + above


@kernel
def clicks_to_decide(a: F64, b: F64, bar: F64, certainty: float, chance: float, more: F64) -> None:
    """Fill more: (nodes,) with the clicks after which a decision is had with this chance.

    a, b: (nodes,) shape and clicks of the posterior; bar: (nodes,) orders a click, inf where nothing pays; nan stays nan
    0 where it is decided already, inf beyond ``MOST_CLICKS``
    """
    for i in range(a.size):
        if math.isinf(bar[i]):
            more[i] = 0.0
            continue
        if not bar[i] > 0.0:
            more[i] = math.nan
            continue
        now = gamma_below(a[i], bar[i] * b[i])
        if now >= certainty or now <= 1.0 - certainty:
            more[i] = 0.0
            continue
        low = 0.0
        high = math.log(MOST_CLICKS)
        if chance_to_decide(a[i], b[i], bar[i], certainty, math.exp(high)) < chance:
            more[i] = math.inf
            continue
        for _ in range(STEPS // 2):
            middle = 0.5 * (low + high)
            if chance_to_decide(a[i], b[i], bar[i], certainty, math.exp(middle)) < chance:
                low = middle
            else:
                high = middle
        more[i] = math.exp(high)

"""Expected daily result of every bid level of every target, in closed form (see auction.py).

Levels of target i are the cells level_start[i] .. level_start[i + 1].
"""

import math

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.auction import expected_price, page_of, rivals_above
from adopt.kernels.jit import parallel_kernel, prange

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


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

    bid: (cells,) currency; quality, queries, m, mu, sigma: (n,); a bid below the floor shows nothing
    impressions, examined, cpc: (cells,) outputs; non-decreasing along the bids of a target
    """
    for i in prange(level_start.size - 1):
        dearest = 0.0
        for cell in range(level_start[i], level_start[i + 1]):
            if bid[cell] < floor or bid[cell] <= 0.0:
                impressions[cell] = 0.0
                examined[cell] = 0.0
                cpc[cell] = 0.0
                continue
            above = rivals_above(math.log(bid[cell] * quality[i]), m[i], mu[i], sigma[i])
            shown, looked_at, _ = page_of(above, examination)
            impressions[cell] = queries[i] * shown
            examined[cell] = queries[i] * looked_at
            # The quadrature's error (1e-5 at worst) must not make a dearer bid look cheaper.
            price = expected_price(bid[cell], quality[i], m[i], mu[i], sigma[i], floor, step)
            dearest = max(dearest, price)
            cpc[cell] = dearest

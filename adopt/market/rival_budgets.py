"""Rivals whose money ends during the day: the share of them that is still there, hour by hour."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

F64 = NDArray[np.float64]


def staying_share(budget: F64, spread: float, hour_share: F64) -> F64:
    """Share of a keyword's rivals that are there in each hour, (keywords, 24).

    budget: (keywords,) days of the keyword's searches that the median rival can pay; inf = endless
    spread: sd of a rival's log budget; hour_share: (24,) searches by hour, sum 1
    A rival of budget b leaves when the share q of the day's searches has passed b. Budgets are log-normal
    and have nothing to do with rank scores, so P(b > q) = 1 - Phi(ln(q / budget) / spread) of the rivals
    are left, whose scores are a Poisson process again. An hour takes the q of its middle.
    Source: Poisson thinning; docs/methods/simulator.md.
    """
    passed = np.cumsum(hour_share) - hour_share / 2.0
    log_passed = np.log(np.maximum(passed, np.finfo(float).tiny))
    return np.asarray(ndtr((np.log(budget)[:, None] - log_passed) / spread), dtype=np.float64)

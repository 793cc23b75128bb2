"""What a bid brings on an average day of the auction world, exactly.

Rivals above a score s are Poisson with mean L(s) = m (1 - Phi((ln s - mu) / sigma)). So
the rank is 1 + Poisson(L(s)), and the next score stays below t with probability
exp(L(s) - L(t)), whatever the rank. Prices are whole fen: their mean is a finite sum.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from sims.worlds.auction_world import EXAMINATION, F64, FLOOR, SLOTS, STEP, Keyword


@dataclass(frozen=True, slots=True)
class Traffic:
    """Expected traffic per average day with budget to spare.

    price, price_square: mean and mean square of the price of a click, yuan and yuan squared
    rank: mean rank of an impression
    """

    impressions: float
    clicks: float
    price: float
    price_square: float
    rank: float

    @property
    def cost(self) -> float:
        """Yuan per day."""
        return self.clicks * self.price


NOTHING = Traffic(0.0, 0.0, 0.0, 0.0, float("nan"))


def rivals_above(keyword: Keyword, log_score: F64) -> F64:
    """Expected rivals per search above each score (n,)."""
    return np.asarray(
        keyword.rivals * special.ndtr((keyword.mu - log_score) / keyword.sigma), dtype=np.float64
    )


def expected_traffic(keyword: Keyword) -> Traffic:
    """Traffic of the keyword at its bid."""
    if keyword.bid < FLOOR:
        return NOTHING
    above = float(rivals_above(keyword, np.array([keyword.log_score]))[0])
    ranks = np.arange(SLOTS)
    chance = np.exp(ranks * np.log(max(above, 1e-300)) - above - special.gammaln(ranks + 1.0))
    shown = float(chance.sum())
    price, square = _price_moments(keyword, above)
    return Traffic(
        impressions=keyword.searches * shown,
        clicks=keyword.searches * float(chance @ EXAMINATION) * keyword.ctr,
        price=price,
        price_square=square,
        rank=float(chance @ (ranks + 1.0)) / max(shown, 1e-300),
    )


def _price_moments(keyword: Keyword, above: float) -> tuple[float, float]:
    """Mean and mean square of the price of a click, yuan: sums of P(price >= p) over fen p."""
    fen = np.arange(FLOOR + 1, keyword.bid + 1)
    # The price rounds up to p from half a fen below it.
    next_score = (fen - STEP - 0.5) / 100.0 * keyword.quality
    reached = -np.expm1(above - rivals_above(keyword, np.log(next_score)))
    mean = FLOOR + reached.sum()
    square = FLOOR**2 + ((2 * fen - 1) * reached).sum()
    return float(mean) / 100.0, float(square) / 100.0**2


def delivered_share(cost: float, cost_square: float, budget: float, day_factors: F64) -> float:
    """Share of a campaign's traffic that its budget pays for, averaged over the days.

    cost, cost_square: expected sum of prices and of their squares on an average day with budget to
    spare, yuan; budget: yuan per day; day_factors: (days,) searches over an average day's
    A day's cost is compound Poisson, taken as normal: E min(C, B).
    """
    if cost <= 0.0:
        return 1.0
    mean = cost * day_factors
    spread = np.sqrt(cost_square * day_factors)
    over = (mean - budget) / spread
    density = np.exp(-0.5 * over**2) / np.sqrt(2.0 * np.pi)
    lost = (mean - budget) * special.ndtr(over) + spread * density
    return float(1.0 - lost.sum() / mean.sum())

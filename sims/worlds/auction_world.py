"""A keyword auction played search by search, in plain NumPy.

Each search brings Poisson(m) rivals with log-normal rank scores. Rank is by bid x quality; a click
costs the next rank score over the own quality plus one fen, rounded to the fen, at most the bid and
at least the floor. A shopper looks at rank r with probability r^-0.6; what is looked at is clicked
with the target's own rate.
Source: Edelman, Ostrovsky & Schwarz (2007) for the price.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

SLOTS = 20
EXAMINATION = np.arange(1, SLOTS + 1, dtype=np.float64) ** -0.6
"""Probability that rank 1, 2, ... is looked at."""
FLOOR = 5
STEP = 1
"""Least price of a click and step of the price, fen."""
BLOCK = 2_000_000
"""Most rivals drawn at once."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """Truth of one target's auctions.

    bid: fen; quality: 1 to 10; searches: per day of average weekday; rivals: m, expected per search
    mu, sigma: log rank score (yuan x quality) of a rival; ctr: clicks an examined impression
    """

    bid: int
    quality: float
    searches: float
    rivals: float
    mu: float
    sigma: float
    ctr: float

    @property
    def log_score(self) -> float:
        """Log of the own rank score, yuan x quality."""
        return float(np.log(self.bid / 100.0 * self.quality))


@dataclass(frozen=True, slots=True)
class Impressions:
    """Shown auctions (n,), in no order.

    day: index of the day; time: fraction of the day; rank: 1 = first; is_click
    price: fen, 0 without a click
    """

    day: I64
    time: F64
    rank: I64
    is_click: NDArray[np.bool_]
    price: I64

    def where(self, keep: NDArray[np.bool_]) -> Self:
        """Those to keep (n,)."""
        return type(self)(
            self.day[keep], self.time[keep], self.rank[keep], self.is_click[keep], self.price[keep]
        )


def price_of(next_score: F64, bid: int, quality: float) -> I64:
    """Price of a click (n,), fen; next_score: (n,) yuan x quality, 0 where nobody follows."""
    asked = np.rint(next_score / quality * 100.0 + STEP).astype(np.int64)
    return np.minimum(np.maximum(asked, FLOOR), bid)


def play_keyword(keyword: Keyword, day_factors: F64, generator: np.random.Generator) -> Impressions:
    """Every impression that the keyword would win if its budget never ended.

    day_factors: (days,) searches of the day over an average day's
    """
    searches = generator.poisson(keyword.searches * day_factors)
    day = np.repeat(np.arange(len(day_factors)), searches)
    above, next_log = _meet_rivals(keyword, len(day), generator)
    shown = above < SLOTS
    looked_at = EXAMINATION[np.minimum(above, SLOTS - 1)] * keyword.ctr
    is_click = (generator.random(len(day)) < looked_at) & shown
    price = np.where(is_click, price_of(np.exp(next_log), keyword.bid, keyword.quality), 0)
    time = generator.random(len(day))
    return Impressions(day, time, above + 1, is_click, price).where(shown)


def _meet_rivals(
    keyword: Keyword, searches: int, generator: np.random.Generator
) -> tuple[I64, F64]:
    """Rivals above (searches,) and the log score of the next one below; -inf where nobody follows."""
    count = generator.poisson(keyword.rivals, searches)
    widest = int(count.max(initial=1)) or 1
    above = np.zeros(searches, dtype=np.int64)
    following = np.full(searches, -np.inf)
    own = (keyword.log_score - keyword.mu) / keyword.sigma
    rows = max(BLOCK // widest, 1)
    for start in range(0, searches, rows):
        part = slice(start, start + rows)
        there = np.arange(widest) < count[part, None]
        score = generator.standard_normal(there.shape)
        is_above = score > own
        above[part] = (there & is_above).sum(axis=1)
        following[part] = np.where(there & ~is_above, score, -np.inf).max(axis=1)
    return above, keyword.mu + keyword.sigma * following


def stop_at_budget(shown: list[Impressions], budgets: I64) -> list[Impressions]:
    """What is left when a campaign's delivery ends with the first click it can't pay.

    shown: impressions of each keyword of the campaign; budgets: (days,) fen
    """
    day = np.concatenate([one.day for one in shown])
    time = np.concatenate([one.time for one in shown])
    price = np.concatenate([one.price for one in shown])
    order = np.lexsort((time, day))
    order = order[price[order] > 0]
    ends = np.full(len(budgets), 2.0)
    for index, budget in enumerate(budgets):
        clicks = order[day[order] == index]
        unpaid = np.flatnonzero(np.cumsum(price[clicks]) > budget)
        if len(unpaid):
            ends[index] = time[clicks[unpaid[0]]]
    return [one.where(one.time < ends[one.day]) for one in shown]

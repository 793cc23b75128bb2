"""The demo shop's market: dates, and the truth of every target, drawn once by seed."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from scipy import special

from sims.worlds.auction_world import F64, Keyword
from sims.worlds.demo_catalogue import CAMPAIGNS, PRODUCTS, Campaign, Product
from sims.worlds.demo_keywords import DEAD_KEYWORDS, KEYWORDS

# Before the autumn's events: an event day is no baseline (DOMAIN K8), and a sample teaches the plain case
# first.
DAYS = tuple(date(2026, 8, 28) + timedelta(days=index) for index in range(30))
WEEKDAY_FACTORS = (1.02, 1.00, 0.98, 0.97, 0.95, 1.01, 1.07)
"""Searches from Monday to Sunday over an average day's."""
ARRIVED = (0.80, 0.88, 0.93, 0.957, 0.974, 0.984, 0.990, 0.994, 0.996, 0.998)
"""Share of a click's orders that are made within so many days of it; the rest within two weeks."""
USUAL_QUALITY = 7.0
ORDER_SPREAD = 0.18
"""Standard deviation of the log order value: coupons, a second piece."""


@dataclass(frozen=True, slots=True)
class Target:
    """One keyword of one product, and the truth about it.

    auction: its auctions at the bid in force; cvr: orders a click, of any product
    aov: mean value of an order, yuan; live: (days,) 1 where the product was on sale
    """

    product: Product
    campaign: Campaign
    keyword_id: str
    keyword: str
    match_type: str
    auction: Keyword
    cvr: float
    aov: float
    live: F64

    @property
    def target_id(self) -> str:
        """Campaign, ad group, product and keyword, as in the table TARGETS."""
        ids = (self.campaign.campaign_id, self.product.ad_group_id, self.product.product_id)
        return "/".join((*ids, self.keyword_id))


def generator_of(seed: int, *purpose: int) -> np.random.Generator:
    """Random numbers of one purpose; none disturbs another's."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, *purpose])))


def day_factors() -> F64:
    """(days,) searches of each day over an average day's."""
    return np.array([WEEKDAY_FACTORS[day.weekday()] for day in DAYS])


def receivers(product: Product) -> tuple[tuple[Product, ...], F64]:
    """Products that take the indirect orders of one, and their shares (n,)."""
    others = tuple(
        other for other in PRODUCTS if other is not product and other.role not in {"presale", "new"}
    )
    weight = np.array([other.searches * other.cvr for other in others])
    return others, weight / weight.sum()


def order_value(product: Product) -> float:
    """Mean value of an order that an ad for the product brings, yuan."""
    others, share = receivers(product)
    indirect = float(share @ np.array([other.price for other in others]))
    return (1.0 - product.indirect_share) * product.price + product.indirect_share * indirect


def make_targets(seed: int) -> tuple[Target, ...]:
    """Every target of the shop, product by product, the most searched keyword first."""
    targets: list[Target] = []
    for index, product in enumerate(PRODUCTS):
        targets += _targets_of(product, generator_of(seed, 1, index), first_number=len(targets))
    return tuple(targets)


def live_days(product: Product) -> F64:
    """(days,) 1 where the product was on sale, else 0."""
    return np.array([float(product.first_day is None or day >= product.first_day) for day in DAYS])


def _targets_of(
    product: Product, generator: np.random.Generator, first_number: int
) -> list[Target]:
    """Targets of one product: popular words are dear and vague, long ones cheap and precise."""
    words = KEYWORDS[product.product_id]
    places = (np.arange(len(words)) + 0.5) / len(words)
    popularity = -special.ndtri(places) + 0.15 * generator.standard_normal(len(words))
    auctions = _auctions_of(product, popularity, generator)
    cvr = product.cvr * np.exp(-0.08 * popularity + 0.30 * generator.standard_normal(len(words)))
    is_exact = generator.random(len(words)) < 0.3
    return [
        Target(
            product=product,
            campaign=CAMPAIGNS[product.campaign],
            keyword_id=str(412_700_318_204 + 37_117 * (first_number + index)),
            keyword=word,
            match_type="精准" if is_exact[index] else "广泛",
            auction=replace(auctions[index], searches=0.002)
            if word in DEAD_KEYWORDS
            else auctions[index],
            cvr=float(cvr[index]),
            aov=order_value(product),
            live=live_days(product),
        )
        for index, word in enumerate(words)
    ]


def _auctions_of(
    product: Product, popularity: F64, generator: np.random.Generator
) -> list[Keyword]:
    """Auctions of a product's words; popularity: (words,) in standard deviations."""
    size = len(popularity)
    level = product.level * np.exp(0.12 * popularity + 0.22 * generator.standard_normal(size))
    quality = np.clip(np.rint(product.quality + generator.standard_normal(size)), 4, 10)
    judgement = product.bid_bias * np.exp(0.30 * generator.standard_normal(size))
    bid = level * judgement * (USUAL_QUALITY / quality) ** 0.5
    searches = product.searches * np.exp(np.where(popularity > 0, 1.05, 1.9) * popularity)
    rivals = 20.0 * np.exp(0.15 * popularity + 0.30 * generator.standard_normal(size))
    sigma = 0.5 * np.exp(0.15 * generator.standard_normal(size))
    ctr = product.ctr * np.exp(-0.06 * popularity + 0.20 * generator.standard_normal(size))
    mu = np.log(level * USUAL_QUALITY)
    return [
        Keyword(max(round(100.0 * row[0]), 20), *row[1:])
        for row in np.column_stack([bid, quality, searches, rivals, mu, sigma, ctr]).tolist()
    ]


def with_bid(target: Target, bid: float) -> Target:
    """The target at another bid, yuan; 0 is off."""
    return replace(target, auction=replace(target.auction, bid=round(100.0 * bid)))

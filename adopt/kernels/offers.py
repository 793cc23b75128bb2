"""A shop's offers in its auctions, as arrays: who stands where, at which bids, and what a click costs.

A target's base bid is row i of the offers, i < targets. Where multipliers act on it, each further bid
they make of it is a row of its own, rated once: an auction only looks up which row it meets. A search
is made on one device by a member of one audience, or of none: its cell, one of devices x audiences.

Rivals whose budgets end thin out: of the Poisson process of their scores the share `staying` is left,
so Lambda is m times smaller and nothing else changes.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.auction import rivals_above
from adopt.kernels.jit import kernel
from adopt.kernels.random import HALF_WORD, MASK, normal_quantile, unit

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Flags = NDArray[np.bool_]

HOURS = 24
WEEK_HOURS = 168
MICROS = 1e6


class Layout(NamedTuple):
    """Who belongs where. Keywords and campaigns are sorted by group, targets by keyword and falling score.

    group_keywords, group_campaigns: (groups + 1,) first keyword and campaign of each group
    keyword_targets: (keywords + 1,) first target of each keyword
    campaign, product: (targets,)
    """

    group_keywords: I64
    group_campaigns: I64
    keyword_targets: I64
    campaign: I64
    product: I64


class Searches(NamedTuple):
    """Searches per day and rivals of each keyword (keywords,); mu, sigma of log rank scores.

    staying: (keywords, 24) share of the rivals whose budgets last into the hour; (0, 24) = all do
    """

    queries: F64
    m: F64
    mu: F64
    sigma: F64
    staying: F64


class Offers(NamedTuple):
    """What each bid meets (rows,) and what each target brings (targets,); rows: see the module.

    log_score: of the bid; bid: micros; above: expected rivals above; unseen: exp(-above);
    shown: P(rank within the slots); these with all rivals there
    quality; click_rate: clicks an examined impression; cvr: orders a click; aov: micros an order
    """

    log_score: F64
    bid: I64
    above: F64
    unseen: F64
    shown: F64
    quality: F64
    click_rate: F64
    cvr: F64
    aov: F64


class Multiples(NamedTuple):
    """Which row of the offers a search meets.

    extra: (targets + 1,) a target's bid at level l > 0 is row extra[i] + l, up to extra[i + 1]
    profile: (targets,); level: (profiles, 168, cells) by hour of the week and cell, 0 = the base bid
    is_multiplied: (keywords,) a target of it has levels
    cells_upto: (cells,) share of the searches in this cell or one before, ends at 1; (0,) = none drawn
    """

    extra: I64
    profile: I64
    level: I64
    is_multiplied: Flags
    cells_upto: F64


class Rules(NamedTuple):
    """How the platform and its shoppers behave.

    examination: (slots,) P(rank is looked at); hour_share: (24,), sums to 1
    lag: (days,) share of orders known within 0, 1, .. days, ends at 1
    floor, step, price_unit: micros; own_items: most targets of the shop in one search
    order_shape: Gamma shape of an order's value; day_spread: sd of a keyword's log searches by day
    """

    examination: F64
    hour_share: F64
    lag: F64
    floor: float
    step: float
    price_unit: float
    own_items: int
    order_shape: float
    day_spread: float


@kernel
def _rate_row(row: int, k: int, searches: Searches, slots: int, offers: Offers) -> None:
    above = rivals_above(offers.log_score[row], searches.m[k], searches.mu[k], searches.sigma[k])
    chance = math.exp(-above)
    offers.above[row] = above
    offers.unseen[row] = chance
    shown = 0.0
    for r in range(slots):
        shown += chance
        chance *= above / (r + 1)
    offers.shown[row] = shown


@kernel
def rate_offers(
    layout: Layout, searches: Searches, multiples: Multiples, slots: int, offers: Offers
) -> None:
    """Fill `above`, `unseen` and `shown` of the offers."""
    for k in range(layout.keyword_targets.size - 1):
        for i in range(layout.keyword_targets[k], layout.keyword_targets[k + 1]):
            _rate_row(i, k, searches, slots, offers)
            for row in range(multiples.extra[i] + 1, multiples.extra[i + 1] + 1):
                _rate_row(row, k, searches, slots, offers)


@kernel
def cell_of(word: np.uint64, columns: int, multiples: Multiples) -> int:
    """Cell of a search, by what the choice of its keyword among `columns` left of the word; -1 = none drawn."""
    # Given the column, the product's lower half is even again, in steps of columns / 2^32.
    left = unit((word * np.uint64(columns)) & MASK)
    last = multiples.cells_upto.size - 1
    cell = min(0, last)
    while cell < last and left >= multiples.cells_upto[cell]:
        cell += 1
    return cell


@kernel
def column_of(word: np.uint64, columns: int) -> int:
    """One of so many columns, evenly."""
    # int64 by name: int() of an unsigned word stays unsigned, and mixed signs become floats.
    column: int = np.int64((word * np.uint64(columns)) >> HALF_WORD)  # type: ignore[assignment]
    return column


@kernel
def price_below(
    next_above: float,
    staying: float,
    i: int,
    k: int,
    searches: Searches,
    offers: Offers,
    rules: Rules,
) -> float:
    """Price, micros, before rounding, where the next rival below stands at this Lambda."""
    m = searches.m[k] * staying
    if next_above >= m:
        return rules.floor
    score = searches.mu[k] - searches.sigma[k] * normal_quantile(next_above / m)
    asked: float = math.exp(score) / offers.quality[i] * MICROS + rules.step
    return asked


@kernel
def whole_price(asked: float, bid: int, rules: Rules) -> int:
    """Price of a click in whole price units, between the floor and the bid, micros."""
    unit_micros = int(rules.price_unit)
    micros = math.floor(max(asked, rules.floor) / unit_micros + 0.5) * unit_micros
    return min(micros, bid)

"""The facts the engine needs of a platform."""

from dataclasses import dataclass
from typing import NamedTuple

from adopt.platforms.events import YearlyEvent

MICROS = 1_000_000
"""Integer micros in one unit of currency."""


class MultiplierLimit(NamedTuple):
    """How far a bid may be multiplied in one dimension (hour, device, audience); 1 = as it is."""

    dimension: str
    lowest: float
    highest: float


class OrderLag(NamedTuple):
    """A belief about how late orders arrive after their click, before a shop's own exports tell.

    same_day: share of a click's orders on its own day, fraction; same_day_sd: of its log odds
    scale_days, shape: of the Weibull that spreads the later ones; scale_sd, shape_sd: of their logs
    """

    same_day: float
    same_day_sd: float
    scale_days: float
    scale_sd: float
    shape: float
    shape_sd: float


@dataclass(frozen=True, slots=True)
class Platform:
    """Limits and habits of one platform; money in integer micros of the account's currency.

    slots: ads a result page shows
    examination_exponent: a shopper looks at rank r with probability r^-this; assumed, not published
    price_floor_micros: the least a click costs
    daily_budget_minimum_micros, daily_budget_step_micros: what a campaign's budget may be
    bid_within_budget: a bid may not exceed its campaign's daily budget
    attribution_days: days after a click in which an order still counts for it
    order_lag: how late orders arrive; assumed, not published
    has_norm_roi: the return norms of DOMAIN K1 were made for this platform
    own_items: most products of one shop that a search may show
    multipliers: by dimension, how far a bid may be multiplied
    events: sales events of every year; a shop's own come from its shop.toml
    hour_share: (24,) searches by hour of the day, sum 1; mobile_share: of searches; both assumed
    """

    name: str
    title: str
    currency: str
    bid_step_micros: int
    bid_minimum_micros: int
    bid_maximum_micros: int
    slots: int
    examination_exponent: float
    price_floor_micros: int
    daily_budget_minimum_micros: int
    daily_budget_step_micros: int
    bid_within_budget: bool
    attribution_days: int
    order_lag: OrderLag
    has_norm_roi: bool
    own_items: int
    multipliers: tuple[MultiplierLimit, ...]
    events: tuple[YearlyEvent, ...]
    hour_share: tuple[float, ...]
    mobile_share: float

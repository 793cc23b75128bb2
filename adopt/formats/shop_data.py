"""What was read of one shop: its tables, where they came from, and what the operator should know."""

from dataclasses import dataclass

import dataframely as dy

from adopt.tables import (
    BidMultipliers,
    History,
    LandscapePoints,
    OrderArrivals,
    ProductReport,
    Products,
    Targets,
)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the operator should know; it does not block."""

    code: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was read; kind as recognised, ``ignored`` where it is no table."""

    file: str
    kind: str
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class ShopData:
    """The tables of one shop, each sorted by its key; empty where nothing was given.

    platform: a name of PLATFORMS
    inactive_targets: paused, archived or removed ones: nothing is recommended for them
    attribution_days: days after a click in which an order still counts for it
    """

    shop_id: str
    platform: str
    currency: str
    targets: dy.DataFrame[Targets]
    inactive_targets: dy.DataFrame[Targets]
    history: dy.DataFrame[History]
    landscape_points: dy.DataFrame[LandscapePoints]
    products: dy.DataFrame[Products]
    product_report: dy.DataFrame[ProductReport]
    bid_multipliers: dy.DataFrame[BidMultipliers]
    order_arrivals: dy.DataFrame[OrderArrivals]
    attribution_days: int
    sources: tuple[Source, ...]
    notices: tuple[Notice, ...]

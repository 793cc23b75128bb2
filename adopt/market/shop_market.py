"""A shop and the searches it meets, with known truth; and the arrays in which its days are played."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.kernels.coupling import find_groups
from adopt.kernels.offers import Layout, Multiples, Offers, Rules, Searches, rate_offers
from adopt.market.bid_rows import BidRows, Parts, bid_rows
from adopt.market.rival_budgets import staying_share
from adopt.market.smooth_forecast import hourly_cost
from adopt.platforms import MICROS, Platform
from adopt.platforms.examination import examination_by_rank
from adopt.tables import BidMultipliers

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

NO_LIMIT = 2**62
"""Micros that no campaign spends in a day."""

ENDLESS = -1
"""Stock of a product that never runs out, units."""

FLAT_HOURS = (1.0,) * 24


@dataclass(frozen=True, slots=True)
class Shoppers:
    """How people search and buy, and how many products of the shop one search may show.

    hour_share: (24,) searches of each hour, in any unit
    day_spread: standard deviation of a keyword's log searches from day to day
    order_shape: Gamma shape of an order's value around its mean
    lag: (days,) share of orders known within 0, 1, .. days after the click; ends at 1
    own_items: most products of the shop in one search; 1 on Taobao, the one of highest rank score
    devices, audiences: name and share of the searches; the rest has no name. Drawn where bids are multiplied
    rival_budget_spread: standard deviation of a rival's log budget
    """

    hour_share: tuple[float, ...] = FLAT_HOURS
    day_spread: float = 0.0
    order_shape: float = 4.0
    lag: tuple[float, ...] = (1.0,)
    own_items: int = 1
    devices: Parts = ()
    audiences: Parts = ()
    rival_budget_spread: float = 0.5


@dataclass(frozen=True, slots=True)
class ShopMarket:
    """A shop's targets and the truth of their market.

    targets: target_id, campaign_id, ad_group_id, product_id, keyword_id, bid (micros), quality (in the
    unit of the keyword's rank scores), click_rate (clicks an examined impression), cvr (orders a click
    within the attribution window), aov (currency an order)
    keywords: keyword_id, queries (searches a day), rivals (expected a search), mu, sigma (log rank score),
    rival_budget (days of searches that the median rival can pay, null = endless)
    campaigns: campaign_id, budget (micros a day, null = none), is_smooth
    products: product_id, stock (units, null = endless)
    multipliers: table BID_MULTIPLIERS; the shares of its segments are those of the shoppers
    """

    shop_id: str
    targets: pl.DataFrame
    keywords: pl.DataFrame
    campaigns: pl.DataFrame
    products: pl.DataFrame
    shoppers: Shoppers = field(default_factory=Shoppers)
    multipliers: pl.DataFrame = field(default_factory=BidMultipliers.create_empty)


class PlayedArrays(NamedTuple):
    """A market as arrays, and the ids of their rows.

    target_id, keyword_id, campaign_id, product_id: in the order of the arrays
    budget: (campaigns,) micros a day
    expected_cost: (campaigns, 168) micros by hour of the week, 0 = standard delivery
    stock: (products,) units, ENDLESS = -1
    """

    target_id: pl.Series
    keyword_id: pl.Series
    campaign_id: pl.Series
    product_id: pl.Series
    layout: Layout
    searches: Searches
    offers: Offers
    multiples: Multiples
    rules: Rules
    budget: I64
    expected_cost: F64
    stock: I64


def as_arrays(market: ShopMarket, platform: Platform) -> PlayedArrays:
    """The market in the order in which its days are played, whatever the order of its rows.

    Raises ValueError where a target names a keyword, campaign or product that is not there, or a multiplier
    a segment that nobody is in.
    """
    grouped = _with_groups(market)
    keywords, campaigns = grouped.keywords, grouped.campaigns
    targets = (
        grouped.targets.with_columns(
            (pl.col("bid").clip(1) / MICROS * pl.col("quality")).log().alias("log_score")
        )
        .sort("keyword", "log_score", "target_id", descending=[False, True, False])
        .rechunk()
    )
    layout = Layout(
        _starts(keywords["group"], grouped.groups),
        _starts(campaigns["group"], grouped.groups),
        _starts(targets["keyword"], keywords.height),
        _integers(targets["campaign"]),
        _integers(targets["product"]),
    )
    rules = rules_of(market.shoppers, platform)
    queries, rivals, mu, sigma = (
        _floats(keywords[name]) for name in ("queries", "rivals", "mu", "sigma")
    )
    searches = Searches(
        queries,
        rivals,
        mu,
        sigma,
        _staying(keywords["rival_budget"], market.shoppers, rules),
    )
    rows = bid_rows(
        targets,
        keywords.height,
        market.multipliers,
        market.shoppers.devices,
        market.shoppers.audiences,
    )
    offers = _offers(targets, rows, platform)
    rate_offers(layout, searches, rows.multiples, platform.slots, offers)
    return PlayedArrays(
        targets["target_id"],
        keywords["keyword_id"],
        campaigns["campaign_id"],
        grouped.products["product_id"],
        layout,
        searches,
        offers,
        rows.multiples,
        rules,
        _integers(campaigns["budget"].fill_null(NO_LIMIT)),
        hourly_cost(
            layout,
            searches,
            offers,
            rows,
            rules.hour_share,
            platform,
            campaigns["is_smooth"].to_numpy(),
        ),
        _integers(grouped.products["stock"].fill_null(ENDLESS)),
    )


def _offers(targets: pl.DataFrame, rows: BidRows, platform: Platform) -> Offers:
    """Offers whose rivals are yet to be counted.

    A multiplied bid is rounded to the step of a bid, and ends at the platform's highest.
    """
    step = platform.bid_step_micros
    quality = _floats(targets["quality"])
    base = _integers(targets["bid"])
    extra = slice(len(base), None)
    multiplied = base[rows.target[extra]] * rows.multiplier[extra]
    highest = np.maximum(base, platform.bid_maximum_micros)[rows.target[extra]]
    whole = np.minimum(np.floor(multiplied / step + 0.5) * step, highest).astype(np.int64)
    score = np.maximum(whole, 1) / MICROS * quality[rows.target[extra]]
    above, unseen, shown = (np.empty(len(rows.target)) for _ in range(3))
    return Offers(
        np.concatenate([_floats(targets["log_score"]), np.log(score)]),
        np.concatenate([base, whole]),
        above,
        unseen,
        shown,
        quality,
        _floats(targets["click_rate"]),
        _floats(targets["cvr"]),
        _floats(targets["aov"]) * MICROS,
    )


def _staying(budget: pl.Series, shoppers: Shoppers, rules: Rules) -> F64:
    """Share of the rivals that are there, (keywords, 24), or (0, 24) where no budget of theirs ends."""
    if budget.null_count() == len(budget):
        return np.empty((0, len(rules.hour_share)))
    days = _floats(budget.fill_null(np.inf))
    return staying_share(days, shoppers.rival_budget_spread, rules.hour_share)


def rules_of(shoppers: Shoppers, platform: Platform) -> Rules:
    """The platform's rules and the shoppers' habits as the kernel takes them."""
    hours = np.array(shoppers.hour_share, dtype=np.float64)
    return Rules(
        examination=examination_by_rank(platform.slots, platform.examination_exponent),
        hour_share=hours / hours.sum(),
        lag=np.array(shoppers.lag, dtype=np.float64),
        floor=float(platform.price_floor_micros),
        step=float(platform.bid_step_micros),
        price_unit=float(platform.bid_step_micros),
        own_items=shoppers.own_items,
        order_shape=shoppers.order_shape,
        day_spread=shoppers.day_spread,
    )


class _Grouped(NamedTuple):
    """The market's frames with row numbers for ids; keywords and campaigns sorted by group."""

    targets: pl.DataFrame
    keywords: pl.DataFrame
    campaigns: pl.DataFrame
    products: pl.DataFrame
    groups: int


def _with_groups(market: ShopMarket) -> _Grouped:
    keywords = _numbered(market.keywords, "keyword")
    campaigns = _numbered(market.campaigns, "campaign")
    products = _numbered(market.products, "product")
    targets = market.targets
    for frame, name in ((keywords, "keyword"), (campaigns, "campaign"), (products, "product")):
        ids = frame.select(f"{name}_id", name)
        targets = targets.join(ids, on=f"{name}_id", how="left", validate="m:1")
        if targets[name].null_count():
            raise ValueError(f"a target's {name}_id is not among the {name}s")
    counts = (keywords.height, campaigns.height, products.height)
    group = np.empty(sum(counts), dtype=np.int64)
    stocked = targets.join(
        products.filter(pl.col("stock").is_not_null()).select("product"), on="product", how="semi"
    )
    left = pl.concat([targets["keyword"], stocked["keyword"]])
    right = pl.concat(
        [targets["campaign"] + counts[0], stocked["product"] + (counts[0] + counts[1])]
    )
    find_groups(_integers(left), _integers(right), group)
    # Products of endless stock are nodes without an edge; they and idle keywords are groups too.
    keyword_group, campaign_group = group[: counts[0]], group[counts[0] : counts[0] + counts[1]]
    keywords, old_keyword = _by_group(keywords, keyword_group, "keyword")
    campaigns, old_campaign = _by_group(campaigns, campaign_group, "campaign")
    targets = targets.with_columns(
        pl.Series("keyword", old_keyword[targets["keyword"].to_numpy()]),
        pl.Series("campaign", old_campaign[targets["campaign"].to_numpy()]),
    )
    groups = int(max(keyword_group.max(initial=-1), campaign_group.max(initial=-1))) + 1
    return _Grouped(targets, keywords, campaigns, products, groups)


def _numbered(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    return frame.sort(f"{name}_id").with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias(name))


def _by_group(frame: pl.DataFrame, group: I64, name: str) -> tuple[pl.DataFrame, I64]:
    """The frame sorted by group, and the new row of each old one."""
    order = np.argsort(group, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return frame.with_columns(pl.Series("group", group))[order].drop(name), place


def _starts(sorted_rows: pl.Series, count: int) -> I64:
    return np.searchsorted(sorted_rows.to_numpy(), np.arange(count + 1)).astype(np.int64)


def _floats(column: pl.Series) -> F64:
    return np.array(column.cast(pl.Float64).to_numpy(), dtype=np.float64)


def _integers(column: pl.Series) -> I64:
    return np.array(column.cast(pl.Int64).to_numpy(), dtype=np.int64)

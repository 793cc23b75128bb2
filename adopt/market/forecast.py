"""What the coming days may bring at given bids: posterior draws, and the chance of the days themselves."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from adopt.market.auction_curve import (
    Auctions,
    Traffic,
    click_rate,
    expected_traffic,
    highest_bid,
)
from adopt.platforms import Platform

F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Draws:
    """Posterior draws of one shop's targets, each (n, draws).

    exponents: (any number,) of the examination by rank, common to all targets, each for its share of the
    draws
    ctr: clicks an impression at the bid in force; cvr: orders a click; aov: currency an order
    """

    auctions: Auctions
    exponents: F64
    ctr: F64
    cvr: F64
    aov: F64


@dataclass(frozen=True, slots=True)
class Outcome:
    """Results (n, draws) per day: counts, and money in currency."""

    clicks: F64
    cost: F64
    orders: F64
    revenue: F64


@dataclass(frozen=True, slots=True)
class Anchor:
    """What is known of the bids in force: the fitted traffic there (n,), and how well it was seen.

    impressions_sd, cpc_sd: (n,) standard deviations of the logarithms
    """

    traffic: Traffic
    impressions_sd: F64
    cpc_sd: F64


def forecast_auctions(
    current: F64, recommended: F64, draws: Draws, anchor: Anchor, platform: Platform, *, seed: int
) -> tuple[Outcome, Outcome]:
    """Expected daily result in every draw at the bid in force and at the recommended one.

    current, recommended: (n,) currency; 0 = off
    A draw of the landscape tells how traffic and price answer to the bid, relative to the bid in
    force; their level there is what was seen. Drawn levels would be biased: along the directions that
    a report leaves open, the price can only fall.
    """
    count = draws.ctr.shape[1]
    low, high = np.minimum(current, recommended), np.maximum(current, recommended)
    traffic = _traffic_of(np.column_stack([low, high]), draws, platform)
    is_rise = np.repeat(recommended >= current, count)
    first, second = _cells(traffic, 0), _cells(traffic, 1)
    now, then = _swap(first, second, is_rise), _swap(second, first, is_rise)
    rate = click_rate(draws.ctr.ravel(), now)
    generator = np.random.Generator(np.random.Philox(key=[seed, 7]))
    seen = _drawn(anchor.traffic.impressions, anchor.impressions_sd, count, generator)
    paid = _drawn(anchor.traffic.cpc, anchor.cpc_sd, count, generator)
    then = _within_reach(then, now, np.repeat(current, count), np.repeat(recommended, count))
    volume = seen / np.maximum(now.impressions, 1e-300)
    price = paid / np.maximum(now.cpc, 1e-300)
    highest = (
        highest_bid(np.repeat(bid, count), draws.auctions, platform)
        for bid in (current, recommended)
    )
    now = _scaled(now, volume, price, next(highest))
    then = _scaled(then, volume, price, next(highest))
    return _outcome(now, rate, draws), _outcome(then, rate, draws)


STEEPEST = 12.0
"""Power of the bid beyond which no draw's traffic rises. Where a report leaves the answer to the bid open, a draw may
give the bid in force hardly a search; brought to the level seen, a raise would bring more than the market has."""


def _within_reach(then: Traffic, now: Traffic, current: F64, recommended: F64) -> Traffic:
    """Traffic at the recommended bid, held to STEEPEST where the bid rises."""
    is_rise = (recommended > current) & (current > 0.0)
    ratio = np.divide(recommended, current, out=np.ones_like(current), where=is_rise)
    most = now.impressions * ratio**STEEPEST
    share = np.divide(
        most,
        then.impressions,
        out=np.ones_like(most),
        where=is_rise & (then.impressions > most),
    )
    return Traffic(then.impressions * share, then.examined * share, then.cpc)


def _traffic_of(pair: F64, draws: Draws, platform: Platform) -> Traffic:
    """Traffic (n * draws * 2,) at a lower and a higher bid (n, 2) of each target, in every draw."""
    n, count = draws.ctr.shape
    places = np.arange(n * count).reshape(n, count)
    whole = Traffic(*(np.empty((n * count, 2)) for _ in range(3)))
    for k, exponent in enumerate(draws.exponents):
        rows = places[:, k :: len(draws.exponents)].ravel()
        found = expected_traffic(
            pair[rows // count].ravel(),
            np.arange(0, 2 * len(rows) + 1, 2),
            draws.auctions.of(rows),
            replace(platform, examination_exponent=float(exponent)),
        )
        whole.impressions[rows] = found.impressions.reshape(-1, 2)
        whole.examined[rows] = found.examined.reshape(-1, 2)
        whole.cpc[rows] = found.cpc.reshape(-1, 2)
    return Traffic(whole.impressions.ravel(), whole.examined.ravel(), whole.cpc.ravel())


def _drawn(level: F64, sd: F64, count: int, generator: np.random.Generator) -> F64:
    """Draws (n * count,) of a level whose logarithm is known to a standard deviation."""
    noise = generator.standard_normal((len(level), count)) * sd[:, None]
    return np.asarray(level[:, None] * np.exp(noise - 0.5 * sd[:, None] ** 2)).ravel()


def _scaled(traffic: Traffic, volume: F64, price: F64, highest: F64) -> Traffic:
    """Traffic brought to the level seen; no click costs more than the highest multiple of its bid."""
    return Traffic(
        traffic.impressions * volume,
        traffic.examined * volume,
        np.minimum(traffic.cpc * price, highest),
    )


def _cells(traffic: Traffic, side: int) -> Traffic:
    return Traffic(traffic.impressions[side::2], traffic.examined[side::2], traffic.cpc[side::2])


def _swap(one: Traffic, other: Traffic, is_one: NDArray[np.bool_]) -> Traffic:
    return Traffic(
        np.where(is_one, one.impressions, other.impressions),
        np.where(is_one, one.examined, other.examined),
        np.where(is_one, one.cpc, other.cpc),
    )


def _outcome(traffic: Traffic, rate: F64, draws: Draws) -> Outcome:
    shape = draws.ctr.shape
    clicks = (traffic.examined * rate).reshape(shape)
    orders = clicks * draws.cvr
    return Outcome(
        clicks=clicks,
        cost=clicks * traffic.cpc.reshape(shape),
        orders=orders,
        revenue=orders * draws.aov,
    )


def forecast_simulated(
    expected: tuple[F64, F64, F64, F64], window_days: F64, draws: int, seed: int
) -> Outcome:
    """Draws around a platform's own simulation, as uncertain as its window's counts are few.

    expected: clicks, cost, orders, revenue, each (n,) per day; window_days: (n,)
    """
    generator = np.random.Generator(np.random.Philox(key=[seed, 4]))
    clicks, cost, orders, revenue = expected
    seen_clicks = np.maximum(clicks * window_days, 1.0)[:, None]
    seen_orders = np.maximum(orders * window_days, 1.0)[:, None]
    traffic = generator.gamma(seen_clicks, size=(len(clicks), draws)) / seen_clicks
    deals = generator.gamma(seen_orders, size=(len(clicks), draws)) / seen_orders
    return Outcome(
        clicks=clicks[:, None] * traffic,
        cost=cost[:, None] * traffic,
        orders=orders[:, None] * deals,
        revenue=revenue[:, None] * deals,
    )


def play_days(
    expected: Outcome, *, horizon_days: int, order_shape: float, day_spread: float, seed: int
) -> Outcome:
    """The mean day over the horizon, chance included: what may come, not only what is expected.

    order_shape: Gamma shape of single order values; day_spread: day-to-day spread of a keyword's
    searches beyond chance, standard deviation of the log
    """
    generator = np.random.Generator(np.random.Philox(key=[seed, 3]))
    sd = day_spread / np.sqrt(horizon_days)
    swing = np.exp(generator.normal(-0.5 * sd**2, sd, expected.clicks.shape))
    clicks = generator.poisson(expected.clicks * swing * horizon_days) / horizon_days
    with np.errstate(invalid="ignore", divide="ignore"):
        per_click = np.where(expected.clicks > 0, expected.cost / expected.clicks, 0.0)
        per_order = np.where(expected.orders > 0, expected.revenue / expected.orders, 0.0)
        rate = np.where(expected.clicks > 0, expected.orders / expected.clicks, 0.0)
    orders = generator.poisson(clicks * rate * horizon_days)
    value = generator.gamma(np.maximum(orders * order_shape, 1e-9)) / order_shape
    return Outcome(
        clicks=clicks,
        cost=clicks * per_click,
        orders=orders / horizon_days,
        revenue=np.where(orders > 0, value * per_order / horizon_days, 0.0),
    )

"""What the coming days may bring at given bids: posterior draws, and the chance of the days themselves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adopt.market.auction_curve import Auctions, Traffic, click_rate, expected_traffic
from adopt.platforms import Platform

F64 = NDArray[np.float64]

DAY_SPREAD = 0.25
"""Day-to-day spread of a keyword's searches beyond chance, standard deviation of the log."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Posterior draws of one shop's targets, each (n, draws).

    ctr: clicks an impression at the bid in force; cvr: orders a click; aov: currency an order
    """

    auctions: Auctions
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
    n, count = draws.ctr.shape
    low, high = np.minimum(current, recommended), np.maximum(current, recommended)
    pair = np.repeat(np.column_stack([low, high]), count, axis=0).ravel()
    start = np.arange(0, 2 * n * count + 1, 2)
    traffic = expected_traffic(pair, start, draws.auctions, platform)
    is_rise = np.repeat(recommended >= current, count)
    first, second = _cells(traffic, 0), _cells(traffic, 1)
    now, then = _swap(first, second, is_rise), _swap(second, first, is_rise)
    rate = click_rate(draws.ctr.ravel(), now)
    generator = np.random.Generator(np.random.Philox(key=[seed, 7]))
    seen = _drawn(anchor.traffic.impressions, anchor.impressions_sd, count, generator)
    paid = _drawn(anchor.traffic.cpc, anchor.cpc_sd, count, generator)
    volume = seen / np.maximum(now.impressions, 1e-300)
    price = paid / np.maximum(now.cpc, 1e-300)
    now = _scaled(now, volume, price, np.repeat(current, count))
    then = _scaled(then, volume, price, np.repeat(recommended, count))
    return _outcome(now, rate, draws), _outcome(then, rate, draws)


def _drawn(level: F64, sd: F64, count: int, generator: np.random.Generator) -> F64:
    """Draws (n * count,) of a level whose logarithm is known to a standard deviation."""
    noise = generator.standard_normal((len(level), count)) * sd[:, None]
    return np.asarray(level[:, None] * np.exp(noise - 0.5 * sd[:, None] ** 2)).ravel()


def _scaled(traffic: Traffic, volume: F64, price: F64, bid: F64) -> Traffic:
    """Traffic brought to the level seen; no click costs more than its bid."""
    return Traffic(
        traffic.impressions * volume,
        traffic.examined * volume,
        np.minimum(traffic.cpc * price, bid),
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


def play_days(expected: Outcome, *, horizon_days: int, order_shape: float, seed: int) -> Outcome:
    """The mean day over the horizon, chance included: what may come, not only what is expected.

    order_shape: Gamma shape of single order values
    """
    generator = np.random.Generator(np.random.Philox(key=[seed, 3]))
    sd = DAY_SPREAD / np.sqrt(horizon_days)
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

"""The closed form and the played auctions are each other's test."""

from dataclasses import replace

import numpy as np
import pytest

from sims.worlds.auction_world import (
    FLOOR,
    Impressions,
    Keyword,
    play_keyword,
    price_of,
    stop_at_budget,
)
from sims.worlds.expected import delivered_share, expected_traffic

KEYWORD = Keyword(bid=130, quality=7.0, searches=4000.0, rivals=18.0, mu=2.1, sigma=0.5, ctr=0.12)
DAYS = np.ones(40)


def generator(seed):
    return np.random.Generator(np.random.Philox(seed))


@pytest.mark.parametrize("bid", [20, 60, 130, 400])
def test_closed_form_agrees_with_played_auctions(bid):
    keyword = replace(KEYWORD, bid=bid)
    played = play_keyword(keyword, DAYS, generator(bid))
    expected = expected_traffic(keyword)
    shown, clicks = len(played.day) / len(DAYS), played.is_click.sum() / len(DAYS)
    assert shown == pytest.approx(expected.impressions, abs=5 * np.sqrt(shown / len(DAYS)))
    assert clicks == pytest.approx(expected.clicks, abs=5 * np.sqrt(clicks / len(DAYS)))
    prices = played.price[played.is_click] / 100.0
    error = prices.std() / np.sqrt(len(prices))
    assert prices.mean() == pytest.approx(expected.price, abs=5 * error + 1e-9)
    assert (prices**2).mean() == pytest.approx(expected.price_square, rel=0.02)
    assert played.rank.mean() == pytest.approx(expected.rank, rel=0.01)


def test_more_bid_never_brings_less():
    traffic = [expected_traffic(replace(KEYWORD, bid=bid)) for bid in range(5, 600, 5)]
    for name in ("impressions", "clicks", "price", "cost"):
        assert np.all(np.diff([getattr(one, name) for one in traffic]) >= -1e-9), name


def test_bid_below_the_floor_brings_nothing():
    assert expected_traffic(replace(KEYWORD, bid=0)).clicks == 0


def test_price_stays_between_floor_and_bid():
    price = price_of(np.array([0.0, 0.2, 7.0, 8.4, 90.0]), bid=120, quality=7.0)
    assert price.tolist() == [FLOOR, FLOOR, 101, 120, 120]


def test_delivery_ends_with_the_first_click_it_cannot_pay():
    shown = Impressions(
        day=np.array([0, 0, 0, 0, 1]),
        time=np.array([0.9, 0.1, 0.5, 0.3, 0.2]),
        rank=np.array([1, 1, 2, 1, 1]),
        is_click=np.array([True, True, True, False, True]),
        price=np.array([40, 60, 50, 0, 100]),
    )
    (left,) = stop_at_budget([shown], np.array([100, 100]))
    assert left.time.tolist() == [0.1, 0.3, 0.2]


def test_delivered_share_is_the_mean_of_capped_costs():
    rng = generator(3)
    for budget in (150.0, 195.0, 210.0, 400.0):
        counts = rng.poisson(160.0, 40_000)
        cost = rng.normal(1.25 * counts, 0.3 * np.sqrt(counts))
        square = 160.0 * (1.25**2 + 0.3**2)
        share = delivered_share(200.0, square, budget, np.ones(1))
        assert share == pytest.approx(np.minimum(cost, budget).mean() / 200.0, abs=0.002)

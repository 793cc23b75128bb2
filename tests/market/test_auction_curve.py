"""Results are traffic times rates."""

import numpy as np

from adopt.market.auction_curve import Auctions, expected_results, expected_traffic
from adopt.platforms import PLATFORMS

TAOBAO = PLATFORMS["taobao"]
AUCTIONS = Auctions(
    queries=np.array([100.0, 20.0]),
    m=np.array([12.0, 60.0]),
    mu=np.array([0.1, -0.4]),
    sigma=np.array([0.5, 0.3]),
    quality=np.array([1.2, 0.9]),
)
BIDS = np.concatenate([np.linspace(0.3, 3.0, 12), np.linspace(0.05, 2.0, 20)])
START = np.array([0, 12, 32])


def test_results_are_traffic_times_rates():
    rate, cvr = np.array([0.1, 0.05]), np.array([0.02, 0.04])
    traffic = expected_traffic(BIDS, START, AUCTIONS, TAOBAO)
    found = expected_results(BIDS, START, AUCTIONS, rate, cvr, TAOBAO)
    owner = np.repeat([0, 1], np.diff(START))
    clicks = traffic.examined * rate[owner]
    np.testing.assert_array_equal(found.impressions, traffic.impressions)
    np.testing.assert_allclose(found.clicks, clicks, rtol=1e-14)
    np.testing.assert_allclose(found.cost, clicks * traffic.cpc, rtol=1e-14)
    np.testing.assert_allclose(found.orders, clicks * cvr[owner], rtol=1e-14)

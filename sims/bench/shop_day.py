"""One simulated day of a large shop: 20,000 targets, about two million auctions, on one and two threads.

The plain shop, and the same with bids multiplied by hour, device and audience, with rivals whose budgets
end, and with both. Each thread count is a process of its own, in which the shops take turns; compile time
stands apart, and the least of several rounds is shown, for the machine is shared.
Run with ``python -m sims.bench.shop_day``.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import polars as pl

from adopt.market.day import simulate_days
from adopt.market.shop_market import ShopMarket, Shoppers
from adopt.platforms import PLATFORMS
from adopt.tables import BidMultipliers

TARGETS = 20_000
KEYWORDS = 10_000
CAMPAIGNS = 40
PRODUCTS = 500
SEARCHES = 2_000_000
ROUNDS = 25


def large_shop(*, targets: int = TARGETS, searches: float = SEARCHES, seed: int = 3) -> ShopMarket:
    """A shop of two products a keyword, each campaign with a budget, half of them smooth.

    searches: expected per day over all keywords; half as many keywords as targets
    """
    generator = np.random.default_rng(seed)
    keywords = targets // 2
    keyword = np.arange(targets) // 2
    popularity = generator.lognormal(0.0, 1.5, keywords)
    ids = pl.Series(range(targets))
    return ShopMarket(
        "bench",
        pl.DataFrame(
            {
                "target_id": ids.cast(pl.String).str.zfill(6),
                "keyword_id": pl.Series(keyword).cast(pl.String).str.zfill(6),
                "campaign_id": pl.Series(keyword % CAMPAIGNS).cast(pl.String).str.zfill(3),
                "product_id": (ids % PRODUCTS).cast(pl.String).str.zfill(3),
                "ad_group_id": ids.cast(pl.String).str.zfill(6),
                "bid": generator.integers(40, 300, targets) * 10_000,
                "quality": generator.integers(4, 11, targets).astype(float),
                "click_rate": generator.uniform(0.05, 0.3, targets),
                "cvr": generator.uniform(0.01, 0.1, targets),
                "aov": generator.uniform(50.0, 300.0, targets),
            }
        ),
        pl.DataFrame(
            {
                "keyword_id": pl.Series(range(keywords)).cast(pl.String).str.zfill(6),
                "queries": searches * popularity / popularity.sum(),
                "rivals": generator.uniform(5.0, 60.0, keywords),
                "mu": generator.normal(2.0, 0.3, keywords),
                "sigma": generator.uniform(0.4, 0.9, keywords),
                "rival_budget": pl.Series([None] * keywords, dtype=pl.Float64),
            }
        ),
        pl.DataFrame(
            {
                "campaign_id": pl.Series(range(CAMPAIGNS)).cast(pl.String).str.zfill(3),
                "budget": [6_000 * 1_000_000] * CAMPAIGNS,
                "is_smooth": [c % 2 == 0 for c in range(CAMPAIGNS)],
            }
        ),
        pl.DataFrame(
            {
                "product_id": pl.Series(range(PRODUCTS)).cast(pl.String).str.zfill(3),
                "stock": pl.Series([None] * PRODUCTS, dtype=pl.Int64),
            }
        ),
        Shoppers(day_spread=0.2, lag=(0.7, 0.85, 0.95, 1.0)),
    )


def multiplied(market: ShopMarket) -> ShopMarket:
    """The shop with a third off at night, a third up on phones, and an audience at a fifth more."""
    segments = [
        ("hour", str(24 * day + hour), 0.67, 1 / 168) for day in range(7) for hour in range(8)
    ]
    segments += [("device", "mobile", 1.33, 0.9), ("audience", "known", 1.2, 0.15)]
    rows = [
        (one, None, *segment) for one in market.campaigns["campaign_id"] for segment in segments
    ]
    shoppers = replace(
        market.shoppers, devices=(("mobile", 0.9), ("pc", 0.1)), audiences=(("known", 0.15),)
    )
    multipliers = pl.DataFrame(rows, schema=BidMultipliers.create_empty().schema, orient="row")
    return replace(market, shoppers=shoppers, multipliers=multipliers)


def thinned(market: ShopMarket) -> ShopMarket:
    """The shop among rivals half of whom can pay for 0.8 of the day."""
    return replace(market, keywords=market.keywords.with_columns(pl.lit(0.8).alias("rival_budget")))


def measure() -> dict[str, dict[str, float]]:
    """By shop: seconds of the first call and of the least later one, auctions, clicks; frames included."""
    plain = large_shop()
    shops = {
        "plain": plain,
        "bids multiplied": multiplied(plain),
        "rivals' budgets": thinned(plain),
        "both": thinned(multiplied(plain)),
    }
    seconds: dict[str, list[float]] = {name: [] for name in shops}
    found = {}
    for _ in range(ROUNDS + 1):
        for name, market in shops.items():
            start = time.perf_counter()
            result = simulate_days(market, PLATFORMS["taobao"], days=1, seed=1)
            seconds[name].append(time.perf_counter() - start)
            found[name] = {
                "first": seconds[name][0],
                "least": min(seconds[name][1:], default=0.0),
                "auctions": float(result.searches["searches"].sum()),
                "impressions": float(result.history["impressions"].sum()),
                "clicks": float(result.history["clicks"].sum()),
                "closed": float(result.campaigns["closed_hour"].is_not_null().sum()),
            }
    return found


def main() -> None:
    """Print one line a shop and thread count."""
    if sys.argv[1:] == ["--measure"]:
        print(json.dumps(measure()))
        return
    print(
        f"{'shop':16} {'threads':>7} {'first s':>8} {'day s':>8} {'to plain':>8} {'auctions':>10} "
        f"{'ns / auction':>13} {'impressions':>11} {'clicks':>8} {'closed':>6}"
    )
    for threads in (1, 2):
        done = subprocess.run(
            [sys.executable, "-m", "sims.bench.shop_day", "--measure"],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "NUMBA_NUM_THREADS": str(threads)},
        )
        shops = json.loads(done.stdout)
        for name, found in shops.items():
            print(
                f"{name:16} {threads:7} {found['first']:8.2f} {found['least']:8.3f} "
                f"{found['least'] / shops['plain']['least']:8.2f} {found['auctions']:10,.0f} "
                f"{1e9 * found['least'] / found['auctions']:13.0f} {found['impressions']:11,.0f} "
                f"{found['clicks']:8,.0f} {found['closed']:6.0f}"
            )
    print(f"closed: of {CAMPAIGNS} campaigns, those that ran out of budget")


if __name__ == "__main__":
    main()

"""A women's clothing shop with known truth: ``python -m sims.worlds.demo_shop [FOLDER]``.

Ten products from hero to slow mover, eight campaigns, thirty days; written as the platform would
write them, so that `adopt` reads what a user downloads. The same seed gives the same bytes.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sims.worlds.demo_catalogue import CAMPAIGNS
from sims.worlds.demo_files import write_folder
from sims.worlds.demo_history import Month, play_month, product_sales
from sims.worlds.demo_market import Target, day_factors, make_targets, with_bid
from sims.worlds.expected import Traffic, delivered_share, expected_traffic
from sims.worlds.side_traffic import package_costs

SEED = 20261131
FOLDER = Path(__file__).parents[2] / "adopt" / "data" / "demo_shop"
FEE_RATE = 0.05
"""Platform fees, fraction of revenue."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Expected result per average day: counts, and yuan; presale orders count as orders."""

    impressions: float
    clicks: float
    cost: float
    orders: float
    revenue: float


@dataclass(frozen=True, slots=True)
class DemoShop:
    """The shop, its truth and what thirty days of it looked like."""

    seed: int
    targets: tuple[Target, ...]
    month: Month
    sales: pl.DataFrame

    @property
    def truth(self) -> pl.DataFrame:
        """One row a target: ids, bid (yuan) and quality in force, and the world's own parameters.

        searches: per average day; rivals, mu, sigma: m and the log rank score (yuan x quality)
        ctr: clicks an examined impression; cvr: orders a click; aov: yuan an order
        net_margin: what a yuan of revenue leaves; days_live: of the thirty
        """
        return pl.DataFrame([_truth_row(target) for target in self.targets])

    def expected_outcome(self, target_id: str, bid: float) -> Outcome:
        """Result of a target at a bid (yuan, 0 = off) with budget to spare.

        Raises KeyError for an unknown target.
        """
        target = {one.target_id: one for one in self.targets}[target_id]
        return _outcome(target, expected_traffic(with_bid(target, bid).auction), 1.0)


def _net_margin(target: Target) -> float:
    return target.product.margin * (1.0 - target.product.refund_rate) - FEE_RATE


def _truth_row(target: Target) -> dict[str, str | float | int]:
    auction = target.auction
    return {
        "target_id": target.target_id,
        "campaign_id": target.campaign.campaign_id,
        "ad_group_id": target.product.ad_group_id,
        "product_id": target.product.product_id,
        "keyword_id": target.keyword_id,
        "keyword": target.keyword,
        "match_type": target.match_type,
        "category": target.product.category,
        "role": target.product.role,
        "bid": auction.bid / 100.0,
        "quality": auction.quality,
        "searches": auction.searches,
        "rivals": auction.rivals,
        "mu": auction.mu,
        "sigma": auction.sigma,
        "ctr": auction.ctr,
        "cvr": target.cvr,
        "aov": target.aov,
        "indirect_share": target.product.indirect_share,
        "net_margin": _net_margin(target),
        "campaign_budget": target.campaign.budget,
        "days_live": int(target.live.sum()),
    }


def _outcome(target: Target, traffic: Traffic, share: float) -> Outcome:
    clicks = share * traffic.clicks
    orders = clicks * target.cvr
    cost = clicks * traffic.price
    return Outcome(share * traffic.impressions, clicks, cost, orders, orders * target.aov)


def make_demo_shop(seed: int = SEED) -> DemoShop:
    """The shop of a seed, its thirty days played."""
    targets = make_targets(seed)
    month = play_month(targets, package_costs(seed), seed)
    return DemoShop(seed, targets, month, product_sales(month, seed))


def true_daily_result(shop: DemoShop, bids: Mapping[str, float]) -> pl.DataFrame:
    """Expected result per day of every target at the given bids, in the true world.

    bids: target_id → yuan a click, 0 = off; a target not named keeps its bid
    Returns target_id, bid, impressions, clicks, cost, orders, revenue, profit (revenue x net margin
    - cost), sorted as shop.targets: the mean day of the history's weekdays with every product on
    sale, each campaign stopped when its daily budget is used up. Presale orders count as orders.
    Raises KeyError for an unknown target.
    """
    unknown = set(bids) - {target.target_id for target in shop.targets}
    if unknown:
        raise KeyError(f"no such target: {min(unknown)}")
    targets = [
        with_bid(target, bids.get(target.target_id, target.auction.bid / 100.0))
        for target in shop.targets
    ]
    traffic = [expected_traffic(target.auction) for target in targets]
    share = _campaign_shares(targets, traffic)
    weekdays = float(day_factors().mean())
    rows = []
    for target, one in zip(targets, traffic, strict=True):
        outcome = _outcome(target, one, weekdays * share[target.campaign.campaign_id])
        rows.append(
            {
                "target_id": target.target_id,
                "bid": target.auction.bid / 100.0,
                "impressions": outcome.impressions,
                "clicks": outcome.clicks,
                "cost": outcome.cost,
                "orders": outcome.orders,
                "revenue": outcome.revenue,
                "profit": _net_margin(target) * outcome.revenue - outcome.cost,
            }
        )
    return pl.DataFrame(rows)


def _campaign_shares(targets: list[Target], traffic: list[Traffic]) -> dict[str, float]:
    """Share of its traffic that each campaign's budget, less its package's cost, pays for."""
    shares = {}
    for campaign in CAMPAIGNS:
        own = [
            one for target, one in zip(targets, traffic, strict=True) if target.campaign is campaign
        ]
        cost = sum(one.cost for one in own)
        square = sum(one.clicks * one.price_square for one in own)
        left = campaign.budget - campaign.package
        shares[campaign.campaign_id] = delivered_share(cost, square, left, day_factors())
    return shares


def write_demo_shop(shop: DemoShop, folder: Path) -> None:
    """Write the shop's downloads and its shop.toml into the folder."""
    write_folder(folder, shop.targets, shop.month, shop.sales, shop.seed)


def main(arguments: list[str]) -> None:
    """Write the shop of the packaged seed into the folder named, else into the package."""
    folder = Path(arguments[0]) if arguments else FOLDER
    shop = make_demo_shop()
    write_demo_shop(shop, folder)
    print(f"{len(shop.targets)} targets, {len(shop.month.results)} rows: {folder}")


if __name__ == "__main__":
    main(sys.argv[1:])

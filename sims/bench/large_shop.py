"""A shop of any size as dense curves: an account budget, 100 campaign budgets and an ROI floor.

Some 35 campaigns and the floor bind; in the loose family the account does on some seeds. Families: ``plain``,
``heavy`` (a few targets carry most of the cost), ``steps`` (clicks in whole numbers, so curves are flat and
jump) and ``loose`` (the floor lies below what the budgets reach).

Clicks follow a saturating curve of the bid with a hundredth of noise, so the curves are neither quite
concave nor quite monotone; margins differ from target to target, so no one price orders all levels.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.optimise.limit import Limit
from adopt.optimise.problem import Problem, build_problem

LEVELS = 32
CAMPAIGNS = 100
CHUNK = 100_000
ACCOUNT_SHARE, FLOOR_LIFT, LOOSE_LIFT = 0.92, 1.3, 1.235
"""Account budget of what the campaigns allow; ROI floor above what these budgets alone reach, where it binds
and where it does not."""
FAMILIES = ("plain", "heavy", "steps", "loose")

F32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LargeShop:
    """cost, revenue: (n x 32,) currency per day; margin: (n,); campaign: (n,); the limits' numbers."""

    cost: F32
    revenue: F32
    margin: F32
    campaign: NDArray[np.int32]
    account_budget: float
    campaign_budget: NDArray[np.float64]
    roi_floor: float

    @property
    def targets(self) -> int:
        """Number of targets."""
        return self.margin.size


def large_shop(n: int, *, seed: int = 7, family: str = "plain") -> LargeShop:
    """The shop of n targets, of one of ``FAMILIES``; chunk by chunk, each with its own seed."""
    cost = np.empty(n * LEVELS, dtype=np.float32)
    revenue = np.empty(n * LEVELS, dtype=np.float32)
    margin = np.empty(n, dtype=np.float32)
    campaign = np.random.default_rng(seed).integers(0, CAMPAIGNS, n).astype(np.int32)
    spent, earned = np.zeros(CAMPAIGNS), np.zeros(CAMPAIGNS)
    for first in range(0, n, CHUNK):
        last = min(first + CHUNK, n)
        rng = np.random.default_rng((seed, first))
        c, r, m = _curves(last - first, rng, family)
        cost[first * LEVELS : last * LEVELS] = c.ravel()
        revenue[first * LEVELS : last * LEVELS] = r.ravel()
        margin[first:last] = m
        # What each campaign spends and earns where a unit of cost must bring 1.5 of profit.
        best = np.argmax(m[:, None] * r - 1.5 * c, axis=1)
        at = np.arange(last - first)
        spent += np.bincount(campaign[first:last], c[at, best], CAMPAIGNS)
        earned += np.bincount(campaign[first:last], r[at, best], CAMPAIGNS)
    budget = spent * np.random.default_rng(seed + 1).uniform(0.6, 1.0, CAMPAIGNS)
    return LargeShop(
        cost,
        revenue,
        margin,
        campaign,
        ACCOUNT_SHARE * float(budget.sum()),
        budget,
        (LOOSE_LIFT if family == "loose" else FLOOR_LIFT) * float(earned.sum() / spent.sum()),
    )


def _curves(n: int, rng: np.random.Generator, family: str) -> tuple[F32, F32, F32]:
    """Cost and revenue (n, 32), level 0 is off, and margin (n,)."""
    single = np.float32
    bid = np.exp(np.linspace(-2.0, 1.5, LEVELS - 1)).astype(single)
    queries = rng.lognormal(3.0, 2.0 if family == "heavy" else 1.2, (n, 1)).astype(single)
    steep = rng.uniform(0.8, 2.5, (n, 1)).astype(single)
    worth = rng.lognormal(1.4, 0.5, (n, 1)).astype(single)
    middle = np.exp(rng.normal(0.0, 0.4, (n, 1))).astype(single)
    reach = np.power(bid / middle, steep)
    share = reach / (1 + reach)
    clicks = queries * share * (1 + 0.01 * rng.standard_normal((n, LEVELS - 1), dtype=single))
    if family == "steps":
        clicks = np.floor(0.2 * clicks) * 5.0
    cost = np.zeros((n, LEVELS), dtype=single)
    revenue = np.zeros((n, LEVELS), dtype=single)
    cost[:, 1:] = clicks * bid * middle * (0.5 + 0.3 * share)
    revenue[:, 1:] = clicks * worth * 2.0
    return cost, revenue, rng.uniform(0.25, 0.6, n).astype(single)


def limits_of(shop: LargeShop) -> tuple[Limit, ...]:
    """The limits by target id."""
    ids = np.array(target_ids(shop.targets))
    order = np.argsort(shop.campaign, kind="stable")
    parts = np.split(ids[order], np.cumsum(np.bincount(shop.campaign, minlength=CAMPAIGNS))[:-1])
    campaigns = [
        Limit("campaign_budget", f"c{g:03d}", float(shop.campaign_budget[g]), tuple(part.tolist()))
        for g, part in enumerate(parts)
    ]
    return (
        Limit("account_budget", "account", shop.account_budget),
        *campaigns,
        Limit("target_roi", "account", shop.roi_floor),
    )


def target_ids(n: int) -> list[str]:
    """Ids that sort as the targets stand."""
    return pl.Series(range(n)).cast(pl.String).str.zfill(8).to_list()


def problem_of(shop: LargeShop) -> Problem:
    """The shop through the front door: a RESPONSE table and limits by id."""
    cost, revenue = shop.cost.astype(np.float64), shop.revenue.astype(np.float64)
    response = pl.DataFrame(
        {
            "target_id": pl.Series(target_ids(shop.targets)).repeat_by(LEVELS).explode(),
            "level": np.tile(np.arange(LEVELS), shop.targets),
            "cost": cost,
            "revenue": revenue,
            "orders": 0.01 * revenue,
            "profit": np.repeat(shop.margin.astype(np.float64), LEVELS) * revenue - cost,
            "is_current": np.zeros(cost.size, dtype=bool),
        }
    )
    return build_problem(response, limits_of(shop), "profit")

"""Instances: small and arbitrary ones for proofs, one like a shop for the gap and the time."""

import itertools
from math import erf

import numpy as np
import polars as pl
import pytest

from adopt.optimise.evaluation import keeps_limits, plan_value
from adopt.optimise.limit import Limit

KINDS = ("account_budget", "campaign_budget", "target_roi", "product_roi", "stock")


def response_of(cost, revenue, orders, profit, current=None):
    """RESPONSE columns that the optimiser reads, from (n, levels) arrays."""
    n, levels = cost.shape
    is_current = np.zeros((n, levels), dtype=bool)
    if current is not None:
        is_current[np.arange(n), current] = True
    return pl.DataFrame(
        {
            "target_id": np.repeat([f"t{i:05d}" for i in range(n)], levels).tolist(),
            "level": np.tile(np.arange(levels), n),
            "cost": cost.ravel(),
            "revenue": revenue.ravel(),
            "orders": orders.ravel(),
            "profit": profit.ravel(),
            "is_current": is_current.ravel(),
        }
    )


def random_request(seed, *, n=5, levels=4, kinds=KINDS, has_off=True, tightness=None):
    """Arbitrary levels: neither concave nor monotone; limits from loose to beyond reach."""
    rng = np.random.default_rng(seed)
    cost = rng.gamma(2.0, 5.0, (n, levels))
    revenue = cost * rng.lognormal(1.0, 0.6, (n, levels))
    orders = revenue * rng.uniform(0.01, 0.05, (n, levels))
    if has_off:
        cost[:, 0] = revenue[:, 0] = orders[:, 0] = 0.0
    profit = revenue * rng.uniform(0.2, 0.6, (n, 1)) - cost
    response = response_of(cost, revenue, orders, profit, rng.integers(0, levels, n))
    ids = np.array([f"t{i:05d}" for i in range(n)])
    share = tightness if tightness is not None else rng.uniform(0.1, 0.9)
    some = tuple(ids[: max(n // 2, 1)].tolist())
    last = tuple(ids[n // 3 :].tolist())
    ratio = revenue.sum() / max(cost.sum(), 1e-9)
    between = lambda x: float(x.min(1).sum() + share * (x.max(1) - x.min(1)).sum())  # noqa: E731
    limits = {
        "account_budget": Limit("account_budget", "account", between(cost)),
        "campaign_budget": Limit("campaign_budget", "c1", between(cost[: len(some)]), some),
        "target_roi": Limit("target_roi", "account", ratio * rng.uniform(0.7, 1.3)),
        "product_roi": Limit("product_roi", "p1", ratio * rng.uniform(0.7, 1.2), some),
        "stock": Limit("stock", "p2", between(orders[n // 3 :]), last),
    }
    return response, tuple(limits[kind] for kind in kinds)


def shop_request(seed, *, n=200, levels=41, step=0.01, campaigns=8):
    """A shop's curves: bids 1 % apart around the one in force, clicks by a log-normal landscape."""
    rng = np.random.default_rng(seed)
    queries, mu, sigma = rng.lognormal(4, 1, n), rng.normal(0.3, 0.4, n), rng.uniform(0.4, 0.9, n)
    worth, margin = rng.lognormal(1.0, 0.5, n), rng.uniform(0.25, 0.5, n)
    now = np.exp(mu + rng.normal(0, 0.4, n))
    bid = np.maximum(now[:, None] * (1 + step * (np.arange(levels) - levels // 2)), 0.05)
    share = 0.5 * (1 + np.vectorize(erf)((np.log(bid) - mu[:, None]) / sigma[:, None] / 2**0.5))
    clicks = 0.1 * queries[:, None] * share
    cost = clicks * bid * (0.6 + 0.2 * share)
    revenue, orders = 2 * clicks * worth[:, None], 0.01 * clicks * worth[:, None]
    response = response_of(
        cost, revenue, orders, margin[:, None] * revenue - cost, np.full(n, levels // 2)
    )
    ids = np.array([f"t{i:05d}" for i in range(n)])
    low, high, middle = cost.min(1), cost.max(1), levels // 2
    campaign = rng.integers(0, campaigns, n)
    limits = [Limit("account_budget", "account", float((low + 0.5 * (high - low)).sum()))]
    for c in range(campaigns):
        inside = campaign == c
        budget = float((low + rng.uniform(0.3, 0.9) * (high - low))[inside].sum())
        limits.append(Limit("campaign_budget", f"c{c}", budget, tuple(ids[inside].tolist())))
    ratio = float(revenue[:, middle].sum() / cost[:, middle].sum())
    limits.append(Limit("target_roi", "account", 1.1 * ratio))
    for p in range(3):
        inside = rng.choice(n, max(n // 30, 1), replace=False)
        stock = 1.05 * float(orders[inside, middle].sum())
        limits.append(Limit("stock", f"p{p}", stock, tuple(ids[inside].tolist())))
    return response, tuple(limits)


def brute_force(problem):
    """Best value of all plans that keep the limits, None where there is none."""
    ranges = itertools.pairwise(problem.level_start)
    best = None
    for plan in itertools.product(*(range(a, b) for a, b in ranges)):
        cells = np.array(plan)
        if keeps_limits(problem, cells):
            value = plan_value(problem, cells)
            best = value if best is None else max(best, value)
    return best


@pytest.fixture(scope="session")
def make():
    """The makers of instances."""

    class Makers:
        response = staticmethod(response_of)
        random = staticmethod(random_request)
        shop = staticmethod(shop_request)
        brute_force = staticmethod(brute_force)
        kinds = KINDS

    return Makers

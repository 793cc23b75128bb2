"""Arbitrary small requests under any combination of limits, for a general solver to check the answers.

Levels are neither concave nor monotone; some targets cannot be off, some only with their whole product;
limits reach from loose to beyond what the levels allow.
"""

import itertools
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.optimise.limit import Limit
from adopt.optimise.problem import Objective, Problem, build_problem

F64 = NDArray[np.float64]

KINDS = (
    "account_budget",
    "campaign_budget",
    "category_budget",
    "target_roi",
    "product_roi",
    "stock",
    "account_spend_floor",
    "keywords",
    "minimum_spend",
    "most_products",
)
"""Kinds of limits; ``keywords`` are one_product and keyword_on."""
COMBINATIONS = tuple(
    kinds for size in range(len(KINDS) + 1) for kinds in itertools.combinations(KINDS, size)
)
OBJECTIVES: tuple[Objective, ...] = ("profit", "revenue", "orders")


@dataclass(frozen=True, slots=True)
class SmallRequest:
    """What ``build_problem`` takes: RESPONSE, limits, objective, product of each target."""

    response: pl.DataFrame
    limits: tuple[Limit, ...]
    objective: Objective
    products: dict[str, str | None]

    def problem(self) -> Problem:
        """The request as arrays."""
        return build_problem(self.response, self.limits, self.objective, products=self.products)


def small_request(
    seed: int, kinds: tuple[str, ...] | None = None, *, targets: int = 8, levels: int = 4
) -> SmallRequest:
    """The request of a seed; kinds: of its limits, those of the seed where None."""
    rng = np.random.default_rng(seed)
    kinds = COMBINATIONS[seed * 7919 % len(COMBINATIONS)] if kinds is None else kinds
    cost = rng.gamma(2.0, 5.0, (targets, levels))
    revenue = cost * rng.lognormal(1.0, 0.6, (targets, levels))
    orders = revenue * rng.uniform(0.01, 0.05, (targets, levels))
    can_be_off = rng.random(targets) < 0.8
    for column in (cost, revenue, orders):
        column[can_be_off, 0] = 0.0
    only = np.zeros((targets, levels), dtype=bool)
    only[:, 0] = can_be_off & (rng.random(targets) < 0.5)
    ids = np.array([f"t{i:03d}" for i in range(targets)])
    product = rng.integers(0, 4, targets)
    response = pl.DataFrame(
        {
            "target_id": np.repeat(ids, levels).tolist(),
            "level": np.tile(np.arange(levels), targets),
            "cost": cost.ravel(),
            "revenue": revenue.ravel(),
            "orders": orders.ravel(),
            "profit": (revenue * rng.uniform(0.2, 0.6, (targets, 1)) - cost).ravel(),
            "is_current": np.tile(np.arange(levels) == 1, targets),
            "with_product_only": only.ravel(),
        }
    )
    limits = _limits(rng, ids, product, (cost, revenue, orders))
    return SmallRequest(
        response,
        tuple(limit for kind in kinds for limit in limits[kind]),
        OBJECTIVES[seed % 3],
        {target: f"p{p}" for target, p in zip(ids.tolist(), product.tolist(), strict=True)},
    )


def _limits(
    rng: np.random.Generator,
    ids: NDArray[np.str_],
    product: NDArray[np.int64],
    attributes: tuple[F64, F64, F64],
) -> dict[str, list[Limit]]:
    """Limits of every kind."""
    cost, revenue, orders = attributes
    half, third = ids.size // 2, ids.size // 3
    least, most = cost.min(axis=1), cost.max(axis=1)
    ratio = float(revenue.sum() / cost.sum())

    def budget(some: slice, low: float, high: float) -> float:
        return float(least[some].sum() + rng.uniform(low, high) * (most - least)[some].sum())

    def of(p: int) -> tuple[str, ...]:
        return tuple(ids[product == p].tolist())

    everyone = slice(None)
    first, middle = tuple(ids[:half].tolist()), tuple(ids[third : 2 * third + 1].tolist())
    pair, three = tuple(ids[[0, 3]].tolist()), tuple(ids[[1, 4, 5]].tolist())
    stock = float(orders[product == 1].max(axis=1).sum() * rng.uniform(0.2, 0.9))
    minimum = {p: float(most[product == p].sum() * rng.uniform(0.3, 0.9)) for p in (0, 2)}
    return {
        "account_budget": [Limit("account_budget", "account", budget(everyone, 0.2, 0.9))],
        "campaign_budget": [Limit("campaign_budget", "c", budget(slice(0, half), 0.2, 0.9), first)],
        "category_budget": [
            Limit("category_budget", "k", budget(slice(third, 2 * third + 1), 0.2, 0.9), middle)
        ],
        "target_roi": [Limit("target_roi", "account", ratio * rng.uniform(0.6, 1.2))],
        "product_roi": [Limit("product_roi", "p0", ratio * rng.uniform(0.6, 1.1), of(0))],
        "stock": [Limit("stock", "p1", stock, of(1))],
        "account_spend_floor": [
            Limit("account_spend_floor", "account", budget(everyone, 0.1, 0.5))
        ],
        "keywords": [
            Limit("one_product", "k1", 1.0, pair),
            Limit("one_product", "k2", 1.0, three),
            Limit("keyword_on", "k2", 1.0, three),
        ],
        "minimum_spend": [
            Limit("minimum_spend", f"p{p}", minimum[p], of(p)) for p in (0, 2) if of(p)
        ],
        "most_products": [Limit("most_products", "account", float(rng.integers(1, 5)))],
    }

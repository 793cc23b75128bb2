"""The limits a plan may have to keep, by what they count and which targets they hold."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from adopt.errors import ConfigError

Constraint = Literal[
    "account_budget",
    "campaign_budget",
    "category_budget",
    "product_budget",
    "account_spend_floor",
    "campaign_spend_floor",
    "category_spend_floor",
    "product_spend_floor",
    "target_roi",
    "campaign_roi",
    "category_roi",
    "product_roi",
    "stock",
    "one_product",
    "keyword_on",
    "minimum_spend",
    "most_products",
]

BUDGETS = ("account_budget", "campaign_budget", "category_budget", "product_budget")
SPEND_FLOORS = (
    "account_spend_floor",
    "campaign_spend_floor",
    "category_spend_floor",
    "product_spend_floor",
)
ROI_FLOORS = ("target_roi", "campaign_roi", "category_roi", "product_roi")
STOCK, ONE_PRODUCT, KEYWORD_ON = "stock", "one_product", "keyword_on"
MINIMUM_SPEND, MOST_PRODUCTS = "minimum_spend", "most_products"
SWITCHED = (MINIMUM_SPEND, MOST_PRODUCTS)
"""Limits that see whether a product is switched on."""
AT_LEAST = (*SPEND_FLOORS, *ROI_FLOORS, KEYWORD_ON, MINIMUM_SPEND)
"""Limits that ask for no less; the others allow no more."""
COST, REVENUE, ORDERS, ON = 0, 1, 2, 3
"""Columns of ``Problem.attribute``."""
COUNTS = (ONE_PRODUCT, KEYWORD_ON, MOST_PRODUCTS)
"""Limits in whole targets or products."""
ATTRIBUTES = 4
NEARLY = 1e-3
"""By how much a count is eased: it lets no plan more in, and keeps prices finite where the limit is all that
the levels allow."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One coupling constraint over some targets.

    constraint: a budget or spend floor (limit in currency per day, of cost); an ROI floor (a ratio: sum
        of revenue >= limit x sum of cost); stock (orders per day, at most); one_product, keyword_on
        (targets switched on, at most, at least); minimum_spend (currency per day, asked only where one of
        the targets is on); most_products (products with a target on, at most)
    scope: ``account``, or the id of the campaign, category, product or keyword
    targets: ids of the targets it couples; None for all
    """

    constraint: Constraint
    scope: str
    limit: float
    targets: tuple[str, ...] | None = None

    @property
    def weight(self) -> tuple[float, float, float, float]:
        """Use of its row ``use <= capacity`` by a cell, per cost, revenue, orders and being on.

        Raises ConfigError for a limit that is no number of zero or more.
        """
        if not np.isfinite(self.limit) or self.limit < 0:
            raise ConfigError(
                f"the limit {self.limit} of {self.constraint} ({self.scope}) is not a number of zero or more."
            )
        if self.constraint in BUDGETS:
            return 1.0, 0.0, 0.0, 0.0
        if self.constraint in (*SPEND_FLOORS, MINIMUM_SPEND):
            return -1.0, 0.0, 0.0, 0.0
        if self.constraint in ROI_FLOORS:
            return float(self.limit), -1.0, 0.0, 0.0
        others = {
            STOCK: (0.0, 0.0, 1.0, 0.0),
            ONE_PRODUCT: (0.0, 0.0, 0.0, 1.0),
            KEYWORD_ON: (0.0, 0.0, 0.0, -1.0),
            MOST_PRODUCTS: (0.0, 0.0, 0.0, 0.0),
        }
        if self.constraint not in others:
            raise ConfigError(f"there is no constraint '{self.constraint}'.")
        return others[self.constraint]

    @property
    def capacity(self) -> float:
        """Bound of its row."""
        if self.constraint in (*ROI_FLOORS, MINIMUM_SPEND):
            return 0.0
        bound = -float(self.limit) if self.constraint in AT_LEAST else float(self.limit)
        return bound + NEARLY if self.constraint in COUNTS else bound

    @property
    def switch_use(self) -> float:
        """Use of its row by a product that is on: of its own product, or of any."""
        return {MINIMUM_SPEND: float(self.limit), MOST_PRODUCTS: 1.0}.get(self.constraint, 0.0)

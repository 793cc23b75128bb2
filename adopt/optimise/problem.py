"""The choice to make, as data: one level a target, a value each, and the rows that couple them."""

from dataclasses import dataclass
from typing import Literal

Constraint = Literal["account_budget", "campaign_budget", "target_roi", "product_roi", "stock"]


@dataclass(frozen=True, slots=True)
class Limit:
    """One coupling constraint over some targets.

    constraint: account_budget, campaign_budget (limit in currency per day, on cost);
        target_roi, product_roi (limit a ratio: sum of revenue >= limit x sum of cost);
        stock (limit in orders per day)
    scope: ``account``, or the id of the campaign or product
    targets: ids of the targets it couples; None for all
    """

    constraint: Constraint
    scope: str
    limit: float
    targets: tuple[str, ...] | None = None

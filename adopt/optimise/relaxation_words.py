"""A relaxation in an operator's words: what to change, from what to what, and why that far."""

from adopt.errors import Relaxation
from adopt.optimise.limit import (
    AT_LEAST,
    BUDGETS,
    MINIMUM_SPEND,
    ROI_FLOORS,
    SPEND_FLOORS,
    STOCK,
    Limit,
)

TOGETHER = "; this helps only together with the other changes named here"


def relaxation_in_words(
    limit: Limit, needed: float, *, is_joint: bool, has_others: bool
) -> Relaxation:
    """The relaxation as a sentence; needed: of the limit's unit.

    is_joint: it helps only beside others; has_others: there are limits beside it
    """
    asked, given = _shown(limit.limit), _shown(needed)
    constraint, scope = limit.constraint, limit.scope
    under = " under the other limits" if has_others else ""
    reason = TOGETHER if is_joint else f" ({_reason(limit)}{under})"
    kind, _, _ = constraint.partition("_")
    of_scope = "" if kind in {"account", "target"} else f" of {kind} {scope}"
    unit = "currency per day"
    if constraint in BUDGETS:
        which = "the account budget" if kind == "account" else f"the budget{of_scope}"
        words = f"Raise {which} from {asked} to {given} a day{reason}."
    elif constraint in SPEND_FLOORS:
        words = f"Lower the spend floor{of_scope} from {asked} to {given} a day{reason}."
    elif constraint == MINIMUM_SPEND:
        words = f"Lower the minimum spend of product {scope} from {asked} to {given} a day{reason}."
    elif constraint in ROI_FLOORS:
        unit = "ratio"
        words = f"Lower the target ROI{of_scope} from {asked} to {given}{reason}."
    elif constraint == STOCK:
        unit = "orders per day"
        words = f"Allow product {scope} {given} orders a day instead of {asked}{reason}."
    else:
        unit, count, most = "count", f"{needed:g}", f"{limit.limit:g}"
        words = {
            "one_product": f"Allow keyword {scope} {count} products at once instead of {most}{reason}.",
            "keyword_on": f"Let keyword {scope} go without any product{reason}.",
            "most_products": f"Allow {count} products with ads instead of {most}{reason}.",
        }[constraint]
    return Relaxation(constraint, limit.limit, needed, unit, words)


def _reason(limit: Limit) -> str:
    """Why the limit must give way that far."""
    if limit.constraint in ROI_FLOORS:
        return "the highest the allowed bids reach"
    if limit.constraint in BUDGETS:
        return "the least that the allowed bids cost"
    if limit.constraint == STOCK:
        return "the fewest that the allowed bids bring"
    return "the most" if limit.constraint in AT_LEAST else "the fewest"


def _shown(number: float) -> str:
    return f"{number:,.2f}" if number == 0 or number >= 0.1 else f"{number:.3g}"

"""Settings with what the command line gave on top of ``shop.toml``."""

import math
from typing import Any

from adopt.config.money import money_micros
from adopt.config.sections import Settings
from adopt.errors import ConfigError


def with_options(
    settings: Settings,
    *,
    budget: str | None = None,
    target_roi: float | None = None,
    objective: str | None = None,
    max_step: float | None = None,
    confidence: float | None = None,
    most_products: int | None = None,
    halo_weight: float | None = None,
) -> Settings:
    """Settings with what the command line gave on top.

    Raises ConfigError on an amount, ratio, count or objective that cannot be.
    """
    goal: dict[str, Any] = {
        "budget": None if budget is None else _budget_given(budget),
        "target_roi": target_roi,
        "confidence": confidence,
        "objective": objective,
        "most_products": most_products,
        "halo_weight": halo_weight,
    }
    _check_ratios(target_roi, confidence)
    _check_scopes(most_products, halo_weight)
    if max_step is not None and not 0 <= max_step <= 10:
        raise ConfigError(
            f"--max-step {max_step:g} is not a fraction between 0 and 10.",
            remedy="0.2 allows changes of 20 %.",
        )
    guardrails = {"max_step": max_step}
    return settings.model_copy(
        update={
            "goal": settings.goal.model_copy(update=_given(goal)),
            "guardrails": settings.guardrails.model_copy(update=_given(guardrails)),
        }
    )


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _budget_given(text: str) -> int:
    """Micros of ``--budget``."""
    try:
        micros = money_micros(text)
    except ValueError as error:
        raise ConfigError(
            f"--budget: {error}.", remedy="Give it per day, as in --budget 2000."
        ) from error
    if micros == 0:
        raise ConfigError(
            "--budget 0 buys nothing.",
            remedy="Give what may be spent per day; to stop spending, pause the campaigns on the platform.",
        )
    return micros


def _check_ratios(target_roi: float | None, confidence: float | None) -> None:
    if target_roi is not None and not (math.isfinite(target_roi) and target_roi > 0):
        raise ConfigError(
            f"--target-roi {target_roi:g} is not a return.",
            remedy="Give revenue per unit of cost, as in --target-roi 4.5.",
        )
    if confidence is not None and not 0 < confidence < 1:
        raise ConfigError(
            f"--confidence {confidence:g} is not a chance between 0 and 1.",
            remedy="Write 0.9 for 90 %.",
        )


def _check_scopes(most_products: int | None, halo_weight: float | None) -> None:
    if most_products is not None and most_products < 1:
        raise ConfigError(
            f"--most-products {most_products} leaves nothing to advertise.",
            remedy="Give how many products may have ads on, 1 or more.",
        )
    if halo_weight is not None and not 0 <= halo_weight <= 1:
        raise ConfigError(
            f"--halo-weight {halo_weight:g} is not a fraction between 0 and 1.",
            remedy="1 counts indirect revenue fully, 0 leaves it out of the objective.",
        )

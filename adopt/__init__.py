"""adopt: bids for paid search traffic in online shops, with a proof of optimality beside each answer.

``import adopt`` is cheap; the verbs load what they need on first use (PEP 562).
"""

from typing import Any

__version__ = "0.1.0"

_VERBS = {
    "Settings": "adopt.config",
    "estimate_shops": "adopt.plan.rates",
    "examine": "adopt.plan.doctor",
    "fit_shop_rates": "adopt.plan.shop_rates",
    "read_settings": "adopt.config",
    "read_run": "adopt.plan.reading",
    "read_shop": "adopt.formats.shop",
    "read_start": "adopt.plan.start",
    "recommend": "adopt.plan.recommend",
    "replay_run": "adopt.plan.replay",
    "run_rates": "adopt.plan.rates",
    "run_recommend": "adopt.plan.run",
    "run_rollback": "adopt.plan.rollback",
    "run_simulate": "adopt.plan.simulate",
    "simulate": "adopt.plan.simulate",
}

__all__ = ["__version__", *_VERBS]


def __getattr__(name: str) -> Any:
    """Load a verb on first use."""
    if name not in _VERBS:
        raise AttributeError(f"module 'adopt' has no attribute '{name}'")
    import importlib

    return getattr(importlib.import_module(_VERBS[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_VERBS])

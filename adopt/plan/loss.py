"""What the days may lose: the chance to fall short, and by how much, in words an operator knows."""

from typing import Any

import numpy as np
import polars as pl

from adopt.plan.intervals import BOUNDS, Forecast
from adopt.tables import total


def loss_of_weeks(forecast: Forecast, plan: pl.DataFrame, target_roi: float) -> dict[str, Any]:
    """How far the horizon's mean day may fall below what is expected of today's bids.

    plan: of plan.advice, in the forecast's order; target_roi: revenue per cost

    Where all margins are known, a loss is the profit that is missing to today's expected profit
    (targets whose result today is unknown are left out on both sides); else it is the revenue that is
    missing to ``target_roi x cost``. Returns metric, against (currency per day, None for revenue), chance
    of any loss, expected loss over all draws, and mean, p10 and p90 of the draws that lose (None without
    one), currency per day.
    """
    played, known = forecast.played, forecast.is_known
    against = None
    if np.isnan(forecast.net_margin).any():
        missing = target_roi * played.cost.sum(axis=0) - played.revenue.sum(axis=0)
    else:
        counted = known if known.any() else np.ones_like(known)
        profit = played.revenue * forecast.net_margin[:, None] - played.cost
        against = total(plan["profit_current"])
        missing = against - profit[counted].sum(axis=0)
    loss = np.maximum(missing, 0.0)
    short = loss[loss > 0.0]
    bounds = (
        {name: float(np.quantile(short, at)) for name, at in BOUNDS.items()} if short.size else {}
    )
    return {
        "metric": "revenue" if against is None else "profit",
        "against": against,
        "chance": float((loss > 0.0).mean()),
        "expected": float(loss.mean()),
        "when_short": {
            "mean": float(short.mean()) if short.size else None,
            **{name: bounds.get(name) for name in BOUNDS},
        },
    }

"""Forecast intervals of each target and of the whole shop, from joint posterior draws."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.formats.shop_data import ShopData
from adopt.market.auction_curve import Auctions, expected_traffic
from adopt.market.forecast import (
    Anchor,
    Draws,
    Outcome,
    forecast_auctions,
    forecast_simulated,
    play_days,
)
from adopt.market.response_curve import auctions_of
from adopt.plan.model import ShopModel
from adopt.platforms import MICROS

F64 = NDArray[np.float64]

EXPONENTS = 8
"""Draws of the examination by rank, which all targets share."""
COUNTS = ("clicks", "cost", "orders", "revenue")
BOUNDS = {"p10": 0.1, "p90": 0.9}


@dataclass(frozen=True, slots=True)
class Forecast:
    """Draws (n, draws) of the mean day: expected at the bids in force and after, and played with chance.

    is_known: (n,) whether the bid in force, and with it the current result, is known
    net_margin: (n,), nan where unknown
    """

    current: Outcome
    recommended: Outcome
    played: Outcome
    is_known: NDArray[np.bool_]
    net_margin: F64


def forecast_plan(data: ShopData, model: ShopModel, plan: pl.DataFrame, *, seed: int) -> Forecast:
    """Forecast a plan.

    plan: one row a target in the model's order: current_bid, recommended_bid (micros), X_current,
    X_recommended
    """
    current, recommended = _empty(model), _empty(model)
    _fill_auctions(model, plan, current, recommended, seed)
    _fill_rest(data, model, plan, current, recommended, seed)
    settings = model.settings.estimate
    played = play_days(
        recommended,
        horizon_days=settings.horizon_days,
        order_shape=model.rates.value.shape,
        day_spread=model.landscape.day_spread,
        seed=seed,
    )
    return Forecast(
        current,
        recommended,
        played,
        plan["cost_current"].is_not_null().to_numpy(),
        plan["net_margin"].cast(pl.Float64).to_numpy(),
    )


def _empty(model: ShopModel) -> Outcome:
    return Outcome(*(np.zeros(model.ctr.shape) for _ in COUNTS))


def _fill_auctions(
    model: ShopModel, plan: pl.DataFrame, current: Outcome, recommended: Outcome, seed: int
) -> None:
    fitted = model.landscape.landscape["target_id"]
    at = plan["target_id"].is_in(fitted.implode()).arg_true().to_numpy()
    if len(at) == 0:
        return
    parameters = model.landscape.draw(model.ctr.shape[1], seed)
    sigma = np.exp(np.clip(parameters[:, :, 3], -4.0, 2.0))
    quality = model.landscape.landscape["quality"].to_numpy()
    auctions = Auctions(
        np.exp(parameters[:, :, 0]).ravel(),
        np.exp(np.clip(parameters[:, :, 1], -3.0, 8.0)).ravel(),
        (model.landscape.reference[:, None] + parameters[:, :, 2]).ravel(),
        sigma.ravel(),
        np.repeat(quality, parameters.shape[1]),
        model.segments.coarser().of(np.repeat(np.arange(len(quality)), parameters.shape[1])),
    )
    current_bid = plan["current_bid"].to_numpy()[at] / MICROS
    fitted_now = expected_traffic(
        current_bid,
        np.arange(len(at) + 1),
        auctions_of(model.landscape.landscape, model.segments),
        model.platform,
    )
    now, then = forecast_auctions(
        current_bid,
        plan["recommended_bid"].to_numpy()[at] / MICROS,
        Draws(
            auctions,
            model.landscape.draw_exponents(EXPONENTS, seed),
            model.ctr[at],
            model.cvr[at],
            model.aov[at],
        ),
        Anchor(fitted_now, model.landscape.impressions_sd, model.landscape.cpc_sd),
        model.platform,
        seed=seed,
    )
    for name in COUNTS:
        getattr(current, name)[at] = getattr(now, name)
        getattr(recommended, name)[at] = getattr(then, name)


def _fill_rest(
    data: ShopData,
    model: ShopModel,
    plan: pl.DataFrame,
    current: Outcome,
    recommended: Outcome,
    seed: int,
) -> None:
    """Targets with a platform's simulation, and those left alone because their bid is unknown."""
    fitted = model.landscape.landscape["target_id"]
    at = (~plan["target_id"].is_in(fitted.implode())).arg_true().to_numpy()
    if len(at) == 0:
        return
    days = data.history["date"].n_unique() or 1
    window = (
        plan.select("target_id")
        .join(
            data.landscape_points.select("target_id", "window_days").unique("target_id"),
            on="target_id",
            how="left",
            validate="1:1",
            maintain_order="left",
        )["window_days"]
        .fill_null(days)
        .to_numpy()[at]
    )
    for suffix, outcome in (("current", current), ("recommended", recommended)):
        expected = [plan[f"{name}_{suffix}"].fill_null(0.0).to_numpy()[at] for name in COUNTS]
        drawn = forecast_simulated(
            (expected[0], expected[1], expected[2], expected[3]),
            window.astype(np.float64),
            model.ctr.shape[1],
            seed,
        )
        for name in COUNTS:
            getattr(outcome, name)[at] = getattr(drawn, name)


def target_bounds(forecast: Forecast) -> pl.DataFrame:
    """Columns X_recommended_p10 and _p90 of every target, in the plan's order.

    ROI is bounded over the draws that cost anything, where more than half do.
    """
    played = forecast.played
    metrics = {name: getattr(played, name) for name in COUNTS}
    metrics["profit"] = played.revenue * forecast.net_margin[:, None] - played.cost
    bounds = {name: np.quantile(values, [0.1, 0.9], axis=1) for name, values in metrics.items()}
    bounds["roi"] = _roi_bounds(played)
    columns = {
        f"{name}_recommended_{suffix}": pair[row]
        for name, pair in bounds.items()
        for row, suffix in enumerate(BOUNDS)
    }
    return pl.DataFrame(columns).with_columns(pl.all().fill_nan(None))


def _roi_bounds(played: Outcome) -> F64:
    is_spent = played.cost > 0
    roi = np.divide(
        played.revenue, played.cost, out=np.full_like(played.cost, np.nan), where=is_spent
    )
    bounds = np.full((2, len(roi)), np.nan)
    always = is_spent.all(axis=1)
    mostly = ~always & (is_spent.mean(axis=1) > 0.5)
    bounds[:, always] = np.quantile(roi[always], [0.1, 0.9], axis=1)
    if mostly.any():
        bounds[:, mostly] = np.nanquantile(roi[mostly], [0.1, 0.9], axis=1)
    return bounds


def total_bounds(forecast: Forecast) -> dict[str, dict[str, float | None]]:
    """Central 80 % of the shop's mean day, and of the gain over the bids in force.

    The gain compares expectations in the same draw; the days' own chance would only blur it.
    """
    played = forecast.played
    totals = {name: getattr(played, name).sum(axis=0) for name in COUNTS}
    has_margin = not bool(np.isnan(forecast.net_margin).any())
    if has_margin:
        totals["profit"] = (played.revenue * forecast.net_margin[:, None] - played.cost).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        totals["roi"] = np.where(totals["cost"] > 0, totals["revenue"] / totals["cost"], np.nan)
    known = forecast.is_known[:, None]
    margin = np.nan_to_num(forecast.net_margin)[:, None]
    gain_cost = ((forecast.recommended.cost - forecast.current.cost) * known).sum(axis=0)
    gain_revenue = (forecast.recommended.revenue - forecast.current.revenue) * known
    totals["revenue_gain"] = gain_revenue.sum(axis=0)
    gain_orders = (forecast.recommended.orders - forecast.current.orders) * known
    totals["orders_gain"] = gain_orders.sum(axis=0)
    if has_margin:
        totals["profit_gain"] = (gain_revenue * margin).sum(axis=0) - gain_cost
    return {
        name: {
            suffix: None if np.isnan(values).any() else float(np.quantile(values, level))
            for suffix, level in BOUNDS.items()
        }
        for name, values in totals.items()
    }


def chance_on_target(forecast: Forecast, target_roi: float) -> float:
    """P(the horizon's ROI meets the target), chance of the days included."""
    cost = forecast.played.cost.sum(axis=0)
    revenue = forecast.played.revenue.sum(axis=0)
    return float((revenue >= target_roi * cost).mean())

"""The response of every target over the bids its guards allow."""

import dataframely as dy
import polars as pl

from adopt.formats.shop_data import ShopData
from adopt.market.bid_levels import grid_levels
from adopt.market.response_curve import VALUES, auction_response, response_curves
from adopt.market.simulated_points import expected_points, point_levels
from adopt.plan.guards import BID_UNKNOWN, FROZEN
from adopt.plan.model import ShopModel
from adopt.tables import Response, check, totals_by

IS_AS_IT_IS = BID_UNKNOWN & (~pl.col("is_simulated") | FROZEN)
"""Targets without another level than the bid in force, whatever it is: nobody told it, and no simulation
may move it."""

WINDOW = tuple(
    pl.when(pl.col("current_bid").is_not_null() | (pl.col("lever") != "bid_modifier"))
    .then(end)
    .alias(end)
    for end in ("lowest", "highest")
)
"""Without a bid in force there is no step to keep, only the bounds of operator and platform."""


def offered_curves(
    data: ShopData, model: ShopModel, guarded: pl.DataFrame
) -> dy.DataFrame[Response]:
    """RESPONSE of all targets; one whose bid is unknown has a single level: as it is.

    guarded: of plan.guards
    """
    windowed = guarded.select(
        *("target_id", "current_bid", "may_pause", "is_simulated"),
        *WINDOW,
        IS_AS_IT_IS.alias("is_as_it_is"),
    )
    offered = windowed.filter(~pl.col("is_as_it_is"))
    competing = offered.filter(~pl.col("is_simulated"))
    by_auction = auction_response(
        grid_levels(competing, model.platform, levels=model.settings.guardrails.levels),
        model.landscape.landscape,
        model.rates.rates,
        model.segments,
        model.platform,
    )
    # A platform's own simulation plays the bids as they are multiplied already.
    points = data.landscape_points.join(
        data.targets.select("target_id", "lever"), on="target_id", validate="m:1"
    )
    # A platform may simulate what it does not sell: a bid between two steps of its own.
    is_sold = (pl.col("lever") == "bid_modifier") | (
        pl.col("bid") % model.platform.bid_step_micros == 0
    )
    by_simulation = expected_points(
        point_levels(offered.filter("is_simulated"), points.filter(is_sold).drop("lever")), points
    )
    worth = model.targets.select(
        "target_id", "net_margin", "halo_orders_share", "halo_revenue_share"
    ).join(
        guarded.select("target_id", "off_with_product"),
        on="target_id",
        validate="1:1",
        maintain_order="left",
    )
    response = response_curves(by_auction, by_simulation, worth)
    left = windowed.filter("is_as_it_is")
    whole = pl.concat([response, _as_it_is(data, model, left, worth)]).sort("target_id", "level")
    return check(whole, Response)


def _as_it_is(
    data: ShopData, model: ShopModel, unknown: pl.DataFrame, worth: pl.DataFrame
) -> pl.DataFrame:
    """One level of the mean day so far, for targets whose bid nobody told us."""
    days = max(data.history["date"].n_unique(), 1)
    rates = model.rates.rates.select("target_id", "cvr", "aov")
    return (
        unknown.select("target_id", pl.lit(None, dtype=pl.Int64).alias("bid"))
        .join(
            totals_by(
                data.history.sort("target_id", "date"), "target_id", "impressions", "clicks", "cost"
            ).with_columns(pl.col("impressions", "clicks", "cost") / days),
            on="target_id",
            how="left",
        )
        .with_columns(pl.col("impressions", "clicks", "cost").fill_null(0.0))
        .join(rates, on="target_id", how="left", validate="1:1")
        .join(worth, on="target_id", validate="1:1")
        .with_columns((pl.col("clicks") * pl.col("cvr")).alias("orders"))
        .with_columns((pl.col("orders") * pl.col("aov")).alias("revenue"))
        .with_columns(
            pl.lit(0, dtype=pl.Int64).alias("level"),
            pl.lit(value=True).alias("is_current"),
            pl.lit(value=False).alias("is_extrapolated"),
        )
        .with_columns(*VALUES)
        .select(Response.column_names())
    )

"""RESPONSE: the expected daily result of every allowed bid of every target."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.market.auction_curve import Auctions, click_rate, expected_results, expected_traffic
from adopt.platforms import MICROS, Platform
from adopt.platforms.bid_segments import BidSegments
from adopt.tables import Response

PROFIT = (pl.col("revenue") * pl.col("net_margin") - pl.col("cost")).alias("profit")
HALO_ORDERS = (pl.col("orders") * pl.col("halo_orders_share")).alias("halo_orders")
HALO_REVENUE = (pl.col("revenue") * pl.col("halo_revenue_share")).alias("halo_revenue")
HALO_PROFIT = (HALO_REVENUE * pl.col("net_margin")).alias("halo_profit")
WITH_PRODUCT_ONLY = (
    ((pl.col("bid") == 0) & ~pl.col("is_current") & pl.col("off_with_product"))
    .fill_null(value=False)
    .alias("with_product_only")
)
VALUES = (PROFIT, HALO_ORDERS, HALO_REVENUE, HALO_PROFIT, WITH_PRODUCT_ONLY)
"""What a result is worth and when it may be chosen; from net_margin (fraction of revenue, null = unknown),
halo_orders_share, halo_revenue_share (fractions, null = unknown) and off_with_product of the target."""


def auction_response(
    levels: pl.DataFrame,
    landscape: pl.DataFrame,
    rates: pl.DataFrame,
    segments: BidSegments,
    platform: Platform,
) -> pl.DataFrame:
    """Expected result per day of levels in the auctions of their keywords.

    levels: target_id, bid (micros), is_current, sorted; each target with its bid in force
    landscape: table LANDSCAPE; rates: table RATES; segments: of the rows of landscape
    Returns levels with impressions, clicks, cost, orders, revenue, is_extrapolated.
    """
    if levels.is_empty():
        return levels.with_columns(
            *(pl.lit(0.0).alias(n) for n in ("impressions", "clicks", "cost", "orders", "revenue")),
            pl.lit(value=False).alias("is_extrapolated"),
        )
    ids = levels["target_id"].unique().sort()
    fitted = (
        pl.DataFrame({"target_id": ids})
        .join(
            landscape.with_row_index("at"),
            on="target_id",
            how="left",
            validate="1:1",
            maintain_order="left",
        )
        .join(rates, on="target_id", how="left", validate="1:1", maintain_order="left")
    )
    auctions = auctions_of(fitted, segments.of(fitted["at"].to_numpy()))
    start = np.searchsorted(
        levels["target_id"].rle_id().to_numpy(), np.arange(len(ids) + 1)
    ).astype(np.int64)
    bid = levels["bid"].to_numpy() / MICROS
    now = expected_traffic(
        bid[levels["is_current"].to_numpy()], np.arange(len(ids) + 1), auctions, platform
    )
    rate = click_rate(fitted["ctr"].to_numpy(), now)
    found = expected_results(bid, start, auctions, rate, fitted["cvr"].to_numpy(), platform)
    value = fitted["aov"].to_numpy()[np.repeat(np.arange(len(ids)), np.diff(start))]
    return levels.with_columns(
        pl.Series("impressions", found.impressions),
        pl.Series("clicks", found.clicks),
        pl.Series("cost", found.cost),
        pl.Series("orders", found.orders),
        pl.Series("revenue", found.orders * value),
        pl.lit(value=False).alias("is_extrapolated"),
    )


def auctions_of(fitted: pl.DataFrame, segments: BidSegments) -> Auctions:
    """Arrays of a LANDSCAPE frame, in its order; segments: of its rows."""

    def column(name: str) -> NDArray[np.float64]:
        return fitted[name].to_numpy(writable=True)

    return Auctions(
        column("queries"),
        column("rivals"),
        column("mu"),
        column("sigma"),
        column("quality"),
        segments,
    )


def response_curves(
    by_auction: pl.DataFrame, by_simulation: pl.DataFrame, targets: pl.DataFrame
) -> pl.DataFrame:
    """RESPONSE of every target, from what its bids bring.

    by_auction: of auction_response; by_simulation: of expected_points, where the platform has its own
    targets: target_id with what VALUES reads
    """
    return (
        pl.concat([by_auction, by_simulation])
        .sort("target_id", "bid")
        .join(targets, on="target_id", how="left", validate="m:1", maintain_order="left")
        .with_columns(
            *VALUES, pl.int_range(pl.len(), dtype=pl.Int64).over("target_id").alias("level")
        )
        .select(Response.column_names())
    )

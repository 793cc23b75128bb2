"""What the history shows of each target's auctions: its days summed by the bid in force.

The spreads of a day's searches and of a single click's price are read off the days themselves.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.estimate.recency import Recency
from adopt.kernels.landscape_residuals import COLUMNS, DAYS, IMPRESSIONS
from adopt.platforms import MICROS
from adopt.tables import total, totals_by

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

SAME_BID = 0.02
"""Bids, or qualities, that differ by less, in logs, are summed as one level."""
USUAL_DAY_SPREAD = 0.25
"""Day-to-day spread of the query volume beyond chance, standard deviation of the log."""
USUAL_PRICE_SPREAD = 0.45
"""Spread of the price of single clicks over its mean."""
BELIEF_DAYS = 60.0
"""Days of evidence that the usual spreads count for."""
POOLED_DAYS = 10.0
"""Days of evidence that the shop's spread of prices counts for beside a keyword's own."""
BUSY_DAY = 5.0
"""Impressions a day from which a level tells its day-to-day spread."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows (target x bid level) of all targets, by start (n + 1,).

    observed: (rows, 12), columns of kernels/landscape_residuals.py; days and counts weigh by their age
    days_seen: (n,) days in the report, unweighted
    """

    observed: F64
    start: I64
    days_seen: F64
    day_spread: float

    def log_shown(self) -> float:
        """Mean log of the targets' impressions per day."""
        if len(self.start) < 2:
            return 0.0
        shown = np.add.reduceat(self.observed[:, IMPRESSIONS], self.start[:-1]) + 0.5
        return float(
            np.log(shown / np.add.reduceat(self.observed[:, DAYS], self.start[:-1])).mean()
        )


def landscape_evidence(
    history: pl.DataFrame, known: pl.DataFrame, *, half_life_days: float
) -> Evidence:
    """Sum the history of targets whose bid is known.

    history: table HISTORY; known: target_id, current_bid (micros), quality (of now, over the shop's
    mean) and quality_score (of now, null = unknown), sorted
    A day without a bid of its own counts under the current bid; a target was there on every day of
    the report, even where it got no row.
    """
    rows = _results_by_bid(history, known, half_life_days)
    of = rows["i"].cast(pl.Int64).to_numpy()
    start = np.searchsorted(of, np.arange(len(known) + 1)).astype(np.int64)
    column = {name: rows[name].cast(pl.Float64).to_numpy() for name in rows.columns}
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = np.column_stack(
            [
                column["bid"] / MICROS,
                column["log_quality"],
                column["days"],
                column["impressions"],
                column["clicks"],
                np.nan_to_num(column["cost"] / column["clicks"]),
                column["rank_low_sum"] / column["ranked"],
                column["rank_high_sum"] / column["ranked"],
                column["ranked"],
                column["low_sum"] / column["shared"],
                column["high_sum"] / column["shared"],
                _price_spread(column, of),
            ]
        )
        day_spread = _day_spread(column)
    seen = np.bincount(of, weights=column["day"], minlength=len(known))
    return Evidence(
        np.ascontiguousarray(observed.reshape(-1, COLUMNS)),
        start,
        seen.astype(np.float64),
        day_spread,
    )


WEIGHT = pl.col("weight")
CLICKED = pl.col("clicks") > 0
RANK_LOW, RANK_HIGH = (pl.coalesce("avg_rank", f"avg_rank_{side}") for side in ("low", "high"))
SUMS = (
    *((pl.col(name) * WEIGHT) for name in ("impressions", "clicks", "cost")),
    WEIGHT.alias("days"),
    (pl.col("bid") * WEIGHT).alias("bid_sum"),
    (pl.col("log_quality") * WEIGHT).alias("quality_sum"),
    (RANK_LOW * pl.col("impressions") * WEIGHT).alias("rank_low_sum"),
    (RANK_HIGH * pl.col("impressions") * WEIGHT).alias("rank_high_sum"),
    pl.when(RANK_LOW.is_not_null()).then(pl.col("impressions") * WEIGHT).alias("ranked"),
    (pl.col("impression_share_low") * WEIGHT).alias("low_sum"),
    (pl.col("impression_share_high") * WEIGHT).alias("high_sum"),
    pl.when(pl.col("impression_share_low").is_not_null()).then(WEIGHT).alias("shared"),
    pl.lit(1.0).alias("day"),
    pl.col("impressions").alias("impressions_seen"),
    (pl.col("impressions") ** 2).alias("impressions_square"),
    CLICKED.cast(pl.Float64).alias("click_days"),
    pl.col("clicks").alias("clicks_seen"),
    pl.when(CLICKED).then("cost").alias("cost_seen"),
    pl.when(CLICKED).then(pl.col("cost") ** 2 / pl.col("clicks")).alias("cost_square"),
)
"""Sums of a level: weighted by age, then as seen for the spreads."""


def _results_by_bid(
    history: pl.DataFrame, known: pl.DataFrame, half_life_days: float
) -> pl.DataFrame:
    """One row a target (index i) and bid level, in that order, with the sums."""
    indexed = known.select("target_id", "current_bid", "quality", "quality_score").with_row_index(
        "i"
    )
    weights = history.select(pl.col("date").unique().sort()).with_columns(
        Recency(half_life_days).weight()
    )
    whole = max(total(weights["weight"]), 1.0)
    bid = pl.coalesce("bid", "current_bid")
    # A day's quality speaks only beside today's: their ratio is what moved the rank score.
    change = (pl.col("quality_score") / pl.col("quality_score_now")).log().fill_null(0.0)
    rows = (
        history.join(indexed, on="target_id", how="inner", validate="m:1", suffix="_now")
        .join(weights, on="date", how="left", validate="m:1")
        .with_columns(
            bid=bid,
            step=((bid / pl.col("current_bid")).log() / SAME_BID).round(),
            quality_step=(change / SAME_BID).round(),
            log_quality=pl.col("quality").log() + change,
        )
        .filter(pl.col("bid") > 0)
        .sort("i", "step", "quality_step", "date")
        .with_columns(pl.struct("i", "step", "quality_step").rle_id().alias("cell"))
    )
    cells = rows.select("cell", "i").unique("cell", keep="first", maintain_order=True)
    sums = cells.join(totals_by(rows, "cell", *SUMS), on="cell", validate="1:1")
    return (
        indexed.join(sums, on="i", how="left", maintain_order="left")
        .with_columns(
            # A target that the report leaves out was there at its bid and got nothing.
            pl.coalesce(pl.col("bid_sum") / pl.col("days"), "current_bid").alias("bid"),
            pl.coalesce(pl.col("quality_sum") / pl.col("days"), pl.col("quality").log()).alias(
                "log_quality"
            ),
            pl.col(sums.columns[2:]).fill_null(0.0),
        )
        .with_columns(
            # Days on which it is missing are days at its only bid.
            pl.when(pl.len().over("i") == 1).then(whole).otherwise("days").alias("days"),
        )
        .sort("i", "bid", "log_quality")
        .drop("target_id", "current_bid", "quality", "quality_score")
    )


def _day_spread(column: dict[str, F64]) -> float:
    """Spread of a day's searches: the variance of its impressions beyond a Poisson's, pooled."""
    days, sums = column["day"], column["impressions_seen"]
    told = (days > 1) & (sums >= BUSY_DAY * days)
    days, sums, squares = days[told], sums[told], column["impressions_square"][told]
    mean = sums / days
    beyond = ((squares - sums * mean) / (days - 1.0) - mean) / mean**2
    return _pooled(beyond, days - 1.0, USUAL_DAY_SPREAD)


def _price_spread(column: dict[str, F64], of: I64) -> F64:
    """Spread of a click's price (rows,): how days' costs per click differ, times their clicks.

    of: (rows,) the target of each row. A price scatters the more, the fewer rivals stand close below, so
    each target's own days tell, and the shop's pooled spread as POOLED_DAYS of them.
    """
    if not len(of):
        return np.zeros(0)
    days, clicks = column["click_days"], column["clicks_seen"]
    told = (days > 1) & (column["cost_seen"] > 0)
    days, clicks, cost = days[told], clicks[told], column["cost_seen"][told]
    beyond = (column["cost_square"][told] - cost**2 / clicks) / (cost / clicks) ** 2
    pooled = _pooled(beyond / (days - 1.0), days - 1.0, USUAL_PRICE_SPREAD)
    own = np.bincount(of[told], beyond, minlength=of[-1] + 1) + pooled**2 * POOLED_DAYS
    result: F64 = np.sqrt(
        own / (np.bincount(of[told], days - 1.0, minlength=of[-1] + 1) + POOLED_DAYS)
    )
    return result[of]


def _pooled(variance: F64, weight: F64, usual: float) -> float:
    """Root of the weighted mean variance, the usual one counting for BELIEF_DAYS."""
    sums = total(pl.Series(variance * weight)) + usual**2 * BELIEF_DAYS
    return float(np.sqrt(max(sums / (total(pl.Series(weight)) + BELIEF_DAYS), 1e-4)))

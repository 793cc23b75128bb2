"""The competition on each keyword, fitted to impressions, cost per click and rank at the bids in force.

What is identified: one bid level tells the impressions there and, through CPC over bid, how dense the
rivals are just below. How impressions answer to other bids is then the group's prior plus that density;
several bid levels in the history say it directly. The covariance carries the difference.
"""

import math
from dataclasses import dataclass

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.kernels.landscape_fit import DAY_SPREAD, MODEL_ERROR, PRICE_SPREAD, fit_landscapes
from adopt.platforms import MICROS, Platform
from adopt.tables import Landscape, check, total, totals_by

F64 = NDArray[np.float64]

PRIOR_MEAN = np.array([math.log(20.0), -0.3, math.log(0.5)])
PRIOR_SD = np.array([0.7, 0.5, 0.4])
"""Rivals, their median score over ours (log), their spread (log): what paid search auctions look like."""
GROUP_SD = np.array([0.4, 0.35, 0.25])
"""Spread of one shop's keywords around their common mean."""
THIN_CLICKS = 20.0


@dataclass(frozen=True, slots=True)
class LandscapePosterior:
    """Fitted landscapes, rows in the order of `landscape`.

    parameters: (n, 4) ln queries, ln m, u, ln sigma with mu = reference + u
    covariance: (n, 4, 4) Laplace; lean: (n, 3) how far each follows its group's mean, 0 to 1
    group_sd: (3,) standard deviation of the group's mean itself, shared by all
    impressions_sd, cpc_sd: (n,) how well both were seen at the bids in force, sd of the logarithm
    """

    landscape: dy.DataFrame[Landscape]
    parameters: F64
    covariance: F64
    reference: F64
    lean: F64
    group_sd: F64
    impressions_sd: F64
    cpc_sd: F64

    def draw(self, draws: int, seed: int) -> F64:
        """Draws (n, draws, 4) of the parameters; the group's error is drawn once for all targets."""
        generator = np.random.Generator(np.random.Philox(key=[seed, 2]))
        common = generator.standard_normal((draws, 3)) * self.group_sd
        own = generator.standard_normal((len(self.parameters), draws, 4))
        root = np.linalg.cholesky(self.covariance + 1e-12 * np.eye(4))
        result: F64 = self.parameters[:, None, :] + np.einsum("nij,ndj->ndi", root, own)
        result[:, :, 1:] += self.lean[:, None, :] * common[None, :, :]
        return result


def examination_of(platform: Platform) -> F64:
    """Probability (slots,) that a shopper looks at each rank."""
    ranks = np.arange(1, platform.slots + 1, dtype=np.float64)
    return ranks**-platform.examination_exponent


def fit_landscape(
    history: pl.DataFrame, targets: pl.DataFrame, platform: Platform, *, half_life_days: float
) -> LandscapePosterior:
    """Landscape of every target whose current bid is known.

    history: table HISTORY; targets: table TARGETS
    Days without a bid of their own count under the current bid.
    Method: MAP by Gauss-Newton with Laplace covariance, twice: under a wide prior, then under the
    shop's own mean; docs/methods/landscape.md.
    """
    known = targets.filter(pl.col("current_bid") > 0, pl.col("lever") == "cpc_bid").sort(
        "target_id"
    )
    quality = _relative_quality(known)
    observed, start = _observations(history, known, quality, half_life_days)
    reference = np.log(known["current_bid"].to_numpy() / MICROS * quality)
    clicks = np.add.reduceat(observed[:, 3], start[:-1])
    center = np.tile(PRIOR_MEAN, (len(known), 1))
    parameters, covariance = _fit(observed, start, reference, center, PRIOR_SD, platform)
    mean, group_sd = _group_mean(parameters, covariance, clicks)
    center[:] = mean
    parameters, covariance = _fit(observed, start, reference, center, GROUP_SD, platform)
    lean = np.clip(np.diagonal(covariance, axis1=1, axis2=2)[:, 1:] / GROUP_SD**2, 0.0, 1.0)
    levels = np.diff(start)
    days = np.add.reduceat(observed[:, 6], start[:-1])
    frame = pl.DataFrame(
        {
            "target_id": known["target_id"],
            "queries": np.exp(parameters[:, 0]),
            "rivals": np.exp(parameters[:, 1]),
            "mu": reference + parameters[:, 2],
            "sigma": np.exp(parameters[:, 3]),
            "quality": quality,
            "evidence_days": days.astype(np.int64),
            "levels_seen": np.where(days > 0, levels, 0).astype(np.int64),
        }
    )
    return LandscapePosterior(
        check(frame, Landscape),
        parameters,
        covariance,
        reference,
        lean,
        group_sd,
        *_seen_sd(observed, start),
    )


def _seen_sd(observed: F64, start: NDArray[np.int64]) -> tuple[F64, F64]:
    """Standard deviations of log impressions and log cost per click; see kernels/landscape_fit.py."""
    days, impressions, clicks = (np.add.reduceat(observed[:, c], start[:-1]) for c in (1, 2, 3))
    impressions_sd = np.sqrt(1.0 / (impressions + 0.5) + DAY_SPREAD**2 / days)
    cpc_sd = np.sqrt(PRICE_SPREAD**2 / np.maximum(clicks, 0.5) + MODEL_ERROR**2)
    return impressions_sd, cpc_sd


def _relative_quality(targets: pl.DataFrame) -> F64:
    """Quality over the shop's mean; a target without a score is average."""
    score = targets["quality_score"]
    mean = score.mean()
    if not isinstance(mean, float):
        return np.ones(len(targets))
    return (score.fill_null(mean) / mean).to_numpy(writable=True)


def _observations(
    history: pl.DataFrame, known: pl.DataFrame, quality: F64, half_life_days: float
) -> tuple[F64, NDArray[np.int64]]:
    """Rows (target × bid level): score bid, days, impressions, clicks, cpc, rank, days seen; and their start.

    Days weigh by their age; a target was there on every day of the report.
    """
    rows = _results_by_bid(history, known, half_life_days)
    index = rows["i"].to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        cpc = rows["cost"].to_numpy() / rows["clicks"].to_numpy()
        rank = rows["rank_sum"].to_numpy() / rows["rank_impressions"].to_numpy()
    observed = np.column_stack(
        [
            rows["bid"].to_numpy() / MICROS * quality[index],
            rows["days"].to_numpy(),
            rows["impressions"].to_numpy(),
            rows["clicks"].to_numpy(),
            np.nan_to_num(cpc * quality[index]),
            rank,
            rows["day"].to_numpy(),
        ]
    ).astype(np.float64)
    start = np.searchsorted(index, np.arange(len(known) + 1)).astype(np.int64)
    return np.ascontiguousarray(observed.reshape(-1, 7)), start


def _results_by_bid(
    history: pl.DataFrame, known: pl.DataFrame, half_life_days: float
) -> pl.DataFrame:
    """One row a target (index i) and bid in force: weighted days, impressions, clicks, cost, ranks."""
    indexed = known.select("target_id", "current_bid").with_row_index("i")
    age = (pl.col("date").max() - pl.col("date")).dt.total_days()
    weights = history.select(pl.col("date").unique().sort()).with_columns(
        (0.5 ** (age / half_life_days)).alias("weight")
    )
    whole = max(total(weights["weight"]), 1.0)
    rows = (
        history.join(indexed, on="target_id", how="inner", validate="m:1")
        .join(weights, on="date", how="left", validate="m:1")
        .with_columns(pl.col("bid").fill_null(pl.col("current_bid")))
        .filter(pl.col("bid") > 0)
        .sort("i", "bid", "date")
        .with_columns(pl.struct("i", "bid").rle_id().alias("cell"))
    )
    has_rank = pl.col("avg_rank").is_not_null()
    sums = totals_by(
        rows,
        "cell",
        *((pl.col(name) * pl.col("weight")) for name in ("impressions", "clicks", "cost")),
        pl.col("weight").alias("days"),
        pl.lit(1.0).alias("day"),
        (pl.col("avg_rank") * pl.col("impressions")).alias("rank_sum"),
        pl.when(has_rank).then("impressions").alias("rank_impressions"),
    )
    cells = rows.select("cell", "i", "bid").unique("cell", keep="first", maintain_order=True)
    return (
        indexed.join(cells.join(sums, on="cell", validate="1:1"), on="i", how="left")
        .with_columns(
            # A target that the report leaves out was there at its bid and got nothing.
            pl.col("bid").fill_null(pl.col("current_bid")),
            pl.col("day", "impressions", "clicks", "cost", "rank_sum").fill_null(0.0),
            # Days on which it is missing are days at its only bid.
            pl.when(pl.len().over("i") == 1).then(whole).otherwise("days").alias("days"),
        )
        .sort("i", "bid")
    )


def _fit(
    observed: F64,
    start: NDArray[np.int64],
    reference: F64,
    center: F64,
    spread: F64,
    platform: Platform,
) -> tuple[F64, F64]:
    n = len(reference)
    parameters = np.zeros((n, 4))
    covariance = np.zeros((n, 4, 4))
    converged = np.zeros(n, dtype=np.bool_)
    fit_landscapes(
        np.ascontiguousarray(observed[:, :6]),
        start,
        reference,
        center,
        spread,
        examination_of(platform),
        platform.price_floor_micros / MICROS,
        platform.bid_step_micros / MICROS,
        parameters,
        covariance,
        converged,
    )
    return parameters, covariance


def _group_mean(parameters: F64, covariance: F64, clicks: F64) -> tuple[F64, F64]:
    """Mean of ln m, u, ln sigma over the targets with evidence, and its standard deviation.

    Each target speaks with what it knows beyond the wide prior: 1 / variance - 1 / prior variance.
    """
    variance = np.diagonal(covariance, axis1=1, axis2=2)[:, 1:]
    known = np.maximum(1.0 / variance - 1.0 / PRIOR_SD**2, 0.0) * (clicks >= THIN_CLICKS)[:, None]
    # The target's own estimate, freed from the prior it was shrunk to.
    own = PRIOR_MEAN + (parameters[:, 1:] - PRIOR_MEAN) / np.maximum(known * variance, 1e-3)
    own = np.clip(own, PRIOR_MEAN - 3 * PRIOR_SD, PRIOR_MEAN + 3 * PRIOR_SD)
    weight = np.where(known > 0, 1.0 / (1.0 / np.maximum(known, 1e-9) + GROUP_SD**2), 0.0)
    precision = weight.sum(axis=0) + 1.0 / PRIOR_SD**2
    mean = ((weight * own).sum(axis=0) + PRIOR_MEAN / PRIOR_SD**2) / precision
    return mean, np.sqrt(1.0 / precision)

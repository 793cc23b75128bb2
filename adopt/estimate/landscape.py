"""The competition on each keyword, fitted to what the history shows at the bids in force.

What is identified by which report: docs/methods/landscape.md. The covariance carries the difference.
"""

from dataclasses import dataclass

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.estimate.hierarchy import group_targets
from adopt.estimate.landscape_evidence import Evidence, landscape_evidence
from adopt.estimate.landscape_groups import USUAL_SPREAD, GroupTree, fit_groups, fit_shop_mean
from adopt.kernels.landscape_fit import fit_landscapes, score_centers
from adopt.kernels.landscape_residuals import CLICKS
from adopt.platforms import MICROS, Platform
from adopt.tables import Landscape, check

F64 = NDArray[np.float64]

THIN_CLICKS = 20.0
"""Clicks from which a target has a say in the shop's mean."""
MOST_TELLING = 80
"""About as many have one."""


@dataclass(frozen=True, slots=True)
class LandscapePosterior:
    """Fitted landscapes, rows in the order of `landscape`.

    parameters: (n, 4) ln queries, ln m, u, ln sigma with mu = reference + u
    covariance: (n, 4, 4) Laplace, given the product's mean
    lean: (n, 4, 3) how far the parameters follow the product's mean of ln m, u, ln sigma
    groups: products, categories and shop
    impressions_sd, cpc_sd: (n,) how well both are known at the bid in force, sd of the logarithm
    """

    landscape: dy.DataFrame[Landscape]
    parameters: F64
    covariance: F64
    reference: F64
    lean: F64
    groups: GroupTree
    impressions_sd: F64
    cpc_sd: F64

    def draw(self, draws: int, seed: int) -> F64:
        """Draws (n, draws, 4) of the parameters; errors of the groups' means are drawn once for all."""
        generator = np.random.Generator(np.random.Philox(key=[seed, 2]))
        common = self.groups.draw_products(draws, generator)[self.groups.groups.parent[0]]
        own = generator.standard_normal((len(self.parameters), draws, 4))
        root = np.linalg.cholesky(self.covariance + 1e-12 * np.eye(4))
        result: F64 = self.parameters[:, None, :] + np.einsum("nij,ndj->ndi", root, own)
        result += np.einsum("nij,ndj->ndi", self.lean, common)
        return result


def examination_of(platform: Platform) -> F64:
    """Probability (slots,) that a shopper looks at each rank."""
    ranks = np.arange(1, platform.slots + 1, dtype=np.float64)
    return ranks**-platform.examination_exponent


def fit_landscape(
    history: pl.DataFrame,
    targets: pl.DataFrame,
    categories: pl.DataFrame,
    platform: Platform,
    *,
    half_life_days: float,
) -> LandscapePosterior:
    """Landscape of every target whose current bid is known.

    history: table HISTORY; targets: table TARGETS; categories: columns product_id, category
    Method: means of product, category and shop from all targets together, then each target's MAP by
    Gauss-Newton with Laplace covariance; docs/methods/landscape.md.
    """
    known = targets.filter(pl.col("current_bid") > 0, pl.col("lever") == "cpc_bid").sort(
        "target_id"
    )
    quality = _relative_quality(known)
    evidence = landscape_evidence(history, known, half_life_days=half_life_days)
    reference = np.log(known["current_bid"].to_numpy() / MICROS * quality)
    auctions = _Auctions(evidence, quality, reference, platform)
    groups = group_targets(known, categories)
    chosen = _telling(evidence)
    shop = fit_shop_mean(lambda *prior: auctions.score(chosen, *prior), len(chosen), groups)
    fit = auctions.fit(
        np.tile(shop[0], (len(known), 1)), shop[2] * np.sqrt(np.sum(USUAL_SPREAD**2, axis=0))
    )
    tree = fit_groups(shop, fit.parameters, fit.covariance, groups)
    sd = np.ascontiguousarray(tree.spread[0])
    fit = auctions.fit(tree.center(), sd, fit.parameters)
    lean = fit.covariance[:, :, 1:] / sd**2
    whole = fit.covariance + np.einsum(
        "nij,njk,nlk->nil", lean, tree.covariance_above(), lean, optimize=True
    )
    seen_sd = np.sqrt(np.einsum("nai,nij,naj->na", fit.slopes, whole, fit.slopes, optimize=True))
    days = evidence.days_seen
    frame = pl.DataFrame(
        {
            "target_id": known["target_id"],
            "queries": np.exp(fit.parameters[:, 0]),
            "rivals": np.exp(fit.parameters[:, 1]),
            "mu": reference + fit.parameters[:, 2],
            "sigma": np.exp(fit.parameters[:, 3]),
            "quality": quality,
            "evidence_days": days.astype(np.int64),
            "levels_seen": np.where(days > 0, np.diff(evidence.start), 0).astype(np.int64),
        }
    )
    return LandscapePosterior(
        check(frame, Landscape),
        fit.parameters,
        fit.covariance,
        reference,
        lean,
        tree,
        np.ascontiguousarray(seen_sd[:, 0]),
        np.ascontiguousarray(seen_sd[:, 1]),
    )


def _telling(evidence: Evidence) -> NDArray[np.int64]:
    """Targets (c,) whose evidence the shop's mean rests on: enough clicks, evenly over the shop."""
    if len(evidence.start) < 2:
        return np.zeros(0, dtype=np.int64)
    clicks = np.add.reduceat(evidence.observed[:, CLICKS], evidence.start[:-1])
    enough = np.flatnonzero(clicks >= THIN_CLICKS)
    return enough[:: max(len(enough) // MOST_TELLING, 1)].astype(np.int64)


def _relative_quality(targets: pl.DataFrame) -> F64:
    """Quality over the shop's mean; a target without a score is average."""
    score = targets["quality_score"]
    mean = score.mean()
    if not isinstance(mean, float):
        return np.ones(len(targets))
    return (score.fill_null(mean) / mean).to_numpy(writable=True)


@dataclass(frozen=True, slots=True)
class _Fit:
    """Outputs of kernels/landscape_fit.py: parameters (n, 4), covariance (n, 4, 4), slopes (n, 2, 4)."""

    parameters: F64
    covariance: F64
    slopes: F64


@dataclass(frozen=True, slots=True)
class _Auctions:
    """What the kernels need of n targets; quality, reference: (n,)."""

    evidence: Evidence
    quality: F64
    reference: F64
    platform: Platform

    def _market(self) -> tuple[float, float, float, float]:
        """Floor and step of the price, currency; spread of a day's searches, of a click's price."""
        return (
            self.platform.price_floor_micros / MICROS,
            self.platform.bid_step_micros / MICROS,
            self.evidence.day_spread,
            self.evidence.price_spread,
        )

    def score(self, chosen: NDArray[np.int64], centers: F64, sds: F64) -> F64:
        """Log likelihood (points,) of the chosen targets under priors (points, 3)."""
        score = np.empty((len(chosen), len(centers)))
        score_centers(
            self.evidence.observed,
            self.evidence.start,
            chosen,
            self.quality,
            self.reference,
            centers,
            sds,
            examination_of(self.platform),
            self._market(),
            score,
        )
        result: F64 = score.sum(axis=0)
        return result

    def fit(self, center: F64, spread: F64, begin: F64 | None = None) -> _Fit:
        """Fit all targets under a prior of mean `center` (n, 3) and standard deviations `spread` (3,).

        begin: (n, 4) parameters to begin with, the prior's where there are none
        """
        n = len(self.reference)
        begin = np.full((n, 4), np.nan) if begin is None else begin.copy()
        fit = _Fit(begin, np.zeros((n, 4, 4)), np.zeros((n, 2, 4)))
        fit_landscapes(
            self.evidence.observed,
            self.evidence.start,
            self.quality,
            self.reference,
            center,
            spread,
            examination_of(self.platform),
            self._market(),
            fit.parameters,
            fit.covariance,
            fit.slopes,
            np.zeros(n, dtype=np.int64),
        )
        return fit

"""The competition on each keyword, fitted to what the history shows at the bids in force.

What is identified by which report: docs/methods/landscape.md. The covariance carries the difference.
"""

from dataclasses import dataclass

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.estimate.hierarchy import Groups, group_targets
from adopt.estimate.landscape_evidence import SAME_BID, Evidence, landscape_evidence
from adopt.estimate.landscape_groups import (
    GroupTree,
    ShopMean,
    believed_shop,
    fit_groups,
    fit_shop_mean,
)
from adopt.kernels.landscape_fit import Segments, fit_landscapes, score_priors
from adopt.kernels.landscape_residuals import (
    BID,
    CLICKS,
    CPC,
    LOG_QUALITY,
    MODEL_ERROR,
    PRICE_SPREAD,
)
from adopt.platforms import MICROS, Platform
from adopt.platforms.bid_segments import BidSegments, plain_segments
from adopt.platforms.examination import examination_by_rank
from adopt.tables import Landscape, check

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

THIN_CLICKS = 20.0
"""Clicks from which a target has a say in the shop's mean."""
MOST_TELLING = 60
"""About as many have one, and as many of the others."""
HEAVIEST = 3.0
"""Most that a word of the others weighs."""


@dataclass(frozen=True, slots=True)
class LandscapePosterior:
    """Fitted landscapes, rows in the order of `landscape`.

    parameters: (n, 4) ln queries, ln m, u, ln sigma with mu = reference + u
    covariance: (n, 4, 4) Laplace, given the product's mean
    lean: (n, 4, 3) how far the parameters follow the product's mean of ln m, u, ln sigma
    groups: products, categories and shop
    impressions_sd, cpc_sd: (n,) how well both are known at the bid in force, sd of the logarithm
    examination_exponent, exponent_sd: a shopper looks at rank r with probability r^-exponent
    day_spread: of a keyword's searches from day to day, sd of the logarithm
    """

    landscape: dy.DataFrame[Landscape]
    parameters: F64
    covariance: F64
    reference: F64
    lean: F64
    groups: GroupTree
    impressions_sd: F64
    cpc_sd: F64
    examination_exponent: float
    exponent_sd: float
    day_spread: float

    def draw(self, draws: int, seed: int) -> F64:
        """Draws (n, draws, 4) of the parameters; errors of the groups' means are drawn once for all."""
        generator = np.random.Generator(np.random.Philox(key=[seed, 2]))
        common = self.groups.draw_products(draws, generator)[self.groups.groups.parent[0]]
        own = generator.standard_normal((len(self.parameters), draws, 4))
        root = np.linalg.cholesky(self.covariance + 1e-12 * np.eye(4))
        result: F64 = self.parameters[:, None, :] + np.einsum("nij,ndj->ndi", root, own)
        result += np.einsum("nij,ndj->ndi", self.lean, common)
        return result

    def draw_exponents(self, draws: int, seed: int) -> F64:
        """Draws (draws,) of the exponent of examination by rank."""
        generator = np.random.Generator(np.random.Philox(key=[seed, 13]))
        drawn = self.examination_exponent + self.exponent_sd * generator.standard_normal(draws)
        return np.maximum(drawn, 0.0)


def fit_landscape(
    history: pl.DataFrame,
    targets: pl.DataFrame,
    categories: pl.DataFrame,
    platform: Platform,
    *,
    half_life_days: float,
    segments: BidSegments | None = None,
) -> LandscapePosterior:
    """Landscape of every target whose current bid is known.

    history: table HISTORY; targets: table TARGETS; categories: columns product_id, category
    segments: of the targets, in the order of their rows; None = bids are not multiplied
    Method: means of product, category and shop from all targets together, then each target's MAP by
    Gauss-Newton with Laplace covariance; docs/methods/landscape.md.
    """
    segments = plain_segments(len(targets)) if segments is None else segments
    known = (
        targets.with_columns(pl.Series("profile", segments.profile))
        .filter(pl.col("current_bid") > 0, pl.col("lever") == "cpc_bid")
        .sort("target_id")
    )
    known = known.with_columns(pl.Series("quality", _relative_quality(known)))
    evidence = landscape_evidence(history, known, half_life_days=half_life_days)
    auctions = _Auctions(
        evidence,
        np.log(known["quality"].to_numpy()),
        np.log((known["current_bid"] / MICROS * known["quality"]).to_numpy()),
        Segments(known["profile"].to_numpy(), segments.start, segments.multiplier, segments.share),
        platform,
    )
    shop, tree, fit = _fit_tree(auctions, group_targets(known, categories))
    lean = fit.covariance[:, :, 1:] / tree.spread[0] ** 2
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
            "mu": auctions.reference + fit.parameters[:, 2],
            "sigma": np.exp(fit.parameters[:, 3]),
            "quality": known["quality"],
            "evidence_days": days.astype(np.int64),
            "levels_seen": np.where(days > 0, np.diff(evidence.start), 0).astype(np.int64),
        }
    )
    return LandscapePosterior(
        check(frame, Landscape),
        fit.parameters,
        fit.covariance,
        auctions.reference,
        lean,
        tree,
        np.ascontiguousarray(seen_sd[:, 0]),
        auctions.price_sd(seen_sd[:, 1], fit.log_price),
        shop.exponent,
        shop.exponent_sd,
        evidence.day_spread,
    )


def _fit_tree(auctions: "_Auctions", groups: Groups) -> tuple[ShopMean, GroupTree, "_Fit"]:
    """The shop, its products and every target, each leaning on those above."""
    chosen, weight = _telling(auctions.evidence)
    shop = believed_shop(auctions.platform.examination_exponent, auctions.evidence.log_shown())
    if len(chosen):
        shop = fit_shop_mean(
            lambda *prior: auctions.score(chosen, weight, *prior),
            shop,
            len(chosen),
            groups,
            has_slopes=auctions.has_slopes(chosen),
        )
    prior = np.tile(shop.mean, (len(auctions.reference), 1)), shop.whole_spread()
    fit = auctions.fit(shop, *prior)
    tree = fit_groups(shop, fit.spoken, fit.covariance, prior, groups)
    return shop, tree, auctions.fit(shop, tree.center(), tree.spread[0], fit.parameters)


def _telling(evidence: Evidence) -> tuple[I64, F64]:
    """Targets (c,) that speak for the shop, evenly from those with enough clicks and from the others.

    Returns with them the weight (c,) of each word: the others are many, and all of them count, or
    hardly shown keywords would be taken for the exception.
    """
    if len(evidence.start) < 2:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    clicks = np.add.reduceat(evidence.observed[:, CLICKS], evidence.start[:-1])
    parts, weights = [], []
    told = 1.0
    for is_thin in (False, True):
        group = np.flatnonzero((clicks < THIN_CLICKS) == is_thin)
        few = group[:: max(len(group) // MOST_TELLING, 1)]
        if not len(few):
            continue
        rate = len(group) / len(few)
        told = rate if not is_thin else told
        parts.append(few)
        weights.append(np.full(len(few), min(rate / told, HEAVIEST)))
    return np.concatenate(parts).astype(np.int64), np.concatenate(weights)


def _relative_quality(targets: pl.DataFrame) -> F64:
    """Quality over the shop's mean; a target without a score is average."""
    score = targets["quality_score"]
    mean = score.mean()
    if not isinstance(mean, float):
        return np.ones(len(targets))
    return (score.fill_null(mean) / mean).to_numpy(writable=True)


@dataclass(frozen=True, slots=True)
class _Fit:
    """Outputs of kernels/landscape_fit.py.

    parameters: (n, 4) top, covariance: (n, 4, 4), spoken: (n, 4), none of a second fit; slopes: (n, 2, 4) of ln impressions and ln
    price at the bid in force; log_price: (n,) there
    """

    parameters: F64
    covariance: F64
    spoken: F64
    slopes: F64
    log_price: F64


@dataclass(frozen=True, slots=True)
class _Auctions:
    """What the kernels need of n targets; log_quality, reference: (n,) in force."""

    evidence: Evidence
    log_quality: F64
    reference: F64
    segments: Segments
    platform: Platform

    def _market(self) -> tuple[float, float, float]:
        """Floor and step of the price, currency; spread of a day's searches."""
        return (
            self.platform.price_floor_micros / MICROS,
            self.platform.bid_step_micros / MICROS,
            self.evidence.day_spread,
        )

    def has_slopes(self, chosen: I64) -> bool:
        """Whether any of the chosen targets got clicks at several bids."""
        rows = np.diff(self.evidence.start)[chosen]
        return bool((rows > 1).any())

    def price_sd(self, fitted_sd: F64, fitted: F64) -> F64:
        """How well the price of a click at the bid in force is known (n,), sd of the logarithm.

        fitted_sd, fitted: (n,) of the model's log price. The keyword's own misfit to the model is a
        normal of MODEL_ERROR; what was paid tells of it, the more, the more clicks there were.
        """
        observed, start = self.evidence.observed, self.evidence.start
        n = len(fitted)
        of = np.repeat(np.arange(n), np.diff(start))
        score = np.log(observed[:, BID]) + observed[:, LOG_QUALITY]
        now = (np.abs(score - self.reference[of]) < SAME_BID) & (observed[:, CLICKS] > 0)
        clicks = np.bincount(of[now], observed[now, CLICKS], minlength=n)
        paid = np.bincount(of[now], observed[now, CLICKS] * observed[now, CPC], minlength=n)
        with np.errstate(divide="ignore", invalid="ignore"):
            chance = observed[start[:-1], PRICE_SPREAD] ** 2 / clicks
            off = np.where(clicks > 0, np.log(paid / clicks) - fitted, 0.0)
        told = MODEL_ERROR**2 / (MODEL_ERROR**2 + chance)
        rest = (1.0 - told) ** 2 * fitted_sd**2 + (1.0 - told) * MODEL_ERROR**2
        result: F64 = np.sqrt(rest + (told * off) ** 2)
        return result

    def score(self, chosen: I64, weight: F64, centers: F64, sds: F64, exponent: F64) -> F64:
        """Log likelihood (points,) of the chosen targets, of weight (c,), under priors (points, 4)."""
        score = np.empty((len(chosen), len(centers)))
        score_priors(
            self.evidence.observed,
            self.evidence.start,
            chosen,
            self.reference,
            self.segments,
            centers,
            sds,
            np.stack([examination_by_rank(self.platform.slots, float(e)) for e in exponent]),
            self._market(),
            score,
        )
        result: F64 = (weight[:, None] * score).sum(axis=0)
        return result

    def fit(self, shop: ShopMean, center: F64, spread: F64, begin: F64 | None = None) -> _Fit:
        """Fit all targets under a prior of mean `center` (n, 3) and standard deviations `spread` (3,).

        begin: (n, 4) parameters to begin with, the prior's where there are none
        """
        n = len(self.reference)
        # Who begins where a fit has ended has told its group already.
        spoken = np.zeros((n if begin is None else 0, 4))
        begin = np.full((n, 4), np.nan) if begin is None else begin.copy()
        fit = _Fit(begin, np.zeros((n, 4, 4)), spoken, np.zeros((n, 2, 4)), np.zeros(n))
        fit_landscapes(
            self.evidence.observed,
            self.evidence.start,
            self.log_quality,
            self.reference,
            self.segments,
            np.column_stack([np.full(n, shop.queries), center]),
            np.append(shop.queries_sd, spread),
            examination_by_rank(self.platform.slots, shop.exponent),
            self._market(),
            fit.parameters,
            fit.covariance,
            fit.spoken,
            fit.slopes,
            fit.log_price,
        )
        return fit

"""Whom thin keywords lean on: means of product, category and shop, and how far children differ.

The shop's mean and the scale of the spreads come from the marginal likelihood of its targets; products
and categories then follow from what each target's fit knows beyond the shop's prior.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adopt.estimate.hierarchy import Groups
from adopt.kernels.gaussian_tree import send_downwards, send_upwards

F64 = NDArray[np.float64]

PRIOR_MEAN = np.array([np.log(20.0), -0.3, np.log(0.5)])
PRIOR_SD = np.array([0.7, 0.5, 0.4])
"""Rivals, their median score over ours (log), their spread (log): what paid search auctions look like."""
USUAL_SPREAD = np.array([[0.35, 0.3, 0.2], [0.2, 0.2, 0.15], [0.2, 0.2, 0.15]])
"""Standard deviations of targets in a product, products in a category, categories in a shop."""
EXPONENT_SD = 0.15
"""How far a shop's exponent of examination may differ from the platform's, standard deviation."""
SCALE_SD = 0.3
"""How far a shop's spreads may differ from the usual ones, standard deviation of the log."""
QUERY_SD, QUERY_SCALE_SD = 1.5, 0.5
"""Usual spread of ln queries within a shop, and how far shops differ in it, sd of its log."""
USUAL_UNSEEN, QUERY_MEAN_SD = 1.0, 2.0
"""How far the mean of ln queries lies above that of ln impressions, and how well that is known."""
LOOKS = 6
POINTS = 64
WIDER = 1.3
"""Rounds and points of the search for the shop's mean, and how much wider than the last they spread."""


@dataclass(frozen=True, slots=True)
class ShopMean:
    """What is common to a shop's auctions.

    mean: (3,) of ln m, u, ln sigma; covariance: (3, 3); scale: of USUAL_SPREAD
    queries, queries_sd: how the searches of its keywords differ, mean and standard deviation of the log
    exponent, exponent_sd: a shopper looks at rank r with probability r^-exponent
    """

    mean: F64
    covariance: F64
    scale: float
    queries: float
    queries_sd: float
    exponent: float
    exponent_sd: float

    def whole_spread(self) -> F64:
        """Standard deviations (3,) of a target around the shop's mean."""
        result: F64 = self.scale * np.sqrt(np.sum(USUAL_SPREAD**2, axis=0))
        return result


def believed_shop(exponent: float, log_shown: float) -> ShopMean:
    """A shop before its evidence is weighed.

    exponent: of the platform; log_shown: mean log of the impressions per day of its targets
    """
    queries = log_shown + USUAL_UNSEEN
    return ShopMean(PRIOR_MEAN, np.diag(PRIOR_SD**2), 1.0, queries, QUERY_SD, exponent, EXPONENT_SD)


@dataclass(frozen=True, slots=True)
class GroupTree:
    """Posterior of the groups, products first, then categories, then the shop.

    precision, vector: what is seen below each node, (nodes, 3, 3) and (nodes, 3)
    mean, covariance: posterior (nodes, 3) and (nodes, 3, 3); spread: (3, 3) as USUAL_SPREAD
    """

    groups: Groups
    precision: tuple[F64, ...]
    vector: tuple[F64, ...]
    mean: tuple[F64, ...]
    covariance: tuple[F64, ...]
    spread: F64

    def center(self) -> F64:
        """Prior mean (n, 3) of every target: its product's."""
        return np.ascontiguousarray(self.mean[0][self.groups.parent[0]])

    def covariance_above(self) -> F64:
        """Posterior covariance (n, 3, 3) of every target's product."""
        result: F64 = self.covariance[0][self.groups.parent[0]]
        return result

    def draw_products(self, draws: int, generator: np.random.Generator) -> F64:
        """Deviations (products, draws, 3) of the products from their means, drawn from the shop down."""
        root = np.linalg.cholesky(self.covariance[-1])
        above = self.mean[-1][:, None, :] + generator.standard_normal((1, draws, 3)) @ root[0].T
        for level in (1, 0):
            tight = np.diag(self.spread[level + 1] ** -2)
            own = np.linalg.inv(self.precision[level] + tight)
            told = self.vector[level][:, None, :] + above[self.groups.parent[level + 1]] @ tight
            noise = generator.standard_normal(told.shape)
            root = np.linalg.cholesky(own)
            above = np.einsum("nij,ndj->ndi", own, told) + np.einsum("nij,ndj->ndi", root, noise)
        result: F64 = above - self.mean[0][:, None, :]
        return result


def fit_groups(
    shop: ShopMean, spoken: F64, covariance: F64, leant_on: tuple[F64, F64], groups: Groups
) -> GroupTree:
    """Fit products and categories to what targets know beyond the prior that they were fitted under.

    shop: of fit_shop_mean; spoken: (n, 4), covariance: (n, 4, 4) of kernels/landscape_fit.py; leant_on: that
    prior, mean (n, 3) and standard deviations (3,)
    A target does not speak from its top: tops all err to the same side, and a product of many keywords
    would believe them. Method: kernels/gaussian_tree.py.
    """
    spread = shop.scale * USUAL_SPREAD
    prior = leant_on[1] ** 2
    known = np.linalg.inv(covariance[:, 1:, 1:])
    told = np.einsum("nij,nj->ni", known, spoken[:, 1:]) - leant_on[0] / prior
    evidence = (np.ascontiguousarray(known - np.diag(1.0 / prior)), told)
    seen = _upwards(evidence, groups, spread)
    below = _downwards(seen, groups, spread, (shop.mean[None], shop.covariance[None]))
    return GroupTree(
        groups,
        tuple(precision for precision, _ in seen[1:]),
        tuple(vector for _, vector in seen[1:]),
        tuple(below[0][1:]),
        tuple(below[1][1:]),
        spread,
    )


def fit_shop_mean(
    scored: Callable[[F64, F64, F64], F64],
    believed: ShopMean,
    chosen: int,
    groups: Groups,
    *,
    has_slopes: bool,
) -> ShopMean:
    """What the chosen targets say of their shop.

    scored: means and standard deviations (points, 4) of a target's parameters, exponents (points,) -> log
    likelihood (points,)
    chosen: their number; has_slopes: whether any was seen at several bids, else the exponent stays
    The likelihood may be curved and open in some directions, so it is weighed at points, drawn anew
    around what the last ones gave. Targets of one product and category are alike: their word counts
    for as many as would be independent.
    Source: adaptive importance sampling, Cappe et al. (2008).
    """
    mean = np.concatenate([[believed.queries], believed.mean, [0.0, 0.0, believed.exponent]])
    sd = np.concatenate([[QUERY_MEAN_SD], PRIOR_SD, [SCALE_SD, QUERY_SCALE_SD, EXPONENT_SD]])
    size = 7 if has_slopes else 6
    mean, covariance = mean[:size], np.diag(sd[:size] ** 2)
    prior_mean, prior_precision = mean, np.linalg.inv(covariance)
    total = np.sum(USUAL_SPREAD**2, axis=0)
    sizes = np.array([chosen, *(min(size, chosen) for size in groups.sizes[1:3])])
    worth = float(np.mean(total / chosen / np.sum(USUAL_SPREAD**2 / sizes[:, None], axis=0)))
    generator = np.random.Generator(np.random.Philox(key=[0, 12]))
    for _ in range(LOOKS):
        noise = generator.standard_normal((POINTS, size))
        points = mean + noise @ np.linalg.cholesky(WIDER**2 * covariance).T
        away = points - prior_mean
        sds = np.column_stack(
            [QUERY_SD * np.exp(points[:, 5]), np.exp(points[:, 4:5]) * np.sqrt(total)]
        )
        exponents = (
            np.maximum(points[:, 6], 0.0) if has_slopes else np.full(POINTS, believed.exponent)
        )
        value = worth * scored(np.ascontiguousarray(points[:, :4]), sds, exponents)
        value += 0.5 * (noise**2).sum(axis=1)
        value -= 0.5 * np.einsum("ki,ij,kj->k", away, prior_precision, away)
        weight = _even_weights(value)
        mean = weight @ points
        away = points - mean
        covariance = np.einsum("k,ki,kj->ij", weight, away, away) + 1e-4 * np.eye(size)
    return ShopMean(
        mean=mean[1:4],
        covariance=covariance[1:4, 1:4],
        scale=float(np.exp(mean[4])),
        queries=float(mean[0]),
        queries_sd=float(QUERY_SD * np.exp(mean[5])),
        exponent=float(max(mean[6], 0.0)) if has_slopes else believed.exponent,
        exponent_sd=float(np.sqrt(covariance[6, 6])) if has_slopes else believed.exponent_sd,
    )


def _even_weights(value: F64) -> F64:
    """Weights exp(value), flattened until they count for at least a quarter of the points."""
    power = 1.0
    while True:
        weight = np.exp(power * (value - value.max()))
        weight /= weight.sum()
        if 1.0 / (weight**2).sum() >= 0.25 * len(value):
            return np.asarray(weight, dtype=np.float64)
        power *= 0.8


def _upwards(evidence: tuple[F64, F64], groups: Groups, spread: F64) -> list[tuple[F64, F64]]:
    seen = [evidence]
    for level, parent in enumerate(groups.parent):
        size = groups.sizes[level + 1]
        above = (np.zeros((size, 3, 3)), np.zeros((size, 3)))
        send_upwards(*seen[-1], parent, spread[level] ** 2, *above)
        seen.append(above)
    return seen


def _downwards(
    seen: list[tuple[F64, F64]], groups: Groups, spread: F64, top: tuple[F64, F64]
) -> tuple[list[F64], list[F64]]:
    """Means and covariances of all levels, targets first; top: those of the shop."""
    mean, covariance = [top[0]], [top[1]]
    for level in range(len(groups.parent) - 1, -1, -1):
        n = groups.sizes[level]
        below = (np.empty((n, 3)), np.empty((n, 3, 3)))
        send_downwards(
            *seen[level],
            groups.parent[level],
            spread[level] ** 2,
            mean[0],
            covariance[0],
            *below,
        )
        mean.insert(0, below[0])
        covariance.insert(0, below[1])
    return mean, covariance

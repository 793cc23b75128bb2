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
SCALE_SD = 0.3
"""How far a shop's spreads may differ from the usual ones, standard deviation of the log."""
LOOKS = 6
POINTS = 64
WIDER = 1.3
"""Rounds and points of the search for the shop's mean, and how much wider than the last they spread."""


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
    shop: tuple[F64, F64, float], parameters: F64, covariance: F64, groups: Groups
) -> GroupTree:
    """Fit products and categories to targets that were fitted under the shop's prior.

    shop: of fit_shop_mean; parameters: (n, 4), covariance: (n, 4, 4) of kernels/landscape_fit.py
    Each target tells its product what it knows beyond the prior. Method: kernels/gaussian_tree.py.
    """
    mean, shop_covariance, scale = shop
    spread = scale * USUAL_SPREAD
    prior = np.sum(spread**2, axis=0)
    known = np.linalg.inv(covariance[:, 1:, 1:])
    told = np.einsum("nij,nj->ni", known, parameters[:, 1:]) - mean / prior
    evidence = (np.ascontiguousarray(known - np.diag(1.0 / prior)), told)
    seen = _upwards(evidence, groups, spread)
    below = _downwards(seen, groups, spread, (mean[None], shop_covariance[None]))
    return GroupTree(
        groups,
        tuple(precision for precision, _ in seen[1:]),
        tuple(vector for _, vector in seen[1:]),
        tuple(below[0][1:]),
        tuple(below[1][1:]),
        spread,
    )


def fit_shop_mean(
    scored: Callable[[F64, F64], F64], chosen: int, groups: Groups
) -> tuple[F64, F64, float]:
    """Mean (3,) of the shop's ln m, u, ln sigma with its covariance (3, 3), and the scale of the spreads.

    scored: centers and standard deviations (points, 3) -> log likelihood (points,) of the chosen targets
    The likelihood may be curved and open in some directions, so it is weighed at points, drawn anew
    around what the last ones gave. Targets of one product and category are alike: their word counts
    for as many as would be independent.
    Source: adaptive importance sampling, Cappe et al. (2008).
    """
    mean, covariance = np.append(PRIOR_MEAN, 0.0), np.diag(np.append(PRIOR_SD, SCALE_SD) ** 2)
    if chosen == 0:
        return PRIOR_MEAN, covariance[:3, :3], 1.0
    prior_mean, prior_precision = mean, np.linalg.inv(covariance)
    total = np.sum(USUAL_SPREAD**2, axis=0)
    sizes = np.array([chosen, *(min(size, chosen) for size in groups.sizes[1:3])])
    worth = float(np.mean(total / chosen / np.sum(USUAL_SPREAD**2 / sizes[:, None], axis=0)))
    generator = np.random.Generator(np.random.Philox(key=[0, 12]))
    for _ in range(LOOKS):
        noise = generator.standard_normal((POINTS, 4))
        points = mean + noise @ np.linalg.cholesky(WIDER**2 * covariance).T
        away = points - prior_mean
        sds = np.exp(points[:, 3:]) * np.sqrt(total)
        value = worth * scored(np.ascontiguousarray(points[:, :3]), sds)
        value += 0.5 * (noise**2).sum(axis=1)
        value -= 0.5 * np.einsum("ki,ij,kj->k", away, prior_precision, away)
        weight = _even_weights(value)
        mean = weight @ points
        away = points - mean
        covariance = np.einsum("k,ki,kj->ij", weight, away, away) + 1e-4 * np.eye(4)
    return mean[:3], covariance[:3, :3], float(np.exp(mean[3]))


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

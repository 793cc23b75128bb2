"""Draws of a hierarchy's posterior, from the shop down, so that what targets share is drawn once.

Independent draws would make a portfolio look far too safe: a shop whose rate is uncertain by 10 % is
uncertain by 10 % on every keyword at the same time.
"""

import numpy as np
from numpy.typing import NDArray

from adopt.estimate.hierarchy import Hierarchy
from adopt.kernels.shrink import BETA_BINOMIAL, GAMMA_POISSON

F64 = NDArray[np.float64]


def draw_level(hierarchy: Hierarchy, level: int, draws: int, generator: np.random.Generator) -> F64:
    """Draws (nodes of the level, draws) of rates, or of mean order values.

    level: 0 = targets, 1 = products, 2 = categories, 3 = shop
    """
    prior = hierarchy.prior
    above = _draw(
        hierarchy,
        hierarchy.total[-1][:, None],
        hierarchy.evidence[-1][:, None],
        np.full((1, draws), prior.mean),
        prior.strength,
        generator,
    )
    for at in range(len(hierarchy.groups.parent) - 1, level - 1, -1):
        above = _draw(
            hierarchy,
            hierarchy.total[at][:, None],
            hierarchy.evidence[at][:, None],
            above[hierarchy.groups.parent[at]],
            hierarchy.strength[at],
            generator,
        )
    return above


def _draw(
    hierarchy: Hierarchy,
    total: F64,
    evidence: F64,
    parent: F64,
    strength: float,
    generator: np.random.Generator,
) -> F64:
    if hierarchy.kind == BETA_BINOMIAL:
        parent = np.clip(parent, 1e-9, 1 - 1e-9)
        return generator.beta(
            total + strength * parent,
            np.maximum(evidence - total, 0.0) + strength * (1.0 - parent),
        )
    if hierarchy.kind == GAMMA_POISSON:
        return generator.gamma(total + strength * np.maximum(parent, 1e-12)) / (evidence + strength)
    shape = hierarchy.shape
    scale = shape * (total + strength * parent)
    return scale / generator.gamma(shape * (evidence + strength) + 1.0)

"""Draws of a hierarchy's posterior, from the shop down, so that what targets share is drawn once.

Independent draws would make a portfolio look far too safe: a shop whose rate is uncertain by 10 % is
uncertain by 10 % on every keyword at the same time.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from adopt.estimate.hierarchy import FittedFactor, Hierarchy
from adopt.kernels.shrink import BETA_BINOMIAL, GAMMA_INVERSE_GAMMA, GAMMA_POISSON

F64 = NDArray[np.float64]


def draw_level(hierarchy: Hierarchy, level: int, draws: int, generator: np.random.Generator) -> F64:
    """Draws (nodes of the level, draws) of rates, or of mean order values.

    level: 0 = targets, 1 = products, 2 = categories, 3 = shop
    """
    for at, drawn in draw_downwards(hierarchy, draws, generator):
        if at == level:
            return drawn
    raise ValueError(f"the chain has no level {level}")


def draw_downwards(
    hierarchy: Hierarchy, draws: int, generator: np.random.Generator
) -> Iterator[tuple[int, F64]]:
    """Level and draws (nodes, draws) of each level, the shop first, the targets last."""
    prior = hierarchy.prior
    factors = {
        f.factor.name: draw_factor(hierarchy, f, draws, generator) for f in hierarchy.factors
    }
    kind, shape = hierarchy.kind, hierarchy.shape
    offset = prior.offsets(hierarchy.groups)
    above = draw_posterior(
        kind,
        shape,
        hierarchy.total[-1][:, None],
        hierarchy.evidence[-1][:, None],
        np.full((1, draws), prior.mean),
        prior.strength,
        generator,
    )
    depth = len(hierarchy.groups.parent)
    yield depth, above
    for at in range(depth - 1, -1, -1):
        expected = above[hierarchy.groups.parent[at]] * offset[at][:, None]
        for fitted in hierarchy.factors:
            if fitted.factor.level == at:
                expected *= fitted.factor.spread(factors[fitted.factor.name])
        above = draw_posterior(
            kind,
            shape,
            hierarchy.total[at][:, None],
            hierarchy.evidence[at][:, None],
            expected,
            hierarchy.strength[at],
            generator,
        )
        yield at, above


def draw_factor(
    hierarchy: Hierarchy, fitted: FittedFactor, draws: int, generator: np.random.Generator
) -> F64:
    """Draws (levels, draws) of a factor, relative to 1."""
    kind = GAMMA_INVERSE_GAMMA if hierarchy.kind == GAMMA_INVERSE_GAMMA else GAMMA_POISSON
    return draw_posterior(
        kind,
        hierarchy.shape,
        fitted.total[:, None],
        fitted.evidence[:, None],
        np.ones((1, draws)),
        fitted.strength,
        generator,
    )


def draw_posterior(
    kind: int,
    shape: float,
    total: F64,
    evidence: F64,
    parent: F64,
    strength: float,
    generator: np.random.Generator,
) -> F64:
    """Draws (nodes, draws) of one level; total, evidence: (nodes, 1); parent: prior means (nodes or 1, draws)."""
    if kind == BETA_BINOMIAL:
        parent = np.clip(parent, 1e-9, 1 - 1e-9)
        return generator.beta(
            total + strength * parent,
            np.maximum(evidence - total, 0.0) + strength * (1.0 - parent),
        )
    if kind == GAMMA_POISSON:
        return generator.gamma(total + strength * np.maximum(parent, 1e-12)) / (evidence + strength)
    scale = shape * (total + strength * parent)
    known = np.broadcast_to(shape * (evidence + strength) + 1.0, scale.shape)
    return scale / generator.gamma(known)

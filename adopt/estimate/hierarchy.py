"""A chain of groups, target → product → category → shop, through which thin evidence leans on thick.

Upwards each child speaks for its parent's mean with an effective evidence n s / (n + s): what it saw,
discounted for how much children differ. Downwards each posterior mean is (k + s p) / (n + s).
The strengths s are learnt from the data (kernels/shrink.py).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.kernels.shrink import fit_strength

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

ROUNDS = 3
"""Rounds between strengths and parent means; they settle in two."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Parents of each level: parent[0] of the targets, parent[1] of the products, ...; the last has one."""

    parent: tuple[I64, ...]
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PriorBelief:
    """What is believed before data: the shop's mean with its strength, and typical strengths between levels."""

    mean: float
    strength: float
    log_strength: float
    log_strength_sd: float


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Fitted chain: means of every level (targets first) and the strength between neighbours.

    total, evidence: what each level's nodes saw, effective; mean: posterior means
    """

    groups: Groups
    kind: int
    shape: float
    total: tuple[F64, ...]
    evidence: tuple[F64, ...]
    mean: tuple[F64, ...]
    strength: tuple[float, ...]
    prior: PriorBelief


def group_targets(targets: pl.DataFrame, categories: pl.DataFrame) -> Groups:
    """The chain of each target, in the order of `targets`.

    targets: columns target_id, product_id; categories: columns product_id, category
    A target without a product stands for its own.
    """
    named = targets.select(
        "target_id", pl.col("product_id").fill_null(pl.col("target_id")).alias("product_id")
    ).join(categories, on="product_id", how="left", validate="m:1", maintain_order="left")
    products = (
        named.select("product_id", pl.col("category").fill_null("-"))
        .unique("product_id")
        .sort("product_id")
    )
    classes = products["category"].unique().sort()
    product_index = pl.DataFrame({"product_id": products["product_id"]}).with_row_index("p")
    class_index = pl.DataFrame({"category": classes}).with_row_index("c")
    to_product = named.join(product_index, on="product_id", how="left", maintain_order="left")["p"]
    to_class = products.join(class_index, on="category", how="left", maintain_order="left")["c"]
    parents = (to_product.to_numpy(), to_class.to_numpy(), np.zeros(len(classes)))
    return Groups(
        parent=tuple(p.astype(np.int64) for p in parents),
        sizes=(len(targets), len(products), len(classes), 1),
    )


def fit_hierarchy(
    total: F64, evidence: F64, groups: Groups, *, kind: int, prior: PriorBelief, shape: float = 1.0
) -> Hierarchy:
    """Fit the chain to targets' totals and evidence, both (n,): (clicks, impressions), (orders, clicks) ...

    kind: a family of kernels/shrink.py; shape: of single order values, for the last family
    Method: empirical Bayes by marginal likelihood, level by level; docs/methods/rates.md.
    """
    depth = len(groups.parent)
    strength = [float(np.exp(prior.log_strength))] * depth
    mean = [np.full(size, prior.mean) for size in groups.sizes]
    for _ in range(ROUNDS):
        totals, evidences = _upwards(total, evidence, groups, strength)
        mean = _downwards(totals, evidences, groups, strength, prior)
        for level in range(depth):
            strength[level] = float(
                fit_strength(
                    kind,
                    totals[level],
                    evidences[level],
                    mean[level + 1][groups.parent[level]],
                    shape,
                    prior.log_strength,
                    prior.log_strength_sd,
                )
            )
    totals, evidences = _upwards(total, evidence, groups, strength)
    return Hierarchy(
        groups=groups,
        kind=kind,
        shape=shape,
        total=tuple(totals),
        evidence=tuple(evidences),
        mean=tuple(_downwards(totals, evidences, groups, strength, prior)),
        strength=tuple(strength),
        prior=prior,
    )


def _upwards(
    total: F64, evidence: F64, groups: Groups, strength: list[float]
) -> tuple[list[F64], list[F64]]:
    totals, evidences = [total], [evidence]
    for level, parent in enumerate(groups.parent):
        k, n, s = totals[level], evidences[level], strength[level]
        share = s / (n + s)
        for sums, values in ((totals, k * share), (evidences, n * share)):
            above = np.bincount(parent, weights=values, minlength=groups.sizes[level + 1])
            sums.append(above.astype(np.float64))
    return totals, evidences


def _downwards(
    totals: list[F64],
    evidences: list[F64],
    groups: Groups,
    strength: list[float],
    prior: PriorBelief,
) -> list[F64]:
    top = (totals[-1] + prior.mean * prior.strength) / (evidences[-1] + prior.strength)
    means = [top]
    for level in range(len(groups.parent) - 1, -1, -1):
        parent_mean = means[0][groups.parent[level]]
        s = strength[level]
        means.insert(0, (totals[level] + s * parent_mean) / (evidences[level] + s))
    return means

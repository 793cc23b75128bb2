"""A chain of groups, target → product → category → shop, through which thin evidence leans on thick.

Upwards each child speaks for its parent's mean with an effective evidence n s / (n + s): what it saw,
discounted for how much children differ. Downwards each posterior mean is (k + s p) / (n + s).
Factors that cross the chain (a keyword under several products, a match type, a price band) multiply the
parent's word p. The strengths s of the chain and of the factors are learnt from the data
(kernels/shrink.py).
"""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.estimate.factors import NEUTRAL_EVENTS, NEUTRAL_EVENTS_SD, PRODUCTS, TARGETS, Factor
from adopt.kernels.shrink import BETA_BINOMIAL, GAMMA_INVERSE_GAMMA, GAMMA_POISSON, fit_strength

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

ROUNDS, ROUNDS_WITH_FACTORS = 3, 8
"""Rounds between strengths, factors and parent means; without factors they settle in two."""
TINY = 1e-100
JUDGED = 20_000
"""Nodes of a level by which its strength is learnt, those of most evidence."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Parents of each level: parent[0] of the targets, parent[1] of the products, ...; the last has one.

    names: of the nodes of each level above the targets, for people; empty where nobody asks
    """

    parent: tuple[I64, ...]
    sizes: tuple[int, ...]
    names: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class PriorBelief:
    """What is believed before data: the shop's mean with its strength, and typical strengths between levels.

    offset: (nodes,) of each level below the shop: the mean that is expected of a node over its parent's,
        1 where None
    """

    mean: float
    strength: float
    log_strength: float
    log_strength_sd: float
    offset: tuple[F64, ...] | None = None

    def offsets(self, groups: Groups) -> tuple[F64, ...]:
        """Offsets (nodes,) of each level below the shop."""
        return self.offset or tuple(np.ones(size) for size in groups.sizes[:-1])


@dataclass(frozen=True, slots=True)
class FittedFactor:
    """A factor with the posterior of each of its levels, relative to 1.

    total, evidence: (levels,) of the conjugate family, so that mean = (total + s) / (evidence + s)
    """

    factor: Factor
    total: F64
    evidence: F64
    strength: float

    @property
    def mean(self) -> F64:
        """Posterior means (levels,)."""
        return np.asarray((self.total + self.strength) / (self.evidence + self.strength))


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Fitted chain: means of every level (targets first) and the strength between neighbours.

    total, evidence: what each level's nodes saw, effective; mean: posterior means
    told: share of what each level's nodes were told that counts
    """

    groups: Groups
    kind: int
    shape: float
    total: tuple[F64, ...]
    evidence: tuple[F64, ...]
    mean: tuple[F64, ...]
    told: tuple[F64, ...]
    strength: tuple[float, ...]
    prior: PriorBelief
    factors: tuple[FittedFactor, ...]

    def relative(self, level: int) -> F64:
        """Prior mean (nodes,) of a level's nodes over their parent's mean: offset x factors."""
        return _relative(self.prior.offsets(self.groups)[level], level, self.factors)

    def expected(self, level: int) -> F64:
        """Prior mean (nodes,) of a level's nodes: their parent's mean x what is relative to it."""
        return self.mean[level + 1][self.groups.parent[level]] * self.relative(level)

    def expected_without_own(self, level: int) -> F64:
        """The same, (nodes,), as it would be had the node itself told nothing."""
        depth, parent = len(self.groups.parent), self.groups.parent
        lost = _spoken(
            self.kind,
            self.total[level],
            self.evidence[level],
            self.relative(level),
            self.strength[level],
        )
        at, path = np.arange(self.total[level].size), []
        for above in range(level + 1, depth + 1):
            at = parent[above - 1][at]
            told = self.told[above][at]
            k = np.maximum(self.total[above][at] - lost[0] * told, 0.0)
            n = np.maximum(self.evidence[above][at] - lost[1] * told, 0.0)
            path.append((above, at, k, n))
            if above < depth:
                with_own = (self.total[above][at], self.evidence[above][at])
                word = (self.relative(above)[at], self.strength[above])
                said = _spoken(self.kind, *with_own, *word)
                left = _spoken(self.kind, k, n, *word)
                lost = said[0] - left[0], said[1] - left[1]
        mean = np.full(at.size, self.prior.mean)
        for above, at, k, n in reversed(path):
            s = self.prior.strength if above == depth else self.strength[above]
            known = mean if above == depth else mean * self.relative(above)[at]
            mean = (k + s * known) / (n + s)
        return mean * self.relative(level)


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
        names=(tuple(products["product_id"]), tuple(classes), ("-",)),
    )


def fit_hierarchy(
    total: F64,
    evidence: F64,
    groups: Groups,
    *,
    kind: int,
    prior: PriorBelief,
    shape: float = 1.0,
    factors: tuple[Factor, ...] = (),
    tellable: float = np.inf,
) -> Hierarchy:
    """Fit the chain to targets' totals and evidence, both (n,): (clicks, impressions), (orders, clicks) ...

    kind: a family of kernels/shrink.py; shape: of single order values, for the last family
    factors: what crosses the chain
    tellable: events that a target's or product's days tell at most, however many they hold
    Method: empirical Bayes by marginal likelihood, level by level; factors by backfitting on what the level
    below leaves open (Lee & Nelder 1996, hierarchical likelihood); docs/methods/rates.md.
    """
    depth = len(groups.parent)
    strength = [float(np.exp(prior.log_strength))] * depth
    known = tuple(
        FittedFactor(factor, zero, zero.copy(), float(np.exp(NEUTRAL_EVENTS)))
        for factor in factors
        for zero in (np.zeros(len(factor.labels)),)
    )
    chain = _Chain(kind, shape, groups, prior, prior.offsets(groups), tellable)
    for _ in range(ROUNDS_WITH_FACTORS if factors else ROUNDS):
        state = chain.solve(total, evidence, strength, known)
        learnt = [chain.learn_strength(state, level) for level in range(depth)]
        known = chain.refit_factors(state)
        # Half the way on a log scale: the word of a level and of its factors would chase each other.
        strength = [math.sqrt(old * new) for old, new in zip(strength, learnt, strict=True)]
    state = chain.solve(total, evidence, strength, known)
    return Hierarchy(
        groups=groups,
        kind=kind,
        shape=shape,
        total=tuple(state.total),
        evidence=tuple(state.evidence),
        mean=tuple(state.mean),
        told=tuple(state.told),
        strength=tuple(strength),
        prior=prior,
        factors=known,
    )


def _relative(offset: F64, level: int, factors: tuple[FittedFactor, ...]) -> F64:
    relative = offset.copy()
    for fitted in factors:
        if fitted.factor.level == level:
            relative *= fitted.factor.spread(fitted.mean)
    return relative


def _said(kind: int, k: F64, n: F64, share: F64, expected: F64) -> tuple[F64, F64]:
    """Total and evidence with which nodes speak for what their own means are a multiple of.

    share: of their evidence that speaks; expected: the multiple
    A rate's evidence grows with what is expected of it; a value's does not.
    """
    if kind == GAMMA_INVERSE_GAMMA:
        return k * share / expected, n * share
    return k * share, n * share * expected


def _spoken(kind: int, k: F64, n: F64, relative: F64, s: float) -> tuple[F64, F64]:
    """Total and evidence with which children speak for their parent's mean."""
    totals, evidences = _said(kind, k, n, s / (n + s), relative)
    if kind == BETA_BINOMIAL:
        totals = np.minimum(totals, evidences)
    return totals, evidences


@dataclass(frozen=True, slots=True)
class _State:
    """One round: of every level the totals, evidences, means (targets first, the shop last).

    told: share of each node's evidence that counts; spoken: total and evidence with which it speaks
    relative: its prior mean over its parent's mean
    """

    strength: list[float]
    factors: tuple[FittedFactor, ...]
    total: list[F64]
    evidence: list[F64]
    mean: list[F64]
    told: list[F64]
    spoken: list[tuple[F64, F64]]
    relative: list[F64]


@dataclass(frozen=True, slots=True)
class _Chain:
    """The parts of the fit that do not change between rounds."""

    kind: int
    shape: float
    groups: Groups
    prior: PriorBelief
    offset: tuple[F64, ...]
    tellable: float

    def solve(
        self, total: F64, evidence: F64, strength: list[float], factors: tuple[FittedFactor, ...]
    ) -> _State:
        """Upwards what is said, downwards what is believed."""
        groups, prior = self.groups, self.prior
        state = _State(strength, factors, [], [], [], [], [], [])
        k, n = total, evidence
        for level, parent in enumerate(groups.parent):
            is_judged = level in (TARGETS, PRODUCTS)
            told = 1.0 / (1.0 + k / self.tellable) if is_judged else np.ones_like(k)
            relative = _relative(self.offset[level], level, factors)
            k, n = k * told, n * told
            spoken = _spoken(self.kind, k, n, relative, strength[level])
            state.total.append(k)
            state.evidence.append(n)
            state.told.append(told)
            state.relative.append(relative)
            state.spoken.append(spoken)
            k, n = (
                np.bincount(parent, weights=x, minlength=groups.sizes[level + 1]).astype(np.float64)
                for x in spoken
            )
        state.total.append(k)
        state.evidence.append(n)
        state.told.append(np.ones_like(k))
        state.mean.append((k + prior.mean * prior.strength) / (n + prior.strength))
        for level in range(len(groups.parent) - 1, -1, -1):
            expected = state.mean[0][groups.parent[level]] * state.relative[level]
            if self.kind == BETA_BINOMIAL:
                expected = np.minimum(expected, 1.0)
            s = strength[level]
            state.mean.insert(0, (state.total[level] + s * expected) / (state.evidence[level] + s))
        return state

    def _without_own(self, state: _State, level: int) -> tuple[F64, F64]:
        """Parent's mean (nodes,) as it is without the node's own word, and its relative variance.

        With it, a node would be judged by a mean that it has drawn to itself.
        """
        parent = self.groups.parent[level]
        if level + 1 < len(self.groups.parent):
            s = state.strength[level + 1]
            above = state.mean[level + 2][self.groups.parent[level + 1]] * state.relative[level + 1]
        else:
            s, above = self.prior.strength, np.full(1, self.prior.mean)
        own_k, own_n = (x * state.told[level + 1][parent] for x in state.spoken[level])
        k = np.maximum(state.total[level + 1][parent] - own_k, 0.0) + s * above[parent]
        n = np.maximum(state.evidence[level + 1][parent] - own_n, 0.0) + s
        return k / n, 1.0 / (self.shape * n if self.kind == GAMMA_INVERSE_GAMMA else k)

    def learn_strength(self, state: _State, level: int) -> float:
        """Strength of greatest posterior density between a level and its parents."""
        k, n = state.total[level], state.evidence[level]
        above, variance = self._without_own(state, level)
        expected = above * self.offset[level]
        share = state.strength[level] / (n + state.strength[level])
        for fitted in state.factors:
            if fitted.factor.level == level:
                mean = fitted.factor.spread(fitted.mean)
                rest = above * state.relative[level] / mean
                own_k, own_n = _said(self.kind, k, n, share, rest)
                s = fitted.strength
                word = fitted.factor.spread(fitted.total) - own_k + s
                seen = fitted.factor.spread(fitted.evidence) - own_n + s
                has = fitted.factor.of >= 0
                word, seen = (np.where(has, np.maximum(x, s), 1.0) for x in (word, seen))
                expected = expected * word / seen
                known = self.shape * seen if self.kind == GAMMA_INVERSE_GAMMA else word
                variance = variance + np.where(has, 1.0 / known, 0.0)
        if self.kind == BETA_BINOMIAL:
            expected = np.minimum(expected, 1.0)
        return self._strength(
            k,
            n,
            expected,
            variance * (self.shape if self.kind == GAMMA_INVERSE_GAMMA else expected),
        )

    def _strength(self, k: F64, n: F64, expected: F64, uncertain: F64) -> float:
        if k.size > JUDGED:
            most = np.sort(np.argsort(-n, kind="stable")[:JUDGED])
            k, n, expected, uncertain = k[most], n[most], expected[most], uncertain[most]
        prior = self.prior
        return float(
            fit_strength(
                self.kind,
                k,
                n,
                expected,
                uncertain,
                self.shape,
                prior.log_strength,
                prior.log_strength_sd,
            )
        )

    def refit_factors(self, state: _State) -> tuple[FittedFactor, ...]:
        """Each factor anew, given the chain and the other factors."""
        fitted = list(state.factors)
        family = GAMMA_INVERSE_GAMMA if self.kind == GAMMA_INVERSE_GAMMA else GAMMA_POISSON
        for at, old in enumerate(fitted):
            level, factor = old.factor.level, old.factor
            k, n = state.total[level], state.evidence[level]
            share = state.strength[level] / (n + state.strength[level])
            others = (*fitted[:at], *fitted[at + 1 :])
            relative = _relative(self.offset[level], level, others)
            rest = state.mean[level + 1][self.groups.parent[level]] * relative
            own, trials = (factor.sums(x) for x in _said(self.kind, k, n, share, rest))
            open_mean, variance = self._without_own(state, level)
            open_k, open_n = _said(self.kind, k, n, share, open_mean * relative)
            weight = factor.sums(open_n)
            spread = factor.sums(open_n**2 * variance) / np.maximum(weight, TINY) ** 2
            if family == GAMMA_INVERSE_GAMMA:
                spread = spread * self.shape
            learnt = fit_strength(
                family,
                factor.sums(open_k),
                weight,
                np.ones_like(own),
                spread,
                self.shape,
                NEUTRAL_EVENTS,
                NEUTRAL_EVENTS_SD,
            )
            fitted[at] = FittedFactor(factor, own, trials, float(learnt))
        return tuple(fitted)

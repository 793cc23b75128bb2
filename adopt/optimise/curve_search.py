"""A plan for many targets, in a few sweeps over their curves.

Samples bring the multipliers near their place; one pass decides every target whose level no price in reach
can change; the others, the core, are solved to the end and rounded. The core is kept: the same curves under
other capacities are solved in it, at no read of the curves, while prices stay within its reach. The answer's
bound is the certificate's, on all curves: neither samples nor core can make it false.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from adopt.kernels.curve_dual import LARGEST
from adopt.optimise.certificate import Certificate, proved_plan
from adopt.optimise.core_curves import Core, core_of, narrowed, widest_core
from adopt.optimise.core_dual import (
    SOFTENED,
    STRAY,
    Solved,
    core_around,
    led_by_core,
    solved_closely,
    solved_core,
    solved_narrowly,
    unpriced,
)
from adopt.optimise.core_plan import plan_from_core
from adopt.optimise.curve_samples import (
    COOL,
    FINE,
    LOW,
    WHOLE,
    Measures,
    measures_of,
    multipliers_of_samples,
)
from adopt.optimise.curves import Curves, row_use
from adopt.optimise.group_dual import GroupDual
from adopt.optimise.problem import F64, I64

NEAR, NO_WIDER, LEAST_BOUND = 1e-4, 1.5, 1e-300
"""Gap up to which the core of an earlier plan will do, or this multiple of that plan's; size of a bound at least."""
CLOSE = 3e-5
"""Gap up to which neither prices nor core need be better."""
NEAR_CENTRES = 2
"""Cores tried, the earlier plan's and another, before very many targets go back to the sample."""
ROUNDED, ROUNDED_TARGETS = 0.005, 4_000
"""Share of the targets, and targets in any case, of the core from which whole levels are chosen."""
WIDER, WIDEST = 2.0, (4.0, 16.0)
"""Factor on the width of a core that has no plan, and those beyond the widest core."""


Rounding = Callable[[Measures, Core, F64], I64 | None]


@dataclass(frozen=True, slots=True)
class CurvePlan:
    """A plan within the limits and its proof.

    cells: (n,) chosen cell of each target; value: objective units; sums: (groups, 4) value, cost,
        revenue, orders; multipliers: (rows,) objective per unit of row; sweeps: dual evaluations
    core: the targets left undecided by the last pass
    measures, sample, core: from which the same curves are chosen again under other capacities
    """

    cells: I64
    value: float
    sums: F64
    certificate: Certificate
    multipliers: F64
    sweeps: int
    core: Core
    measures: Measures
    sample: GroupDual | None

    @property
    def gap(self) -> float:
        """Share of the bound that the plan may fall short of the best."""
        bound = self.certificate.bound
        return (bound - self.value) / max(abs(bound), LEAST_BOUND)


def search_curves(
    curves: Curves, *, start: CurvePlan | F64 | None = None, current: I64 | None = None
) -> CurvePlan | None:
    """A plan of high objective within the rows, or None where none was found.

    start: a plan of the same curves under other capacities, or (rows,) multipliers of a like problem,
        objective per unit of row
    current: (n,) cell in force of each target, -1 where none: kept where it equals the chosen one

    Returns CurvePlan.
    Method: Lagrangian dual by Newton steps on samples and on the core; Geoffrion (1974), Pisinger (1995).
    """
    if isinstance(start, CurvePlan) and start.measures.fits(curves):
        found = _from_core(start, curves)
        near = None if found is None else _planned(found, current)
        if near is not None and near.gap <= max(NEAR, NO_WIDER * start.gap):
            return near
        if curves.targets <= SOFTENED:
            return _closer(near, _planned(_from_sample(start, curves), current))
        # Of very many targets an earlier plan far away is no help.
        start = None
    measures = measures_of(curves)
    known = start.multipliers if isinstance(start, CurvePlan) else start
    if known is not None and curves.targets > WHOLE:
        found = _from_multipliers(measures, known)
        near = None if found is None else _planned(found, current)
        if near is not None and near.gap <= CLOSE:
            return near
    y, sweeps, sample = multipliers_of_samples(measures, known)
    if not y.max(initial=0.0) <= LARGEST:
        return None
    return _planned(solved_core(measures, y, sample, sweeps), current)


def _closer(one: CurvePlan | None, other: CurvePlan | None) -> CurvePlan | None:
    """The plan of the smaller gap."""
    if one is None or other is None:
        return one or other
    return one if one.gap <= other.gap else other


def _planned(found: Solved, current: I64 | None) -> CurvePlan | None:
    """A plan of whole levels with its proof, from prices and cores better than the first where need be."""
    plan = _rounded(found, current, _whole_levels)
    if found.measures.curves.targets <= WHOLE:
        return plan
    if plan is None:
        # No plan near prices at the edge of a core: another core around them.
        sweeps = found.sweeps + found.dual.sweeps
        found = solved_core(found.measures, found.dual.least_at, found.sample, sweeps)
        plan = _rounded(found, current, _whole_levels)
    if plan is None or (plan.gap > CLOSE and found.measures.curves.targets <= SOFTENED):
        plan = _closer(plan, _rounded(solved_closely(found), current, _levels_beyond))
    return plan


def _rounded(found: Solved, current: I64 | None, whole_levels: Rounding) -> CurvePlan | None:
    """A plan of whole levels with its proof, or None where none was found."""
    measures, curves = found.measures, found.measures.curves
    multipliers = unpriced(found.dual) * measures.unit
    cells = whole_levels(measures, found.core, multipliers)
    if cells is None:
        return None
    if current is not None:
        cells = _kept(curves, cells, current)
    certificate, sums = proved_plan(curves, multipliers, cells)
    value = math.fsum(sums[:, 0])
    # What is no number keeps no limit and proves nothing.
    if not np.all(row_use(curves, sums) <= curves.capacity) or not value <= certificate.bound:
        return None
    sweeps = found.sweeps + found.dual.sweeps
    return CurvePlan(
        cells, value, sums, certificate, multipliers, sweeps, found.core, measures, found.sample
    )


def _from_core(start: CurvePlan, curves: Curves) -> Solved | None:
    """The core of a plan of the same curves, solved under other capacities, or another where it leads.

    None where it leads far away, of very many targets
    """
    measures = replace(start.measures, curves=curves)
    core, y, sweeps = start.core.limited(curves), start.multipliers / measures.unit, 0
    for centre in range(NEAR_CENTRES):
        core = core_around(measures, y) if centre else core
        y, dual, is_settled = led_by_core(measures, core, y, STRAY)
        sweeps += dual.sweeps
        if is_settled:
            return solved_narrowly(measures, core, y, start.sample, sweeps)
    if curves.targets <= SOFTENED:
        return solved_core(measures, y, start.sample, sweeps)
    return None


def _from_multipliers(measures: Measures, multipliers: F64) -> Solved | None:
    """The core around multipliers of a like problem, or None where it leads out of its reach.

    multipliers: (rows,) objective per unit of row
    """
    y = multipliers / measures.unit
    if not y.max(initial=0.0) <= LARGEST:
        return None
    core = core_around(measures, y)
    y, dual, is_settled = led_by_core(measures, core, y, STRAY)
    return solved_narrowly(measures, core, y, None, dual.sweeps) if is_settled else None


def _from_sample(start: CurvePlan, curves: Curves) -> Solved:
    """The sample of a plan of the same curves, solved under other capacities, and the core where it leads."""
    measures = replace(start.measures, curves=curves)
    y = np.maximum(start.multipliers / measures.unit, LOW)
    sample = (
        measures.dual(curves) if start.sample is None else start.sample.limited(curves.capacity)
    )
    y = sample.follow(y, COOL, COOL, FINE)
    return solved_core(measures, y, sample, sample.sweeps)


def _kept(curves: Curves, cells: I64, current: I64) -> I64:
    """The cells, but those in force where nothing tells them apart."""
    same = current >= 0
    for numbers in (curves.cost, curves.revenue, curves.orders, curves.value):
        if numbers.size:
            same &= numbers[np.maximum(current, 0)] == numbers[cells]
    return np.where(same, current, cells)


def _whole_levels(measures: Measures, core: Core, multipliers: F64) -> I64 | None:
    """Cells (n,) of a plan that keeps the rows, from a core as narrow as possible; None where none was found."""
    unit, n = measures.unit, measures.curves.targets
    if n <= WHOLE:
        return plan_from_core(core, multipliers, n)
    width = widest_core(measures.ground, max(ROUNDED, ROUNDED_TARGETS / n), multipliers, unit)
    while True:
        width = min(width, core.width)
        choice = plan_from_core(narrowed(core, multipliers, unit, width), multipliers, n)
        if choice is not None:
            return core.spread(choice)
        if width >= core.width:
            return None
        width *= WIDER


def _levels_beyond(measures: Measures, core: Core, multipliers: F64) -> I64 | None:
    """Cells (n,) of a plan that keeps the rows, from cores wider than this one; None where none was found."""
    curves, unit = measures.curves, measures.unit
    for wider in WIDEST:
        cells = plan_from_core(
            core_of(curves, multipliers, unit, wider * core.width), multipliers, curves.targets
        )
        if cells is not None:
            return cells
    return None

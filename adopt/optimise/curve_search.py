"""Multipliers and a plan for many targets, in a few sweeps over their curves.

Samples of growing size bring the multipliers near their place; one pass decides every target whose
level no price in reach can change; the others, the core, are solved to the end and rounded. The answer's
bound is the certificate's, on all curves: neither samples nor core can make it false.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from adopt.kernels.curve_dual import LARGEST
from adopt.kernels.curve_sample import add_ranges
from adopt.optimise.certificate import Certificate, streamed_bound
from adopt.optimise.core_curves import (
    IDLE,
    Core,
    core_of,
    narrowed,
    restricted,
    widest_core,
)
from adopt.optimise.core_plan import plan_from_core
from adopt.optimise.curves import Curves, group_sums, row_use
from adopt.optimise.group_dual import GroupDual, prices_of
from adopt.optimise.problem import F64, I64
from adopt.optimise.scaling import Scales

GROUND = 1_000
"""Targets by which scales and the width of the core are judged."""
WHOLE = 2_500
"""Targets up to which no sample is taken."""
COARSE, STRIDE = 1_250, 2
"""Targets of the first sample, and the stride at which samples take levels."""
SAMPLE, SPARSEST = 20_000, 250
"""Targets of the sample at most, of very many one in so many."""
HOT, WARM, COOL, CORE_HEAT = 1.0, 0.1, 0.03, 1e-3
"""Temperatures: of the start, of the end of the first sample, of the end of the sample, of the core's start."""
ROUGH, FAIR, FINE, CORRECTED = 1e-3, 1e-4, 1e-5, 1e-6
"""Shares of the dual not worth a step on the first sample, the next, all of few targets, and a correction."""
LARGEST_SHARE = 3.0
"""Factor by which a correction weighs a group's sample anew at most."""
LOW = 1e-3
"""Scaled multipliers that a correction starts from at least."""
STRAY = 4.0
"""Multiple of its reach to which the first core is trusted."""
CORRECTIONS, CORRECTED_ENOUGH = 3, 2e-5
"""Times that a sample is shifted at most; share of the dual foreseen whose gain calls for no other."""
SOFTENED = 300_000
"""Targets up to which all are softened where cores lead away again and again."""
EVERYWHERE = 1e9
"""Width of a core that leaves nothing out."""
RECENTRED, RECENTRED_OF_ONE = 1e-6, 0.1
"""Share of the dual whose gain does not call for another core; of few targets, this over their number."""
CENTRES = 5
"""Cores tried, each around the multipliers that the last one led to."""
WIDE, WIDE_TARGETS = 0.05, 4_000
"""Share of the targets, and targets in any case, of the core around the samples' multipliers."""
ROUNDED, ROUNDED_TARGETS = 0.005, 4_000
"""The same of the core from which whole levels are chosen."""
NARROW, NARROW_TARGETS = 0.001, 1_000
"""The same of the core whose dual is solved to the end."""
WIDER = (4.0, 16.0)
LAST, LAST_OF_MANY = 1e-9, 1e-5
"""Temperature at which a core is solved, whatever the bound still gains; of more than ``WHOLE`` targets."""
PRECISION, PRECISION_OF_ONE = 3e-8, 5e-3
"""Share of the bound that is not worth another temperature; of few targets, whose whole levels lose more,
this over their number."""
UNPRICED = 1e-3
"""Scaled multipliers below which a row may turn out to have no price."""


@dataclass(frozen=True, slots=True)
class Measures:
    """The curves, a sample by which they are judged, and their units."""

    curves: Curves
    ground: Curves
    scales: Scales

    @property
    def unit(self) -> F64:
        """Multipliers (rows,) of usual size, objective per unit of row."""
        return np.asarray(self.scales.value / self.scales.row)

    def fits(self, curves: Curves) -> bool:
        """Whether these are the same curves, whatever their capacities."""
        mine = self.curves
        same = [
            getattr(mine, name) is getattr(curves, name)
            or np.array_equal(getattr(mine, name), getattr(curves, name))
            for name in ("level_start", "margin", "group", "group_start", "group_row", "weight")
        ]
        same += [
            getattr(mine, name) is getattr(curves, name)
            for name in ("cost", "revenue", "orders", "value")
            if getattr(mine, name).size or getattr(curves, name).size
        ]
        return all(same) and mine.charge == curves.charge

    def dual_of_core(self, core: Core) -> GroupDual:
        """The dual of all targets, those that are decided summed."""
        return GroupDual(core.curves, self.scales, np.ones(self.curves.groups), core.decided)

    def dual(self, some: Curves) -> GroupDual:
        """The dual of all targets, as a sample shows it."""
        groups = self.curves.groups
        members = np.bincount(self.curves.group, minlength=groups)
        met = np.bincount(some.group, minlength=groups)
        factor = members / np.maximum(met, 1)
        return GroupDual(some, self.scales, factor, np.zeros((groups, 4)))


@dataclass(frozen=True, slots=True)
class CurvePlan:
    """A plan within the limits and its proof.

    cells: (n,) chosen cell of each target; value: objective units; sums: (groups, 4) value, cost,
        revenue, orders; multipliers: (rows,) objective per unit of row; sweeps: dual evaluations
    core: targets left undecided by the last pass
    measures, sample: from which the same curves are chosen again under other capacities
    """

    cells: I64
    value: float
    sums: F64
    certificate: Certificate
    multipliers: F64
    sweeps: int
    core: int
    measures: Measures
    sample: GroupDual | None


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
    sample: GroupDual | None
    if isinstance(start, CurvePlan) and start.sample is not None and start.measures.fits(curves):
        measures = replace(start.measures, curves=curves)
        sample = start.sample.limited(curves.capacity)
        y = np.maximum(start.multipliers / measures.unit, LOW)
        y, sweeps = sample.follow(y, COOL, COOL, CORRECTED), sample.sweeps
    else:
        ground = restricted(curves, _spread_out(curves.targets, GROUND))
        measures = Measures(curves, ground, scales_of_curves(ground))
        known = start.multipliers if isinstance(start, CurvePlan) else start
        y, sweeps, sample = _sampled(measures, known)
    if not y.max(initial=0.0) <= LARGEST:
        return None
    core, dual, width = _solved_core(measures, y)
    y = _unpriced(dual, dual.least_at if dual.least_at is not None else y)
    multipliers = y * measures.unit
    certificate = streamed_bound(curves, multipliers)
    cells = _whole_levels(measures, core, multipliers, width)
    if cells is None:
        return None
    if current is not None:
        cells = _kept(curves, cells, current)
    sums = group_sums(curves, cells)
    value = math.fsum(sums[:, 0])
    # What is no number keeps no limit and proves nothing.
    if not np.all(row_use(curves, sums) <= curves.capacity) or not value <= certificate.bound:
        return None
    sweeps += dual.sweeps
    size = core.target.size
    return CurvePlan(cells, value, sums, certificate, multipliers, sweeps, size, measures, sample)


def _kept(curves: Curves, cells: I64, current: I64) -> I64:
    """The cells, but those in force where nothing tells them apart."""
    same = current >= 0
    for numbers in (curves.cost, curves.revenue, curves.orders, curves.value):
        if numbers.size:
            same &= numbers[np.maximum(current, 0)] == numbers[cells]
    return np.where(same, current, cells)


def _whole_levels(measures: Measures, core: Core, multipliers: F64, width: float) -> I64 | None:
    """Cells (n,) of a plan that keeps the rows, from a core as narrow as possible; None where none was found."""
    curves, unit = measures.curves, measures.unit
    if curves.targets <= WHOLE:
        return plan_from_core(core, multipliers)
    share = max(ROUNDED, ROUNDED_TARGETS / curves.targets)
    for inner in (widest_core(measures.ground, share, multipliers, unit), width):
        cells = plan_from_core(narrowed(core, multipliers, unit, inner), multipliers)
        if cells is not None:
            return cells
    for wider in WIDER:
        cells = plan_from_core(core_of(curves, multipliers, unit, wider * width), multipliers)
        if cells is not None:
            return cells
    return None


def scales_of_curves(curves: Curves) -> Scales:
    """Mean range of value and of each row's use over these targets, their mean size where it is nothing.

    Method: equilibration, as ``scales_of``.
    """
    value, use = _ranges(curves, curves.group_start, curves.group_row, curves.weight)
    missed = np.flatnonzero((use <= 0.0).all(axis=1))
    members = np.bincount(curves.group, minlength=curves.groups) @ curves.incidence()
    if missed.size:
        # A row without members in the sample is scaled like all targets together.
        use[missed] = _ranges_of_all(curves, curves.weight[missed])
        members[missed] = curves.targets
    row = np.where(use[:, 0] > 0.0, use[:, 0], use[:, 1]) / np.maximum(members, 1.0)
    typical = next((float(x) for x in value / curves.targets if x > 0.0), 1.0)
    return Scales(value=typical, row=np.where(row > 0.0, row, 1.0))


def _ranges(curves: Curves, start: I64, row: I64, weight: F64) -> tuple[F64, F64]:
    """Sums of ranges and sizes: (2,) of value, (rows, 2) of use."""
    value, use = np.empty(2), np.empty((weight.shape[0], 2))
    add_ranges(curves.arrays(), start, row, weight, value, use)
    return value, use


def _ranges_of_all(curves: Curves, weight: F64) -> F64:
    """The same of rows that couple all targets, (rows, 2)."""
    rows = weight.shape[0]
    start = np.arange(curves.groups + 1) * rows
    return _ranges(curves, start, np.tile(np.arange(rows), curves.groups), weight)[1]


def _spread_out(n: int, count: int) -> I64:
    """Ascending indices of about ``count`` of n targets, one at a hashed place of each stretch."""
    if count >= n:
        return np.arange(n)
    k = np.arange(count, dtype=np.uint64)
    place = (k * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(40)).astype(np.float64) / 2**24
    return np.asarray((np.arange(count) + place) * (n / count), dtype=np.int64)


def _sampled(measures: Measures, start: F64 | None) -> tuple[F64, int, GroupDual | None]:
    """Scaled multipliers from samples of growing size and corrections by all targets; sweeps taken; the sample."""
    curves = measures.curves
    n = curves.targets
    y = np.full(curves.rows, 0.3) if start is None else np.maximum(start / measures.unit, LOW)
    if n <= WHOLE:
        whole = measures.dual(curves)
        y = whole.follow(y, HOT if start is None else COOL, COOL, FINE)
        return y, whole.sweeps, whole
    sample = measures.dual(restricted(curves, _spread_out(n, _sample_size(n)), STRIDE))
    sweeps = 0
    if start is None:
        coarse = measures.dual(restricted(curves, _spread_out(n, COARSE), STRIDE))
        y = coarse.follow(y, HOT, WARM, ROUGH)
        y = sample.follow(y, WARM, COOL, FAIR)
        sweeps = coarse.sweeps
    if y.max(initial=0.0) > LARGEST:
        return y, sweeps, None
    whole = measures.dual(curves)
    y = _corrected(whole, sample, y)
    return y, sweeps + sample.sweeps + whole.sweeps, sample


def _sample_size(n: int) -> int:
    return min(max(n // 4, WHOLE), max(SAMPLE, n // SPARSEST))


def _corrected(whole: GroupDual, sample: GroupDual, y: F64) -> F64:
    """Multipliers of all targets: the sample's dual, shifted to have their value and slope where it stands.

    From the second time on each group's sample is also weighted so that its use changed as that of all.
    """
    curves, unit = whole.curves, whole.scales.value / whole.scales.row
    before: tuple[F64, F64, F64] | None = None
    for _ in range(CORRECTIONS):
        totals, own = whole.totals(y, 0.0), sample.totals(y, COOL)
        price = prices_of(curves, y * unit)
        if before is not None:
            moved = price - before[0]
            of_all = ((totals - before[1])[:, 1:] * moved).sum(axis=1)
            of_sample = ((own - before[2])[:, 1:] * moved).sum(axis=1)
            share = np.divide(of_all, of_sample, out=np.ones_like(of_all), where=of_sample < 0.0)
            share = np.clip(share, 1.0 / LARGEST_SHARE, LARGEST_SHARE)
            own *= share[:, None]
            sample.weigh(share)
        before = price, totals, own
        sample.decide(totals - own)
        y = sample.follow(np.maximum(y, LOW), COOL, COOL, CORRECTED)
        if whole.value - sample.least < CORRECTED_ENOUGH * abs(whole.value):
            break
    return y


def _solved_core(measures: Measures, y: F64) -> tuple[Core, GroupDual, float]:
    """The core around the multipliers that it leads to itself, with the dual of a narrower one solved."""
    curves, ground, unit = measures.curves, measures.ground, measures.unit
    n = curves.targets
    precision = max(PRECISION, PRECISION_OF_ONE / n)
    if n <= WHOLE:
        core = core_of(curves, y * unit, unit, EVERYWHERE)
        dual = measures.dual_of_core(core)
        dual.follow(y, COOL, LAST, 0.0, closely=True)
        return core, dual, EVERYWHERE
    sweeps, stray, enough = 0, STRAY, max(RECENTRED, RECENTRED_OF_ONE / n)
    for _ in range(CENTRES):
        width = widest_core(ground, max(WIDE, WIDE_TARGETS / n), y * unit, unit)
        core = core_of(curves, y * unit, unit, width)
        dual = measures.dual_of_core(core)
        reach = width * np.maximum(y, IDLE)
        centre, before = y, dual.exact(y)
        y = np.maximum(y, 1e-3 * width * IDLE)
        y = dual.follow(y, CORE_HEAT, CORE_HEAT, precision, stray * reach, closely=True)
        sweeps += dual.sweeps
        if np.all(np.abs(y - centre) <= reach) or before - dual.least < enough * abs(before):
            break
        stray = max(0.5 * stray, 1.0)
        if n <= SOFTENED and stray < 0.5 * STRAY:
            # The way is long: all targets show it, at the price of a few softened sweeps.
            whole = measures.dual(curves)
            y = whole.follow(np.maximum(y, LOW), COOL, CORE_HEAT, FINE)
            sweeps, stray = sweeps + whole.sweeps, STRAY
    width_inside = widest_core(ground, max(NARROW, NARROW_TARGETS / n), y * unit, unit)
    inner = narrowed(core, y * unit, unit, width_inside)
    dual = measures.dual_of_core(inner)
    within = STRAY * width_inside * np.maximum(y, IDLE)
    dual.follow(y, CORE_HEAT, LAST_OF_MANY, precision, within, closely=True)
    dual.sweeps += sweeps
    return core, dual, width


def _unpriced(dual: GroupDual, y: F64) -> F64:
    """The multipliers without those that the bound does not need."""
    order = [int(r) for r in np.argsort(y, kind="stable") if y[r] < UNPRICED]
    same = dual.exact(y)
    same += PRECISION * abs(same)
    low, high = 0, len(order)
    middle = high
    while low < high:
        trial = y.copy()
        trial[order[:middle]] = 0.0
        if dual.exact(trial) <= same:
            low = middle
        else:
            high = middle - 1
        middle = (low + high + 1) // 2
    found = y.copy()
    found[order[:low]] = 0.0
    return found

"""Samples of many curves: the units of their rows, and multipliers brought near their place.

The dual of a few targets is solved first, then that of more. Of moderately many targets all follow, each
with the few levels that prices of any size near these leave; of very many, the sample's dual is shifted and
weighted until it agrees with that of all.
"""

from dataclasses import dataclass

import numpy as np

from adopt.kernels.curve_dual import LARGEST
from adopt.kernels.curve_sample import add_ranges
from adopt.optimise.core_curves import Core, core_of, restricted
from adopt.optimise.curves import Curves, members_of_groups, row_use
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
"""Targets of the sample at most, of very many one in so many; up to so many all are followed."""
HOT, WARM, COOL, COLD = 1.0, 0.1, 0.03, 0.003
"""Temperatures: of the start, of the ends of the first sample, of the second, and of all where they are few."""
ROUGH, FAIR, FINE = 1e-3, 1e-4, 1e-5
"""Shares of the dual not worth a step on the first sample, on the next, and where a sample is corrected."""
LARGEST_SHARE = 3.0
"""Factor by which a correction weighs a group's sample anew at most."""
LOW = 1e-3
"""Scaled multipliers that a descent starts from at least."""
CORRECTIONS, CORRECTED_ENOUGH = 3, 1e-5
"""Times that a sample is shifted at most; share of the dual foreseen whose gain calls for no other."""
AMPLE = 0.2
"""Width of a core of most targets and few of their levels."""


@dataclass(frozen=True, slots=True)
class Measures:
    """The curves, a sample by which they are judged, their units, and the targets (groups,) of each group."""

    curves: Curves
    ground: Curves
    scales: Scales
    members: I64

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
        factor = self.members / np.maximum(members_of_groups(some), 1)
        return GroupDual(some, self.scales, factor, np.zeros((groups, 4)))


def measures_of(curves: Curves) -> Measures:
    """Units of the rows, and what else is judged by a sample of the curves.

    Method: equilibration on targets spread out evenly.
    """
    ground = restricted(curves, _spread_out(curves.targets, GROUND))
    return Measures(curves, ground, scales_of_curves(ground), members_of_groups(curves))


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


def multipliers_of_samples(
    measures: Measures, start: F64 | None
) -> tuple[F64, int, GroupDual | None]:
    """Scaled multipliers (rows,) near their place, sweeps taken, and the sample's dual.

    start: (rows,) multipliers of a like problem, objective per unit of row
    Method: softened duals of samples of growing size, then of all, or corrected by all.
    """
    curves, unit = measures.curves, measures.unit
    n = curves.targets
    y = np.full(curves.rows, 0.3) if start is None else np.maximum(start / unit, LOW)
    if n <= WHOLE:
        whole = measures.dual(curves)
        y = whole.follow(y, HOT if start is None else COOL, COOL, FINE)
        return y, whole.sweeps, whole
    size = min(max(n // 2, WHOLE), max(SAMPLE, n // SPARSEST))
    sample = measures.dual(restricted(curves, _spread_out(n, size), STRIDE))
    sweeps = 0
    if start is None:
        coarse = measures.dual(restricted(curves, _spread_out(n, COARSE), STRIDE))
        y = coarse.follow(y, HOT, WARM, ROUGH)
        last, precision = (WARM, ROUGH) if n <= SAMPLE else (COOL, FAIR)
        y = sample.follow(y, WARM, last, precision)
        sweeps = coarse.sweeps + sample.sweeps
    if y.max(initial=0.0) > LARGEST:
        return y, sweeps, None
    if n <= SAMPLE:
        y, more = followed_by_all(measures, y, COLD, FAIR)
    else:
        y, more = corrected_by_all(measures, sample, y)
    return y, sweeps + more, sample


def followed_by_all(measures: Measures, y: F64, last: float, precision: float) -> tuple[F64, int]:
    """Multipliers (rows,) of all targets, softened, each with the levels that prices near y leave; sweeps taken.

    last: temperature to the end of which they are followed; precision: share of the dual not worth a step
    Method: the dual of an ample core, of all levels where that one misleads.
    """
    core = core_of(measures.curves, y * measures.unit, measures.unit, AMPLE)
    dual, whole = measures.dual_of_core(core), measures.dual(measures.curves)
    y = np.maximum(y, LOW)
    found = dual.follow(y, COOL, last, precision)
    if not whole.exact(found) <= whole.exact(y):
        # Prices went where other levels are the best.
        found = whole.follow(y, COOL, last, precision)
    return found, dual.sweeps + whole.sweeps


def corrected_by_all(measures: Measures, sample: GroupDual, y: F64) -> tuple[F64, int]:
    """Multipliers (rows,) of all targets by a sample's dual, which is changed to agree with theirs; sweeps taken.

    Method: the dual is shifted to have the value and slope of all where it stands; from the second time on
    each group's sample is also weighted so that its use changed as that of all.
    """
    curves, unit = measures.curves, measures.unit
    whole = measures.dual(curves)
    taken = sample.sweeps
    before: tuple[F64, F64, F64] | None = None
    for _ in range(CORRECTIONS):
        totals, own = whole.totals(y, 0.0), sample.totals(y, COOL)
        price = prices_of(curves, y * unit)
        if before is not None:
            moved = price - before[0]
            of_all = ((totals - before[1])[:, 1:] * moved).sum(axis=1)
            of_sample = ((own - before[2])[:, 1:] * moved).sum(axis=1)
            weight = np.divide(of_all, of_sample, out=np.ones_like(of_all), where=of_sample < 0.0)
            weight = np.clip(weight, 1.0 / LARGEST_SHARE, LARGEST_SHARE)
            own *= weight[:, None]
            sample.weigh(weight)
        before = price, totals, own
        sample.decide(totals - own)
        slack = curves.capacity - row_use(curves, totals)
        last = y
        y = sample.follow(np.maximum(y, LOW), COOL, COOL, FINE)
        # The dual is convex: it falls by no more than its slope foresees.
        fall = float(slack @ (unit * (last - y)))
        if fall < CORRECTED_ENOUGH * abs(whole.value) * measures.scales.value:
            break
    return y, whole.sweeps + sample.sweeps - taken

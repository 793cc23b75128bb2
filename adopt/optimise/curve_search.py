"""Multipliers and a plan for many targets, in a few sweeps over their curves.

Samples of growing size bring the multipliers near their place; one pass decides every target whose
level no price in reach can change; the others, the core, are solved to the end and rounded. The answer's
bound is the certificate's, on all curves: neither samples nor core can make it false.
"""

import math
from dataclasses import dataclass

import numpy as np

from adopt.optimise.certificate import Certificate, streamed_bound
from adopt.optimise.core_curves import (
    IDLE,
    Core,
    attributes_of,
    core_of,
    restricted,
    values_of,
    widest_core,
)
from adopt.optimise.core_plan import plan_from_core
from adopt.optimise.curves import Curves, group_sums, row_use
from adopt.optimise.dual import LARGEST
from adopt.optimise.group_dual import GroupDual, descend_within
from adopt.optimise.problem import F64, I64
from adopt.optimise.scaling import Scales

FIRST_SAMPLE, LAST_SAMPLE, GROWTH = 1_500, 50_000, 8
"""Targets of the smallest sample at most and of the largest, and how much larger the next one is."""
WHOLE = 25_000
"""Targets up to which the last sample is all of them."""
CORRECTIONS, SETTLED = 8, 1e-7
"""Corrections of a sample at most; share of the bound whose gain does not call for another."""
GROUND = 2_000
"""Targets by which scales and the width of the core are judged."""
WARM, COOL, COOLING = 3e-3, 3e-4, 0.1
"""Temperature at which samples end and the core begins, factor of one step."""
NEAR = 0.7
WIDER = (4.0, 16.0)
CENTRES = 4
"""Cores tried, each around the multipliers that the last one led to."""
LAST = 1e-9
"""Temperature at which a core is solved, whatever the bound still gains."""
PRECISION, PRECISION_OF_ONE = 3e-8, 5e-3
"""Share of the bound that is not worth another temperature; of few targets, whose whole levels lose more,
this over their number."""
UNPRICED = 1e-3
"""Scaled multipliers below which a row may turn out to have no price."""


@dataclass(frozen=True, slots=True)
class CurvePlan:
    """A plan within the limits and its proof.

    cells: (n,) chosen cell of each target; value: objective units; sums: (groups, 4) value, cost,
        revenue, orders; multipliers: (rows,) objective per unit of row; sweeps: dual evaluations
    core: targets left undecided by the last pass
    """

    cells: I64
    value: float
    sums: F64
    certificate: Certificate
    multipliers: F64
    sweeps: int
    core: int


def search_curves(
    curves: Curves, *, start: F64 | None = None, current: I64 | None = None
) -> CurvePlan | None:
    """A plan of high objective within the rows, or None where none was found.

    start: (rows,) multipliers of a like problem, objective per unit of row
    current: (n,) cell in force of each target, -1 where none

    Returns CurvePlan.
    Method: Lagrangian dual by Newton steps on samples and on the core; Geoffrion (1974), Pisinger (1995).
    """
    ground = restricted(curves, _spread_out(curves.targets, GROUND))
    scales = scales_of_curves(ground)
    unit = scales.value / scales.row
    y, sweeps = _sampled(curves, scales, start)
    if y.max(initial=0.0) > LARGEST:
        return None
    core, dual, width = _solved_core(curves, ground, scales, y)
    y = _unpriced(dual, dual.least_at if dual.least_at is not None else y)
    multipliers = y * unit
    certificate = streamed_bound(curves, multipliers)
    if current is None:
        current = np.full(curves.targets, -1, dtype=np.int64)
    cells = plan_from_core(core, scales, multipliers, certificate.bound, current)
    for wider in WIDER:
        if cells is None:
            core = core_of(curves, multipliers, unit, wider * width)
            cells = plan_from_core(core, scales, multipliers, certificate.bound, current)
    if cells is None:
        return None
    sums = group_sums(curves, cells)
    if np.any(row_use(curves, sums) > curves.capacity):
        return None
    value = math.fsum(sums[:, 0])
    return CurvePlan(
        cells, value, sums, certificate, multipliers, sweeps + dual.sweeps, core.target.size
    )


def scales_of_curves(curves: Curves) -> Scales:
    """Mean range of value and of each row's use over these targets, their mean size where it is nothing.

    Method: equilibration, as ``scales_of``.
    """
    starts = curves.level_start[:-1]
    attribute, value = attributes_of(curves), values_of(curves)
    incidence = curves.incidence()
    members = np.maximum(np.bincount(curves.group, minlength=curves.groups) @ incidence, 1.0)
    row = np.ones(curves.rows)
    forms, form_of = np.unique(curves.weight, axis=0, return_inverse=True)
    for k, form in enumerate(forms):
        range_, size = _range_and_size(attribute @ form, starts)
        for numbers in (size, range_):
            sums = np.bincount(curves.group, numbers, curves.groups) @ incidence / members
            # A row without members in the sample is scaled like all targets together.
            mean = np.where(sums > 0.0, sums, max(float(numbers.mean()), 0.0))
            mine = (form_of.ravel() == k) & (mean > 0.0)
            row[mine] = mean[mine]
    range_, size = _range_and_size(value, starts)
    typical = next((float(x.mean()) for x in (range_, size) if x.mean() > 0.0), 1.0)
    return Scales(value=typical, row=row)


def _range_and_size(numbers: F64, starts: I64) -> tuple[F64, F64]:
    least, most = np.minimum.reduceat(numbers, starts), np.maximum.reduceat(numbers, starts)
    return most - least, np.maximum(np.abs(least), np.abs(most))


def _spread_out(n: int, count: int) -> I64:
    """Ascending indices of about ``count`` of n targets, one at a hashed place of each stretch."""
    if count >= n:
        return np.arange(n)
    k = np.arange(count, dtype=np.uint64)
    place = (k * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(40)).astype(np.float64) / 2**24
    return np.asarray((np.arange(count) + place) * (n / count), dtype=np.int64)


def _sampled(curves: Curves, scales: Scales, start: F64 | None) -> tuple[F64, int]:
    """Scaled multipliers from samples of growing size, and the sweeps they took."""
    n = curves.targets
    sizes = [n] if n <= WHOLE else [min(n // 5, LAST_SAMPLE), n]
    while sizes[0] > FIRST_SAMPLE:
        sizes.insert(0, sizes[0] // GROWTH)
    y, t = np.full(curves.rows, 0.3), 1.0
    if start is not None:
        sizes = sizes[-1:] if n <= WHOLE else sizes[-2:]
        y, t = np.maximum(start * scales.row / scales.value, 1e-2 * WARM), WARM
    members = np.bincount(curves.group, minlength=curves.groups)
    sweeps, sample = 0, None
    free = np.full(curves.rows, 1e-300), np.full(curves.rows, np.inf)
    for k, size in enumerate(sizes):
        some = curves if size == n else restricted(curves, _spread_out(n, size))
        met = np.bincount(some.group, minlength=curves.groups)
        factor = members / np.maximum(met, 1)
        dual = GroupDual(some, scales, factor, np.zeros((curves.groups, 4)))
        if sample is not None and size == n > WHOLE:
            y = _corrected(dual, sample, y, free)
        else:
            last = COOL if size == n else WARM if k >= len(sizes) - 2 else max(WARM, 0.1 / 10**k)
            y, t = _cooled(dual, y, t, last, free)
        sweeps += dual.sweeps
        sample = dual
        if y.max(initial=0.0) > LARGEST:
            break
    return y, sweeps


def _cooled(
    dual: GroupDual,
    y: F64,
    t: float,
    last: float,
    box: tuple[F64, F64],
    precision: float = PRECISION,
) -> tuple[F64, float]:
    """Multipliers followed from temperature t down to the last one, or until the bound falls no more."""
    before: tuple[float, F64] | None = None
    least = math.inf
    while True:
        wanted = precision * (1.0 if math.isinf(dual.least) else abs(dual.least))
        y = descend_within(dual, y, t, *box, enough=min(max(wanted / t, 0.1), 1.0))
        if t <= last or y.max(initial=0.0) > LARGEST or dual.least > least - wanted:
            return y, t
        cooler = max(t * COOLING, last)
        ahead = y
        if before is not None:
            # A row with slack has a price in proportion to t, one that binds a steady one.
            ahead = y * (y / before[1]) ** (math.log(cooler / t) / math.log(t / before[0]))
            ahead = np.clip(np.clip(ahead, y * COOLING, y * 2.0), *box)
        before, least, t, y = (t, y), dual.least, cooler, ahead


def _corrected(dual: GroupDual, sample: GroupDual, y: F64, box: tuple[F64, F64]) -> F64:
    """Multipliers of all targets: the sample's dual, shifted to have their value and slope where it stands."""
    best = math.inf, y
    for _ in range(CORRECTIONS):
        totals = dual.totals(y, 0.0)
        found = dual.value
        gained = best[0] - found
        best = min(best, (found, y), key=lambda one: one[0])
        if gained < SETTLED * abs(found):
            break
        sample.decided = totals - sample.totals(y, WARM)
        y = descend_within(sample, y, WARM, *box, enough=0.1)
    return best[1]


def _solved_core(
    curves: Curves, ground: Curves, scales: Scales, y: F64
) -> tuple[Core, GroupDual, float]:
    """The core around the multipliers that it leads to itself, with its dual solved."""
    unit = scales.value / scales.row
    sweeps, before = 0, math.inf
    precision = max(PRECISION, PRECISION_OF_ONE / curves.targets)
    free = np.full(curves.rows, 1e-300), np.full(curves.rows, np.inf)
    for _ in range(CENTRES):
        width = widest_core(ground, curves.targets, y * unit, unit)
        core = core_of(curves, y * unit, unit, width)
        dual = GroupDual(core.curves, scales, np.ones(curves.groups), core.decided)
        dual.centre, dual.reach = core.price, core.reach
        y, _ = _cooled(dual, np.maximum(y, 1e-3 * width * IDLE), COOL, COOL, free)
        if dual.strayed(y) < NEAR or before - dual.least < precision * abs(dual.least):
            break
        before = dual.least
        sweeps += dual.sweeps
    dual.least = math.inf
    _cooled(dual, y, COOL, LAST, free, precision)
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

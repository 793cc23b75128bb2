"""Multipliers by the core of many curves: another core where they leave its reach, a narrower one to end.

Within reach of its centre a core shows the dual of all targets, at no read of the curves.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from adopt.optimise.core_curves import IDLE, Core, core_of, narrowed, widest_core
from adopt.optimise.curve_samples import COOL, FINE, LOW, SAMPLE, WHOLE, Measures, followed_by_all
from adopt.optimise.group_dual import GroupDual
from adopt.optimise.problem import F64

CORE_HEAT = 1e-3
"""Temperature at which a core is solved first."""
STRAY = 4.0
"""Multiple of its reach to which the first core is trusted."""
SOFTENED = 300_000
"""Targets up to which all are softened where cores lead away again and again."""
EVERYWHERE = 1e9
"""Width of a core that leaves nothing out."""
RECENTRED = 2e-6
"""Share of the dual whose gain does not call for another core."""
CENTRES = 5
"""Cores tried, each around the multipliers that the last one led to."""
WIDE, WIDE_TARGETS = 0.05, 4_000
"""Share of the targets, and targets in any case, of the core around the samples' multipliers."""
NARROW, NARROW_TARGETS = 0.001, 1_000
"""The same of the core whose dual is solved to the end."""
LAST, LAST_OF_MANY = 1e-9, 1e-5
"""Temperature at which a core is solved, whatever the bound still gains; of more than ``WHOLE`` targets."""
SOFT = 0.3
"""Temperature, as a multiple of the root of a share of the dual, at which softening loses about that share."""
PRECISION, PRECISION_OF_ONE = 1e-7, 0.1
"""Share of the dual that is not worth another temperature; of few targets, whose whole levels lose more,
this over their number."""
CLOSEST, CLOSEST_OF_ONE = 3e-8, 5e-3
"""The same where a dual is solved to the end."""
LEAST_PRICE = 1e-6
"""Scaled multiplier from which a dual is solved once more at least."""
UNPRICED = 1e-3
"""Scaled multipliers below which a row may turn out to have no price."""


@dataclass(frozen=True, slots=True)
class Solved:
    """A core, the dual of what is open in it at its least, the sample that led there, and sweeps taken."""

    measures: Measures
    core: Core
    dual: GroupDual
    sample: GroupDual | None
    sweeps: int


def led_by_core(
    measures: Measures, core: Core, y: F64, stray: float
) -> tuple[F64, GroupDual, bool]:
    """Multipliers that a core leads to, its dual, and whether no other core is called for.

    y: (rows,) scaled multipliers to start from; stray: multiple of its reach to which the core is trusted
    Method: Newton steps on its softened dual.
    """
    unit = measures.unit
    dual, centre = measures.dual_of_core(core), core.centre / unit
    reach = core.width * np.maximum(centre, IDLE)
    before = dual.exact(y)
    y = np.maximum(y, 1e-3 * core.width * IDLE)
    y = dual.follow(y, CORE_HEAT, CORE_HEAT, _precision(measures), stray * reach, closely=True)
    enough = RECENTRED * abs(before)
    return y, dual, bool(np.all(np.abs(y - centre) <= reach)) or before - dual.least < enough


def _precision(measures: Measures) -> float:
    return max(PRECISION, PRECISION_OF_ONE / measures.curves.targets)


def core_around(measures: Measures, y: F64) -> Core:
    """The core of usual size around scaled multipliers y, (rows,).

    Method: ``core_of``; of few targets it holds all.
    """
    n, unit = measures.curves.targets, measures.unit
    width = EVERYWHERE
    if n > WHOLE:
        width = widest_core(measures.ground, max(WIDE, WIDE_TARGETS / n), y * unit, unit)
    return core_of(measures.curves, y * unit, unit, width)


def solved_core(measures: Measures, y: F64, sample: GroupDual | None, sweeps: int) -> Solved:
    """The core around the multipliers that it leads to itself, with the dual of a narrower one solved.

    y: (rows,) scaled multipliers to start from; sample, sweeps: what led there
    Method: Pisinger (1995), one core after the other.
    """
    n = measures.curves.targets
    if n <= WHOLE:
        return solved_narrowly(measures, core_around(measures, y), y, sample, sweeps)
    stray = STRAY
    for _ in range(CENTRES):
        core = core_around(measures, y)
        y, dual, is_settled = led_by_core(measures, core, y, stray)
        sweeps += dual.sweeps
        if is_settled:
            break
        stray = max(0.5 * stray, 1.0)
        if n <= SOFTENED and stray < 0.5 * STRAY:
            # The way is long: all targets show it, at the price of a few softened sweeps.
            y, more = followed_by_all(measures, y, CORE_HEAT, FINE)
            sweeps, stray = sweeps + more, STRAY
    return solved_narrowly(measures, core, y, sample, sweeps)


def solved_narrowly(
    measures: Measures, core: Core, y: F64, sample: GroupDual | None, sweeps: int
) -> Solved:
    """The dual of a narrower core within a core solved, about as closely as rounding asks for.

    y: (rows,) scaled multipliers to start from; sample, sweeps: what led there
    Method: the last temperature is that at which barrier and softening lose no more than the precision.
    """
    if measures.curves.targets <= WHOLE:
        dual = measures.dual_of_core(core)
        dual.follow(np.maximum(y, LOW), COOL, LAST, 0.0, closely=True)
        return Solved(measures, core, dual, sample, sweeps)
    if measures.curves.targets > SAMPLE:
        # All that is open is little beside the reads of the curves.
        last, precision = LAST_OF_MANY, _closest(measures)
    else:
        precision = _precision(measures)
        by_barrier = precision * abs(measures.dual_of_core(core).exact(y)) / measures.curves.rows
        last = min(max(min(by_barrier, SOFT * math.sqrt(precision)), LAST_OF_MANY), CORE_HEAT)
    return Solved(measures, core, _narrow_dual(measures, core, y, last, precision), sample, sweeps)


def _closest(measures: Measures) -> float:
    return max(CLOSEST, CLOSEST_OF_ONE / measures.curves.targets)


def _narrow_dual(
    measures: Measures, core: Core, y: F64, last: float, precision: float
) -> GroupDual:
    n, unit = measures.curves.targets, measures.unit
    width = widest_core(measures.ground, max(NARROW, NARROW_TARGETS / n), y * unit, unit)
    dual = measures.dual_of_core(narrowed(core, y * unit, unit, width))
    within = STRAY * width * np.maximum(y, IDLE)
    dual.follow(y, CORE_HEAT, last, precision, within, closely=True)
    return dual


def solved_closely(found: Solved) -> Solved:
    """The dual within the same core, solved to the end.

    Method: as ``solved_narrowly``, at the lowest temperature.
    """
    measures, y = found.measures, np.maximum(found.dual.least_at, LEAST_PRICE)
    dual = _narrow_dual(measures, found.core, y, LAST_OF_MANY, _closest(measures))
    return replace(found, dual=dual, sweeps=found.sweeps + found.dual.sweeps)


def unpriced(dual: GroupDual) -> F64:
    """Scaled multipliers (rows,) of the least dual, without those that the bound does not need.

    Method: the smallest are left out, as many as leave the dual as it is, by bisection.
    """
    y = dual.least_at
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

"""Multipliers of the limits: the Lagrangian dual, smoothed by temperature and followed to its minimum.

At temperature t: ``F_t(y) = y . capacity + sum_i t log sum_c exp(q_c / t) - t sum_r (log y_r - y_r / FAR)``
with the reduced values q of ``kernels/dual.py``. F_t is smooth and strictly convex; its minimum lies within
``t (sum_i log levels_i + rows)`` of the dual's, so t is lowered until that no longer matters. A product that
is switched as a whole enters as a soft choice of its own: the sum of its targets' soft choices, or off.
"""

import math
from dataclasses import dataclass

import numpy as np

from adopt.kernels.dual import (
    add_rows,
    soften_choices,
    soften_choices_in_parallel,
    solve_definite,
)
from adopt.optimise.certificate import reduced_values, switch_states, upper_bound
from adopt.optimise.limit import ATTRIBUTES, ON
from adopt.optimise.problem import F64, Problem, on_cells
from adopt.optimise.scaling import Scales

PARALLEL_CELLS = 100_000
"""Cells below which waking the threads takes longer than the work."""
COOLING = 0.15
"""Factor of one temperature step."""
MAX_STEPS = 25
"""Newton steps at one temperature."""
LARGEST = 1e9
"""A scaled multiplier beyond which rounding, not the problem, decides."""
TO_BOUNDARY = 0.95
FAR = 1e3
"""Scaled multiplier towards which the barrier drifts where a limit leaves no slack and has no slope."""
NOTHING = 1e-5
"""A scaled multiplier that may be none."""


@dataclass(frozen=True, slots=True)
class Dual:
    """Multipliers of least upper bound.

    multipliers: (rows,) objective per unit of row, >= 0; bound: objective units
    error_bound: float64 rounding, contained in bound
    is_infeasible: the bound lies below the worst plan, so no plan keeps the rows
    """

    multipliers: F64
    bound: float
    error_bound: float
    iterations: int
    is_infeasible: bool


@dataclass(slots=True)
class _Smoothed:
    """The scaled problem with its products on, and the buffers of its kernels.

    off, on_value: (switches,) value of a product that is off, of being on; on_use: (switches, rows);
    share: (switches,) of the soft choice that is on
    """

    problem: Problem
    value: F64
    weight: F64
    capacity: F64
    soft: F64
    best: F64
    mean: F64
    covariance: F64
    use: F64
    spread: F64
    off: F64
    on_value: F64
    on_use: F64
    share: F64
    least: float = math.inf
    least_at: F64 | None = None
    sweeps: int = 0

    def evaluate(self, y: F64, t: float) -> float:
        """F_t(y); use and spread hold the moments afterwards; the least exact dual is kept."""
        p = self.problem
        soften = soften_choices if self.value.size < PARALLEL_CELLS else soften_choices_in_parallel
        soften(
            self.value, p.attribute, p.level_start, p.member_start, p.member_row, self.weight, y, t,
            self.soft, self.best, self.mean, self.covariance,
        )  # fmt: skip
        self.sweeps += 1
        priced = float(y @ self.capacity)
        soft, exact = float(self.soft.sum()), float(self.best.sum())
        if p.switches.count:
            soft, exact = self._switched(y, t)
        exact += priced
        if exact < self.least:
            self.least, self.least_at = exact, y.copy()
        return priced + soft - t * float(np.log(y).sum() - y.sum() / FAR)

    def exact(self, y: F64) -> float:
        """The dual itself at y."""
        self.evaluate(np.maximum(y, 1e-300), 1e-12)
        best = float(self.best.sum())
        if self.problem.switches.count:
            best = self._switched(y, 1e-12)[1]
        return float(y @ self.capacity) + best

    def _switched(self, y: F64, t: float) -> tuple[float, float]:
        """Sums of the soft and of the exact choices, products that are switched as a whole."""
        of = self.problem.switches.of
        sums = []
        for values in (self.soft, self.best):
            on = self.on_value - self.on_use @ y
            np.add.at(on, of[of >= 0], values[of >= 0])
            sums.append((float(values[of < 0].sum()), on))
        ahead = (sums[0][1] - self.off) / t
        self.share = 0.5 * (1.0 + np.tanh(0.5 * ahead))
        soft = np.maximum(sums[0][1], self.off) + t * np.log1p(np.exp(-np.abs(ahead)))
        best = np.maximum(sums[1][1], self.off)
        return sums[0][0] + float(soft.sum()), sums[1][0] + float(best.sum())

    def moments(self) -> None:
        """Bring use and spread up to the last evaluation."""
        p = self.problem
        mean, covariance = self.mean, self.covariance
        of = p.switches.of
        if p.switches.count:
            share = np.where(of >= 0, self.share[of], 1.0)[:, None]
            mean, covariance = share * mean, share * covariance
        add_rows(mean, covariance, p.member_start, p.member_row, self.weight, self.use, self.spread)
        if p.switches.count:
            # Between its states a product moves all its use at once.
            owner = p.member_target
            mine = of[owner] >= 0
            moved = self.on_use.copy()
            use = (self.weight[p.member_row] * self.mean[owner]).sum(axis=1)
            np.add.at(moved, (of[owner][mine], p.member_row[mine]), use[mine])
            self.use += self.share @ self.on_use
            self.spread += (moved * (self.share * (1.0 - self.share))[:, None]).T @ moved


def minimise_dual(
    problem: Problem,
    scales: Scales,
    *,
    start: F64 | None = None,
    precision: float = 1e-9,
    has_least_prices: bool = True,
) -> Dual:
    """Multipliers whose Lagrangian bound is least.

    scales: of the problem, objective and row units
    start: (rows,) multipliers of a like problem; precision: relative error of the bound by smoothing
    has_least_prices: whether the multipliers are also made as small as the bound allows

    Returns Dual; its bound is the certificate's.
    Method: entropic smoothing, Nesterov (2005), with a log barrier of the same temperature and damped
    Newton steps along the path.
    """
    if problem.rows == 0:
        proved = upper_bound(problem, np.zeros(0))
        return Dual(np.zeros(0), proved.bound, proved.error_bound, 0, is_infeasible=False)
    smoothed = _scaled(problem, scales)
    worst = _worst_value(problem) / scales.value
    unit = scales.value / scales.row
    y = np.full(problem.rows, 0.3)
    t = 1.0
    if start is not None:
        t = 1e-3
        y = np.maximum(start / unit, t)
    last = _last_temperature(problem, smoothed, precision)
    before: tuple[float, F64] | None = None
    while True:
        y = _descend(smoothed, y, t, enough=1e-6 if t <= last else 1e-2)
        if t <= last or y.max() > LARGEST or smoothed.least < worst - 1e-9 * (1.0 + abs(worst)):
            break
        cooler = max(t * COOLING, last)
        ahead = y
        if before is not None:
            ahead = y + (y - before[1]) * ((cooler - t) / (t - before[0]))
            ahead = np.clip(ahead, COOLING * y, 2.0 * y)
        before, t, y = (t, y), cooler, ahead
    return _finish(problem, smoothed, unit, precision if has_least_prices else None)


def _scaled(problem: Problem, scales: Scales) -> _Smoothed:
    nothing = np.zeros(problem.rows)
    off = switch_states(problem, reduced_values(problem, nothing), nothing)[1]
    problem = on_cells(problem, ~problem.with_product_only)
    n, rows = problem.targets, problem.rows
    return _Smoothed(
        problem=problem,
        value=problem.value / scales.value,
        weight=problem.weight / scales.row[:, None],
        capacity=problem.capacity / scales.row,
        soft=np.empty(n),
        best=np.empty(n),
        mean=np.empty((n, ATTRIBUTES)),
        covariance=np.empty((n, ATTRIBUTES * (ATTRIBUTES + 1) // 2)),
        use=np.empty(rows),
        spread=np.empty((rows, rows)),
        off=off / scales.value,
        on_value=np.where(problem.switches.forced < 0, -np.inf, problem.switches.value)
        / scales.value,
        on_use=problem.switches.use / scales.row,
        share=np.ones(problem.switches.count),
    )


def _worst_value(problem: Problem) -> float:
    """Value below which no plan can lie."""
    worst = np.minimum.reduceat(problem.value, problem.level_start[:-1])
    return math.fsum([*worst, *np.minimum(problem.switches.value, 0.0)])


def _last_temperature(problem: Problem, smoothed: _Smoothed, precision: float) -> float:
    """Temperature at which smoothing costs ``precision`` of the value at most."""
    top = np.abs(np.maximum.reduceat(smoothed.value, smoothed.problem.level_start[:-1]))
    entropy = float(np.log(np.diff(problem.level_start)).sum())
    entropy += problem.rows + math.log(2.0) * problem.switches.count
    return precision * max(float(top.sum()), 1e-3) / entropy


def _descend(smoothed: _Smoothed, y: F64, t: float, *, enough: float) -> F64:
    """Multipliers after damped Newton steps at one temperature.

    y: (rows,) scaled multipliers > 0; enough: Newton decrement, in units of t, that ends the descent
    Method: Newton with a log barrier, backtracking; Nesterov (2005).
    """
    value = smoothed.evaluate(y, t)
    for _ in range(MAX_STEPS):
        smoothed.moments()
        gradient = smoothed.capacity - smoothed.use - t / y + t / FAR
        # In units of y the barrier's curvature is one: well conditioned for rows of any slack.
        curvature = smoothed.spread * np.outer(y, y) / (t * t) + np.eye(y.size)
        step = _newton_step(curvature, gradient * y / t)
        decrement = -float(step @ (gradient * y)) / t
        if decrement < enough:
            break
        length = min(
            1.0, TO_BOUNDARY / max(float(-step.min()), 1e-300), 9.0 / float(np.abs(step).max())
        )
        moved, found = _backtrack(smoothed, y, t, step, length, value, decrement)
        if moved is None:
            break
        y, value = moved, found
        if y.max() > LARGEST:
            break
    return y


def _newton_step(curvature: F64, gradient: F64) -> F64:
    """Newton step -curvature^-1 gradient; a trace of damping serves rows that repeat each other.

    curvature: (rows, rows) and gradient: (rows,), dimensionless
    Method: Cholesky, balanced to a unit diagonal.
    """
    # The barrier alone gives each at least one; rounding can take it below.
    size = 1.0 / np.sqrt(np.maximum(np.diag(curvature), 1.0))
    balanced = curvature * np.outer(size, size) + 1e-13 * np.eye(size.size)
    solution = gradient * size
    solve_definite(balanced, solution)
    return np.asarray(-solution * size, dtype=np.float64)


def _backtrack(
    smoothed: _Smoothed, y: F64, t: float, step: F64, length: float, value: float, decrement: float
) -> tuple[F64 | None, float]:
    """First shorter step that lowers F_t enough; None where rounding hides any descent."""
    noise = 1e-14 * (1.0 + abs(value))
    for _ in range(30):
        moved = y * (1.0 + length * step)
        found = smoothed.evaluate(moved, t)
        if found <= value - 1e-4 * length * t * decrement + noise:
            return moved, found
        length *= 0.5
    return None, value


def _finish(problem: Problem, smoothed: _Smoothed, unit: F64, precision: float | None) -> Dual:
    """The best multipliers met, in units of the problem; as small as a precision lets them be."""
    found = np.zeros(problem.rows) if smoothed.least_at is None else smoothed.least_at
    proved = upper_bound(problem, found * unit)
    is_infeasible = proved.bound < _worst_value(problem)
    if precision is not None and not is_infeasible:
        same = smoothed.least + 0.1 * precision * (1.0 + abs(smoothed.least))
        found = _least_prices(smoothed, found, same)
        proved = upper_bound(problem, found * unit)
    return Dual(found * unit, proved.bound, proved.error_bound, smoothed.sweeps, is_infeasible)


def _least_prices(smoothed: _Smoothed, y: F64, same: float) -> F64:
    """The multipliers made as small as a bound allows, one after the other.

    A limit that does not bind gets zero. One at the very least that the levels allow has any price
    above a threshold: what easing it brings is the threshold.
    """
    least = y.copy()
    # Prices of what is on, one row a keyword, are many and nobody reads them: only what is nothing goes.
    of_many = smoothed.weight[:, ON] != 0.0
    trial = np.where(of_many & (y < NOTHING), 0.0, y)
    if smoothed.exact(trial) <= same:
        least = trial
    for r in np.argsort(y, kind="stable"):
        if of_many[r]:
            continue
        trial = least.copy()
        trial[r] = 0.0
        if smoothed.exact(trial) <= same:
            least[r] = 0.0
            continue
        high = float(least[r])
        trial[r] = 0.99 * high
        if smoothed.exact(trial) > same:
            continue
        trial[r] = 0.5 * high
        while smoothed.exact(trial) <= same:
            high = float(trial[r])
            trial[r] = 0.5 * high
        low = 0.5 * high
        while high - low > 1e-3 * high:
            trial[r] = 0.5 * (low + high)
            if smoothed.exact(trial) <= same:
                high = float(trial[r])
            else:
                low = float(trial[r])
        least[r] = high
    return least

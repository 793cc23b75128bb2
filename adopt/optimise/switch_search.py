"""Products switched on or off as a whole: which states, found by trying, proved by the same multipliers.

With the states fixed the choice is the ordinary one. The Lagrangian keeps every product whole in its inner
problem, so its multipliers say what each state is worth; where two are worth the same the search branches,
each node with multipliers of its own. What whole levels lose is closed on the core.
"""

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from adopt.optimise.certificate import reduced_values, switch_states
from adopt.optimise.core_search import search_core
from adopt.optimise.dual import Dual, minimise_dual
from adopt.optimise.evaluation import (
    plan_use,
    plan_value,
    relative_gap,
    silent_cells,
    size_of,
    switched_on,
)
from adopt.optimise.limit import MOST_PRODUCTS
from adopt.optimise.problem import F64, I64, Flags, Problem, no_switches, on_cells
from adopt.optimise.scaling import scales_of

Solve = Callable[[Problem, F64, bool], I64 | None]
"""Plan of an ordinary problem from multipliers, (rows,); in depth or not; None where none was found."""

NODE_CELLS, FEW_NODES = 1_000_000, 8
"""Nodes x cells of the search over states, nodes at least: counts, so that no answer depends on the machine."""
NODE_PRECISION = 1e-4
"""Relative, of a node's multipliers."""
ROOT_PRECISION = 1e-7
GAP_TRIED = 3e-5
"""Gap above which states are searched."""
CORE_CELLS, FEW_CORE_NODES = 400_000, 50
"""Nodes x cells of the search of the core, nodes at least."""
LARGEST_CORE = 2_500
UNDECIDED = 1e-3
"""Share of the objective's size within which a product's two states are worth the same."""


@dataclass(frozen=True, slots=True)
class Switched:
    """A plan, the bound of all plans, and what the bound rests on.

    cells: (n,) chosen cells; bound: objective units; is_branched: rests on branch and bound
    """

    cells: I64
    bound: float
    dual: Dual
    is_branched: bool
    tries: int


def with_states(problem: Problem, is_on: Flags) -> tuple[Problem, I64]:
    """The ordinary problem of some products on and the others off, and its cells (cells,) in the whole one.

    is_on: (switches,)
    Method: levels of a product that is off are left out, what being on uses is taken off the rows.
    """
    of = problem.switches.of
    is_off = (of >= 0) & ~np.append(is_on, True)[of]
    inside = ~problem.with_product_only & np.repeat(~is_off, np.diff(problem.level_start))
    inside[silent_cells(problem)[is_off]] = True
    fixed = replace(
        on_cells(problem, inside),
        with_product_only=np.zeros(int(inside.sum()), dtype=bool),
        capacity=problem.capacity - problem.switches.use[is_on].sum(axis=0),
        switches=no_switches(problem.targets, problem.rows),
    )
    return fixed, np.flatnonzero(inside)


def search_switched(
    problem: Problem,
    solve: Solve,
    *,
    start: F64 | None,
    gap_target: float,
    precision: float,
    in_depth: bool,
    known: I64 | None,
) -> Switched | None:
    """The best plan found and the bound, None where no states with a plan were found.

    solve: of the ordinary problem; start: (rows,) multipliers of a like problem
    gap_target: relative gap at which the search stops; precision: relative, of the multipliers' bound
    in_depth: whether many nodes and the core are searched, or a few nodes only
    known: (n,) a plan, where one is known

    Method: Lagrangian that keeps products whole, Geoffrion (1974), branch and bound over their states,
    Land & Doig (1960); branch and bound on the core, Pisinger (1995).
    """
    root = minimise_dual(
        problem, scales_of(problem), start=start, precision=max(precision, ROOT_PRECISION)
    )
    if root.is_infeasible:
        return None
    search = _States(problem, solve, gap_target)
    if known is not None:
        search.offer(known)
    bound = search.run(root, in_depth=in_depth)
    if search.best is None or (in_depth and search.gap(bound) > gap_target):
        core = search_core(
            problem,
            root.multipliers,
            search.best,
            node_limit=max(CORE_CELLS // max(problem.value.size, 1), FEW_CORE_NODES),
            most_cells=LARGEST_CORE,
        )
        if core.cells is not None:
            search.offer(core.cells)
            search.attempt(switched_on(problem, core.cells), root.multipliers, in_depth=True)
        bound = min(bound, core.bound)
    if search.best is None:
        return None
    return Switched(
        search.best, max(bound, search.value), root, bound < root.bound, len(search.tried)
    )


class _States:
    """Branch and bound over the products' states: the best plan so far and the states tried."""

    def __init__(self, problem: Problem, solve: Solve, gap_target: float) -> None:
        self.problem, self.solve, self.gap_target = problem, solve, max(gap_target, GAP_TRIED)
        self.most = min(
            (int(x.limit) for x in problem.limits if x.constraint == MOST_PRODUCTS),
            default=problem.switches.count,
        )
        self.scales = scales_of(problem)
        self.tried: set[bytes] = set()
        self.size = size_of(problem)
        self.best: I64 | None = None
        self.value = -math.inf

    def gap(self, bound: float) -> float:
        """Relative gap of the best plan to a bound."""
        return math.inf if self.best is None else relative_gap(self.value, bound, self.size)

    def run(self, root: Dual, *, in_depth: bool) -> float:
        """Search the states; returns the bound of all plans."""
        nodes = max(NODE_CELLS // max(self.problem.value.size, 1), FEW_NODES)
        nodes = nodes if in_depth else FEW_NODES
        free = self.problem.switches.forced
        # A heap by falling bound; the count settles ties and keeps arrays from being compared.
        waiting = [(-root.bound, 0, free, root)]
        closed = -math.inf
        for count in range(1, nodes + 1):
            if not waiting:
                break
            bound, _, forced, dual = heapq.heappop(waiting)
            if self.gap(-bound) <= self.gap_target:
                closed = max(closed, -bound)
                break
            at = self._forced(forced)
            states, undecided = self._rounded(at, dual)
            self.attempt(states, dual.multipliers)
            if undecided < 0:
                closed = max(closed, -bound)
                continue
            for state in (1, -1):
                below = forced.copy()
                below[undecided] = state
                child = minimise_dual(
                    self._forced(below),
                    self.scales,
                    start=dual.multipliers,
                    precision=NODE_PRECISION,
                    has_least_prices=False,
                )
                if not child.is_infeasible and child.bound > self.value:
                    least = min(child.bound, -bound)
                    heapq.heappush(waiting, (-least, 3 * count + state, below, child))
        if (
            self.best is not None
            and self.gap(-waiting[0][0] if waiting else closed) > self.gap_target
        ):
            self.attempt(switched_on(self.problem, self.best), root.multipliers, in_depth=True)
        return max([closed, self.value, *(-node[0] for node in waiting)])

    def _forced(self, forced: I64) -> Problem:
        return replace(self.problem, switches=replace(self.problem.switches, forced=forced))

    def _rounded(self, at: Problem, dual: Dual) -> tuple[Flags, int]:
        """States that the multipliers name, and the product whose states are nearest in worth; -1 where all are told."""
        worth = reduced_values(at, dual.multipliers)
        on, off = switch_states(at, worth, dual.multipliers)
        gain = on - off
        states = gain > 0.0
        ranked = np.argsort(-gain, kind="stable")
        over = ranked[self.most :]
        states[over[np.isfinite(gain[over])]] = False
        nearest = int(np.argmin(np.abs(gain))) if gain.size else -1
        is_told = nearest < 0 or not np.isfinite(gain[nearest])
        # Between states of clearly different worth no multiplier lies in doubt.
        is_far = not is_told and abs(gain[nearest]) > UNDECIDED * max(abs(dual.bound), 1e-300)
        is_whole = bool((states == (gain > 0.0)).all())
        return states, -1 if is_told or (is_far and is_whole) else nearest

    def attempt(self, states: Flags, multipliers: F64, *, in_depth: bool = False) -> bool:
        """Whether the plan of these states is better than the best so far."""
        key = states.tobytes()
        if key in self.tried and not in_depth:
            return False
        self.tried.add(key)
        fixed, cell = with_states(self.problem, states)
        found = self.solve(fixed, multipliers, in_depth)
        return found is not None and self.offer(cell[found])

    def offer(self, cells: I64) -> bool:
        """Keep a plan where it is within the limits and better."""
        value = plan_value(self.problem, cells)
        if value <= self.value or np.any(plan_use(self.problem, cells) > self.problem.capacity):
            return False
        self.best, self.value = cells, value
        return True

"""The optimiser against HiGHS on small requests under every combination of limits.

Printed by what the bound rests on: requests, plans worse than HiGHS's, bounds below it, gaps. A plan that
breaks a limit, a bound that a plan beats, or a request given up that HiGHS solves ends the study.
Run with ``python -m sims.study_plans [requests] [targets]``.
"""

import sys
from collections import defaultdict

import numpy as np

from adopt.optimise.evaluation import keeps_limits, plan_value
from adopt.optimise.reference import choose_levels_by_milp
from adopt.optimise.search import find_plan
from sims.worlds.small_requests import COMBINATIONS, small_request

SAME = 1e-6
"""Relative difference that the solver's tolerances explain."""


def judge(seed: int, targets: int) -> tuple[str, float, float]:
    """What the bound rests on, the gap, and what HiGHS's plan is worth more, relative.

    Raises ValueError where an answer is wrong.
    """
    problem = small_request(seed, targets=targets).problem()
    found, reference = find_plan(problem), choose_levels_by_milp(problem)
    if reference is not None and not keeps_limits(problem, reference):
        reference = None
    if found is None:
        if reference is not None:
            raise ValueError(f"request {seed} was given up, and HiGHS solves it")
        return "no plan", 0.0, 0.0
    if not keeps_limits(problem, found.cells):
        raise ValueError(f"the plan of request {seed} breaks a limit")
    if reference is None:
        return found.bound_method, found.gap, 0.0
    best = plan_value(problem, reference)
    size = max(abs(best), 1e-9)
    if best > found.bound + SAME * size:
        raise ValueError(f"the bound of request {seed} is {found.bound}, HiGHS reaches {best}")
    return found.bound_method, found.gap, max((best - found.value) / size, 0.0)


def main() -> None:
    """Print the table."""
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000
    targets = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    judged = defaultdict(list)
    for seed in range(requests):
        rests_on, gap, worse = judge(seed, targets)
        judged[rests_on].append((gap, worse))
    print(f"{requests} requests of {targets} targets, {len(COMBINATIONS)} combinations of limits")
    print(
        f"{'bound rests on':20}{'requests':>10}{'worse':>8}{'median gap':>12}{'> 1e-4':>8}{'most':>10}"
    )
    for rests_on, results in sorted(judged.items()):
        gap, worse = np.array(results).T
        print(
            f"{rests_on:20}{gap.size:10}{int((worse > SAME).sum()):8}{np.median(gap):12.1e}"
            f"{(gap > 1e-4).mean():8.1%}{gap.max():10.1e}"
        )


if __name__ == "__main__":
    main()

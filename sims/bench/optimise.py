"""Choosing levels at size: an account budget, 100 campaign budgets and an ROI floor, 32 levels a target.

One line a size and method: seconds, proved gap, most memory beside the curves' own, and the time as a
multiple of one read of the curves in the same process. ``sweeps`` is ``search_curves`` on float32 curves;
``warm`` the same after the account budget rose by 1 %, from the last plan; ``front door`` is
``choose_levels`` on a RESPONSE table. HiGHS (SciPy, highspy) and OR-Tools solve the linear relaxation only,
where they are installed and end within two minutes; what does not is said. Each line is its own process.
Run with ``python -m sims.bench.optimise [targets ...]``.
"""

import importlib
import importlib.util
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from adopt.kernels.jit import parallel_kernel, prange
from adopt.optimise.choice import choose_levels
from adopt.optimise.curve_search import CurvePlan, search_curves
from adopt.optimise.curves import Curves
from sims.bench.large_shop import CAMPAIGNS, LEVELS, LargeShop, large_shop, problem_of

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
SECONDS = 120
"""What a peer has for one line, its set-up included."""
FRONT_DOOR = 1_000_000
"""Targets up to which the RESPONSE table fits beside the rest."""
PEERS = {
    "HiGHS simplex": ("highspy", 10_000),
    "HiGHS IPM": ("highspy", 10_000),
    "HiGHS by SciPy": ("scipy", 10_000),
    "OR-Tools GLOP": ("ortools", 10_000),
    "OR-Tools PDLP": ("ortools", 10_000),
}
"""Module of each peer, and the largest size it is given."""
ROUNDS = 3
BLOCKS = 64


@parallel_kernel
def read_all(cost: Any, revenue: Any, total: Any) -> None:  # noqa: ANN401  any float type
    """Fill total: (blocks,) with sums: one read of both curves by all threads."""
    for b in prange(total.size):
        first = cost.size * b // total.size
        last = cost.size * (b + 1) // total.size
        lanes = np.zeros(16, dtype=cost.dtype)
        for c in range(first, last - 15, 16):
            for j in range(16):
                lanes[j] += cost[c + j] + revenue[c + j]
        total[b] = lanes[0]


def curves_of_shop(shop: LargeShop, *, account: float = 1.0) -> Curves:
    """The shop's float32 curves with their limits; account: multiple of its account budget."""
    g = np.arange(CAMPAIGNS)
    weight = np.zeros((CAMPAIGNS + 2, 3))
    weight[:-1, 0] = 1.0
    weight[-1] = (shop.roi_floor, -1.0, 0.0)
    capacity = np.concatenate(([account * shop.account_budget], shop.campaign_budget, [0.0]))
    allowance = 1e-12 * np.append(capacity[:-1], 2.0 * shop.roi_floor * shop.account_budget)
    nothing = np.empty(0, dtype=np.float32)
    return Curves(
        level_start=np.arange(shop.targets + 1) * LEVELS,
        cost=shop.cost,
        revenue=shop.revenue,
        orders=nothing,
        value=nothing,
        margin=shop.margin,
        charge=1.0,
        group=shop.campaign,
        group_start=3 * np.arange(CAMPAIGNS + 1),
        group_row=np.stack([0 * g, 1 + g, 0 * g + CAMPAIGNS + 1], axis=1).ravel(),
        weight=weight,
        capacity=capacity + allowance,
        allowance=allowance,
    )


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Least wall seconds of some calls."""
    took = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        took.append(time.perf_counter() - begin)
    return min(took)


def peak() -> float:
    """Most memory of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def by_sweeps(shop: LargeShop) -> list[dict[str, Any]]:
    """Lines of ``search_curves``, cold and warm."""
    small = curves_of_shop(large_shop(3_000))
    search_curves(small)
    curves, raised = curves_of_shop(shop), curves_of_shop(shop, account=1.01)
    plans: dict[str, CurvePlan | None] = {}
    read = _read_seconds(shop)
    before = peak()
    rounds = ROUNDS if shop.targets < SIZES[-1] else 1

    def cold() -> None:
        plans["sweeps"] = search_curves(curves)

    def warm() -> None:
        plans["warm"] = search_curves(raised, start=plans["sweeps"])

    lines = []
    for name, work in (("sweeps", cold), ("warm", warm)):
        took = seconds(work, rounds)
        plan = plans[name]
        gap = None if plan is None else 1.0 - plan.value / plan.certificate.bound
        lines.append(_line(name, took, gap, peak() - before, took / read, shop))
    return lines


def by_front_door(shop: LargeShop) -> list[dict[str, Any]]:
    """Line of ``choose_levels`` on the problem of a RESPONSE table, making the problem not counted."""
    problem = problem_of(shop)
    choose_levels(problem_of(large_shop(4_000)))
    read, before = _read_seconds(shop), peak()
    begin = time.perf_counter()
    choice = choose_levels(problem)
    took = time.perf_counter() - begin
    return [_line("front door", took, choice.gap, peak() - before, took / read, shop)]


def _read_seconds(shop: LargeShop) -> float:
    total = np.empty(BLOCKS)
    read_all(shop.cost[:64], shop.revenue[:64], total)
    return seconds(lambda: read_all(shop.cost, shop.revenue, total), 5)


def _line(
    name: str, took: float, gap: float | None, more: float, reads: float, shop: LargeShop
) -> dict[str, Any]:
    own = (shop.cost.nbytes + shop.revenue.nbytes) / 2**20
    return {"name": name, "s": took, "gap": gap, "memory": 1.0 + more / own, "reads": reads}


def relaxation(shop: LargeShop) -> tuple[Any, Any, Any, Any, Any]:
    """Objective, matrix (rows x columns, CSC), lower and upper sides of the rows, columns of the relaxation."""
    from scipy.sparse import coo_array, vstack

    n, cells = shop.targets, shop.cost.size
    owner, column = np.repeat(np.arange(n), LEVELS), np.arange(cells)
    cost, revenue = shop.cost.astype(np.float64), shop.revenue.astype(np.float64)
    value = np.repeat(shop.margin.astype(np.float64), LEVELS) * revenue - cost
    one = coo_array((np.ones(cells), (owner, column)), shape=(n, cells))
    row = np.concatenate([0 * column, 1 + shop.campaign[owner], 0 * column + CAMPAIGNS + 1])
    use = np.concatenate([cost, cost, shop.roi_floor * cost - revenue])
    coupled = coo_array((use, (row, np.tile(column, 3))), shape=(CAMPAIGNS + 2, cells))
    capacity = np.concatenate(([shop.account_budget], shop.campaign_budget, [0.0]))
    low = np.concatenate([np.ones(n), np.full(CAMPAIGNS + 2, -np.inf)])
    return value, vstack([one, coupled]).tocsc(), low, np.append(np.ones(n), capacity), cells


def by_peer(name: str, shop: LargeShop) -> list[dict[str, Any]]:
    """Line of a general solver on the linear relaxation; the time is the solver's call alone."""
    value, matrix, low, high, cells = relaxation(shop)
    read, before = _read_seconds(shop), peak()
    begin = time.perf_counter()
    if name == "HiGHS by SciPy":
        _solve_by_scipy(value, matrix, high, shop.targets)
    elif name.startswith("HiGHS"):
        _solve_by_highs(value, matrix, low, high, "ipm" if name.endswith("IPM") else "simplex")
    else:
        _solve_by_ortools(value, matrix, low, high, name.rsplit(" ", maxsplit=1)[-1])
    took = time.perf_counter() - begin
    del cells
    return [_line(name, took, None, peak() - before, took / read, shop)]


def _solve_by_scipy(value: Any, matrix: Any, high: Any, n: int) -> None:  # noqa: ANN401
    from scipy.optimize import linprog

    rows = matrix.tocsr()
    linprog(-value, A_eq=rows[:n], b_eq=high[:n], A_ub=rows[n:], b_ub=high[n:], method="highs")


def _solve_by_highs(value: Any, matrix: Any, low: Any, high: Any, solver: str) -> None:  # noqa: ANN401
    highspy = importlib.import_module("highspy")

    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = value.size, high.size
    model.col_cost_, model.col_lower_ = -value, np.zeros(value.size)
    model.col_upper_ = np.ones(value.size)
    model.row_lower_, model.row_upper_ = low, high
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("solver", solver)
    highs.passModel(model)
    highs.run()


def _solve_by_ortools(value: Any, matrix: Any, low: Any, high: Any, solver: str) -> None:  # noqa: ANN401
    pywraplp = importlib.import_module("ortools.linear_solver.pywraplp")
    linear_solver_pb2 = importlib.import_module("ortools.linear_solver.linear_solver_pb2")

    rows = matrix.tocsr()
    request = linear_solver_pb2.MPModelProto(maximize=True)
    for v in value.tolist():
        request.variable.add(lower_bound=0.0, upper_bound=1.0, objective_coefficient=v)
    for r in range(high.size):
        part = slice(rows.indptr[r], rows.indptr[r + 1])
        request.constraint.add(
            lower_bound=low[r],
            upper_bound=high[r],
            var_index=rows.indices[part].tolist(),
            coefficient=rows.data[part].tolist(),
        )
    program = pywraplp.Solver.CreateSolver(solver)
    program.LoadModelFromProto(request)
    program.Solve()


def measure(name: str, n: int) -> list[dict[str, Any]]:
    """Lines of one method at one size."""
    shop = large_shop(n)
    if name == "sweeps":
        return by_sweeps(shop)
    return by_front_door(shop) if name == "front door" else by_peer(name, shop)


def report(name: str, n: int) -> None:
    """Print the lines of a method from its own process, or why there are none."""
    try:
        done = subprocess.run(  # noqa: S603 -- our own command line
            [sys.executable, "-m", "sims.bench.optimise", "--measure", name, str(n)],
            check=True,
            capture_output=True,
            text=True,
            timeout=SECONDS if name in PEERS else None,
            env=os.environ,
        )
    except subprocess.TimeoutExpired:
        print(f"{n:>10,}  {name:16} not within {SECONDS} s", flush=True)
        return
    except subprocess.CalledProcessError as failed:
        print(f"{n:>10,}  {name:16} failed: {failed.stderr.strip().splitlines()[-1]}", flush=True)
        return
    for line in json.loads(done.stdout.strip().splitlines()[-1]):
        gap = "-" if line["gap"] is None else f"{line['gap']:.1e}"
        print(
            f"{n:>10,}  {line['name']:16}{line['s']:10.3f}{gap:>10}{line['memory']:10.2f}"
            f"{line['reads']:10.1f}",
            flush=True,
        )


def main() -> None:
    """Print the table."""
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(sys.argv[2], int(sys.argv[3]))))
        return
    print(f"{'targets':>10}  {'method':16}{'s':>10}{'gap':>10}{'x memory':>10}{'x read':>10}")
    for n in [int(size) for size in sys.argv[1:]] or SIZES:
        report("sweeps", n)
        if n <= FRONT_DOOR:
            report("front door", n)
        for name, (module, most) in PEERS.items():
            if importlib.util.find_spec(module) is None:
                print(f"{n:>10,}  {name:16} not installed")
            elif n <= most:
                report(name, n)


if __name__ == "__main__":
    main()

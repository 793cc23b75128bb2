"""What a person waits for: a cold ``adopt --help``, and ``adopt recommend`` on the demo shop.

Each command is a process of its own; the least of several rounds is shown, for the machine is shared.
Run with ``python -m sims.bench.cold_start``.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from adopt.plan.run import demo_shop

ROUNDS = 7


def cpu_and_wall(arguments: list[str]) -> tuple[float, float]:
    """CPU and wall seconds of one process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(  # noqa: S603 -- our own command line
        [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall


def least(arguments: list[str]) -> tuple[float, float]:
    """The least CPU and the least wall time of several rounds, seconds."""
    rounds = [cpu_and_wall(arguments) for _ in range(ROUNDS)]
    return min(cpu for cpu, _ in rounds), min(wall for _, wall in rounds)


def main() -> None:
    """Print one line a command, beside a bare Python and a bare click."""
    with tempfile.TemporaryDirectory() as scratch:
        run = str(Path(scratch) / "run")
        recommend = [
            "-m",
            "adopt",
            "recommend",
            str(demo_shop()),
            "--overwrite",
            "--quiet",
            "-o",
            run,
        ]
        cpu_and_wall(recommend)  # compiles the kernels
        commands = {
            "python -c pass": ["-c", "pass"],
            "python -c 'import click'": ["-c", "import click"],
            "adopt --help": ["-m", "adopt", "--help"],
            "adopt recommend (demo shop)": recommend,
        }
        results = {name: least(arguments) for name, arguments in commands.items()}
    bare = results["python -c pass"][0]
    print(f"{'command':30} {'CPU ms':>8} {'wall ms':>8} {'CPU / bare Python':>18}")
    for name, (cpu, wall) in results.items():
        print(f"{name:30} {1000 * cpu:8.0f} {1000 * wall:8.0f} {cpu / bare:18.1f}")


if __name__ == "__main__":
    main()

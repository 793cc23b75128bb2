"""`adopt --help` loads click and the standard library, nothing heavy."""

import subprocess
import sys

import pytest

HEAVY = ("numpy", "numba", "polars", "scipy", "pyarrow", "pydantic", "dataframely", "rich")
COMMANDS = (
    "",
    "demo",
    "init",
    "doctor",
    "rates",
    "recommend",
    "explain",
    "frontier",
    "rollback",
    "simulate",
    "replay",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_loads_nothing_heavy(command):
    arguments = [command, "--help"] if command else ["--help"]
    code = (
        "import sys; from adopt.cli.main import _run; "
        f"assert _run({arguments!r}) == 0; "
        f"print('loaded:', [m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("loaded: []")
    assert "Usage: adopt" in done.stdout


def test_import_adopt_is_cheap():
    code = f"import sys, adopt; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

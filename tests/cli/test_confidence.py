"""--confidence from the command line: exit codes, words, the same bytes again."""

import hashlib
import json
import os
import shutil
import subprocess
import sys

import pytest

from adopt.cli.main import _run
from adopt.cli.printing import print_summary


def bytes_of(folder):
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.name != "manifest.json"
    }


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "sure"
    assert _run(["demo", "-o", str(folder), "--quiet", "--confidence", "0.95"]) == 0
    return folder


def test_replay_makes_the_same_bytes(run):
    manifest = json.loads((run / "manifest.json").read_text())
    assert manifest["settings"]["goal"]["confidence"] == 0.95
    assert _run(["replay", str(run), "--quiet"]) == 0


def test_one_thread_writes_the_same_bytes(run, tmp_path):
    environment = {**os.environ, "NUMBA_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    command = [sys.executable, "-m", "adopt", "demo", "-o", str(tmp_path / "one"), "--quiet"]
    subprocess.run([*command, "--confidence", "0.95"], check=True, env=environment)
    assert bytes_of(tmp_path / "one") == bytes_of(run)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["fresh draws", "which gives up", "Loss: a week earns less", "Expected loss"]),
        ("zh", ["全新抽样", "少赚预期", "亏损", "预期亏损"]),
    ],
)
def test_the_screen_says_chance_cost_and_loss(run, capsys, language, words):
    print_summary(json.loads((run / "summary.json").read_text()), run, lang=language)
    screen = capsys.readouterr().out.replace("\n", "")
    assert all(word in screen for word in words)


def test_out_of_reach_is_infeasible(tmp_path, capsys):
    folder = tmp_path / "run"
    options = ["--confidence", "0.9", "--target-roi", "5.5"]
    assert _run(["demo", "-o", str(folder), *options]) == 3
    words = capsys.readouterr().err
    assert "the best that was found has" in words
    assert "Lower the target ROI from 5.50 to" in words
    assert "lower the confidence from 0.9 to" in words
    assert not folder.exists()


def test_a_percentage_is_refused(capsys):
    assert _run(["demo", "--confidence", "90"]) == 1
    assert "0.9 for 90 %" in capsys.readouterr().err


def test_other_targets_are_solved_from_the_run_folder(run, capsys):
    assert _run(["frontier", str(run), "--by", "target-roi", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    summary = json.loads((run / "summary.json").read_text())
    own = summary["confidence"]["tightened_target_roi"]
    row = next(row for row in rows if row["target_roi"] == own)
    assert row["profit"] == pytest.approx(summary["recommended"]["profit"], rel=1e-3)
    assert _run(["frontier", str(run), "--by", "target-roi"]) == 0
    assert "target ROI" in capsys.readouterr().out


def test_a_damaged_file_of_the_run_is_named(run, tmp_path, capsys):
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    (copy / "response.parquet").write_bytes(b"")
    assert _run(["frontier", str(copy), "--by", "target-roi"]) == 1
    assert "response.parquet" in capsys.readouterr().err

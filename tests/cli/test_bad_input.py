"""What a user can get wrong ends in a plain sentence, the right exit code, and no half-written folder."""

import re
import shutil

import pytest

from adopt.cli.main import _run
from adopt.plan.run import demo_shop

REPORT = "keyword_report_20260927.csv"


@pytest.fixture
def shop(tmp_path):
    """A copy of the demo shop that a test may spoil."""
    folder = tmp_path / "shop"
    shutil.copytree(demo_shop(), folder)
    return folder


def spoil(shop, change):
    path = shop / REPORT
    text = path.read_bytes().decode("gb18030")
    path.write_bytes(change(text).encode("gb18030"))


def change_cell(text, column, value, row=5):
    lines = text.split("\n")
    place = lines[0].strip().split(",").index(column)
    cells = lines[row].split(",")
    cells[place] = value
    lines[row] = ",".join(cells)
    return "\n".join(lines)


def outcome(capsys, tmp_path, *arguments):
    code = _run(["recommend", *arguments, "-o", str(tmp_path / "run")])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err + captured.out
    assert "did not expect" not in captured.err
    assert not (tmp_path / "run").exists()
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".run")]
    return code, captured.err


def test_wrong_encoding(capsys, tmp_path, shop):
    path = shop / REPORT
    path.write_bytes(path.read_bytes()[:2000] + b"\xff\xff\x81" + path.read_bytes()[2000:])
    code, words = outcome(capsys, tmp_path, str(shop))
    assert code == 2
    assert REPORT in words


@pytest.mark.parametrize("column", ["点击量", "花费", "日期"])
def test_a_missing_column(capsys, tmp_path, shop, column):
    spoil(shop, lambda text: text.replace(column, "别的列", 1))
    code, words = outcome(capsys, tmp_path, str(shop))
    assert code == 2
    assert column in words


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("点击量", "-3"),
        ("点击量", "99999999"),
        ("花费", "abc"),
        ("日期", "2026-13-45"),
        ("展现量", "1.5.2"),
    ],
)
def test_a_cell_that_cannot_be(capsys, tmp_path, shop, column, value):
    spoil(shop, lambda text: change_cell(text, column, value))
    code, words = outcome(capsys, tmp_path, str(shop))
    assert code == 2
    assert REPORT in words
    assert "6" in words
    assert column in words


def test_an_empty_file(capsys, tmp_path):
    (tmp_path / "empty.csv").write_bytes(b"")
    code, words = outcome(capsys, tmp_path, str(tmp_path / "empty.csv"))
    assert code == 2
    assert "empty.csv" in words


def test_an_empty_directory(capsys, tmp_path):
    (tmp_path / "nothing").mkdir()
    code, words = outcome(capsys, tmp_path, str(tmp_path / "nothing"))
    assert code in {1, 2}
    assert "nothing" in words


def test_a_path_that_is_not_there(capsys, tmp_path):
    code, words = outcome(capsys, tmp_path, str(tmp_path / "gone"))
    assert code == 1
    assert "gone" in words


def test_a_directory_given_as_products(capsys, tmp_path, shop):
    code, _ = outcome(capsys, tmp_path, str(shop), "--products", str(tmp_path))
    assert code in {1, 2}


@pytest.mark.parametrize("budget", ["0", "-5", "much", "nan", "1e400"])
def test_a_budget_that_cannot_be(capsys, tmp_path, budget):
    code, words = outcome(capsys, tmp_path, str(demo_shop()), "--budget", budget)
    assert code == 1
    assert "--budget" in words


def test_a_budget_below_the_cheapest_plan_names_the_least(capsys, tmp_path):
    code, words = outcome(capsys, tmp_path, str(demo_shop()), "--budget", "100")
    assert code == 3
    assert "account budget" in words


def test_an_unknown_key(capsys, tmp_path, shop):
    with (shop / "shop.toml").open("a", encoding="utf-8") as file:
        file.write("\n[guardrails]\nmaxstep = 0.1\n")
    code, words = outcome(capsys, tmp_path, str(shop))
    assert code == 1
    assert "max_step" in words


def test_an_impossible_roi_names_the_highest_reachable(capsys, tmp_path):
    code, words = outcome(capsys, tmp_path, str(demo_shop()), "--target-roi", "500")
    assert code == 3
    assert "target ROI" in words


def test_an_unknown_option_is_an_error_not_blocked_data(capsys, tmp_path):
    code, words = outcome(capsys, tmp_path, str(demo_shop()), "--budgett", "5")
    assert code == 1
    assert "--budget" in words


def test_the_reachable_roi_that_was_named_is_reachable(capsys, tmp_path):
    _, words = outcome(capsys, tmp_path, str(demo_shop()), "--target-roi", "500")
    reachable = re.search(r"target ROI from [\d.,]+ to ([\d.]+)", words).group(1)
    folder = tmp_path / "again"
    assert (
        _run(
            ["recommend", str(demo_shop()), "--target-roi", reachable, "--quiet", "-o", str(folder)]
        )
        == 0
    )

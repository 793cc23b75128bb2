"""A run taken back against what the platform says today: by hand is by hand."""

import json
import shutil

import polars as pl
import pytest

from adopt.cli.main import _run
from adopt.plan.run import demo_shop

KEYS = ["计划ID", "单元ID", "宝贝ID", "词ID"]
SHEET = "bids.csv"


def read(path):
    return pl.read_csv(path, infer_schema=False)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "monday"
    assert _run(["demo", "-o", str(folder), "--quiet"]) == 0
    return folder


@pytest.fixture
def today(run, tmp_path):
    """The demo's exports after the upload, and the sheet of bids to change further."""
    folder = tmp_path / "today"
    shutil.copytree(demo_shop(), folder)
    uploaded = read(run / "upload" / SHEET)
    sheet = read(folder / SHEET).update(
        uploaded.select(*KEYS, pl.col("新出价").alias("出价")), on=KEYS
    )
    sheet.write_csv(folder / SHEET)
    return folder, sheet


def rollback(run, today, tmp_path, capsys, *words):
    code = _run(
        ["rollback", str(run), "--against", str(today), "-o", str(tmp_path / "back"), *words]
    )
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err + captured.out
    return code, captured


def test_what_stands_as_set_goes_back_and_the_rest_is_told(run, today, tmp_path, capsys):
    folder, sheet = today
    changed = read(run / "upload" / SHEET)
    by_hand, undone, unknown, gone = (changed.row(at, named=True) for at in range(4))
    bids = {by_hand["词ID"]: "9.99", undone["词ID"]: undone["原出价"], unknown["词ID"]: ""}
    sheet.with_columns(
        pl.col("词ID").replace(list(bids), list(bids.values())).alias("new"),
    ).with_columns(
        pl.when(pl.col("词ID").is_in(list(bids))).then("new").otherwise("出价").alias("出价")
    ).drop("new").filter(pl.col("词ID") != gone["词ID"]).write_csv(folder / SHEET)
    report = next(folder.glob("keyword_report*"))
    lines = report.read_bytes().decode("gb18030").splitlines(keepends=True)
    kept = [line for line in lines if gone["词ID"] not in line]
    report.write_bytes("".join(kept).encode("gb18030"))

    code, captured = rollback(run, folder, tmp_path, capsys, "--json")
    assert code == 0
    summary = json.loads(captured.out)
    pauses = read(run / "upload" / "pause.csv").height
    assert summary["counts"] == {
        "back": changed.height - 4,
        "already": 1,
        "changed": 1,
        "missing": 1,
        # No export of Taobao tells what is paused.
        "unknown": 1 + pauses,
    }
    back = tmp_path / "back"
    assert json.loads((back / "summary.json").read_text(encoding="utf-8")) == summary
    skipped = read(back / "skipped.csv")
    told = {row["keyword_id"]: row for row in skipped.to_dicts()}
    assert told[by_hand["词ID"]]["present_bid"] == "9.99"
    assert told[by_hand["词ID"]]["old_bid"] == by_hand["原出价"]
    assert told[by_hand["词ID"]]["recommended_bid"] == by_hand["新出价"]
    assert told[gone["词ID"]]["reason"] == "missing"
    expected = read(run / "rollback" / SHEET)[4:]
    assert read(back / "rollback" / SHEET).equals(expected)
    assert len(json.loads((back / "rollback" / "keyword_prices.json").read_text())) == len(expected)


def test_nothing_changed_by_hand_gives_the_bids_of_the_runs_own_rollback(
    run, today, tmp_path, capsys
):
    assert rollback(run, today[0], tmp_path, capsys)[0] == 0
    name = f"rollback/{SHEET}"
    assert (tmp_path / "back" / name).read_bytes() == (run / name).read_bytes()


@pytest.mark.parametrize(("lang", "word"), [("en", "changed by hand"), ("zh", "人工改过")])
def test_the_screen_says_what_is_left_alone(run, today, tmp_path, capsys, lang, word):
    folder, sheet = today
    sheet.with_columns(pl.lit("9.99").alias("出价")).write_csv(folder / SHEET)
    code, captured = rollback(run, folder, tmp_path, capsys, "--lang", lang)
    assert code == 0
    assert word in captured.out
    assert "9.99" in captured.out
    assert "skipped.csv" in captured.out


def test_before_the_upload_there_is_nothing_to_take_back(run, tmp_path, capsys):
    code, captured = rollback(run, demo_shop(), tmp_path, capsys, "--json")
    assert code == 0
    assert json.loads(captured.out)["counts"]["back"] == 0
    assert read(tmp_path / "back" / "rollback" / SHEET).is_empty()


def test_another_currency_is_refused_and_nothing_written(run, today, tmp_path, capsys):
    folder, sheet = today
    sheet.with_columns(pl.lit("USD").alias("currency")).write_csv(folder / SHEET)
    code, captured = rollback(run, folder, tmp_path, capsys)
    assert code == 2
    assert "USD" in captured.err
    assert not (tmp_path / "back").exists()


@pytest.mark.parametrize("missing", ["run", "export"])
def test_a_folder_that_is_not_there(run, today, tmp_path, capsys, missing):
    gone = tmp_path / "gone"
    given = {"run": run, "export": today[0], missing: gone}
    code, captured = rollback(given["run"], given["export"], tmp_path, capsys)
    assert code == 1
    assert "gone" in captured.err
    assert not (tmp_path / "back").exists()


def test_the_folder_lies_beside_the_run_and_is_not_written_over(run, today, capsys):
    words = ["rollback", str(run), "--against", str(today[0]), "--quiet"]
    assert _run(words) == 0
    assert (run.parent / "monday-rollback" / "manifest.json").is_file()
    assert _run(words) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert _run([*words, "--overwrite"]) == 0


def test_without_an_export_it_says_what_is_missing(run, capsys):
    assert _run(["rollback", str(run)]) == 1
    assert "--against" in capsys.readouterr().err

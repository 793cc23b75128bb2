"""A run as a user makes it: the same bytes again, by rows in any order, by threads of any number."""

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys

import polars as pl
import pytest

from adopt.cli.main import _run
from adopt.plan.reading import read_curve
from adopt.plan.run import demo_shop

REPORT = "keyword_report_20260927.csv"


def digests(folder, *, manifest=False):
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and (manifest or p.name != "manifest.json")
    }


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "demo"
    assert _run(["demo", "-o", str(folder), "--quiet"]) == 0
    return folder


def test_the_folder_holds_what_the_design_names(run):
    names = {str(p.relative_to(run)) for p in run.rglob("*") if p.is_file()}
    assert names >= {
        "recommendations.parquet",
        "recommendations.csv",
        "products.parquet",
        "products.csv",
        "summary.json",
        "frontier.parquet",
        "manifest.json",
        "upload/bids.csv",
        "upload/keyword_prices.json",
        "rollback/bids.csv",
        "rollback/keyword_prices.json",
    }


def test_one_thread_or_two_write_the_same_bytes(run, tmp_path):
    environment = {**os.environ, "NUMBA_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    subprocess.run(
        [sys.executable, "-m", "adopt", "demo", "-o", str(tmp_path / "one"), "--quiet"],
        check=True,
        env=environment,
    )
    assert digests(tmp_path / "one") == digests(run)


def test_the_order_of_rows_does_not_matter(run, tmp_path):
    shop = tmp_path / "demo_shop"
    shutil.copytree(demo_shop(), shop)
    lines = (shop / REPORT).read_bytes().decode("gb18030").splitlines(keepends=True)
    body = lines[1:]
    random.Random(4).shuffle(body)
    (shop / REPORT).write_bytes("".join([lines[0], *body]).encode("gb18030"))
    assert _run(["recommend", str(shop), "-o", str(tmp_path / "run"), "--quiet"]) == 0
    assert digests(tmp_path / "run") == digests(run)


def test_a_second_run_differs_in_the_time_stamp_only(run, tmp_path):
    assert _run(["demo", "-o", str(tmp_path / "again"), "--quiet"]) == 0
    assert digests(tmp_path / "again") == digests(run)
    manifests = [json.loads((f / "manifest.json").read_text()) for f in (run, tmp_path / "again")]
    for manifest in manifests:
        manifest.pop("created_at")
    assert manifests[0] == manifests[1]


def test_replay_finds_the_run_identical_and_an_edited_file_not(run, tmp_path, capsys):
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    assert _run(["replay", str(copy)]) == 0
    assert "Identical" in capsys.readouterr().out
    with (copy / "recommendations.csv").open("a") as file:
        file.write("x")
    assert _run(["replay", str(copy)]) == 1
    assert "recommendations.csv" in capsys.readouterr().out


def test_the_csv_speaks_currency_where_the_parquet_speaks_micros(run):
    table = pl.read_parquet(run / "recommendations.parquet")
    text = pl.read_csv(run / "recommendations.csv", infer_schema=False)
    micros = (text["recommended_bid"].cast(pl.Float64) * 1e6).round().cast(pl.Int64)
    assert micros.to_list() == table["recommended_bid"].to_list()
    assert text["recommended_bid"].str.contains(r"^\d+\.\d{2}$").all()


def test_rollback_is_the_inverse_of_upload(run):
    up = pl.read_csv(run / "upload/bids.csv", infer_schema=False)
    back = pl.read_csv(run / "rollback/bids.csv", infer_schema=False)
    assert up["新出价"].to_list() == back["原出价"].to_list()
    assert up["原出价"].to_list() == back["新出价"].to_list()
    table = pl.read_parquet(run / "recommendations.parquet")
    moved = table.filter(pl.col("action").is_in(["raise", "lower"]))
    payload = json.loads((run / "upload/keyword_prices.json").read_text())
    assert {str(p["keywordId"]): p["maxPrice"] * 10_000 for p in payload} == dict(
        moved.select("keyword_id", "recommended_bid").rows()
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_screen_fits_on_one_page(run, capsys, language):
    assert _run(["demo", "-o", str(run), "--overwrite", "--lang", language]) == 0
    screen = capsys.readouterr().out
    assert screen.count("\n") <= 50
    assert ("Certified" if language == "en" else "已证明") in screen


def test_json_is_the_summary(run, tmp_path, capsys):
    assert _run(["demo", "-o", str(tmp_path / "json"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((run / "summary.json").read_text())


def test_explain_finds_a_keyword_and_a_product(run, capsys):
    assert _run(["explain", str(run), "--keyword", "连衣裙", "--top", "3"]) == 0
    assert "连衣裙" in capsys.readouterr().out
    assert _run(["explain", str(run), "--product", "655902318470", "--lang", "zh"]) == 0
    assert "折扣" in capsys.readouterr().out
    assert _run(["explain", str(run), "--keyword", "no such word"]) == 1


def test_explain_shows_what_the_next_click_costs(run, capsys):
    raised = pl.read_parquet(run / "recommendations.parquet").filter(pl.col("action") == "raise")
    keyword = raised["keyword_id"][0]
    assert _run(["explain", str(run), "--keyword", keyword, "--curve"]) == 0
    screen = capsys.readouterr().out
    assert "marginal" in screen
    assert "now" in screen
    assert "recommended" in screen
    row = raised.row(0, named=True)
    curve = read_curve(run, row["target_id"], row["recommended_bid"])
    assert curve["is_current"].sum() == curve["is_recommended"].sum() == 1
    assert len(curve) <= 25
    # A dearer bid pays more for each further click than the clicks before cost on average.
    steps = curve.drop_nulls("marginal_cpc")
    assert (steps["marginal_cpc"] >= steps["cost"] / steps["clicks"] - 1e-9).all()


def test_frontier_prints_a_row_a_budget(run, capsys):
    assert _run(["frontier", str(run), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == len(pl.read_parquet(run / "frontier.parquet"))
    assert _run(["frontier", str(run)]) == 0
    assert "marginal ROI" in capsys.readouterr().out


def test_a_folder_that_is_no_run_is_refused(tmp_path, capsys):
    for command in ("explain", "frontier", "replay"):
        assert _run([command, str(tmp_path)]) == 1
        assert "not a run folder" in capsys.readouterr().err

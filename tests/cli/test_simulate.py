"""`adopt simulate` as a user meets it: a folder whole or none, and exports that recommend reads."""

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from adopt.cli.main import _run
from adopt.cli.simulation_screen import day_bar
from adopt.config import Settings
from adopt.formats.shop import read_shop

EXAMPLE = Path(__file__).parents[2] / "docs" / "scenarios" / "autumn_clothing.toml"
DAYS = 20


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "autumn"
    arguments = ["simulate", str(EXAMPLE), "-o", str(out), "--days", str(DAYS), "--events"]
    assert _run([*arguments, "--quiet"]) == 0
    return out


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_folder_holds_tables_truth_and_exports(folder):
    assert set(contents(folder)) == {
        "bid_multipliers.parquet",
        "campaigns.parquet",
        "events.parquet",
        "exports/bid_multipliers.csv",
        "exports/bids.csv",
        "exports/keyword_report.csv",
        "exports/products.csv",
        "exports/shop.toml",
        "history.parquet",
        "late_orders.parquet",
        "manifest.json",
        "searches.parquet",
        "targets.parquet",
        "truth.parquet",
    }
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["seed"], manifest["days"]) == (0, DAYS)


def test_what_the_exports_say_is_what_happened(folder):
    data = read_shop(folder / "exports", Settings())
    history = pl.read_parquet(folder / "history.parquet").filter(pl.col("impressions") > 0)
    shared = ["target_id", "date", "impressions", "clicks", "orders"]
    assert data.history.select(shared).sort(shared[:2]).equals(history.select(shared))
    for name in ("cost", "revenue"):
        read = data.history.sort(shared[:2])[name].to_numpy()
        assert read == pytest.approx(history[name].to_numpy(), abs=1e-9)
    told = ["target_id", "current_bid", "quality_score", "campaign_budget", "keyword", "product_id"]
    targets = pl.read_parquet(folder / "targets.parquet")
    assert data.targets.select(told).sort("target_id").equals(targets.select(told))


def test_the_sheet_of_multipliers_says_what_bids_were_multiplied_by(folder):
    read = read_shop(folder / "exports", Settings()).bid_multipliers
    told = pl.read_parquet(folder / "bid_multipliers.parquet")
    keys = ["campaign_id", "ad_group_id", "dimension", "segment"]
    read, told = read.sort(keys), told.sort(keys)
    assert read.drop("share").equals(told.drop("share"))
    assert read["share"].to_numpy() == pytest.approx(told["share"].to_numpy(), abs=1e-6)
    log = pl.read_parquet(folder / "events.parquet")
    assert set(log["device"]) == {"mobile", "pc"}
    assert set(log["audience"]) == {"收藏加购", None}


def test_a_scenario_without_multipliers_has_no_sheet_of_them(tmp_path):
    text = EXAMPLE.read_text(encoding="utf-8")
    start = text.index("# What bids are multiplied by")
    plain = tmp_path / "plain.toml"
    plain.write_text(text[:start] + text[text.index("[[products]]") :], encoding="utf-8")
    out = tmp_path / "out"
    arguments = ["simulate", str(plain), "-o", str(out), "--days", "1", "--events", "--quiet"]
    assert _run(arguments) == 0
    assert not [name for name in contents(out) if "multipliers" in name]
    log = pl.read_parquet(out / "events.parquet")
    assert log["device"].null_count() == log["audience"].null_count() == len(log)


def test_the_truth_tells_mean_rivals_and_multipliers(folder):
    truth = pl.read_parquet(folder / "truth.parquet")
    assert (truth["mean_rivals"] < truth["rivals"]).all()
    means = dict(truth.group_by("campaign_id").agg(pl.col("mean_multiplier").max()).rows())
    assert means["3100000002"] == pytest.approx(1.0 + 0.12 * 0.3)
    assert means["3100000003"] == 1.0


def test_the_exports_are_accepted_by_recommend(folder, tmp_path, capsys):
    arguments = ["recommend", str(folder / "exports"), "-o", str(tmp_path / "run"), "--quiet"]
    assert _run([*arguments, "--target-roi", "2.0"]) == 0, capsys.readouterr().err
    rows = pl.read_parquet(tmp_path / "run" / "recommendations.parquet")
    assert rows.height == 25


def test_a_small_budget_ends_and_hides_demand(folder):
    campaigns = pl.read_parquet(folder / "campaigns.parquet")
    ended = campaigns.filter(pl.col("campaign_id") == "3100000003")["closed_hour"]
    assert ended.is_not_null().sum() > DAYS / 2


def test_one_thread_or_two_write_the_same_bytes(folder, tmp_path):
    out = tmp_path / "one"
    subprocess.run(
        [
            *(sys.executable, "-m", "adopt", "simulate", str(EXAMPLE), "-o", str(out)),
            *("--days", str(DAYS), "--events", "--quiet"),
        ],
        check=True,
        env={**os.environ, "NUMBA_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"},
    )
    assert contents(out) == contents(folder)


def test_the_screen_tells_what_came(tmp_path, capsys):
    out = str(tmp_path / "out")
    assert _run(["simulate", str(EXAMPLE), "-o", out, "--days", "2", "--seed", "4"]) == 0
    captured = capsys.readouterr()
    assert "autumn: 25 targets, 2 days (2026-09-03 to 2026-09-04)" in captured.out
    assert "exports/ is read by adopt recommend" in captured.out
    assert captured.err == ""
    assert not (tmp_path / "out" / "events.parquet").exists()


def test_a_bad_scenario_writes_nothing(tmp_path, capsys):
    bad = tmp_path / "bad.toml"
    bad.write_text(EXAMPLE.read_text(encoding="utf-8").replace("rivals =", "rivels ="), "utf-8")
    assert _run(["simulate", str(bad), "-o", str(tmp_path / "out")]) == 1
    error = capsys.readouterr().err
    assert "did you mean 'rivals'" in error
    assert error.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.toml"]


def test_an_earlier_simulation_is_replaced_only_when_asked(folder, capsys):
    arguments = ["simulate", str(EXAMPLE), "-o", str(folder), "--days", str(DAYS), "--events"]
    assert _run(arguments) == 1
    assert "holds an earlier run" in capsys.readouterr().err
    assert _run([*arguments, "--overwrite", "--quiet"]) == 0


def test_nobody_at_the_terminal_sees_no_bar(capsys):
    with day_bar(quiet=False) as tell:
        tell(1, 2)
    assert capsys.readouterr().err == ""


def test_repeated_reports_grow_into_the_last_one(tmp_path):
    text = EXAMPLE.read_text(encoding="utf-8")
    scenario = tmp_path / "repeated.toml"
    scenario.write_text(text.replace("[days]", "[days]\nexport_every = 5", 1), encoding="utf-8")
    out = tmp_path / "run"
    assert _run(["simulate", str(scenario), "-o", str(out), "--days", "14", "--quiet"]) == 0
    files = contents(out)
    assert "events.parquet" not in files
    reports = [name for name in files if "keyword_report" in name]
    assert len(reports) == 3
    data = read_shop(out / "exports", Settings())
    history = pl.read_parquet(out / "history.parquet").filter(pl.col("impressions") > 0)
    shared = ["target_id", "date", "clicks", "orders"]
    assert data.history.select(shared).equals(history.select(shared))
    ages = data.order_arrivals.select("age_days", "later_age_days").unique()
    assert {(0, 5), (5, 10)} <= set(ages.rows())
    grown = data.order_arrivals.sum()
    assert grown["later_orders"].item() > grown["orders"].item() > 0

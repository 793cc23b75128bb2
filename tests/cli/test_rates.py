"""`adopt rates` as a user meets it: a screen a shop, one file of many shops, the same in any order."""

import json

import polars as pl
import pytest

from adopt.cli.main import _run
from adopt.plan.run import demo_shop
from sims.bench.rate_shops import shop_days

RESULT_FILES = {"manifest.json", "rates.parquet", "summary.json"}


@pytest.fixture(scope="module")
def shops():
    return pl.concat([shop_days(f"shop{k}", 60, seed=k) for k in range(2)])


def rates_of(frame, folder, name):
    path = folder / f"{name}.parquet"
    frame.write_parquet(path)
    assert _run(["rates", str(path), "-o", str(folder / name), "--quiet"]) == 0
    return pl.read_parquet(folder / name / "rates.parquet")


@pytest.mark.parametrize(("lang", "words"), [("en", "by 7 days"), ("zh", "7 天内")])
def test_the_demo_shops_screen_says_what_is_known(lang, words, capsys):
    assert _run(["rates", str(demo_shop()), "--lang", lang]) == 0
    shown = capsys.readouterr().out
    assert words in shown
    assert "Traceback" not in shown


def test_the_figures_are_there_as_json(capsys):
    assert _run(["rates", str(demo_shop()), "--json"]) == 0
    (shop,) = json.loads(capsys.readouterr().out)["shops"]
    assert set(shop["rates"]) == {"ctr", "cvr", "aov", "halo_orders", "halo_revenue"}
    for row in shop["rates"].values():
        assert 0 < row["p10"] < row["mean"] < row["p90"]
        assert row["evidence"] > 0
    arrived = shop["attribution"]["arrived"]
    assert [row["age_days"] for row in arrived] == [0, 3, 7]
    assert shop["attribution"]["source"] == "platform"
    assert shop["products"]["most_certain"][0]["clicks"] > 1000


def test_many_shops_in_one_file_are_as_each_alone(shops, tmp_path):
    both = rates_of(shops, tmp_path, "both")
    alone = [
        rates_of(shops.filter(pl.col("shop_id") == shop), tmp_path, shop)
        for shop in ("shop0", "shop1")
    ]
    assert both.equals(pl.concat(alone))
    assert {path.name for path in (tmp_path / "both").iterdir()} == RESULT_FILES


def test_rows_in_any_order_give_the_same_rates(shops, tmp_path):
    mixed = shops.sample(fraction=1.0, shuffle=True, seed=3)
    assert rates_of(mixed, tmp_path, "mixed").equals(rates_of(shops, tmp_path, "sorted"))


def test_targets_and_products_beside_the_history_are_read(shops, tmp_path):
    one = shops.filter(pl.col("shop_id") == "shop0").drop("shop_id")
    one.write_parquet(tmp_path / "history.parquet")
    ids = one["product_id"].unique().sort()
    sheet = pl.DataFrame({"product_id": ids, "category": ["coats"] * len(ids)})
    sheet.write_csv(tmp_path / "products.csv")
    assert _run(["rates", str(tmp_path), "-o", str(tmp_path / "out"), "--quiet"]) == 0
    rates = pl.read_parquet(tmp_path / "out" / "rates.parquet")
    assert "coats" in rates.filter(pl.col("level") == "category")["node"]


def test_a_broken_file_is_refused_in_a_sentence(shops, tmp_path, capsys):
    path = tmp_path / "bad.parquet"
    shops.with_columns(clicks=pl.col("impressions") + 1).write_parquet(path)
    out = tmp_path / "out"
    assert _run(["rates", str(path), "-o", str(out)]) == 2
    said = capsys.readouterr().err
    assert "bad.parquet, column clicks: more clicks than impressions" in said
    assert not out.exists()

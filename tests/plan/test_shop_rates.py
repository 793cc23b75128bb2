"""A shop's rates as a run shows them: every node, event days left out, and the story of the 500 yuan."""

from datetime import date, timedelta

import polars as pl
import pytest

from adopt.cli.main import _run
from adopt.config import Settings, settings_from
from adopt.formats.shop import read_shop
from adopt.plan.shop_rates import fit_shop_rates

HEADER = "日期,场景名字,计划ID,计划名称,单元ID,单元名称,主体ID,主体名称,词类型,词ID/词包ID,词名称/词包名称,展现量,点击量,花费,总成交金额,总成交笔数"
ROW = "{day},关键词推广,1,计划,2,单元,10001,新品连衣裙,关键词,77001,连衣裙,{shown},{clicks},{cost},{revenue},{orders}"


def write_report(folder, days):
    """days: day, clicks, cost, orders."""
    rows = [
        ROW.format(
            day=day,
            shown=50 * clicks,
            clicks=clicks,
            cost=cost,
            revenue=100 * orders,
            orders=orders,
        )
        for day, clicks, cost, orders in days
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return folder


@pytest.mark.parametrize(("cpc", "chance"), [(1, "0.7%"), (2, "8.1%"), (5, "36.6%")])
def test_500_yuan_without_an_order_say_little(tmp_path, capsys, cpc, chance):
    clicks = 250 // cpc
    days = [(date(2026, 9, day), clicks, "250.00", 0) for day in (1, 2)]
    shop = write_report(tmp_path / "shop", days)
    (shop / "shop.toml").write_text("[estimate]\nprior_cvr = 0.01\n", encoding="utf-8")
    run = tmp_path / "run"
    assert _run(["recommend", str(shop), "-o", str(run), "--quiet"]) == 0
    capsys.readouterr()
    assert _run(["explain", str(run)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"No order in {2 * clicks} clicks: at a conversion of 1.0% that happens {chance}" in said


def test_event_days_move_no_rate(tmp_path):
    first = date(2026, 10, 1)
    ordinary = [(first + timedelta(n), 200, "200.00", 4) for n in range(19)]
    burst = [(first + timedelta(19 + n), 800, "1600.00", 80) for n in range(10)]
    with_event = write_report(tmp_path / "a", [*ordinary, *burst])
    without = write_report(tmp_path / "b", ordinary)
    fitted = [fit_shop_rates(read_shop(f, Settings()), Settings()) for f in (with_event, without)]
    cvr = [f.rates.rates["cvr"][0] for f in fitted]
    # The days before the event are older, so all their orders are in.
    assert cvr[0] == pytest.approx(cvr[1], rel=0.08)
    assert cvr[0] < 0.03
    assert fitted[0].notices[0].code == "EVENT_DAYS_LEFT_OUT"
    free = settings_from({"events": {"双11": []}})
    counted = fit_shop_rates(read_shop(with_event, free), free).rates.rates["cvr"][0]
    assert counted > 1.5 * cvr[0]


def test_a_run_keeps_every_node_with_its_interval_and_the_strength_of_the_word(tmp_path):
    run = tmp_path / "run"
    assert _run(["demo", "-o", str(run), "--quiet"]) == 0
    rates = pl.read_parquet(run / "rates.parquet")
    told = pl.read_parquet(run / "recommendations.parquet")
    levels = dict(rates.filter(pl.col("rate") == "cvr").group_by("level").len().rows())
    assert levels["target"] == told.height
    assert levels["product"] == pl.read_parquet(run / "products.parquet").height
    assert levels["shop"] == 1
    assert levels["weekday"] == 7
    assert {"category", "match_type", "keyword_length", "price"} <= set(levels)
    assert (rates["p10"] <= rates["p90"]).all()
    assert set(rates["rate"].unique()) == {"ctr", "cvr", "aov", "halo_orders", "halo_revenue"}
    weekday = rates.filter(pl.col("level") == "weekday", pl.col("rate") == "cvr")["mean"]
    assert weekday.mean() == pytest.approx(1.0, abs=0.02)
    target = rates.filter(pl.col("rate") == "cvr", pl.col("level") == "target")
    believed = target["total"] + target["prior_strength"] * target["prior_mean"]
    assert (believed / (target["evidence"] + target["prior_strength"])).to_list() == pytest.approx(
        target["mean"].to_list()
    )

"""From the operator's sheet of multipliers to the advice: forecasts, bounds and what is said."""

import shutil

import polars as pl
import pytest

from adopt.cli.main import _run
from adopt.formats.shop import read_shop
from adopt.plan.multipliers import within_multiples
from adopt.plan.recommend import recommend
from adopt.plan.run import demo_shop, run_recommend, settings_beside
from adopt.platforms import PLATFORMS

CAMPAIGN, GROUP = "2031147701", "3054410211"
HEADER = "计划ID,单元ID,维度,分段,系数,流量占比\n"
SOME = (
    f"{CAMPAIGN},,时段,0-7,30%,\n{CAMPAIGN},,时段,18-23,1.2,\n{CAMPAIGN},,设备,mobile,130%,\n"
    f"{CAMPAIGN},{GROUP},人群,新客,1.2,15%\n"
)
FIGURES = [f"{name}_{s}" for name in ("clicks", "cost") for s in ("current", "recommended")]


@pytest.fixture
def shop_with(tmp_path):
    def build(rows):
        folder = tmp_path / "shop"
        shutil.copytree(demo_shop(), folder, dirs_exist_ok=True)
        (folder / "系数.csv").write_text(HEADER + rows, encoding="utf-8-sig")
        return folder

    return build


def advised(folder):
    settings = settings_beside(folder, None)
    data = read_shop(folder, settings)
    return data, recommend(data, settings)


def test_multipliers_change_the_forecasts_of_their_campaign(demo, shop_with):
    _, result = advised(shop_with(SOME))
    both = (
        demo[2]
        .recommendations.join(
            result.recommendations, on="target_id", suffix="_multiplied", validate="1:1"
        )
        .filter(pl.col("campaign_id") == CAMPAIGN, pl.col("cost_current") > 0)
    )
    assert len(both)
    assert (both["cost_current"] != both["cost_current_multiplied"]).all()
    width = pl.col("cost_recommended_p90_multiplied") - pl.col("cost_recommended_p10_multiplied")
    assert both.select((width > 0).all()).item()
    inside = both.filter(
        pl.col("cost_recommended_multiplied").is_between(
            pl.col("cost_recommended_p10_multiplied"), pl.col("cost_recommended_p90_multiplied")
        )
    )
    assert len(inside) >= 0.8 * len(both)


def test_multipliers_of_one_change_no_byte_of_the_advice(demo, shop_with):
    campaigns = demo[0].targets["campaign_id"].unique().sort().to_list()
    ones = "".join(
        f"{c},,时段,0-24,100%,\n{c},,设备,mobile,1,\n" for c in campaigns if "name:" not in c
    )
    data, result = advised(shop_with(ones))
    assert len(data.bid_multipliers)
    for name in ("recommendations", "products", "frontier", "response"):
        assert getattr(result, name).equals(getattr(demo[2], name))
    assert result.summary["bid_multipliers"] == []


def test_upload_and_rollback_stay_base_bids(shop_with, tmp_path):
    folder = shop_with(SOME)
    run_recommend(folder, tmp_path / "run", settings_beside(folder, None))
    table = pl.read_parquet(tmp_path / "run" / "recommendations.parquet")
    assert (table["recommended_bid"].drop_nulls() % 10_000 == 0).all()
    assert not (tmp_path / "run" / "upload" / "multipliers.csv").exists()
    before = pl.read_csv(demo_shop() / "bids.csv", infer_schema=False)
    bids = dict(table.select("keyword_id", "current_bid").drop_nulls().rows())
    for keyword, bid in before.select("词ID", "出价").drop_nulls().rows():
        assert bids.get(keyword, round(float(bid) * 1e6)) == round(float(bid) * 1e6)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "Multipliers: hour 0.3–1.2, mobile 1.3, 新客 1.2; on average"),
        ("zh", "出价系数:时段 0.3–1.2, 移动 1.3, 新客 1.2;平均为出价的"),
    ],
)
def test_explain_says_by_what_a_bid_is_multiplied(
    shop_with, tmp_path, capsys, monkeypatch, lang, words
):
    monkeypatch.setenv("COLUMNS", "200")
    folder = shop_with(SOME)
    run_recommend(folder, tmp_path / "run", settings_beside(folder, None))
    explain = ["explain", str(tmp_path / "run"), "--lang", lang, "--keyword"]
    assert _run([*explain, "连衣裙女秋"]) == 0
    said = capsys.readouterr().out
    assert words in said
    assert "1.87" in said
    assert _run([*explain, "阔腿牛仔裤"]) == 0
    assert "1.87" not in capsys.readouterr().out


def guarded(highest, budget):
    return pl.DataFrame(
        {
            "target_id": ["t"],
            "lever": ["cpc_bid"],
            "highest": [highest],
            "campaign_budget": [budget],
        },
        schema_overrides={"campaign_budget": pl.Int64},
    )


@pytest.mark.parametrize(
    ("platform", "highest", "budget", "bound"),
    [
        ("taobao", 90_000_000, None, 99_990_000 * 100 // 156),
        ("taobao", 40_000_000, 50_000_000, 50_000_000 * 100 // 156),
        ("taobao", 2_000_000, 50_000_000, 2_000_000),
        ("taobao", None, 50_000_000, None),
        ("google", 40_000_000, 50_000_000, 40_000_000),
    ],
)
def test_the_highest_multiple_keeps_the_platforms_bounds(
    shop_with, platform, highest, budget, bound
):
    folder = shop_with(f"{CAMPAIGN},,时段,18-23,1.2,\n{CAMPAIGN},,设备,mobile,130%,\n")
    multipliers = read_shop(folder, settings_beside(folder, None)).bid_multipliers
    targets = pl.DataFrame({"target_id": ["t"], "campaign_id": [CAMPAIGN], "ad_group_id": ["g"]})
    frame = guarded(highest, budget).with_columns(pl.col("highest").cast(pl.Int64))
    found = within_multiples(frame, targets, multipliers, PLATFORMS[platform])
    assert found["highest"].to_list() == [bound]
    assert found.columns == frame.columns

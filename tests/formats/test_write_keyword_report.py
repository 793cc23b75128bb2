"""What the writer of exports writes, our own reader reads."""

from datetime import date

import polars as pl
import pytest

from adopt.config import Settings
from adopt.formats.shop import read_shop
from adopt.formats.taobao.write_bid_multiplier_sheet import write_bid_multiplier_sheet
from adopt.formats.taobao.write_keyword_report import (
    write_bid_sheet,
    write_keyword_report,
    write_product_sheet,
)

IDS = {
    "campaign_id": "31",
    "campaign": "秋装",
    "ad_group_id": "41",
    "ad_group": "风衣",
    "product_id": "51",
    "product": "风衣",
}


def results():
    rows = [
        ("61", "风衣女", date(2026, 10, 1), 120.0, 7.0, 9.45, 1.0, 289.0, 4.26),
        ("61", "风衣女", date(2026, 10, 2), 80.0, 0.0, 0.0, 0.0, 0.0, 5.0),
        ("62", "=风衣,长款", date(2026, 10, 1), 3.0, 1.0, 0.05, 0.0, 0.0, 20.0),
        ("62", "=风衣,长款", date(2026, 10, 2), 0.0, 0.0, 0.0, 0.0, 0.0, None),
    ]
    counts = ["impressions", "clicks", "cost", "orders", "revenue", "avg_rank"]
    frame = pl.DataFrame(rows, schema=["keyword_id", "keyword", "date", *counts], orient="row")
    return frame.with_columns(**{name: pl.lit(value) for name, value in IDS.items()})


def test_the_report_is_read_back(tmp_path):
    write_keyword_report(results(), tmp_path / "report.csv")
    history = read_shop(tmp_path, Settings()).history.sort("target_id", "date")
    expected = results().filter(pl.col("impressions") > 0).sort("keyword_id", "date")
    for name in ("date", "impressions", "clicks", "cost", "orders", "revenue"):
        assert history[name].equals(expected[name])
    assert history["avg_rank"].to_list() == [4.3, 5.0, 20.0]


def test_the_report_is_chinese_text_of_the_platform_and_runs_nothing(tmp_path):
    path = tmp_path / "report.csv"
    write_keyword_report(results(), path)
    lines = path.read_bytes().decode("gb18030").split("\r\n")
    assert lines[0].startswith("日期,场景名字,计划ID")
    assert lines[1].startswith(
        "2026-10-02,关键词推广,31,秋装,41,风衣,51,风衣,关键词,61,风衣女,80,0,0.00,"
    )
    assert any(',"\'=风衣,长款",' in line for line in lines)
    assert len(lines) == 5  # header, three rows with impressions, and the end


def test_the_sheets_are_read_back(tmp_path):
    write_keyword_report(results(), tmp_path / "report.csv")
    targets = (
        results()
        .unique("keyword_id", maintain_order=True)
        .with_columns(
            pl.Series("bid", [1_230_000, 50_000]),
            pl.Series("quality", [7.0, 8.5]),
            pl.Series("budget", [300_000_000, None]),
        )
    )
    write_bid_sheet(targets, tmp_path / "bids.csv")
    products = pl.DataFrame(
        {
            "product_id": ["51"],
            "product": ["风衣"],
            "category": ["外套"],
            "price": [289_000_000],
            "margin": [0.525],
            "stock": [40],
        }
    )
    write_product_sheet(products, tmp_path / "products.csv")
    data = read_shop(tmp_path, Settings())
    found = data.targets.sort("keyword_id")
    assert found["current_bid"].to_list() == [1_230_000, 50_000]
    assert found["quality_score"].to_list() == [7.0, 8.5]
    assert found["campaign_budget"].to_list()[0] == 300_000_000
    product = data.products.row(0, named=True)
    assert (product["margin"], product["stock"], product["price"]) == (0.525, 40.0, 289.0)


def test_the_sheet_of_multipliers_is_read_back(tmp_path):
    write_keyword_report(results(), tmp_path / "report.csv")
    rows = [
        (None, "hour", "Mon-Fri 0-7", 0.55, 0.1),
        ("41", "device", "mobile", 1.2, 0.9),
        (None, "audience", "=收藏", 1.055, 0.25),
    ]
    names = ["ad_group_id", "dimension", "segment", "multiplier", "share"]
    sheet = pl.DataFrame(rows, schema=names, orient="row").with_columns(
        campaign_id=pl.lit("31"), campaign=pl.lit("秋装")
    )
    path = tmp_path / "bid_multipliers.csv"
    write_bid_multiplier_sheet(sheet, path)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "计划ID,计划名字,单元ID,维度,分段,系数,流量占比"
    assert lines[2] == "31,秋装,41,设备,移动,120%,0.9"
    found = read_shop(tmp_path, Settings()).bid_multipliers
    by_dimension = dict(
        found.group_by("dimension")
        .agg(pl.len(), pl.col("multiplier").mean(), pl.col("share").sum())
        .select("dimension", pl.concat_list(pl.exclude("dimension")))
        .rows()
    )
    assert by_dimension["hour"] == pytest.approx([35, 0.55, 0.1])
    assert by_dimension["device"] == pytest.approx([1, 1.2, 0.9])
    assert by_dimension["audience"] == pytest.approx([1, 1.055, 0.25])
    assert set(found.filter(pl.col("dimension") == "audience")["segment"]) == {"=收藏"}

"""The packaged folder: regenerated to the byte, reconciled to the fen, with its stories in it."""

import csv
import zipfile
from collections import defaultdict
from datetime import date

import fastexcel
import polars as pl
import pytest

from adopt.config import read_settings
from sims.worlds import demo_shop
from sims.worlds.demo_catalogue import CAMPAIGNS, PRODUCTS
from sims.worlds.demo_files import (
    BIDS,
    FILES,
    KEYWORD_REPORT,
    PRODUCT_REPORT,
    PRODUCT_SHEET,
    SETTINGS,
)
from sims.worlds.demo_shop import FOLDER
from sims.worlds.taobao_exports import KEYWORD_HEADERS, PRODUCT_HEADERS


def of_role(role):
    return next(product for product in PRODUCTS if product.role == role)


def read_csv(name, encoding):
    with (FOLDER / name).open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def keyword_rows():
    return read_csv(KEYWORD_REPORT, "gb18030")


@pytest.fixture(scope="module")
def target_rows(keyword_rows):
    return [row for row in keyword_rows if row["词类型"] == "关键词"]


@pytest.fixture(scope="module")
def product_report():
    book = fastexcel.read_excel(FOLDER / PRODUCT_REPORT)
    return book.load_sheet(0, header_row=4, dtypes="string").to_polars()


def number(text):
    return 0.0 if text in {"\\N", "-"} else float(text.replace(",", ""))


def total(rows, header):
    return sum(number(row[header]) for row in rows)


def test_seed_gives_the_committed_bytes(shop, tmp_path):
    demo_shop.write_demo_shop(shop, tmp_path)
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(FILES)
    for name in set(FILES) - {PRODUCT_REPORT}:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name
    # Another zlib may pack the same sheet into other bytes; what it holds must agree.
    ours, theirs = (zipfile.ZipFile(folder / PRODUCT_REPORT) for folder in (tmp_path, FOLDER))
    with ours, theirs:
        assert ours.namelist() == theirs.namelist()
        for member in ours.namelist():
            assert ours.read(member) == theirs.read(member), member


def test_writing_twice_gives_one_workbook(shop, tmp_path, monkeypatch):
    monkeypatch.setattr(demo_shop, "make_demo_shop", lambda: shop)
    demo_shop.main([str(tmp_path / "first")])
    demo_shop.main([str(tmp_path / "second")])
    first, second = ((tmp_path / run / PRODUCT_REPORT).read_bytes() for run in ("first", "second"))
    assert first == second


def test_folder_is_small_enough_to_ship():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 900_000


def test_month_has_the_size_of_a_usual_shop(keyword_rows, target_rows):
    assert 50_000 < total(target_rows, "花费") < total(keyword_rows, "花费") < 80_000
    dates = {row["日期"] for row in keyword_rows}
    assert len(dates) == 30
    assert max(dates) == "2026-09-26"
    assert 110 <= len({row["词ID/词包ID"] for row in target_rows}) <= 150


def test_report_says_what_happened(shop, target_rows):
    results = shop.month.results
    assert len(target_rows) == len(results)
    assert total(target_rows, "展现量") == results["impressions"].sum()
    assert total(target_rows, "点击量") == results["clicks"].sum()
    for header, name in (
        ("花费", "cost"),
        ("总成交金额", "revenue"),
        ("总预售成交金额", "presale_revenue"),
    ):
        assert round(100 * total(target_rows, header)) == results[name].sum(), header
    for header, name in (("总成交笔数", "orders"), ("直接成交笔数", "orders_direct")):
        assert total(target_rows, header) == results[name].sum(), header


def test_every_row_reconciles(keyword_rows):
    keys = {(row["日期"], row["单元ID"], row["词ID/词包ID"]) for row in keyword_rows}
    assert len(keys) == len(keyword_rows)
    assert tuple(keyword_rows[0]) == KEYWORD_HEADERS
    for row in keyword_rows:
        value = {
            header: number(row[header]) for header in KEYWORD_HEADERS[11:] if "%" not in row[header]
        }
        assert 0 < value["展现量"] >= value["点击量"]
        assert value["总成交笔数"] == value["直接成交笔数"] + value["间接成交笔数"]
        parts = value["直接成交金额"] + value["间接成交金额"]
        assert value["总成交金额"] == pytest.approx(parts, abs=0.001)
        if value["点击量"]:
            assert value["平均点击花费"] == pytest.approx(
                value["花费"] / value["点击量"], abs=0.0051
            )
            assert value["投入产出比"] == pytest.approx(
                value["总成交金额"] / value["花费"], abs=0.0051
            )
        else:
            assert row["平均点击花费"] == row["点击转化率"] == row["投入产出比"] == "\\N"


def test_other_rows_of_a_real_export_are_there(keyword_rows):
    assert {row["场景名字"] for row in keyword_rows} == {"关键词推广", "人群推广"}
    assert {row["词类型"] for row in keyword_rows} == {"关键词", "关键词包", "\\N"}
    ranks = [row["平均展现排名"] for row in keyword_rows]
    assert 0.3 < ranks.count("\\N") / len(ranks) < 0.8


def test_campaigns_keep_their_budgets_and_some_run_dry(keyword_rows):
    spent = defaultdict(float)
    for row in keyword_rows:
        spent[row["计划ID"], row["日期"]] += float(row["花费"])
    dry = set()
    for campaign in CAMPAIGNS:
        days = [cost for (key, _), cost in spent.items() if key == campaign.campaign_id]
        assert campaign.budget >= max(30, *(round(cost, 2) for cost in days))
        if sum(cost > campaign.budget - 3 for cost in days) >= 15:
            dry.add(campaign.name)
    assert {"主推_连衣裙", "卫衣_日常", "清仓_雪纺"} <= dry


def test_bid_sheet_lists_every_target(shop, target_rows):
    sheet = read_csv(BIDS, "utf-8-sig")
    assert [row["词ID"] for row in sheet] == shop.truth["keyword_id"].to_list()
    assert [float(row["出价"]) for row in sheet] == shop.truth["bid"].to_list()
    silent = {row["词ID"] for row in sheet} - {row["词ID/词包ID"] for row in target_rows}
    assert 0 < len(silent) < 10
    assert all(4 <= int(row["质量分"]) <= 10 for row in sheet)


def test_product_report_has_the_form_of_its_platform(product_report):
    assert tuple(product_report.columns) == PRODUCT_HEADERS
    children = product_report.filter(pl.col("商品类型") == "子商品")
    parents = product_report.filter(pl.col("商品类型") == "主商品")
    assert parents["商品ID"].n_unique() == len(PRODUCTS)
    both = children.join(
        parents, left_on=["统计日期", "主商品ID"], right_on=["统计日期", "商品ID"], suffix="_parent"
    )
    assert len(both) == len(children) == 60
    assert both["支付金额"].to_list() == both["支付金额_parent"].to_list()
    assert product_report["支付金额"].str.contains(",").any()


def test_presale_product_shows_no_payment(target_rows, product_report):
    product = of_role("presale")
    ads = [row for row in target_rows if row["宝贝ID"] == product.product_id]
    assert total(ads, "总成交笔数") == 0 < total(ads, "总预售成交笔数")
    sold = product_report.filter(pl.col("商品ID") == product.product_id)
    assert set(sold["支付金额"]) == {"0.00"}
    assert sold["下单买家数"].cast(pl.Int64).sum() > 30


def test_stock_tells_short_from_overfull(product_report):
    stock = {row["商品ID"]: int(row["库存"]) for row in read_csv(PRODUCT_SHEET, "utf-8")}
    daily = {
        key: rows["下单件数"].cast(pl.Int64).sum() / 30
        for (key,), rows in product_report.group_by("商品ID")
    }
    short, slow = of_role("low_stock_hero").product_id, of_role("slow_mover").product_id
    assert 5 < stock[short] / daily[short] < 6
    assert stock[slow] / daily[slow] > 365


def test_returns_tell_the_products_apart(shop):
    frame = (
        shop.month.results.join(shop.truth, on="target_id")
        .group_by("role")
        .agg(
            pl.col("clicks").sum(),
            (pl.col("orders") + pl.col("presale_orders")).sum() / pl.col("clicks").sum(),
            ((pl.col("revenue") + pl.col("presale_revenue")).sum() / pl.col("cost").sum()).alias(
                "roi"
            ),
        )
    )
    row = {one["role"]: one for one in frame.iter_rows(named=True)}
    assert 5 < row["hero"]["roi"] < row["low_stock_hero"]["roi"] < 7
    assert row["slow_mover"]["roi"] < 1.2
    assert row["cvr_problem"]["clicks"] > 3000
    assert row["cvr_problem"]["orders"] < 0.6 * row["steady"]["orders"]
    assert row["new"]["clicks"] < 200


def test_new_product_starts_late_and_long_tail_is_thin(shop, target_rows):
    product = of_role("new")
    first = min(row["日期"] for row in target_rows if row["宝贝ID"] == product.product_id)
    assert date.fromisoformat(first) == product.first_day
    clicks = shop.month.results.group_by("target_id").agg(pl.col("clicks").sum())
    assert (clicks["clicks"] < 20).sum() >= 15


def test_settings_are_valid():
    settings = read_settings(FOLDER / SETTINGS)
    assert settings.shop.industry == "clothing"
    assert settings.goal.objective == "profit"
    assert settings.value.fee_rate == demo_shop.FEE_RATE

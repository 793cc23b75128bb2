"""Exports of each platform, read from their headers alone."""

import gzip
from datetime import date

import polars as pl
import pytest

from adopt.config import Settings
from adopt.errors import DataError
from adopt.formats.shop import read_shop
from adopt.plan.recommend import recommend
from sims import platform_exports as exports


@pytest.fixture
def read(tmp_path):
    def read(**files):
        for name, data in files.items():
            stem, _, ending = name.rpartition("_")
            whole = exports.workbook(data) if isinstance(data, dict) else data
            (tmp_path / f"{stem.replace('__', '-')}.{ending.replace('Z', '.')}").write_bytes(whole)
        return read_shop(tmp_path, Settings())

    return read


def codes(data):
    return {notice.code for notice in data.notices}


def sums(data, name):
    return (
        data.history.group_by("target_id").agg(pl.col(name).sum()).sort("target_id")[name].to_list()
    )


def check_google(data):
    assert (data.platform, data.currency) == ("google", "USD")
    assert data.targets["keyword"].to_list() == ["red shoes", "red shoes"]
    assert data.targets["match_type"].to_list() == ["exact", "phrase"]
    assert data.targets["current_bid"].to_list() == [1_200_000, 800_000]
    assert data.inactive_targets["keyword"].to_list() == ["+boots"]
    assert sums(data, "clicks") == [90, 22]
    assert sums(data, "orders") == [4.5, 1]
    assert data.history["impression_share_low"].to_list()[:2] == [0.0, 0.45]
    assert data.history["impression_share_high"].to_list()[:2] == [0.1, 0.45]
    assert data.history["bid"].null_count() == data.history.height
    assert "AUTOMATIC_BIDS" in codes(data)


def test_a_google_keyword_report_is_read(read):
    check_google(read(r_csv=exports.GOOGLE))


def test_the_utf_16_excel_csv_of_google_is_the_same(read):
    lines = exports.GOOGLE.decode().split("\n")
    import csv

    rows = list(csv.reader(lines))
    text = "".join(
        "\t".join('"' + c.replace('"', '""') + '"' if '"' in c or "," in c else c for c in row)
        + "\n"
        for row in rows
    )
    check_google(read(r_csv=b"\xff\xfe" + text.encode("utf-16-le")))


def test_a_google_report_of_a_period_is_shared_out_over_its_days(read):
    header = exports.GOOGLE_HEADER.removeprefix("Day,")
    row = 'Enabled,shoes,Broad match,Shoes,Red,USD,1.20,"1,400",70,45.50,3.50,350.00,< 10%,7'
    title = 'Search keyword report\n"August 8, 2020 - August 14, 2020"\n'
    data = read(r_csv=exports.google_report(row, title=title, header=header))
    assert data.history.height == 7
    assert data.history["date"].to_list()[0] == date(2020, 8, 8)
    assert data.history["clicks"].to_list() == [10.0] * 7
    assert data.history["cost"].sum() == pytest.approx(45.5)
    assert "PERIOD_SHARED_OUT" in codes(data)


@pytest.mark.parametrize(
    "title",
    ["Search keyword report\nAll time\n", ""],
)
def test_without_days_bids_are_read_and_results_are_not(read, title):
    header = exports.GOOGLE_HEADER.removeprefix("Day,")
    row = 'Enabled,shoes,Broad match,Shoes,Red,USD,1.20,"1,400",70,45.50,3.50,350.00,< 10%,7'
    data = read(r_csv=exports.google_report(row, title=title, header=header))
    assert data.history.is_empty()
    assert data.targets["current_bid"].to_list() == [1_200_000]
    assert "RESULTS_UNUSED" in codes(data)


def test_google_devices_are_added_up(read):
    header = "Day,Device,Keyword,Match type,Campaign,Ad group,Max. CPC,Impr.,Clicks,Cost,Conversions,Conv. value"
    rows = [
        "2026-01-01,Computers,shoes,Broad match,S,R,1.00,100,5,4.00,1.00,50.00",
        "2026-01-01,Mobile phones,shoes,Broad match,S,R,1.00,200,7,5.00,0.00,0.00",
    ]
    data = read(r_csv=exports.google_report(*rows, header=header))
    assert data.history.select("impressions", "clicks", "cost", "orders").rows() == [
        (300, 12, 9, 1)
    ]


def test_an_amazon_bulksheet_is_read_with_its_ids_products_and_inherited_bids(read):
    data = read(
        bulk__20260101__20260131_xlsx={
            "Portfolios": exports.PORTFOLIOS,
            "Sponsored Products Campaigns": exports.BULKSHEET,
        }
    )
    assert (data.platform, data.attribution_days) == ("amazon", 7)
    assert data.targets["keyword_id"].to_list() == ["700000000000001", "700000000000002"]
    assert data.targets["product_id"].to_list() == ["B0MUG00001"] * 2
    assert data.targets["current_bid"].to_list() == [1_100_000, 750_000]
    assert data.targets["is_bid_inherited"].to_list() == [False, True]
    assert data.targets["campaign"].to_list() == ["Mugs", "Mugs"]
    assert data.targets["campaign_budget"].to_list() == [50_000_000] * 2
    assert data.inactive_targets["keyword"].to_list() == ["cup"]
    assert sums(data, "clicks") == pytest.approx([62, 31])
    assert {"PRODUCT_TARGETS", "PERIOD_SHARED_OUT", "INACTIVE_TARGETS"} <= codes(data)


def test_a_targeting_report_takes_its_ids_from_the_bulksheet_and_its_days_count(read):
    data = read(
        bulk__20260101__20260131_xlsx={"Sponsored Products Campaigns": exports.BULKSHEET},
        report_xlsx={"Sheet1": exports.TARGETING},
    )
    first = data.history.filter(pl.col("target_id").str.ends_with("/700000000000001"))
    assert first.sort("date")["clicks"].to_list()[:2] == [2.0, 4.0]
    assert first.height == 31
    assert set(data.history["target_id"]) == set(data.targets["target_id"])
    assert data.targets.height == 2
    assert data.currency == "USD"


def test_amazon_reporting_v3_is_read_packed_or_not(read):
    data = read(r_jsonZgz=gzip.compress(exports.V3))
    assert data.targets["keyword_id"].to_list() == ["700000000000001"]
    assert data.targets["current_bid"].to_list() == [1_100_000]
    assert data.history["revenue"].to_list() == [50.25]
    assert data.attribution_days == 7


def test_an_amazon_targeting_tab_gives_bids(read):
    header = "State,Keyword,Match type,Status,Suggested bid (low)(USD),Suggested bid (median)(USD),Suggested bid (high)(USD),Keyword bid(USD),Top-of-search IS,Impressions,Clicks,CTR,Spend(USD),CPC(USD),Orders,Sales(USD),ACOS"
    row = (
        "ENABLED,blue mug,EXACT,DELIVERING,0.80,1.00,1.20,0.95,0.1,3100,62,0.02,55.8,0.9,6,310,0.18"
    )
    data = read(tab_csv=f"{header}\n{row}\n".encode("utf-8-sig"))
    assert data.targets["current_bid"].to_list() == [950_000]
    assert data.currency == "USD"
    assert "RESULTS_UNUSED" in codes(data)


def test_microsoft_hours_and_devices_are_added_up_to_days(read):
    data = read(r_csv=exports.MICROSOFT_REPORT)
    assert data.platform == "microsoft"
    row = data.history.row(0, named=True)
    assert (row["impressions"], row["clicks"], row["cost"], row["orders"], row["revenue"]) == (
        1600,
        32,
        21,
        3,
        1300,
    )
    assert data.history.height == 1
    assert row["avg_rank"] is None
    assert data.targets["current_bid"].to_list() == [1_250_000]


def test_a_microsoft_bulk_file_is_read_with_ad_group_bids_and_budgets(read):
    data = read(bulk_csv=exports.MICROSOFT_BULK, r_csv=exports.MICROSOFT_REPORT)
    assert data.targets["keyword_id"].to_list() == ["33", "34"]
    assert data.targets["current_bid"].to_list() == [1_250_000, 900_000]
    assert data.targets["is_bid_inherited"].to_list() == [False, True]
    assert data.targets["campaign_id"].to_list() == ["11", "11"]
    assert data.targets["campaign_budget"].to_list() == [40_000_000] * 2
    assert data.inactive_targets["keyword_id"].to_list() == ["35"]
    assert data.history.height == 1


def test_another_format_version_of_the_bulk_file_is_refused(read):
    with pytest.raises(DataError, match=r"format 5\.0"):
        read(bulk_csv=exports.MICROSOFT_BULK.replace(b"6.0", b"5.0"))


def test_a_jd_report_is_read(read):
    data = read(r_csv=exports.JD)
    assert (data.platform, data.currency) == ("jd", "CNY")
    assert sums(data, "orders") == [2]


def test_a_jd_report_split_by_the_ordered_sku_is_refused(read):
    text = (
        exports.JD.decode("gb18030")
        .replace("关键词,", "关键词,跟单SKU ID,")
        .replace("连衣裙,", "连衣裙,9,")
    )
    with pytest.raises(DataError, match="跟单SKU ID"):
        read(r_csv=text.encode())


def test_a_pdd_report_is_read_without_its_totals(read):
    data = read(r_xlsx={"Sheet1": exports.PDD})
    assert (data.platform, data.currency) == ("pdd", "CNY")
    assert data.history["cost"].to_list() == [12.5, 10]
    assert data.history["revenue"].to_list() == [1300, 300]
    assert data.targets["product_id"].to_list() == ["5001"]


def test_reports_of_no_keyword_are_told_and_not_counted(read):
    item = "日期,主体ID,主体名称,展现量,点击量,花费,总成交金额,总成交笔数\n2026-01-01,5,裙,100,9,8.5,99,1\n"
    crowd = (
        "日期,人群名字,展现量,点击量,花费,总成交金额,总成交笔数\n2026-01-01,新客,100,9,8.5,99,1\n"
    )
    words = "日期,计划ID,单元ID,宝贝ID,词ID,关键词,展现量,点击量,花费,总成交金额,总成交笔数\n2026-01-01,1,2,5,7,裙,100,9,8.5,99,1\n"
    data = read(item_csv=item.encode(), crowd_csv=crowd.encode(), words_csv=words.encode())
    assert {"TAOBAO_ITEM_REPORT", "TAOBAO_CROWD_REPORT"} <= codes(data)
    assert data.history["cost"].to_list() == [8.5]


def test_search_terms_are_told_and_not_added(read):
    header = [
        *exports.TARGETING_HEADER[:6],
        "Match Type",
        "Customer Search Term",
        *exports.TARGETING_HEADER[7:],
    ]
    terms = [
        header,
        [
            "Jan 02, 2026",
            "x",
            "USD",
            "Mugs",
            "Blue",
            "blue mug",
            "EXACT",
            "mug blue",
            50,
            3,
            0.06,
            0.9,
            2.7,
            0.027,
            37,
            100,
            2,
            0.67,
        ],
    ]
    data = read(report_xlsx={"Sheet1": exports.TARGETING}, terms_xlsx={"Sheet1": terms})
    told = next(notice.en for notice in data.notices if notice.code == "AMAZON_SEARCH_TERM_REPORT")
    assert "1 search terms with clicks, 1 of them with orders" in told
    assert sums(data, "clicks") == [6]


def test_a_report_of_devices_whose_totals_stand_in_the_state_column_is_read(read):
    header = (
        "Device,Keyword status,Keyword,Campaign,Ad group,Currency code,Status,Max. CPC,Impr.,Impr. (Top) %,"
        "Search impr. share,Search top IS,Cost,Clicks,Conversions,Click share,Match type"
    )
    rows = [
        'Computers,Enabled,"""log book""",S,p-log book,USD,Eligible,5.60,32,56.25%,20.65%,12.41%,15.75,3,1.00,11.34%,Phrase match',
        'Tablets,Enabled,"""log book""",S,p-log book,USD,Eligible,5.60,0, --, --, --,0.00,0,0.00, --,Phrase match',
        "Mobile phones,Enabled, +driver +safety,S,b-driver,USD,Campaign paused,2.20,111,91.67%,< 10%,< 10%,8.50,5,0.00,< 10%,Broad match",
        "Computers,Total: Search, --, --, --,USD, --, --,32,56.25%,20.65%,12.41%,15.75,3,1.00, --, --",
        "Computers,Total: Account, --, --, --,USD, --, --,32,56.25%,20.65%,12.41%,15.75,3,1.00, --, --",
    ]
    title = 'Search keyword report\n"August 8, 2020 - August 14, 2020"\n'
    data = read(r_csv=exports.google_report(*rows, title=title, header=header))
    assert data.targets["keyword"].to_list() == ["log book"]
    assert data.inactive_targets["keyword"].to_list() == ["+driver +safety"]
    assert data.history["cost"].sum() == pytest.approx(15.75)
    assert data.history["orders"].sum() == pytest.approx(1)
    assert {"REVENUE_UNKNOWN", "PERIOD_SHARED_OUT"} <= codes(data)


def test_a_report_with_no_keyword_that_is_on_is_read(read):
    header = "Keyword status,Keyword,Match type,Campaign,Ad group,Status,Status reasons,Impr.,CTR,Currency code,Cost,Clicks,Conversions"
    rows = [
        "Enabled,[mug],Exact match,[Core] [Search] Mugs [PENDING],Mugs & Co,Not eligible,campaign paused,0, --,USD,0.00,0,0.00",
        "Enabled,mug,Broad match,[Core] [Search] Mugs [PENDING],Mugs & Co,Not eligible,low quality; campaign paused,40,0.00%,USD,0.00,0,0.00",
    ]
    title = 'Search keyword report\n"March 31, 2026 - April 27, 2026"\n'
    data = read(r_csv=exports.google_report(*rows, title=title, header=header))
    assert data.targets.is_empty()
    assert data.inactive_targets["match_type"].to_list() == ["broad", "exact"]
    with pytest.raises(DataError, match="every keyword is paused"):
        recommend(data, Settings())


def test_where_no_report_tells_a_value_orders_are_maximised(read):
    header = exports.GOOGLE_HEADER.replace(",Conv. value", "")
    rows = [
        f"2026-01-{day:02},Enabled,[word {k}],Exact match,S,R,USD,1.20,900,{20 + k},{30 + k}.00,{k % 3}.00,45%,7"
        for day in range(1, 20)
        for k in range(4)
    ]
    result = recommend(read(r_csv=exports.google_report(*rows, header=header)), Settings())
    assert result.summary["objective"] == "orders"
    assert "VALUE_UNKNOWN" in {notice["code"] for notice in result.summary["notices"]}


def test_a_ratio_in_brackets_is_no_currency(read):
    kept = [
        at
        for at, name in enumerate(exports.TARGETING_HEADER)
        if name not in {"Currency", "Cost Per Click (CPC)"}
    ]
    data = read(report_xlsx={"Sheet1": [[row[at] for at in kept] for row in exports.TARGETING]})
    assert data.currency == "USD"

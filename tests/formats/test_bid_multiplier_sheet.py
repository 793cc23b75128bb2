"""The sheet of multipliers: what its cells mean, and what is refused rather than guessed."""

import polars as pl
import pytest

from adopt.platforms import PLATFORMS

ROW = {
    "计划ID": "111",
    "计划名字": "夏季",
    "单元ID": "",
    "维度": "设备",
    "分段": "移动",
    "系数": "130%",
    "流量占比": "",
}


def sheet(shop, *changes, name="溢价.csv"):
    shop.keywords()
    rows = [
        {key: value for key, value in {**ROW, **change}.items() if value is not None}
        for change in changes or ({},)
    ]
    shop.write(name, rows, "utf-8-sig")


def read(shop, *changes):
    sheet(shop, *changes)
    return shop.read().bid_multipliers


def test_a_sheet_becomes_a_table_and_a_source(shop, codes_of):
    sheet(shop)
    data = shop.read()
    assert data.bid_multipliers.rows() == [("111", None, "device", "mobile", 1.3, 0.9)]
    assert [source.kind for source in data.sources] == [
        "taobao_keyword_report",
        "bid_multiplier_sheet",
    ]
    assert "BID_MULTIPLIERS" in codes_of(data)
    assert "CAMPAIGNS_WITHOUT_MULTIPLIERS" not in codes_of(data)


def test_hours_are_hours_of_the_week_with_the_usual_shares(shop):
    table = read(shop, {"维度": "时段", "分段": "周末 0-2", "系数": "0.5"})
    assert table["segment"].cast(pl.Int64).sort().to_list() == [120, 121, 144, 145]
    assert (table["multiplier"] == 0.5).all()
    assert table["share"].sum() == pytest.approx(sum(PLATFORMS["taobao"].hour_share[:2]) * 2 / 7)


def test_a_stated_share_of_hours_is_divided_as_searches_are(shop):
    table = read(shop, {"维度": "时段", "分段": "0-2", "系数": "0.5", "流量占比": "10%"})
    assert table["share"].sum() == pytest.approx(0.1)
    night = table.filter(pl.col("segment") == "0")["share"][0]
    later = table.filter(pl.col("segment") == "1")["share"][0]
    assert night / later == pytest.approx(22 / 12)


def test_pc_takes_what_mobile_leaves(shop):
    table = read(shop, {}, {"分段": "PC", "系数": "0.5"})
    assert dict(table.select("segment", "share").rows()) == {
        "mobile": pytest.approx(0.9),
        "pc": pytest.approx(0.1),
    }


@pytest.mark.parametrize(
    ("header", "cell", "factor"),
    [
        ("系数", "80%", 0.8),
        ("系数", "0.8", 0.8),
        ("系数", "1.3", 1.3),
        ("multiplier", "2", 2.0),
        ("折扣", "80%", 0.8),
        ("时段折扣", "8折", 0.8),
        ("折扣", "8.5折", 0.85),
        ("折扣", "85折", 0.85),
        ("折扣", "120%", 1.2),
        ("溢价", "+20%", 1.2),
        ("溢价", "20%", 1.2),
        ("溢价", "溢价 20%", 1.2),
        ("溢价", "0.2", 1.2),
        ("溢价", "0", 1.0),
        ("溢价", "+120%", 2.2),
        ("人群溢价", "-20%", 0.8),
        ("Bid adjustment", "+20%", 1.2),
        ("Bid adjustment", "-10%", 0.9),
    ],
)
def test_the_column_says_what_a_cell_means(shop, header, cell, factor):
    assert read(shop, {"系数": None, header: cell})["multiplier"].to_list() == [
        pytest.approx(factor)
    ]


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("系数", "80"),
        ("系数", "+20%"),
        ("系数", "-20%"),
        ("系数", "0"),
        ("系数", "high"),
        ("折扣", "8"),
        ("折扣", "1.2"),
        ("折扣", "10折"),
        ("折扣", "-20%"),
        ("溢价", "20"),
        ("溢价", "1.2"),
        ("溢价", "120%"),
        ("溢价", "-100%"),
    ],
)
def test_a_cell_that_could_mean_two_things_is_refused(shop, header, cell):
    sheet(shop, {"系数": None, header: cell})
    error = shop.refusal()
    assert (error.place.row, error.place.column) == (2, header)
    assert cell in str(error)
    assert error.remedy


def test_the_premium_of_an_audience_is_always_added(shop):
    audience = {"维度": "人群", "分段": "新客", "系数": None, "流量占比": "15%"}
    assert read(shop, {**audience, "溢价": "120%"})["multiplier"].to_list() == [2.2]


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"维度": "时段", "分段": "0-7", "系数": "3"}, "系数", "outside 0.3 to 1.5"),
        ({"系数": "500%"}, "系数", "outside 0.01 to 4"),
        ({"系数": ""}, "系数", "missing"),
        ({"维度": "地域"}, "维度", "no dimension"),
        ({"维度": ""}, "维度", "empty"),
        ({"分段": "平板"}, "分段", "no device"),
        ({"分段": ""}, "分段", "empty"),
        ({"维度": "时段", "分段": "22-6"}, "分段", "no hours"),
        ({"维度": "人群", "分段": "新客"}, "流量占比", "no share"),
        ({"流量占比": "130%"}, "流量占比", "outside 0 to 1"),
        ({"流量占比": "15"}, "流量占比", "not a fraction"),
        ({"计划ID": "", "计划名字": ""}, "计划ID", "no campaign"),
        ({"计划ID": "112"}, "计划ID", "campaign '112'"),
        ({"计划ID": "", "计划名字": "冬季"}, "计划ID", "campaign '冬季'"),
        ({"单元ID": "223"}, "单元ID", "ad group '223'"),
    ],
)
def test_each_refusal_names_row_column_and_remedy(shop, change, column, words):
    sheet(shop, {}, {**change, "分段": change.get("分段", "电脑")})
    error = shop.refusal()
    assert (error.place.file, error.place.row, error.place.column) == ("溢价.csv", 3, column)
    assert words in str(error)
    assert error.remedy


def test_one_is_allowed_whatever_the_limits(shop):
    row = {"维度": "人群", "分段": "老客", "系数": "100%", "流量占比": "0.2"}
    assert read(shop, row)["multiplier"].to_list() == [1.0]


@pytest.mark.parametrize(
    "rows",
    [
        ({}, {"分段": "mobile", "系数": "1.2"}),
        (
            {"维度": "时段", "分段": "0-7", "系数": "0.8"},
            {"维度": "时段", "分段": "周一 6-9", "系数": "1"},
        ),
    ],
)
def test_no_segment_has_two_multipliers(shop, rows):
    sheet(shop, *rows)
    error = shop.refusal()
    assert (error.place.row, error.place.column) == (3, "分段")
    assert "row 2" in str(error)


def test_shares_of_a_dimension_make_no_more_than_the_whole(shop):
    sheet(shop, {"流量占比": "70%"}, {"分段": "pc", "流量占比": "40%"})
    assert "110.0 %" in str(shop.refusal())
    rounded = read(shop, {"流量占比": "70.2%"}, {"分段": "pc", "流量占比": "30.1%"})
    assert rounded["share"].sum() == pytest.approx(1.0)


def test_one_column_of_three_speaks(shop):
    sheet(shop, {"溢价": "+20%"})
    assert "only one" in str(shop.refusal())
    mixed = read(shop, {"溢价": ""}, {"分段": "pc", "系数": "", "溢价": "-20%"})
    assert mixed["multiplier"].to_list() == [1.3, 0.8]


def test_campaigns_and_ad_groups_are_found_by_id_or_name(shop):
    assert read(shop, {"计划ID": ""})["campaign_id"].to_list() == ["111"]
    assert read(shop, {"单元ID": "222"})["ad_group_id"].to_list() == ["222"]
    assert read(shop, {"单元ID": "", "单元名字": "裙子"})["ad_group_id"].to_list() == ["222"]


def test_a_report_without_ids_is_met_by_name(shop):
    sheet(shop)
    shop.keywords({"计划ID": None, "单元ID": None})
    assert shop.read().bid_multipliers["campaign_id"].to_list() == ["name:夏季"]


def test_a_name_of_two_campaigns_is_refused(shop):
    sheet(shop, {"计划ID": ""})
    shop.keywords({}, {"计划ID": "112", "词ID/词包ID": "445"})
    assert "fits several" in str(shop.refusal())


def test_campaigns_without_multipliers_are_told(shop):
    sheet(shop)
    shop.keywords({}, {"计划ID": "112", "计划名字": "冬季", "词ID/词包ID": "445"})
    told = {notice.code: notice for notice in shop.read().notices}
    assert "冬季" in told["CAMPAIGNS_WITHOUT_MULTIPLIERS"].en
    assert "1 multipliers on the bid were read for 1 campaigns" in told["BID_MULTIPLIERS"].en
    assert "assumed" in told["BID_MULTIPLIERS"].en


def test_multipliers_alone_are_no_report(shop):
    shop.write("m.csv", [ROW], "utf-8-sig")
    assert "no report" in str(shop.refusal())


def test_without_a_sheet_the_table_is_empty(shop):
    shop.keywords()
    assert shop.read().bid_multipliers.is_empty()

import datetime as dt

import pytest


def test_a_report_becomes_targets_and_history(shop):
    shop.keywords(
        {},
        {"日期": "2026-01-19", "平均展现排名": "0", "总预售成交笔数": "1", "总预售成交金额": "99"},
    )
    data = shop.read()
    assert (data.shop_id, data.platform, data.currency) == ("女装店", "taobao", "CNY")
    target = data.targets.row(0, named=True)
    assert target == {
        "target_id": "111/222/333/444",
        "shop_id": "女装店",
        "campaign_id": "111",
        "campaign": "夏季",
        "ad_group_id": "222",
        "ad_group": "裙子",
        "product_id": "333",
        "product": "连衣裙 2026",
        "keyword_id": "444",
        "keyword": "连衣裙",
        "match_type": None,
        "lever": "cpc_bid",
        "current_bid": None,
        "quality_score": None,
        "campaign_budget": None,
        "is_bid_inherited": None,
    }
    first, second = data.history.rows(named=True)
    assert first == {
        "target_id": "111/222/333/444",
        "date": dt.date(2026, 1, 18),
        "impressions": 1000.0,
        "clicks": 50.0,
        "cost": 25.5,
        "orders": 3.0,
        "revenue": 300.5,
        "orders_direct": 2.0,
        "revenue_direct": 200.5,
        "presale_orders": None,
        "presale_revenue": None,
        "avg_rank": 3.2,
        "avg_rank_low": None,
        "avg_rank_high": None,
        "impression_share_low": None,
        "impression_share_high": None,
        "bid": None,
        "quality_score": None,
        "age_days": 1,
    }
    assert (second["avg_rank"], second["presale_orders"], second["presale_revenue"]) == (
        None,
        1.0,
        99.0,
    )
    assert [source.kind for source in data.sources] == ["taobao_keyword_report"]
    assert data.sources[0].rows == 2


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("gb18030", ","), ("utf-8", ","), ("utf-8-sig", ","), ("utf-16", "\t")],
)
def test_every_encoding_gives_the_same_tables(shop, encoding, separator):
    shop.keywords({}, {"日期": "2026-01-19"}, encoding=encoding, separator=separator)
    data = shop.read()
    assert data.history["cost"].to_list() == [25.5, 25.5]
    assert data.targets["keyword"].to_list() == ["连衣裙"]


def test_aliases_and_currency_tags_are_understood(shop):
    renamed = {
        "日期": None,
        "花费": None,
        "点击量": None,
        "统计日期": "2026-01-18",
        "消耗(元)": "¥1,234.5",
        "点击数": "50",
    }
    shop.keywords(renamed)
    assert shop.read().history["cost"].to_list() == [1234.5]


def test_wrapped_ids_are_unwrapped(shop):
    shop.keywords({"计划ID": '="111"', "词ID/词包ID": '="6123456789012345678"'})
    assert shop.read().targets["target_id"].to_list() == ["111/222/333/6123456789012345678"]


def test_other_scenes_and_packages_are_left_out_and_told(shop, codes_of):
    shop.keywords(
        {},
        {"场景名字": "人群推广", "词ID/词包ID": "9"},
        {"词类型": "关键词包", "词ID/词包ID": "8", "花费": "7.25"},
    )
    data = shop.read()
    assert data.targets["keyword_id"].to_list() == ["444"]
    assert {"OTHER_SCENES", "KEYWORD_PACKAGES"} <= set(codes_of(data))
    assert "7.25" in next(n.en for n in data.notices if n.code == "KEYWORD_PACKAGES")


def test_rows_without_delivery_and_blank_results_are_told(shop, codes_of):
    blank = dict.fromkeys(("展现量", "点击量", "花费"), "\\N")
    shop.keywords({"总成交笔数": "\\N", "总成交金额": "\\N"}, {**blank, "日期": "2026-01-19"})
    data = shop.read()
    assert data.history["orders"].to_list() == [0.0]
    assert {"ROWS_WITHOUT_DELIVERY", "BLANK_RESULTS"} <= set(codes_of(data))


def test_net_results_beside_gross_ones_are_not_used(shop, codes_of):
    shop.keywords({"净成交金额": "1", "净成交笔数": "1"})
    data = shop.read()
    assert data.history["revenue"].to_list() == [300.5]
    assert "NET_RESULTS_UNUSED" in codes_of(data)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"日期": None}, "by day"),
        ({"日期": "20260101至20260107"}, "'20260101至20260107' is a range of days. Download"),
        ({"日期": "2026-02-30"}, r"row 2, column 日期: '2026-02-30' is not a day of the calendar"),
        ({"日期": "-"}, "the day is missing"),
        ({"场景名字": None}, "has no column 场景名字"),
        ({"总成交金额": None, "净成交金额": "9"}, "净成交 columns are another measure"),
        ({"总成交笔数": None}, r"lacks 总成交笔数 \(orders\)"),
        ({"点击量": "1001"}, r"row 2, column 点击量: '1001' clicks are more than the impressions"),
        ({"花费": "-1"}, "row 2, column 花费: '-1' is below 0"),
        ({"展现量": "many"}, r"row 2, column 展现量: 'many' is not a number"),
        ({"花费": "12%"}, "'12%' is not an amount of money"),
        ({"花费": "\\N"}, "there are clicks, and their cost is missing"),
        ({"平均展现排名": "0.5"}, "'0.5' is a rank better than 1"),
        ({"词ID/词包ID": "6.12346E+18"}, "a spreadsheet has rounded it"),
        ({"词ID/词包ID": "", "词名字/词包名字": ""}, "the keyword is missing"),
        ({"消耗": "99"}, "the columns 花费 and 消耗 mean the same and differ"),
        ({"场景名字": "人群推广"}, "no row is left that carries a bid"),
    ],
)
def test_bad_input_is_refused_with_its_place_and_remedy(shop, change, words):
    shop.keywords(change)
    error = shop.refusal()
    assert error.remedy
    with pytest.raises(type(error), match=words):
        raise error


def test_mixed_attribution_windows_are_refused(shop):
    shop.keywords({"转化周期": "15天转化"}, {"转化周期": "7天转化", "日期": "2026-01-19"})
    assert "mixes attribution windows: 15天转化, 7天转化" in str(shop.refusal())


def test_a_legacy_report_without_ids_is_told_apart_by_names(shop, codes_of):
    legacy = dict.fromkeys(
        (
            "场景名字",
            "计划ID",
            "计划名字",
            "单元ID",
            "单元名字",
            "宝贝ID",
            "宝贝名称",
            "词类型",
            "词ID/词包ID",
            "词名字/词包名字",
        )
    )
    shop.keywords(
        {**legacy, "推广计划": "夏", "推广单元": "裙", "关键词": "618"},
        {**legacy, "推广计划": "夏", "推广单元": "裤", "关键词": "618"},
    )
    shop.write(
        "bids.csv", [{"推广计划": "夏", "推广单元": "裤", "关键词": "618", "出价": "1.20"}], "utf-8"
    )
    data = shop.read()
    bids = dict(data.targets.select("ad_group_id", "current_bid").rows())
    assert bids == {"name:裙": None, "name:裤": 1_200_000}
    assert set(data.targets["keyword_id"]) == {"name:618"}
    assert {"SCENE_UNKNOWN", "IDS_MISSING"} <= set(codes_of(data))


def test_reports_of_several_periods_are_joined(shop, codes_of):
    shop.keywords({}, {"日期": "2026-01-19"}, name="a.csv")
    shop.keywords({"日期": "2026-01-19"}, {"日期": "2026-01-20"}, name="b.csv", encoding="utf-8")
    data = shop.read()
    assert [day.day for day in data.history["date"]] == [18, 19, 20]
    assert "REPEATED_ROWS" in codes_of(data)


def test_contradicting_rows_of_two_files_are_refused(shop):
    shop.keywords({}, {"日期": "2026-01-19"}, name="a.csv")
    shop.keywords({"日期": "2026-01-19", "花费": "9"}, name="b.csv")
    error = str(shop.refusal())
    assert "a.csv row 3 and b.csv row 2 contradict each other" in error
    assert "cost is 25.5 and 9.0" in error


def test_the_order_of_rows_does_not_matter(shop):
    rows = [{"日期": f"2026-01-{day}", "词ID/词包ID": word} for day in (18, 19) for word in (1, 2)]
    shop.keywords(*rows)
    forward = shop.read()
    shop.keywords(*reversed(rows))
    backward = shop.read()
    assert forward.history.equals(backward.history)
    assert forward.targets.equals(backward.targets)


def test_a_direct_result_that_is_not_reported_is_the_rest_of_the_indirect(shop):
    rest = {"直接成交金额": None, "直接成交笔数": None}
    shop.keywords(
        {**rest, "间接成交金额": "100", "间接成交笔数": "1"},
        {**rest, "日期": "2026-01-19", "间接成交金额": "\\N", "间接成交笔数": "0"},
    )
    history = shop.read().history
    assert history["orders_direct"].to_list() == [2.0, 3.0]
    assert history["revenue_direct"].to_list() == [200.5, None]


def test_a_direct_result_stands_where_both_are_reported(shop):
    shop.keywords({"间接成交金额": "100", "间接成交笔数": "1"})
    row = shop.read().history.row(0, named=True)
    assert (row["orders_direct"], row["revenue_direct"]) == (2.0, 200.5)


def test_an_indirect_result_below_zero_is_refused(shop):
    shop.keywords({"间接成交笔数": "-1"})
    assert "间接成交笔数" in str(shop.refusal())

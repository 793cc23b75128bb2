import polars as pl
import pytest
import xlsxwriter

BID = {"词ID": "444", "出价": "1.05元", "质量分": "8", "日限额": "1,000"}


def bids(shop):
    return dict(shop.read().targets.select("keyword_id", "current_bid").rows())


def test_bids_join_the_report_by_keyword_id(shop, codes_of):
    shop.keywords()
    shop.write("出价.csv", [BID])
    data = shop.read()
    row = data.targets.row(0, named=True)
    assert (row["current_bid"], row["quality_score"], row["campaign_budget"]) == (
        1_050_000,
        8.0,
        1_000_000_000,
    )
    assert "BID_UNKNOWN" not in codes_of(data)


def test_bids_join_by_text_and_product_where_ids_are_missing(shop):
    shop.keywords({}, {"宝贝ID": "334", "词ID/词包ID": "445"})
    shop.write("a.csv", [{"宝贝ID": "334", "关键词": "连衣裙", "当前出价": "2"}], "utf-8-sig")
    assert bids(shop) == {"444": None, "445": 2_000_000}


@pytest.mark.parametrize(
    "header", ["出价", "当前出价", "关键词出价", "新出价", "bid", "current_bid", "New bid"]
)
def test_the_bid_has_many_names(shop, header):
    shop.keywords()
    shop.write("a.csv", [{"keyword_id": "444", header: "0.66"}])
    assert bids(shop) == {"444": 660_000}


@pytest.mark.parametrize("text", ["0", "", "-", "0.00"])
def test_a_blank_bid_is_unknown_and_told(shop, codes_of, text):
    shop.keywords()
    shop.write("a.csv", [{**BID, "出价": text}])
    data = shop.read()
    assert data.targets["current_bid"].to_list() == [None]
    assert "BID_UNKNOWN" in codes_of(data)


def test_the_notice_counts_unknown_bids(shop):
    shop.keywords({}, {"词ID/词包ID": "445"}, {"词ID/词包ID": "446"})
    shop.write("a.csv", [BID])
    assert any("2 of 3 keywords have no known bid" in notice.en for notice in shop.read().notices)


def test_a_row_without_history_becomes_a_target(shop, codes_of):
    shop.keywords()
    shop.write("a.csv", [BID, {**BID, "词ID": "999"}])
    data = shop.read()
    assert data.targets["keyword_id"].to_list() == ["999", "444"]
    assert data.history["target_id"].unique().to_list() == ["111/222/333/444"]
    assert "BIDS_WITHOUT_HISTORY" in codes_of(data)


def test_a_sheet_alone_is_enough_to_read(shop):
    shop.write(
        "a.csv", [{"计划ID": "1", "单元ID": "2", "宝贝ID": "3", **BID, "匹配方式": "广泛匹配"}]
    )
    row = shop.read().targets.row(0, named=True)
    assert (row["target_id"], row["match_type"]) == ("1/2/3/444", "广泛匹配")


def test_a_list_of_keywords_with_totals_of_results_is_a_bid_sheet(shop):
    shop.write(
        "a.csv",
        [{"关键词": "裙", "出价": "1", "质量分": "9", "展现量": "5", "点击量": "1", "花费": "1"}],
    )
    assert shop.read().sources[0].kind == "bid_sheet"


def test_a_quality_of_a_device_that_is_not_delivered_is_unknown(shop):
    shop.keywords()
    shop.write("a.csv", [{**BID, "质量分": "-1"}])
    assert shop.read().targets["quality_score"].to_list() == [None]


def test_the_budget_holds_for_the_whole_campaign(shop):
    shop.keywords({}, {"词ID/词包ID": "445"}, {"词ID/词包ID": "446", "计划ID": "112"})
    shop.write("a.csv", [BID])
    budgets = dict(shop.read().targets.select("keyword_id", "campaign_budget").rows())
    assert budgets == {"444": 1_000_000_000, "445": 1_000_000_000, "446": None}


def test_identical_rows_agree(shop):
    shop.keywords()
    shop.write("a.csv", [BID, BID])
    assert bids(shop) == {"444": 1_050_000}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [BID, {**BID, "出价": "2"}],
            "a.csv row 2 and a.csv row 3 contradict each other on target",
        ),
        ([BID, {**BID, "质量分": "9"}], "quality_score is 8.0 and 9.0"),
        ([BID, {**BID, "词ID": "5", "计划ID": "111", "日限额": "50"}], "campaign_budget is"),
        ([{**BID, "出价": "-1"}], "row 2, column 出价: '-1' is below 0"),
        ([{**BID, "出价": "one"}], "row 2, column 出价: 'one' is not an amount of money"),
        ([{**BID, "出价": "0.1234567"}], "at most six decimals"),
        ([{**BID, "词ID": ""}], "the row names no keyword"),
    ],
)
def test_bad_sheets_are_refused(shop, rows, words):
    shop.keywords({}, {"词ID/词包ID": "5"})
    shop.write("a.csv", [{"计划ID": "", **row} for row in rows])
    if words.startswith("campaign_budget"):
        shop.write("a.csv", [{"计划ID": "111", **row} for row in rows])
    assert words in str(shop.refusal())


def test_canonical_parquet_holds_micros_in_whole_numbers(shop):
    shop.keywords()
    frame = pl.DataFrame(
        {"keyword_id": ["444"], "bid": [660_000], "campaign_budget": [100_000_000]}
    )
    frame.write_parquet(shop.folder / "bids.parquet")
    row = shop.read().targets.row(0, named=True)
    assert (row["current_bid"], row["campaign_budget"]) == (660_000, 100_000_000)


def test_canonical_parquet_may_hold_currency(shop):
    shop.keywords()
    pl.DataFrame({"keyword_id": ["444"], "bid": [0.66]}).write_parquet(shop.folder / "bids.parquet")
    assert bids(shop) == {"444": 660_000}


def test_micros_of_a_csv_are_named_so(shop):
    shop.keywords()
    shop.write("a.csv", [{"keyword_id": "444", "bid_micros": "660000"}])
    assert bids(shop) == {"444": 660_000}


def test_a_row_speaks_of_every_target_of_its_word(shop):
    shop.keywords({}, {"宝贝ID": "334"})
    shop.write("a.csv", [BID])
    assert shop.read().targets["current_bid"].to_list() == [1_050_000, 1_050_000]


def test_a_computed_bid_of_a_workbook_is_read_as_shown(shop):
    shop.keywords({}, {"词ID/词包ID": "445"})
    with xlsxwriter.Workbook(shop.folder / "出价.xlsx") as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([["词ID", "出价"], [444, 1.05 * 1.1], ["445", 0.1 + 0.2]]):
            sheet.write_row(row, 0, cells)
    assert bids(shop) == {"444": 1_155_000, "445": 300_000}

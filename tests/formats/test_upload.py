import json
import shutil

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adopt.formats.upload import upload_notices, write_rollback, write_upload

ROW = {
    "target_id": None,
    "campaign_id": "111",
    "campaign": "夏季",
    "ad_group_id": "222",
    "ad_group": "裙子",
    "product_id": "333",
    "keyword_id": "444",
    "keyword": "连衣裙",
    "match_type": None,
    "lever": "cpc_bid",
    "current_bid": 1_000_000,
    "recommended_bid": 1_050_000,
    "is_bid_inherited": None,
    "campaign_budget": None,
}
SCHEMA = {
    **dict.fromkeys(ROW, pl.String),
    **dict.fromkeys(("current_bid", "recommended_bid", "campaign_budget"), pl.Int64),
    "is_bid_inherited": pl.Boolean,
}


def changes(*rows):
    numbered = [{**ROW, "target_id": f"t{at}", **row} for at, row in enumerate(rows)]
    return pl.DataFrame(numbered, schema=SCHEMA)


def prices(folder):
    return json.loads((folder / "keyword_prices.json").read_text(encoding="utf-8"))


def read_sheet(path):
    return pl.read_csv(path, infer_schema=False)


def test_taobao_gets_the_api_payload_in_fen(tmp_path):
    written = write_upload(changes({}), tmp_path, platform="taobao")
    assert set(written.files) == {"bids.csv", "pause.csv", "keyword_prices.json"}
    assert prices(tmp_path) == [{"keywordId": 444, "maxPrice": 105, "isDefaultPrice": 0}]


def test_what_the_api_cannot_take_stands_in_the_sheet_alone(tmp_path):
    odd = changes(
        {"keyword_id": "name:618"},
        {"keyword_id": None},
        {"recommended_bid": 1_055_500},
        {"recommended_bid": 40_000},
        {"recommended_bid": 100_000_000},
    )
    written = write_upload(odd, tmp_path, platform="taobao")
    assert prices(tmp_path) == []
    assert written.left_out == {"keyword_prices.json": 5}
    (notice,) = upload_notices(written, odd, platform="taobao")
    assert "5" in notice.en
    assert "5" in notice.zh
    assert read_sheet(tmp_path / "bids.csv")["新出价"].to_list() == [
        "1.05",
        "1.05",
        "1.0555",
        "0.04",
        "100.00",
    ]


def test_the_sheet_opens_in_a_spreadsheet(tmp_path):
    write_upload(changes({"current_bid": None}), tmp_path, platform="taobao")
    data = (tmp_path / "bids.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").splitlines() == [
        "计划ID,单元ID,宝贝ID,词ID,关键词,匹配方式,原出价,新出价",
        "111,222,333,444,连衣裙,,,1.05",
    ]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_no_keyword_runs_as_a_formula(tmp_path, sign):
    write_upload(changes({"keyword": f"{sign}1+1"}), tmp_path, platform="google")
    sheet = read_sheet(tmp_path / "bids.csv")
    assert sheet["Keyword"].to_list() == [f"'{sign}1+1"]


def test_pauses_stand_apart_and_come_back(tmp_path):
    pause = changes({"recommended_bid": 0}, {"keyword_id": "445"})
    write_upload(pause, tmp_path, platform="taobao")
    assert read_sheet(tmp_path / "pause.csv").select("词ID", "原出价", "操作").rows() == [
        ("444", "1.00", "暂停")
    ]
    assert read_sheet(tmp_path / "bids.csv")["词ID"].to_list() == ["445"]
    write_rollback(pause, tmp_path, platform="taobao")
    assert read_sheet(tmp_path / "pause.csv").select("词ID", "操作").rows() == [("444", "启用")]
    # The pause left the bid of 444 on the platform as it was: only 445 needs its price back.
    assert read_sheet(tmp_path / "bids.csv").select("词ID", "新出价").rows() == [("445", "1.00")]


def test_a_pause_at_an_unknown_bid_comes_back_without_a_price(tmp_path):
    pause = changes({"current_bid": None, "recommended_bid": 0})
    write_upload(pause, tmp_path, platform="google")
    assert read_sheet(tmp_path / "pause.csv")["Action"].to_list() == ["pause"]
    write_rollback(pause, tmp_path, platform="google")
    assert read_sheet(tmp_path / "pause.csv")["Action"].to_list() == ["enable"]
    assert read_sheet(tmp_path / "bids.csv").height == 0


def test_google_gets_the_sheet_in_english(tmp_path):
    write_upload(changes({}), tmp_path, platform="google")
    assert read_sheet(tmp_path / "bids.csv").columns == [
        "Campaign ID", "Ad group ID", "Product ID", "Keyword ID", "Keyword", "Match type", "Lever", "Old bid", "New bid",
    ]  # fmt: skip


def test_no_change_writes_headers_alone(tmp_path):
    write_upload(changes().clear(), tmp_path, platform="taobao")
    assert read_sheet(tmp_path / "bids.csv").height == 0
    assert json.loads((tmp_path / "keyword_prices.json").read_text()) == []


@pytest.mark.parametrize("platform", ["taobao", "google"])
def test_the_sheet_is_read_again_and_the_rollback_undoes_it(shop, tmp_path, platform):
    made = changes(
        {"keyword": "+连衣裙", "keyword_id": "1", "recommended_bid": 1_234_567},
        {"keyword": '\'quoted, "word"', "keyword_id": "2", "recommended_bid": 99_990_000},
        {"keyword": "618", "keyword_id": "name:618", "current_bid": 50_000},
    )
    settings = {"shop": {"platform": platform}}
    for write, bid in ((write_upload, "recommended_bid"), (write_rollback, "current_bid")):
        write(made, tmp_path, platform=platform)
        data = shop.read(path=tmp_path / "bids.csv", settings=settings)
        keys = ["campaign_id", "ad_group_id", "product_id", "keyword_id", "keyword"]
        found = data.targets.select(*keys, "current_bid").sort("keyword_id").rows()
        assert found == made.select(*keys, bid).sort("keyword_id").rows()


def test_a_sheet_joins_a_report_that_has_names_only(shop, tmp_path):
    shop.history({"campaign_id": "", "campaign": "夏", "keyword_id": ""})
    row = {
        "campaign_id": "name:夏",
        "ad_group_id": "g1",
        "product_id": "p1",
        "keyword_id": "name:dress",
        "keyword": "dress",
    }
    write_upload(changes(row), tmp_path, platform="google")
    shutil.copy(tmp_path / "bids.csv", shop.folder)
    data = shop.read()
    assert data.targets.select("target_id", "current_bid").rows() == [
        ("name:夏/g1/p1/name:dress", 1_050_000)
    ]


def test_a_keyword_id_that_two_targets_share_stands_in_the_sheet_alone(tmp_path):
    shared = changes({}, {"ad_group_id": "223", "recommended_bid": 950_000}, {"keyword_id": "7"})
    written = write_upload(shared, tmp_path, platform="taobao")
    assert [row["keywordId"] for row in prices(tmp_path)] == [7]
    assert written.left_out == {"keyword_prices.json": 2}
    assert read_sheet(tmp_path / "bids.csv").height == 3


@given(st.integers(5, 9999))
def test_every_price_the_api_takes_is_written_exactly(tmp_path_factory, fen):
    folder = tmp_path_factory.mktemp("upload")
    write_upload(changes({"recommended_bid": fen * 10_000}), folder, platform="taobao")
    assert prices(folder) == [{"keywordId": 444, "maxPrice": fen, "isDefaultPrice": 0}]

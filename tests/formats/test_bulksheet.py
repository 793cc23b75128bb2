"""Amazon's workbook: one sheet, headers in the documented order, ids as text, the same bytes each time."""

import polars as pl

from adopt.formats.amazon import write_bulksheet
from adopt.formats.upload import BULK_FILES, upload_notices, write_upload
from adopt.tables import BidChanges

ROW = {
    "target_id": "11/22/33",
    "campaign_id": "11",
    "campaign": "Sommer",
    "ad_group_id": "22",
    "ad_group": "Kleider",
    "product_id": None,
    "keyword_id": "412700318204000001",
    "keyword": "kleid",
    "match_type": "exact",
    "lever": "cpc_bid",
    "current_bid": 1_000_000,
    "recommended_bid": 1_050_000,
    "is_bid_inherited": False,
    "campaign_budget": None,
}


def changes(*rows):
    made = [{**ROW, "target_id": f"t{at}", **row} for at, row in enumerate(rows)]
    return BidChanges.validate(pl.DataFrame(made, infer_schema_length=None), cast=True)


def read(path):
    return pl.read_excel(path, sheet_name=write_bulksheet.SHEET)


def test_a_bid_row_changes_the_bid_and_nothing_else(tmp_path):
    written = write_upload(changes({}), tmp_path, platform="amazon")
    assert written.files == ("bids.csv", "pause.csv", "bulksheet.xlsx")
    sheet = read(tmp_path / "bulksheet.xlsx")
    assert tuple(sheet.columns) == write_bulksheet.HEADERS
    (row,) = sheet.to_dicts()
    assert {name: cell for name, cell in row.items() if cell is not None} == {
        "Product": "Sponsored Products",
        "Entity": "Keyword",
        "Operation": "Update",
        "Campaign Id": "11",
        "Ad Group Id": "22",
        "Keyword Id": "412700318204000001",
        "State": "enabled",
        "Bid": 1.05,
    }


def test_the_same_changes_make_the_same_bytes(tmp_path):
    books = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_upload(changes({}, {"keyword_id": "4"}), tmp_path / name, platform="amazon")
        books.append((tmp_path / name / "bulksheet.xlsx").read_bytes())
    assert books[0] == books[1]


def test_a_keyword_without_an_id_stands_in_the_sheet_alone_and_is_told(tmp_path):
    made = changes({"keyword_id": "name:kleid"}, {"lever": "bid_modifier"}, {})
    written = write_upload(made, tmp_path, platform="amazon")
    assert written.left_out == {"bulksheet.xlsx": 2}
    assert read(tmp_path / "bulksheet.xlsx").height == 1
    assert pl.read_csv(tmp_path / "bids.csv").height == 3
    (notice,) = upload_notices(written, made, platform="amazon")
    assert (notice.code, notice.en[:2]) == ("UPLOAD_LEFT_OUT", "2 ")


def test_a_bid_that_cannot_be_taken_away_again_is_told(tmp_path):
    made = changes({"is_bid_inherited": True})
    written = write_upload(made, tmp_path, platform="amazon")
    (notice,) = upload_notices(written, made, platform="amazon")
    assert notice.code == "DEFAULT_BID_FIXED"
    written = write_upload(made, tmp_path, platform="microsoft")
    assert upload_notices(written, made, platform="microsoft") == ()


def test_a_long_list_makes_several_workbooks(tmp_path, monkeypatch):
    short = write_bulksheet.BULKSHEET._replace(most_rows=2)
    monkeypatch.setitem(BULK_FILES, "amazon", (short,))
    made = changes(*({"keyword_id": str(at)} for at in range(5)))
    written = write_upload(made, tmp_path, platform="amazon")
    books = ("bulksheet.xlsx", "bulksheet_2.xlsx", "bulksheet_3.xlsx")
    assert written.files[2:] == books
    ids = [key for book in books for key in read(tmp_path / book)["Keyword Id"]]
    assert ids == [str(at) for at in range(5)]


def test_no_change_makes_a_sheet_of_headers(tmp_path):
    write_upload(changes({}).clear(), tmp_path, platform="amazon")
    book = pl.read_excel(tmp_path / "bulksheet.xlsx", raise_if_empty=False, has_header=False)
    assert book.row(0) == write_bulksheet.HEADERS

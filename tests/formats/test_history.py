import polars as pl
import pytest


def test_canonical_history_is_read(shop, codes_of):
    shop.history({"bid": "0.5"}, {"date": "2026-01-19", "bid": "0.66"})
    data = shop.read(settings={"shop": {"platform": "google", "currency": "GBP", "id": "s1"}})
    assert (data.shop_id, data.platform, data.currency) == ("s1", "google", "GBP")
    assert data.history["bid"].to_list() == [500_000, 660_000]
    assert data.targets["current_bid"].to_list() == [660_000]
    assert "BID_FROM_HISTORY" in codes_of(data)


def test_the_sheet_goes_before_the_bids_of_the_history(shop):
    shop.history({"bid": "0.5"})
    shop.write("bids.csv", [{"keyword_id": "k1", "bid": "0.7"}])
    assert shop.read().targets["current_bid"].to_list() == [700_000]


def test_parquet_and_csv_give_the_same_tables(shop):
    path = shop.history({}, {"date": "2026-01-19", "cost": "0.1"})
    from_csv = shop.read()
    pl.read_csv(path, try_parse_dates=True).write_parquet(shop.folder / "history.parquet")
    path.unlink()
    from_parquet = shop.read()
    assert from_csv.history.equals(from_parquet.history)
    assert from_csv.targets.equals(from_parquet.targets)


def test_our_own_tables_can_be_read_again(shop):
    shop.history({"bid": "0.5"})
    data = shop.read()
    (shop.folder / "history.csv").unlink()
    data.history.write_parquet(shop.folder / "history.parquet")
    again = shop.read()
    assert again.history.drop("target_id").equals(data.history.drop("target_id"))
    assert again.targets["keyword_id"].to_list() == ["c1/g1/p1/k1"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lever": "bids"}, "'bids' is no lever"),
        ({"clicks": "101"}, "clicks are more than the impressions"),
        ({"date": "18.1.2026"}, "is not a day of the calendar"),
    ],
)
def test_bad_history_is_refused(shop, change, words):
    shop.history(change)
    assert words in str(shop.refusal())


def test_several_shops_are_refused(shop):
    shop.history({"shop_id": "a"}, {"shop_id": "b", "date": "2026-01-19"})
    assert "holds several shops" in str(shop.refusal())


def test_a_nested_parquet_file_is_refused(shop):
    pl.DataFrame({"keyword_id": [[{"a": 1}]]}).write_parquet(shop.folder / "x.parquet")
    assert "cannot be read as a Parquet table" in str(shop.refusal())


@pytest.mark.parametrize(
    ("cell", "bounds"),
    [
        ("< 10%", (0.0, 0.1)),
        ("> 90%", (0.9, 1.0)),
        ("35%", (0.35, 0.35)),
        ("0.35", (0.35, 0.35)),
        ("--", (None, None)),
    ],
)
def test_an_impression_share_is_read_as_an_interval(shop, cell, bounds):
    shop.history({"impression_share": cell})
    row = shop.read().history.row(0, named=True)
    assert (row["impression_share_low"], row["impression_share_high"]) == bounds


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"impression_share": "about half"}, "'about half' is no share"),
        ({"impression_share": "120%"}, "'120%' is no share"),
        ({"impression_share_low": "0.4", "impression_share_high": "0.3"}, "below the lower bound"),
    ],
)
def test_a_bad_impression_share_is_refused(shop, change, words):
    shop.history(change)
    assert words in str(shop.refusal())

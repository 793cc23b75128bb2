import pytest


def ranks(shop, text):
    shop.keywords({"平均展现排名": text})
    return shop.read().history.select("avg_rank", "avg_rank_low", "avg_rank_high").row(0)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("4-6", 4, 6),
        ("1~3", 1, 3),
        ("7～10条", 7, 10),
        ("第16至20名", 16, 20),
        ("首条", 1, 1),
        ("前三", 1, 3),
        ("top 3", 1, 3),
        (">20", 20, 100),
        ("＞20", 20, 100),
        ("21+", 21, 100),
        ("20条以后", 20, 100),
    ],
)
def test_a_bucket_bounds_the_rank(shop, text, low, high):
    assert ranks(shop, text) == (None, low, high)


@pytest.mark.parametrize(("text", "rank"), [("3.2", 3.2), ("12", 12.0), ("0", None), ("--", None)])
def test_a_number_is_the_rank_itself(shop, text, rank):
    assert ranks(shop, text) == (rank, None, None)


def test_buckets_and_numbers_may_stand_in_one_column(shop):
    shop.keywords({}, {"日期": "2026-01-19", "平均展现排名": "4~6条"})
    history = shop.read().history
    assert history["avg_rank"].to_list() == [3.2, None]
    assert history["avg_rank_low"].to_list() == [None, 4.0]


@pytest.mark.parametrize("text", ["first page", "6-4", "0-3", "0.5", "-2", "nan"])
def test_what_is_no_rank_is_refused(shop, text):
    shop.keywords({"平均展现排名": text})
    error = shop.refusal()
    assert (error.place.file, error.place.row, error.place.column) == (
        "report.csv",
        2,
        "平均展现排名",
    )


def test_own_bounds_are_read_and_must_both_be_there(shop):
    shop.history({"avg_rank_low": "4", "avg_rank_high": "6"})
    assert shop.read().history.select("avg_rank_low", "avg_rank_high").row(0) == (4.0, 6.0)
    shop.history({"avg_rank_low": "4", "avg_rank_high": ""})
    assert shop.refusal().place.column == "avg_rank_low"


def test_the_quality_score_of_a_day_is_history(shop):
    shop.history({"quality_score": "7"}, {"date": "2026-01-19", "quality_score": "9"})
    data = shop.read()
    assert data.history["quality_score"].to_list() == [7.0, 9.0]
    assert data.targets["quality_score"].to_list() == [9.0]

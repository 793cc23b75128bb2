"""Exports that overlap: the later look counts, growth is kept, and nothing else is let pass."""

from datetime import date

import pytest

EARLY, LATE = "a.csv", "b.csv"


def export(shop, name, rows):
    """Write a keyword report; rows: (day of January, changes)."""
    shop.keywords(*({"日期": f"2026-01-{day}", **change} for day, change in rows), name=name)


def two_exports(shop, earlier, later, *, day=18):
    """An export until the 20th and one until the 25th that tell one day differently."""
    export(shop, EARLY, [(day, earlier), (20, {})])
    export(shop, LATE, [(day, later), (20, {}), (25, {})])


def row_of(data, day):
    return data.history.filter(date=date(2026, 1, day)).row(0, named=True)


def test_the_later_export_counts_and_the_growth_is_kept(shop, codes_of):
    two_exports(shop, {}, {"总成交笔数": "5", "总成交金额": "500"})
    data = shop.read()
    assert (row_of(data, 18)["orders"], row_of(data, 18)["revenue"]) == (5.0, 500.0)
    assert [row["age_days"] for row in data.history.rows(named=True)] == [7, 5, 0]
    assert data.order_arrivals.rows() == [
        (date(2026, 1, 18), 2, 7, 50.0, 3.0, 5.0),
        (date(2026, 1, 20), 0, 5, 50.0, 3.0, 3.0),
    ]
    assert "REPEATED_EXPORTS" in codes_of(data)


def test_growth_is_summed_over_the_keywords_that_both_tell(shop):
    export(shop, EARLY, [(18, {}), (18, {"词ID/词包ID": "445"})])
    other = [(18, {"词ID/词包ID": word, "总成交笔数": "4"}) for word in ("445", "446")]
    export(shop, LATE, [*other, (20, {})])
    data = shop.read()
    assert data.order_arrivals.rows() == [(date(2026, 1, 18), 0, 2, 50.0, 3.0, 4.0)]
    ages = dict(data.history.filter(date=date(2026, 1, 18)).select("target_id", "age_days").rows())
    assert {target[-3:]: age for target, age in ages.items()} == {"444": 0, "445": 2, "446": 2}


def test_three_looks_are_two_steps(shop):
    for name, last, orders in (("a.csv", 20, 3), ("b.csv", 21, 4), ("c.csv", 24, 6)):
        export(shop, name, [(18, {"总成交笔数": str(orders)}), (last, {})])
    steps = shop.read().order_arrivals.filter(date=date(2026, 1, 18))
    assert [row[1:] for row in steps.rows()] == [(2, 3, 50.0, 3.0, 4.0), (3, 6, 50.0, 4.0, 6.0)]


def test_presale_orders_are_orders_that_arrive(shop):
    two_exports(shop, {"总预售成交笔数": "1"}, {"总预售成交笔数": "4"})
    assert shop.read().order_arrivals.row(0)[4:] == (4.0, 7.0)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"总成交笔数": "2"}, "orders is 3.0 and 2.0"),
        ({"总成交金额": "300.4"}, "revenue is 300.5 and 300.4"),
        ({"直接成交笔数": "1"}, "orders_direct is 2.0 and 1.0"),
        ({"点击量": "60"}, "clicks is 50.0 and 60.0"),
        ({"点击量": "40", "总成交笔数": "9"}, "clicks is 50.0 and 40.0"),
        ({"花费": "35"}, "cost is 25.5 and 35.0"),
        ({"展现量": "500"}, "impressions is 1000.0 and 500.0"),
    ],
)
def test_what_is_no_growth_is_refused(shop, change, column):
    two_exports(shop, {}, change)
    error = shop.refusal()
    assert "a.csv row 2 and b.csv row 2 contradict each other" in str(error)
    assert column in str(error)
    assert error.remedy


def test_a_small_correction_of_traffic_is_taken(shop):
    two_exports(shop, {}, {"点击量": "49", "花费": "24.99", "展现量": "998"})
    row = row_of(shop.read(), 18)
    assert (row["clicks"], row["cost"], row["impressions"]) == (49.0, 24.99, 998.0)


def test_a_day_that_was_not_over_is_filled_and_tells_nothing_of_arrivals(shop):
    whole = {"点击量": "100", "花费": "51", "展现量": "2000", "总成交笔数": "9"}
    export(shop, EARLY, [(20, {})])
    export(shop, LATE, [(20, whole), (25, {})])
    data = shop.read()
    assert row_of(data, 20)["clicks"] == 100.0
    assert data.order_arrivals.is_empty()


def test_exports_of_one_day_that_differ_are_refused(shop):
    export(shop, EARLY, [(18, {})])
    export(shop, LATE, [(18, {"总成交笔数": "4"})])
    assert "orders is 3.0 and 4.0" in str(shop.refusal())


def test_a_name_tells_until_when_an_export_knew(shop):
    export(shop, "report_20260119.csv", [(18, {})])
    export(shop, "report_20260126.csv", [(18, {"总成交笔数": "4"})])
    data = shop.read()
    assert data.order_arrivals.rows() == [(date(2026, 1, 18), 0, 7, 50.0, 3.0, 4.0)]
    assert row_of(data, 18)["age_days"] == 7


def test_exports_of_periods_apart_may_have_been_made_together(shop):
    export(shop, EARLY, [(17, {}), (18, {})])
    export(shop, LATE, [(19, {}), (20, {})])
    data = shop.read()
    assert data.history["age_days"].to_list() == [3, 2, 1, 0]
    assert data.order_arrivals.is_empty()


def test_the_names_of_files_do_not_matter(shop):
    two_exports(shop, {}, {"总成交笔数": "5"})
    one = shop.read()
    (shop.folder / EARLY).rename(shop.folder / "z.csv")
    other = shop.read()
    assert one.history.equals(other.history)
    assert one.order_arrivals.equals(other.order_arrivals)


def test_the_bid_of_the_day_is_the_earlier_exports(shop):
    rows = [{"date": "2026-01-18", "bid": "1.5"}, {"date": "2026-01-20", "bid": "1.5"}]
    shop.history(*rows, name="a.csv")
    later = [{**row, "bid": "2", "orders": "2"} for row in rows]
    shop.history(*later, {"date": "2026-01-22", "bid": "2"}, name="b.csv")
    data = shop.read()
    assert data.history["bid"].to_list() == [1_500_000, 1_500_000, 2_000_000]
    assert data.history["orders"].to_list() == [2.0, 2.0, 1.0]


def test_a_history_may_state_its_ages(shop):
    shop.history({"age_days": "4"}, {"date": "2026-01-20", "age_days": ""})
    assert shop.read().history["age_days"].to_list() == [4, 0]


def test_the_attribution_window_is_the_settings_then_the_reports_then_the_platforms(shop):
    shop.keywords({"转化周期": "7天转化"})
    assert shop.read().attribution_days == 7
    settings = {"estimate": {"attribution_window_days": 3}}
    assert shop.read(settings=settings).attribution_days == 3
    shop.keywords()
    assert shop.read().attribution_days == 15
    shop.keywords({"转化周期": "7天转化"})
    shop.keywords({"转化周期": "15天转化", "日期": "2026-01-19"}, name="b.csv")
    assert "different attribution windows: 7 days, 15 days" in str(shop.refusal())

from datetime import date, timedelta

import pytest

from adopt.formats.checks.days import check_days
from adopt.formats.export_days import exported_on
from adopt.platforms import PLATFORMS, EventCalendar, Span

TAOBAO, GOOGLE = PLATFORMS["taobao"], PLATFORMS["google"]
USUAL = EventCalendar(TAOBAO.events)
LAST = date(2026, 3, 29)
TOMORROW = date(2026, 3, 30)
PENDING = "ORDERS_PENDING"


def seen(rows, today=TOMORROW):
    """Findings but for orders that are still to come, which every fresh export has."""
    return [found for found in check_days(rows(), TAOBAO, USUAL, today) if found.code != PENDING]


def test_a_whole_month_has_no_findings(shop, rows, month):
    shop.keywords(*month)
    assert not seen(rows)


def test_days_that_no_report_has(shop, rows, codes, month):
    shop.keywords(*month[:10], *month[12:])
    found = seen(rows)
    assert codes(found) == ["DAYS_MISSING"]
    assert "2 (2026-03-12, 2026-03-13)" in found[0].en


def test_a_campaign_without_rows_on_some_days(shop, rows, codes, month):
    other = [{**row, "计划ID": "999", "计划名字": "秋季"} for row in month]
    shop.keywords(*month, *other[:5], *other[8:])
    found = seen(rows)
    assert codes(found) == ["CAMPAIGN_DAYS_MISSING"]
    assert "秋季 (days: 3)" in found[0].en


@pytest.mark.parametrize(
    ("clicks", "name", "today", "expected"),
    [
        ("100", "report_20260329.csv", TOMORROW, []),
        ("60", "report_20260329.csv", TOMORROW, [("DAY_PARTIAL", "error")]),
        ("60", "report_20260330.csv", TOMORROW, []),
        ("60", "report_20260302_20260329.csv", TOMORROW, []),
        ("40", "report_20260330.csv", TOMORROW, [("LAST_DAY_LOW", "warning")]),
        ("100", "report.csv", LAST, [("DAY_PARTIAL", "error")]),
    ],
)
def test_the_last_day_may_be_partial(shop, rows, month, clicks, name, today, expected):
    shop.keywords(*month[:-1], {**month[-1], "点击量": clicks}, name=name)
    assert [(found.code, found.severity) for found in seen(rows, today)] == expected


def test_a_few_clicks_a_day_prove_no_partial_day(shop, rows, month):
    few = [{**row, "点击量": "3"} for row in month]
    shop.keywords(*few[:-1], {**few[-1], "点击量": "1"}, name="report_20260329.csv")
    assert [(found.code, found.severity) for found in seen(rows)] == [("DAY_PARTIAL", "warning")]


def test_days_that_have_not_come(shop, rows, month):
    shop.keywords(*month)
    found = seen(rows, today=LAST - timedelta(days=3))
    assert [(f.code, f.rows) for f in found if f.code == "DAY_IN_FUTURE"] == [("DAY_IN_FUTURE", 3)]


def test_a_day_without_traffic(shop, rows, codes, month):
    month[9] = {**month[9], "点击量": "2"}
    shop.keywords(*month)
    found = seen(rows)
    assert codes(found) == ["DAYS_WITHOUT_TRAFFIC"]
    assert "2026-03-11" in found[0].en


def test_event_days_are_the_platforms(shop, rows, codes):
    start = date(2026, 11, 5)
    shop.keywords(*({"日期": str(start + timedelta(days=k)), "点击量": "90"} for k in range(12)))
    today = date(2026, 11, 17)
    found = seen(rows, today)
    assert codes(found) == ["EVENT_DAYS"]
    assert "(双11): 7 of 12" in found[0].en
    elsewhere = check_days(rows(), GOOGLE, EventCalendar(GOOGLE.events), today)
    assert codes(elsewhere) == [PENDING]


def test_a_shops_own_events_are_told_too(shop, rows, month):
    shop.keywords(*month)
    own = EventCalendar(TAOBAO.events, {"周年庆": [Span(date(2026, 3, 10), date(2026, 3, 12))]})
    told = [f for f in check_days(rows(), TAOBAO, own, TOMORROW) if f.code == "EVENT_DAYS"]
    assert "(周年庆): 3 of 28" in told[0].en


def test_a_short_and_an_old_history(shop, rows, codes, month):
    shop.keywords(*month[:4])
    assert codes(seen(rows, date(2026, 3, 6))) == ["HISTORY_SHORT"]
    shop.keywords(*month)
    assert codes(seen(rows, LAST + timedelta(days=20))) == ["HISTORY_OLD"]


def test_orders_are_pending_within_the_attribution_window(shop, rows, month):
    shop.keywords(*month, name="report_20260330.csv")
    later = LAST + timedelta(days=10)
    found = [f for f in check_days(rows(), TAOBAO, USUAL, later) if f.code == PENDING]
    assert "the last 14;" in found[0].en
    (shop.folder / "report_20260330.csv").unlink()
    shop.keywords(*month, name="report_20260420.csv")
    codes = [f.code for f in check_days(rows(), TAOBAO, USUAL, LAST + timedelta(days=30))]
    assert PENDING not in codes


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("关键词报表_20260118_130845.csv", date(2026, 1, 18)),
        ("report 2026-01-18.xlsx", date(2026, 1, 18)),
        ("report_20260101_20260118.csv", None),
        ("report_20260230.csv", None),
        ("681204417503.csv", None),
    ],
)
def test_the_day_of_an_export_is_in_its_name(name, day):
    assert exported_on(name) == day


def test_a_day_is_judged_by_its_latest_export(shop, rows, month):
    half = {**month[-1], "点击量": "1"}
    shop.keywords(*month[:-1], half, name="a.csv")
    after = {"日期": str(LAST + timedelta(days=1)), "点击量": "100"}
    shop.keywords(*month[-3:], after, name="b.csv")
    silent = [found.code for found in seen(rows, LAST + timedelta(days=3))]
    assert "DAYS_WITHOUT_TRAFFIC" not in silent

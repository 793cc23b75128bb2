"""The calendar of events: yearly days, a shop's own, and which days of a history are a baseline."""

from datetime import date, timedelta

import polars as pl
import pytest

from adopt.platforms import PLATFORMS, Event, EventCalendar, Span
from adopt.platforms.event_days import baseline_days, event_of, events_of

TAOBAO, GOOGLE = (EventCalendar(PLATFORMS[name].events) for name in ("taobao", "google"))
OWN = Span(date(2026, 3, 8), date(2026, 3, 10))
EVE = Span(date(2025, 12, 30), date(2026, 1, 2))


def history(first, days, clicks=100.0):
    return pl.DataFrame(
        {"date": [first + timedelta(days=d) for d in range(days)], "clicks": [clicks] * days}
    )


def test_a_year_of_taobao():
    year = TAOBAO.between(date(2026, 1, 1), date(2026, 12, 31))
    assert [event.name for event in year] == ["618", "双11", "双12"]
    assert year[1] == Event("双11", date(2026, 10, 20), date(2026, 11, 11))


@pytest.mark.parametrize(("year", "thursday"), [(2024, 28), (2025, 27), (2026, 26), (2029, 22)])
def test_black_friday_follows_thanksgiving(year, thursday):
    (event,) = GOOGLE.between(date(year, 11, 1), date(year, 12, 31))
    assert event.first == date(year, 11, thursday)
    assert event.last - event.first == timedelta(days=4)
    assert event.first.weekday() == 3


def test_a_shops_own_days_replace_that_years_and_an_empty_list_every_years():
    own = {"双11": [Span(date(2026, 10, 14), date(2026, 11, 13))], "双12": [], "周年庆": [OWN]}
    calendar = EventCalendar(PLATFORMS["taobao"].events, own)
    seen = calendar.between(date(2025, 7, 1), date(2026, 12, 31))
    assert [(e.name, e.first) for e in seen] == [
        ("双11", date(2025, 10, 20)),
        ("周年庆", OWN.first),
        ("618", date(2026, 5, 24)),
        ("双11", date(2026, 10, 14)),
    ]


def test_an_event_across_the_new_year_touches_both():
    calendar = EventCalendar(own={"跨年": [EVE]})
    assert calendar.between(date(2026, 1, 2), date(2026, 1, 5)) == (Event("跨年", *EVE),)
    assert not calendar.between(date(2026, 1, 3), date(2026, 1, 5))


def test_the_first_of_two_events_names_a_day():
    events = [
        Event("a", date(2026, 1, 2), date(2026, 1, 3)),
        Event("b", date(2026, 1, 3), date(2026, 1, 3)),
    ]
    days = pl.DataFrame({"date": [date(2026, 1, d) for d in (1, 2, 3, 4)]})
    assert days.select(event_of(pl.col("date"), events)).to_series().to_list() == [
        None,
        "a",
        "a",
        None,
    ]
    assert days.select(event_of(pl.col("date"), [])).to_series().to_list() == [None] * 4


def test_event_days_are_no_baseline():
    found = baseline_days(history(date(2026, 10, 10), 15), TAOBAO)
    assert found.days["is_baseline"].to_list() == [True] * 10 + [False] * 5
    assert (found.event_days, found.events, found.contains_events) == (5, ("双11",), False)


@pytest.mark.parametrize(("ordinary", "contains"), [(7, False), (6, True), (0, True)])
def test_too_few_ordinary_days_let_all_count(ordinary, contains):
    days = history(date(2026, 10, 20) - timedelta(days=ordinary), ordinary + 10)
    found = baseline_days(days, TAOBAO)
    assert found.contains_events == contains
    assert found.days["is_baseline"].sum() == (ordinary + 10 if contains else ordinary)


def test_too_few_clicks_on_ordinary_days_let_all_count():
    quiet = history(date(2026, 10, 10), 10, clicks=1.0)
    assert baseline_days(
        pl.concat([quiet, history(date(2026, 10, 20), 10)]), TAOBAO
    ).contains_events


def test_a_history_without_events_or_days():
    plain = baseline_days(history(date(2026, 3, 1), 3), TAOBAO)
    assert (plain.event_days, plain.contains_events) == (0, False)
    assert plain.days["is_baseline"].all()
    empty = baseline_days(history(date(2026, 3, 1), 0), TAOBAO)
    assert empty.days.is_empty()
    assert not empty.contains_events
    assert events_of(history(date(2026, 3, 1), 0), TAOBAO).columns == ["date", "event"]

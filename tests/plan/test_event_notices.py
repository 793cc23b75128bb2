"""What is said of events: left out, kept for want of others, ahead."""

from datetime import date, timedelta

import polars as pl
import pytest

from adopt.plan.event_notices import event_notices
from adopt.platforms import PLATFORMS, EventCalendar
from adopt.platforms.event_days import baseline_days

CALENDAR = EventCalendar(PLATFORMS["taobao"].events)


def told(first, days, horizon=7):
    dates = [first + timedelta(days=d) for d in range(days)]
    history = pl.DataFrame(
        {"date": dates, "clicks": [1.0] * days}, schema={"date": pl.Date, "clicks": pl.Float64}
    )
    return event_notices(baseline_days(history, CALENDAR), CALENDAR, horizon_days=horizon)


@pytest.mark.parametrize(
    ("first", "days", "codes"),
    [
        (date(2026, 3, 1), 30, []),
        (date(2026, 9, 10), 30, []),
        (date(2026, 9, 20), 30, ["EVENT_AHEAD"]),
        (date(2026, 10, 1), 30, ["EVENT_DAYS_LEFT_OUT", "EVENT_AHEAD"]),
        (date(2026, 10, 20), 14, ["EVENT_DAYS_IN_BASELINE", "EVENT_AHEAD"]),
        (date(2026, 11, 1), 30, ["EVENT_DAYS_LEFT_OUT"]),
        (date(2026, 3, 1), 0, []),
    ],
)
def test_what_is_told(first, days, codes):
    assert [notice.code for notice in told(first, days)] == codes


def test_the_words_name_days_and_event_in_both_languages():
    left_out, ahead = told(date(2026, 10, 1), 30)
    assert "11 of 30 days belong to 双11" in left_out.en
    assert "30 天中有 11 天属于双11" in left_out.zh
    assert "the next 7 days touch 双11 (2026-10-20 to 2026-11-11)" in ahead.en
    assert "今后 7 天碰上双11" in ahead.zh

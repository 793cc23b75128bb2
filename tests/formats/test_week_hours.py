import pytest

from adopt.formats.week_hours import week_hours

WEEK = range(7)


@pytest.mark.parametrize(
    ("text", "days", "hours"),
    [
        ("0-7", WEEK, range(7)),
        ("22-24", WEEK, range(22, 24)),
        ("8", WEEK, range(8, 9)),
        ("8点-12点", WEEK, range(8, 12)),
        ("08:00~12:00", WEEK, range(8, 12)),
        ("Mon-Fri 8-12", range(5), range(8, 12)),
        ("monday to friday, 8-12", range(5), range(8, 12)),
        ("周一-周五 8-12", range(5), range(8, 12)),
        ("周一至五 8-12", range(5), range(8, 12)),
        ("周末 0-8", range(5, 7), range(8)),
        ("周六、周日 0-8", range(5, 7), range(8)),
        ("工作日 9", range(5), range(9, 10)),
        ("每天 9-10", WEEK, range(9, 10)),
        ("Sat", range(5, 6), range(24)),
        ("周日22-24", range(6, 7), range(22, 24)),
    ],
)
def test_hours_are_read_as_operators_write_them(text, days, hours):
    assert week_hours(text) == tuple(24 * day + hour for day in days for hour in hours)


@pytest.mark.parametrize(
    "text",
    ["24", "7-0", "22-6", "0-25", "8月12日", "8:30-12", "Fri-Mon 8", "Months 8", "all", "12-Aug"],
)
def test_what_names_no_hours_is_not_guessed(text):
    assert week_hours(text) is None

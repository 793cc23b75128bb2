"""Hours of the week as operators write them: ``0-7``, ``Mon-Fri 8-12``, ``周末 22-24``."""

import re
import unicodedata

HOURS = 24

_DAYS = {
    name: day
    for day, names in enumerate(
        (
            ("monday", "mon", "周一", "星期一", "礼拜一"),
            ("tuesday", "tue", "周二", "星期二", "礼拜二"),
            ("wednesday", "wed", "周三", "星期三", "礼拜三"),
            ("thursday", "thu", "周四", "星期四", "礼拜四"),
            ("friday", "fri", "周五", "星期五", "礼拜五"),
            ("saturday", "sat", "周六", "星期六", "礼拜六"),
            ("sunday", "sun", "周日", "周天", "星期日", "星期天", "礼拜天"),
        )
    )
    for name in names
}
_SPANS = {
    "weekdays": range(5),
    "工作日": range(5),
    "weekends": range(5, 7),
    "weekend": range(5, 7),
    "周末": range(5, 7),
    "every day": range(7),
    "daily": range(7),
    "每天": range(7),
}
_DAY = "|".join(sorted((*_DAYS, *_SPANS), key=len, reverse=True))
_TO = r"\s*(?:-|~|—|–|至|到|to)\s*"
_PREFIX = re.compile(
    rf"^(?P<days>(?:{_DAY})(?:(?:{_TO}|\s*[,、/]\s*)(?:{_DAY}))*)(?![a-z])\s*,?\s*"
)
_PART = re.compile(rf"({_DAY})(?:{_TO}({_DAY}))?")
_SHORT = re.compile(r"([周期拜][一二三四五六])([-~—–至到])([一二三四五六日天])")
_CLOCK = r"(\d{1,2})(?::00)?\s*(?:点|时|h)?"
_HOURS = re.compile(rf"^{_CLOCK}(?:{_TO}{_CLOCK})?$")


def week_hours(text: str) -> tuple[int, ...] | None:
    """Hours of the week, ascending, 0 = Monday 0:00 to 167; None where the text names none.

    ``0-7`` ends at 7:00, ``8`` is one hour; weekdays may stand before, and alone are whole days.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    plain = _SHORT.sub(r"\1\2周\3", plain)
    days: tuple[int, ...] | None = tuple(range(7))
    prefix = _PREFIX.match(plain)
    if prefix:
        days = _days(prefix["days"])
        plain = plain[prefix.end() :]
    hours = range(HOURS) if prefix and not plain else _hours(plain)
    if days is None or hours is None:
        return None
    return tuple(day * HOURS + hour for day in days for hour in hours)


def _hours(text: str) -> range | None:
    """Hours of one day; none where they end before they begin or lie outside the day."""
    found = _HOURS.match(text)
    if found is None:
        return None
    first = int(found[1])
    end = first + 1 if found[2] is None else int(found[2])
    return range(first, end) if first < end <= HOURS else None


def _days(text: str) -> tuple[int, ...] | None:
    """Days of the week, ascending; none where a range ends before it begins."""
    days: set[int] = set()
    for first, last in _PART.findall(text):
        begin, end = _span(first), _span(last or first)
        if begin[0] > end[-1]:
            return None
        days.update(range(begin[0], end[-1] + 1))
    return tuple(sorted(days))


def _span(name: str) -> range:
    return _SPANS[name] if name in _SPANS else range(_DAYS[name], _DAYS[name] + 1)

"""Sales events: days whose traffic and conversion are no baseline (DOMAIN K8); yearly ones and a shop's own.

The platforms move the phases by some days each year; a shop's own days for a year go before these.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple


class Span(NamedTuple):
    """Days from first to last, both included."""

    first: date
    last: date


class Event(NamedTuple):
    """One occurrence of an event; first and last day included."""

    name: str
    first: date
    last: date


class YearlyEvent(NamedTuple):
    """An event of every year; first and last day as (month, day), both included.

    weekday: where given (Monday is 0), the whole event moves to the first such day from `first` on
    """

    name: str
    first: tuple[int, int]
    last: tuple[int, int]
    weekday: int | None = None

    def in_year(self, year: int) -> Event:
        """Its days in one year."""
        first, last = date(year, *self.first), date(year, *self.last)
        late = 0 if self.weekday is None else (self.weekday - first.weekday()) % 7
        return Event(self.name, first + timedelta(days=late), last + timedelta(days=late))


@dataclass(frozen=True, slots=True)
class EventCalendar:
    """A platform's yearly events and a shop's own.

    own: occurrences by name; those of a yearly event replace it in their years, none at all (an
    empty sequence) in every year
    """

    yearly: tuple[YearlyEvent, ...] = ()
    own: Mapping[str, Sequence[Span]] = field(default_factory=dict)

    def between(self, first: date, last: date) -> tuple[Event, ...]:
        """Occurrences that touch the days from first to last, by their first day and name."""
        years = range(first.year - 1, last.year + 1)
        usual = [
            event.in_year(year)
            for event in self.yearly
            for year in years
            if not self._is_replaced(event.name, year)
        ]
        own = [Event(name, *span) for name, spans in self.own.items() for span in spans]
        touching = [event for event in usual + own if event.first <= last and event.last >= first]
        return tuple(sorted(touching, key=lambda event: (event.first, event.name)))

    def _is_replaced(self, name: str, year: int) -> bool:
        spans = self.own.get(name)
        return spans is not None and (not spans or any(span.first.year == year for span in spans))

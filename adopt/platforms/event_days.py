"""Days of events in a history, and which days are a baseline."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from adopt.platforms.events import Event, EventCalendar
from adopt.tables import total

LEAST_DAYS = 7
LEAST_SHARE = 0.1
"""Ordinary days, and their share of all clicks, that a baseline needs; below either, event days count too."""


@dataclass(frozen=True, slots=True)
class BaselineDays:
    """Which days of a history are its baseline.

    days: one row a day, ascending: date, event (its name, null on ordinary days), is_baseline
    contains_events: whether event days had to be counted, as too few ordinary ones are left
    """

    days: pl.DataFrame
    contains_events: bool

    @property
    def event_days(self) -> int:
        """How many days belong to an event."""
        return self.days["event"].len() - self.days["event"].null_count()

    @property
    def events(self) -> tuple[str, ...]:
        """Names of the events, in the order of their days."""
        return tuple(self.days["event"].drop_nulls().unique(maintain_order=True))


def event_of(day: pl.Expr, events: Sequence[Event]) -> pl.Expr:
    """Name of the event that a day belongs to, else null; of several the one that began first.

    events: occurrences, as EventCalendar.between gives them
    """
    names = [
        pl.when(day.is_between(event.first, event.last)).then(pl.lit(event.name))
        for event in events
    ]
    nothing = pl.when(day.is_null()).then(pl.lit(None, dtype=pl.String))
    return pl.coalesce(*names, nothing)


def events_of(days: pl.DataFrame, calendar: EventCalendar) -> pl.DataFrame:
    """One row a day, ascending: date, event (null on ordinary days). days: column date."""
    dates = days.select(pl.col("date").unique().sort())
    if dates.is_empty():
        return dates.with_columns(pl.lit(None, dtype=pl.String).alias("event"))
    events = calendar.between(dates["date"][0], dates["date"][-1])
    return dates.with_columns(event_of(pl.col("date"), events).alias("event"))


def baseline_days(history: pl.DataFrame, calendar: EventCalendar) -> BaselineDays:
    """Which days count as ordinary: those of no event, unless too few of them are left.

    history: columns date, clicks (any number of rows a day)
    With fewer than LEAST_DAYS ordinary days, or less than LEAST_SHARE of the clicks on them, all count.
    """
    days = events_of(history, calendar)
    is_event = days["event"].is_not_null()
    ordinary = days.filter(~is_event)
    clicks = history.select("date", "clicks").filter(
        pl.col("date").is_in(ordinary["date"].implode())
    )
    is_thin = ordinary.height < LEAST_DAYS or total(clicks["clicks"]) < LEAST_SHARE * total(
        history["clicks"]
    )
    contains_events = bool(is_event.any()) and is_thin
    is_baseline = (pl.col("event").is_null() | contains_events).alias("is_baseline")
    return BaselineDays(days.with_columns(is_baseline), contains_events)

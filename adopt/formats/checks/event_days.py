"""Sales events of the Chinese calendar: days whose traffic and conversion are no baseline (K8).

The platforms move the phases by some days each year; these spans cover presale to return wave.
"""

from typing import NamedTuple

import polars as pl


class Event(NamedTuple):
    """One event; first and last day as (month, day), both included."""

    name: str
    first: tuple[int, int]
    last: tuple[int, int]


EVENTS = (
    Event("618", (5, 24), (6, 20)),
    Event("双11", (10, 20), (11, 11)),
    Event("双12", (12, 8), (12, 12)),
)


def event_of(day: pl.Expr) -> pl.Expr:
    """Name of the event that a day belongs to, else null."""
    place = day.dt.month().cast(pl.Int32) * 100 + day.dt.day().cast(pl.Int32)
    names = [
        pl.when(
            place.is_between(
                event.first[0] * 100 + event.first[1], event.last[0] * 100 + event.last[1]
            )
        ).then(pl.lit(event.name))
        for event in EVENTS
    ]
    return pl.coalesce(names)

"""The calendar of a shop: its platform's yearly events with those of its ``shop.toml``."""

from adopt.config.sections import Settings
from adopt.platforms import EventCalendar, Platform, Span


def event_calendar(settings: Settings, platform: Platform) -> EventCalendar:
    """The platform's events, those of ``[events]`` added or in place of the same name's."""
    own = {
        name: tuple(Span(one.first, one.last) for one in occurrences)
        for name, occurrences in settings.events.items()
    }
    return EventCalendar(platform.events, own)

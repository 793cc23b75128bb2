"""``shop.toml`` → frozen settings. Every key stands in ``sections.py`` with its unit and default."""

from adopt.config.command_line import with_options
from adopt.config.events import event_calendar
from adopt.config.money import MOST_MICROS, Money, money_micros
from adopt.config.reading import read_settings, settings_from
from adopt.config.sections import (
    OBJECTIVES,
    Bounds,
    Campaign,
    Category,
    Estimate,
    Fraction,
    Guardrails,
    Keyword,
    Objective,
    Occurrence,
    Product,
    Scope,
    Section,
    Settings,
)
from adopt.config.starting_file import starting_text, write_starting_file

__all__ = [
    "MOST_MICROS",
    "OBJECTIVES",
    "Bounds",
    "Campaign",
    "Category",
    "Estimate",
    "Fraction",
    "Guardrails",
    "Keyword",
    "Money",
    "Objective",
    "Occurrence",
    "Product",
    "Scope",
    "Section",
    "Settings",
    "event_calendar",
    "money_micros",
    "read_settings",
    "settings_from",
    "starting_text",
    "with_options",
    "write_starting_file",
]

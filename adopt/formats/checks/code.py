"""What is fixed about a check: its severity, its words in two languages, and why it is made."""

from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""Worst first: an estimate would be wrong; it may be off, or less is known than could be; good to know."""


class Code(NamedTuple):
    """One check; ``{name}`` in en and zh stands for the figures of a finding.

    why: what goes wrong where nobody looks, for docs/methods/doctor.md
    """

    severity: Severity
    en: str
    zh: str
    remedy_en: str
    remedy_zh: str
    why: str

"""What the columns of each report are called: the tables in ``headers/`` and how a header is compared."""

import csv
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import NamedTuple

from adopt.platforms import PLATFORMS

CURRENCIES = {
    **{
        code.casefold(): code
        for code in [
            "CNY",
            "USD",
            "GBP",
            "EUR",
            "INR",
            "JPY",
            "CAD",
            "AUD",
            "MXN",
            "BRL",
            "AED",
            "SAR",
            "SGD",
            "SEK",
            "PLN",
            "TRY",
        ]
    },
    **dict.fromkeys(("¥", "元", "人民币", "rmb"), "CNY"),
    "$": "USD",
    "£": "GBP",
    "€": "EUR",
    "₹": "INR",
    "rs": "INR",
    "rs.": "INR",
}
"""ISO code of each sign or code that stands for a currency, in lower case."""

_CURRENCY_TAG = re.compile(rf"\s*\(\s*({'|'.join(map(re.escape, CURRENCIES))})\s*\)$")
_SPACES = re.compile(r"[\s_]+")


class Header(NamedTuple):
    """One column of one report; spellings are as printed, the platform's own first."""

    report: str
    spellings: tuple[str, ...]
    type: str
    canonical: str


def normalise(header: str) -> str:
    """A header as it is compared: NFKC, trimmed, casefolded, without a currency tag.

    Underscores count as spaces; other tags such as ``(rank)`` are kept: they mean something else.
    """
    return _CURRENCY_TAG.sub("", _SPACES.sub(" ", _folded(header))).strip()


def currency_tag(header: str) -> str | None:
    """The currency sign or code in brackets at the end of a header, a key of CURRENCIES; None for none."""
    found = _CURRENCY_TAG.search(_folded(header))
    return found.group(1) if found else None


def _folded(header: str) -> str:
    return unicodedata.normalize("NFKC", header).strip().casefold()


@cache
def header_table(platform: str) -> tuple[Header, ...]:
    """The columns known of a platform's reports (``canonical`` for our own tables)."""
    file = resources.files("adopt.formats") / "headers" / f"{platform}.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    return tuple(
        Header(
            row["report"],
            (row["header"], *(alias for alias in row["aliases"].split("|") if alias)),
            row["type"],
            row["canonical"],
        )
        for row in csv.DictReader(lines)
    )


@cache
def spellings(reports: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Normalised header → canonical name over (platform, report) pairs; earlier pairs win."""
    known: dict[str, str] = {}
    for platform, report in reports:
        for header in header_table(platform):
            if header.report == report:
                for spelling in header.spellings:
                    known.setdefault(normalise(spelling), header.canonical)
    return known


def first_spelling(canonical: str, reports: Iterable[tuple[str, str]]) -> str:
    """How an operator finds a column on the screen: the first spelling of the first report that has it."""
    for platform, report in reports:
        for header in header_table(platform):
            if header.report == report and header.canonical == canonical:
                return header.spellings[0]
    return canonical


@cache
def all_spellings() -> frozenset[str]:
    """Every normalised header of every report that can be read."""
    return frozenset(
        normalise(spelling)
        for platform in (*PLATFORMS, "canonical")
        for header in header_table(platform)
        for spelling in header.spellings
    )

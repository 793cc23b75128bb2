"""A finding: what a check saw, where, how bad it is, and what to do; worded from the catalogue."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from adopt.errors import DataError
from adopt.formats.checks.catalogue import CATALOGUE
from adopt.formats.checks.code import Severity

FIRST_ROWS = 5
"""So many rows of a finding are named."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check saw in a file, or in the shop as a whole (file is None).

    rows: count of rows concerned, 0 where it is no matter of rows; first_rows: as a spreadsheet counts
    """

    code: str
    severity: Severity
    file: str | None
    column: str | None
    rows: int
    first_rows: tuple[int, ...]
    en: str
    zh: str
    remedy_en: str
    remedy_zh: str


def finding(
    code: str,
    *,
    file: str | None = None,
    column: str | None = None,
    rows: pl.Series | None = None,
    severity: Severity | None = None,
    **numbers: Any,  # noqa: ANN401 -- figures and names of the sentence
) -> Finding:
    """The finding of a code, its sentences filled with `rows` (their count) and the numbers.

    rows: numbers of the rows concerned; severity: where it is not the code's own
    """
    known = CATALOGUE[code]
    count = 0 if rows is None else rows.len()
    first = () if rows is None else tuple(int(row) for row in rows.head(FIRST_ROWS))
    words = {"rows": f"{count:,}", "column": column, **numbers}
    return Finding(
        code,
        severity or known.severity,
        file,
        column,
        count,
        first,
        known.en.format(**words),
        known.zh.format(**words),
        known.remedy_en,
        known.remedy_zh,
    )


def refusal(code: str, error: DataError) -> Finding:
    """The finding of a reader's refusal, in its own words (English) and with its own remedy."""
    known, place = CATALOGUE[code], error.place
    row = None if place is None else place.row
    return Finding(
        code,
        known.severity,
        None if place is None else place.file,
        None if place is None else place.column,
        0 if row is None else 1,
        () if row is None else (row,),
        known.en.format(words=error.what),
        known.zh.format(words=error.what),
        error.remedy or known.remedy_en,
        known.remedy_zh,
    )


def listed(names: pl.Series | list[Any], *, most: int = 3) -> str:
    """The first few values as text, and how many more there are."""
    texts = [str(name) for name in names]
    more = f" … (+{len(texts) - most})" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more

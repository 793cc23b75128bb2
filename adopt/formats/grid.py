"""A grid: header and cells of one table, all text, before anyone knows what kind of report it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import polars as pl

from adopt.errors import DataError, Place
from adopt.formats.headers import all_spellings, normalise

HEADER_ROWS = 20
"""The header row is looked for in so many rows."""

MOST_COLUMNS = 1_000
"""A report has at most some hundred."""

NULL_TOKENS = ("", "-", "--", "\\n", "暂无", "n/a")
"""Cells that mean "no value", in lower case; `\\N` is Hive's."""

TOTALS = r"^(?:(?:合计|汇总|总计|全部)\s*(?:[:\uff1a(\uff08].*)?|totals?\s*(?::.*)?)$"
"""First cell of a totals row, in lower case."""


_NULL_SPELLINGS = [
    "".join(letters)
    for token in NULL_TOKENS
    for letters in product(*({letter, letter.upper()} for letter in token))
]

_SPACES = [chr(code) for code in range(0x3001) if chr(code).isspace()]


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of one table as text.

    cells: `row` (as a spreadsheet counts it, from 1) and one String column a header, c0, c1, …
    numeric: positions of columns that a workbook stores as numbers
    integers: positions of columns that a Parquet file stores as integers
    preamble: what stands above the header, such as the days that a report is about
    """

    file: str
    header: tuple[str, ...]
    cells: pl.DataFrame
    numeric: frozenset[int] = frozenset()
    integers: frozenset[int] = frozenset()
    preamble: str = ""


def check_size(columns: int, cells: int, most_cells: int, file: str) -> None:
    """Raise DataError on more columns than a report has, or more cells than fit in memory."""
    if columns > MOST_COLUMNS or cells > most_cells:
        raise DataError(
            f"has {columns:,} columns and {cells:,} cells; {MOST_COLUMNS:,} and {most_cells:,} can be read.",
            place=Place(file),
            remedy="Export the report again for fewer days and only with the columns that are needed.",
        )


def column_names(width: int) -> list[str]:
    """Names of the cells' columns by position."""
    return [f"c{position}" for position in range(width)]


def find_header(rows: Sequence[Sequence[str | None]]) -> tuple[int, int]:
    """Index of the row with the most known headers, and how many it has; the first where all have none."""
    known = all_spellings()
    scores = [
        len({text for cell in row if cell and (text := normalise(cell)) in known})
        for row in rows[:HEADER_ROWS]
    ]
    best = max(scores, default=0)
    if best == 0:
        filled = [index for index, row in enumerate(rows[:HEADER_ROWS]) if any(row)]
        return (filled[0] if filled else 0), 0
    return scores.index(best), best


def clean_cells(cells: pl.DataFrame, *, spaced: frozenset[int] | None = None) -> pl.DataFrame:
    """The cells trimmed, null tokens null, blank rows and totals rows left out.

    spaced: positions of the columns that may hold a space; looked for where it is None
    """
    names = [name for name in cells.columns if name != "row"]
    # Trimming writes a column anew; most hold no space at all.
    if spaced is None:
        found = cells.select(pl.col(names).str.contains_any(_SPACES).any()).row(0)
        spaced = frozenset(position for position, has_space in enumerate(found) if has_space)
    trimmed = [
        pl.col(name).str.strip_chars() if position in spaced else pl.col(name)
        for position, name in enumerate(names)
    ]
    cleaned = cells.with_columns(
        pl.when(text.is_in(_NULL_SPELLINGS)).then(None).otherwise(text).name.keep()
        for text in trimmed
    )
    return cleaned.filter(
        pl.any_horizontal(pl.col(names).is_not_null()),
        ~pl.col(names[0]).str.contains(f"(?i){TOTALS}").fill_null(value=False),
    )

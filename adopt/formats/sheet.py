"""A sheet: one recognised table, its columns under canonical names, every cell still text."""

from dataclasses import dataclass, replace

import polars as pl

from adopt.errors import DataError, Place
from adopt.formats.grid import Grid, column_names
from adopt.formats.headers import normalise


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells of one table under canonical names.

    headers: canonical name → header as printed
    frame: `row` (as a spreadsheet counts it) and one String column a canonical name
    preamble: what stands above the header
    """

    file: str
    headers: dict[str, str]
    frame: pl.DataFrame
    numeric: frozenset[str] = frozenset()
    preamble: str = ""

    def has(self, *names: str) -> bool:
        """Whether every one of the columns is there."""
        return all(name in self.headers for name in names)

    def place(self, row: int | None = None, column: str | None = None) -> Place:
        """A place in this file; column is a canonical name."""
        return Place(self.file, row, self.headers.get(column, column) if column else None)


def canonical_names(header: tuple[str, ...], known: dict[str, str]) -> list[str]:
    """Canonical name of each header that is known."""
    return [known[name] for printed in header if (name := normalise(printed)) in known]


def sheet_of(grid: Grid, known: dict[str, str]) -> Sheet:
    """The grid's known columns under their canonical names; the others are left out.

    known: normalised header → canonical name
    Raises DataError when two columns claim the same name and differ.
    """
    headers: dict[str, str] = {}
    columns: dict[str, str] = {}
    integers = set()
    for position, (printed, column) in enumerate(
        zip(grid.header, column_names(len(grid.header)), strict=True)
    ):
        canonical = known.get(normalise(printed)) if printed else None
        if canonical is None:
            continue
        if canonical in columns:
            _check_same(grid, columns[canonical], column, (headers[canonical], printed))
            continue
        headers[canonical], columns[canonical] = printed.strip(), column
        if position in grid.integers:
            integers.add(canonical)
    frame = grid.cells.select("row", *(pl.col(old).alias(new) for new, old in columns.items()))
    numeric = {name for name, column in columns.items() if int(column[1:]) in grid.numeric}
    sheet = Sheet(grid.file, headers, frame, frozenset(numeric), grid.preamble)
    return _whole_micros(sheet, integers)


def _check_same(grid: Grid, kept: str, other: str, printed: tuple[str, str]) -> None:
    differing = grid.cells.filter(pl.col(kept).ne_missing(pl.col(other)))
    if differing.height:
        raise DataError(
            f"the columns {printed[0]} and {printed[1]} mean the same and differ.",
            place=Place(grid.file, differing["row"][0], printed[1]),
            remedy="Keep the one that is right and delete the other.",
        )


def _whole_micros(sheet: Sheet, integers: set[str]) -> Sheet:
    """Integer money columns of a Parquet file hold micros, as our own tables do."""
    money: tuple[str, ...] = ("bid", "current_bid", "campaign_budget")
    names: dict[str, str] = {
        name: f"{name}_micros"
        for name in money
        if name in integers and f"{name}_micros" not in sheet.headers
    }
    headers = {names.get(name, name): printed for name, printed in sheet.headers.items()}
    return replace(sheet, headers=headers, frame=sheet.frame.rename(names))

"""Read the files of a shop as far as they can be read; what cannot becomes a finding."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from adopt.errors import DataError
from adopt.formats.checks.finding import Finding, finding, refusal
from adopt.formats.files import ShopFile, grids_of, read_file, shop_files
from adopt.formats.readers import READERS
from adopt.formats.reading import Reading
from adopt.formats.recognise import Kind, recognised
from adopt.formats.sheet import Sheet


class Table(NamedTuple):
    """One recognised table of a file, its cells still text."""

    kind: Kind
    sheet: Sheet


class ShopTables(NamedTuple):
    """Every table that was recognised, and what was wrong with the files.

    files: names of the files that were looked at; readings: what each table's reader reads;
    refusals: what it refuses
    """

    files: tuple[str, ...]
    tables: tuple[Table, ...]
    findings: tuple[Finding, ...]
    readings: tuple[Reading, ...]
    refusals: tuple[DataError, ...]

    def of(self, *kinds: Kind) -> list[Sheet]:
        """Tables of some kinds."""
        return [table.sheet for table in self.tables if table.kind in kinds]


def read_tables(path: Path, products: Path | None = None) -> ShopTables:
    """Every table of a file or folder, and of a product sheet besides.

    Raises InputError when a path cannot be used.
    """
    files = [file for file in shop_files(path) if file.is_table]
    if products is not None and products.resolve().parent != path.resolve():
        files.append(read_file(products))
    tables: list[Table] = []
    findings: list[Finding] = []
    readings: list[Reading] = []
    refusals: list[DataError] = []
    for file in files:
        found, wrong = _tables_of(file)
        tables += found
        findings += wrong
        read, refused = _read(found)
        readings += read
        refusals += refused
    names = tuple(file.name for file in files)
    return ShopTables(names, tuple(tables), tuple(findings), tuple(readings), tuple(refusals))


def _tables_of(file: ShopFile) -> tuple[list[Table], list[Finding]]:
    try:
        grids = grids_of(file)
    except DataError as error:
        return [], [refusal("FILE_UNREADABLE", error)]
    try:
        found = recognised(grids)
    except DataError as error:
        return [], [refusal("REPORT_UNKNOWN", error)]
    empty = [
        finding("REPORT_EMPTY", file=sheet.file) for _, sheet in found if sheet.frame.is_empty()
    ]
    return [Table(kind, sheet) for kind, sheet in found if not sheet.frame.is_empty()], empty


def _read(tables: Iterable[Table]) -> tuple[list[Reading], list[DataError]]:
    """What the reader of each table reads, and what it refuses, the first thing of each."""
    readings, refused = [], []
    for kind, sheet in tables:
        try:
            readings.append(READERS[kind](sheet))
        except DataError as error:
            refused.append(error)
    return readings, refused

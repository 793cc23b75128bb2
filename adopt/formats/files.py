"""The files of a shop: found, hashed, and read into grids by what their first bytes are."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from adopt.errors import InputError, Place
from adopt.formats.delimited import read_delimited
from adopt.formats.grid import Grid
from adopt.formats.workbook import read_parquet, read_workbook

TABLES = frozenset({".csv", ".tsv", ".xlsx", ".xls", ".parquet"})
"""Endings of the files of a folder that are read; everything else is let be."""

_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"


@dataclass(frozen=True, slots=True)
class ShopFile:
    """One file as it lies on the disk."""

    name: str
    data: bytes
    is_table: bool

    @property
    def sha256(self) -> str:
        """Digest of the file's bytes."""
        return hashlib.sha256(self.data).hexdigest()


def shop_files(path: Path) -> list[ShopFile]:
    """The file, or the files of the folder in the order of their names; hidden ones are no tables.

    Raises InputError when the path is missing or cannot be read.
    """
    if path.is_file():
        return [read_file(path)]
    if not path.is_dir():
        raise InputError(
            "there is no such file or folder.", place=Place(str(path)), remedy="Check the path."
        )
    return [
        read_file(
            file, is_table=file.suffix.lower() in TABLES and not file.name.startswith((".", "~$"))
        )
        for file in sorted(path.iterdir())
        if file.is_file()
    ]


def read_file(path: Path, *, is_table: bool = True) -> ShopFile:
    """One file with its bytes.

    Raises InputError when it cannot be read.
    """
    try:
        return ShopFile(path.name, path.read_bytes(), is_table)
    except OSError as error:
        raise InputError(
            f"cannot be read ({error.strerror}).", place=Place(str(path)), remedy="Check the path."
        ) from error


def grids_of(file: ShopFile) -> list[Grid]:
    """The tables in a file, by its first bytes: exports are often named .xls and are something else.

    Raises DataError when it is damaged or empty.
    """
    if file.data.startswith((_ZIP, _OLE)):
        return read_workbook(file.data, file=file.name)
    if file.data.startswith(_PARQUET):
        return [read_parquet(file.data, file=file.name)]
    return [read_delimited(file.data, file=file.name)]

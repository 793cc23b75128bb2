"""The files of a shop: found, hashed, and read into grids by what their first bytes are."""

import hashlib
import os
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

from adopt.errors import DataError, InputError, Place
from adopt.formats.delimited import read_delimited
from adopt.formats.grid import Grid
from adopt.formats.json_table import read_json
from adopt.formats.workbook import ZIP, read_parquet, read_workbook

TABLES = frozenset({".csv", ".tsv", ".xlsx", ".xls", ".parquet", ".json", ".gz"})
"""Endings of the files of a folder that are read; everything else is let be."""

_OLE, _PARQUET, _GZIP = b"\xd0\xcf\x11\xe0", b"PAR1", b"\x1f\x8b"
_PACKED = {
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!": "RAR",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "XZ",
}


LARGEST_FILE = 2 << 30
"""Bytes of a table; a text costs some five times as much memory while it is read."""


@dataclass(frozen=True, slots=True)
class ShopFile:
    """One file as it lay on the disk.

    data: its bytes, where it is a table; sha256: digest of its bytes
    """

    name: str
    data: bytes
    is_table: bool
    sha256: str


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

    Raises InputError when it cannot be read, DataError when it is a table too large to be one.
    """
    try:
        with path.open("rb") as file:
            if not is_table:
                return ShopFile(
                    path.name, b"", is_table, hashlib.file_digest(file, "sha256").hexdigest()
                )
            is_larger = os.fstat(file.fileno()).st_size > LARGEST_FILE
            # What a file says of its size is no promise: it may grow, or be none.
            data = b"" if is_larger else file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise InputError(
            f"cannot be read ({error.strerror}).", place=Place(str(path)), remedy="Check the path."
        ) from error
    if is_larger or len(data) > LARGEST_FILE:
        raise DataError(
            f"is larger than {LARGEST_FILE >> 30} GB, which is more than a report holds.",
            place=Place(path.name),
            remedy="Export the report in parts, for fewer days each.",
        )
    return ShopFile(path.name, data, is_table, hashlib.sha256(data).hexdigest())


def grids_of(file: ShopFile) -> list[Grid]:
    """The tables in a file, by its first bytes: exports are often named .xls and are something else.

    Raises DataError when it is damaged or empty.
    """
    if file.data.startswith((ZIP, _OLE)):
        return read_workbook(file.data, file=file.name)
    if file.data.startswith(_PARQUET):
        return [read_parquet(file.data, file=file.name)]
    if file.data.startswith(_GZIP):
        return grids_of(replace(file, data=_unpacked(file)))
    if file.data.lstrip()[:1] in {b"[", b"{"}:
        return [read_json(file.data, file=file.name)]
    for first, packer in _PACKED.items():
        if file.data.startswith(first):
            raise DataError(
                f"is packed with {packer}.", place=Place(file.name), remedy="Unpack it first."
            )
    return [read_delimited(file.data, file=file.name)]


def _unpacked(file: ShopFile) -> bytes:
    """What a gzip file holds, as Amazon sends its JSON reports; it may hold no second packing.

    Raises DataError when it is damaged or inflates to more than a table holds.
    """
    unpack = zlib.decompressobj(wbits=31)
    try:
        data = unpack.decompress(file.data, LARGEST_FILE)
    except zlib.error as error:
        raise DataError(
            "cannot be unpacked; it is damaged.",
            place=Place(file.name),
            remedy="Download it again.",
        ) from error
    if not unpack.eof:
        raise DataError(
            f"is cut off, or holds more than {LARGEST_FILE >> 30} GB.",
            place=Place(file.name),
            remedy="Download it again, for fewer days.",
        )
    if unpack.unused_data or data.startswith(_GZIP):
        raise DataError(
            "is packed twice, or in parts.", place=Place(file.name), remedy="Unpack it first."
        )
    return data

"""The rectangle that a sheet's cells span, from its XML.

A workbook reader makes an array of the whole rectangle, so that two cells in opposite corners cost what a full
sheet costs. What a sheet declares (``<dimension>``) says nothing; its cells do.
"""

import re
from collections.abc import Iterable
from xml.parsers import expat

import polars as pl

MOST_CELLS = 60_000_000
"""Cells of the rectangle; each costs a reader some 60 bytes."""

_NOT_PLAIN = (
    r'<c[\t\n\r/>]|:c[\s/>]|<c [^r]|<c r[^=]|<c r=[^"]|<c r="(?:[^A-Z]|[A-Z][^A-Z0-9]|[B-Z][A-Z]|A[A-Z][^0-9]'
    r'|[A-Z]{1,2}[0-9]{7}|[A-Z]{1,2}[0-9]+[^0-9"])|\x00'
)
"""A cell that is not plainly within A1:AZ999999, which is less than MOST_CELLS."""

_CARRIED = 32
"""Bytes of a piece that are looked at again with the next: more than a match of ``_NOT_PLAIN`` is long."""

_REFERENCE = re.compile(r"([A-Z]+)([0-9]+)", re.IGNORECASE)


def is_plain(before: bytes, piece: bytes) -> bool:
    """Whether a piece of XML holds no cell but within A1:AZ999999, each written in the usual way.

    before: the piece before it, where there is one
    """
    text = (before[-_CARRIED:] + piece).decode("latin-1")
    return not pl.Series([text]).str.contains(_NOT_PLAIN).item()


def spanned_cells(pieces: Iterable[bytes]) -> int | None:
    """Cells of the rectangle that the filled cells of a sheet span; None where it is not well-formed XML."""
    area = _Area()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = area.start
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        return None
    return area.rows * area.columns


class _Area:
    """Where the cells stand: by their reference, else after the one before."""

    def __init__(self) -> None:
        self.rows = self.columns = self._row = self._column = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element; a cell counts from its value on."""
        kind = name.rpartition(":")[2]
        if kind == "row":
            given = attributes.get("r", "")
            self._row = int(given) if given.isdecimal() else self._row + 1
            self._column = 0
        elif kind == "c":
            self._move(attributes.get("r"))
        elif kind in {"v", "is", "f"}:
            self.rows = max(self.rows, self._row)
            self.columns = max(self.columns, self._column)

    def _move(self, reference: str | None) -> None:
        found = _REFERENCE.fullmatch(reference or "")
        if found is None:
            self._column += 1
            return
        column = 0
        for letter in found[1].upper():
            column = column * 26 + ord(letter) - ord("A") + 1
        self._column, self._row = column, int(found[2])

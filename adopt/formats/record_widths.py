"""Every record of a text export has as many fields as its header: counted in the bytes, block by block."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adopt.errors import DataError, Place
from adopt.formats.grid import TOTALS

BLOCK = 1 << 25
_QUOTE, _NEWLINE = ord('"'), ord("\n")

Bytes = NDArray[np.uint8]


class Records(NamedTuple):
    """lines: of the text; spaced: positions of the columns that may hold a space, None where it is not known."""

    lines: int
    spaced: frozenset[int] | None


def check_widths(body: bytes, separator: str, width: int, first_row: int, file: str) -> Records:
    """Raise DataError at the first record that is neither blank nor a total and has another width."""
    has_quotes = b'"' in body
    plain = _without_quoted(body, separator, first_row, file) if has_quotes else body
    marks = _Marks(separator, width)
    lines, spaced = 0, set[int]()
    is_known = not has_quotes
    for lines_of_block in _line_blocks(plain):
        block = lines_of_block if lines_of_block.endswith(b"\n") else lines_of_block + b"\n"
        columns = marks.spaced_columns(block)
        if columns is None:
            is_known = False
            _check_lines(block, separator, width, first_row + lines, file)
        else:
            spaced |= columns
        lines += block.count(b"\n")
    return Records(lines, frozenset(spaced) if is_known else None)


class _Marks:
    """What is left of a text without the letters that neither end a field nor belong to a space."""

    def __init__(self, separator: str, width: int) -> None:
        self._width = width
        self._ends = separator.encode() + b"\n"
        self._line = separator.encode() * (width - 1) + b"\n"
        # The first bytes of the spaces beyond ASCII, too.
        kept = self._ends + b" \t\x0b\x0c\xc2\xe1\xe2\xe3"
        self._dropped = bytes(code for code in range(256) if code not in kept)

    def spaced_columns(self, block: bytes) -> set[int] | None:
        """Columns of a block of whole lines that may hold a space; None where one has not `width` fields."""
        left = block.translate(None, self._dropped)
        lines = block.count(b"\n")
        if len(left) == lines * self._width:
            return set() if left == self._line * lines else None
        letters: Bytes = np.frombuffer(left, np.uint8)
        is_end = (letters == self._ends[0]) | (letters == _NEWLINE)
        if letters[is_end].tobytes() != self._line * lines:
            return None
        columns = np.cumsum(is_end, dtype=np.int32)[~is_end] % self._width
        return set(np.flatnonzero(np.bincount(columns)).tolist())


def _check_lines(block: bytes, separator: str, width: int, row: int, file: str) -> None:
    """Raise DataError at the first line of a block that is neither blank nor a total and has another width."""
    letters: Bytes = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(letters == _NEWLINE)
    before = np.searchsorted(np.flatnonzero(letters == ord(separator)), ends)
    fields = np.diff(before, prepend=0) + 1
    lengths = np.diff(ends, prepend=-1) - 1
    for k in np.flatnonzero((fields != width) & (lengths > 0)):
        line = block[ends[k] - lengths[k] : ends[k]].decode()
        if line.strip() and not re.search(TOTALS, line.partition(separator)[0].lower()):
            raise DataError(
                f"has {fields[k]} fields where the header has {width}.",
                place=Place(file, row=row + int(k)),
                remedy="The file is cut off or was edited by hand; export it again.",
            )


def _line_blocks(text: bytes) -> Iterator[bytes]:
    """Whole lines, some BLOCK bytes at a time."""
    at = 0
    while at < len(text):
        end = text.rfind(b"\n", at, at + BLOCK) + 1 or text.find(b"\n", at + BLOCK) + 1
        end = end or len(text)
        yield text[at:end]
        at = end


def _without_quoted(body: bytes, separator: str, first_row: int, file: str) -> bytes:
    """The text with every quoted field shrunk to one mark, so that what is left separates fields."""
    plain = _by_parity(body, separator)
    if plain is not None:
        return plain
    mark = re.escape(separator).encode()
    begins = rb"(^|[" + mark + rb"\n])"
    plain = re.sub(begins + rb'"(?:[^"]|"")*"', rb'\1"', body)
    opened = re.search(begins + rb'"[^' + mark + rb"\n]", plain)
    if opened:
        raise unclosed(file, first_row + plain.count(b"\n", 0, opened.end() - 1))
    return plain


def _by_parity(body: bytes, separator: str) -> bytes | None:
    """What stands behind an even number of quotation marks, with the marks that close.

    None where a mark neither begins nor ends a field nor is doubled within one: then parity says nothing.
    """
    edges = np.zeros(256, dtype=bool)
    edges[[_QUOTE, _NEWLINE, ord(separator)]] = True
    kept, is_inside = [], False
    for first in range(0, len(body), BLOCK):
        # With the letter before the block and the one after it; the ends of the text are ends of a field.
        last = min(first + BLOCK, len(body))
        around = body[max(first - 1, 0) : last + 1]
        around = (b"" if first else b"\n") + around + (b"" if last < len(body) else b"\n")
        letters: Bytes = np.frombuffer(around, np.uint8)
        middle = letters[1:-1]
        is_mark = middle == _QUOTE
        inside = np.cumsum(is_mark, dtype=np.uint8) + np.uint8(is_inside) & np.uint8(1)
        opens, closes = is_mark & (inside == 1), is_mark & (inside == 0)
        if not (edges[letters[:-2][opens]].all() and edges[letters[2:][closes]].all()):
            return None
        kept.append(middle[inside == 0].tobytes())
        is_inside = bool(inside[-1])
    return None if is_inside else b"".join(kept)


def unclosed(file: str, row: int) -> DataError:
    """The refusal of a text whose quotation marks don't pair up."""
    return DataError(
        "a quotation mark opens and never closes.",
        place=Place(file, row=row),
        remedy="Export the file again, or correct this row.",
    )

"""The zip archive of a workbook: inflated piece by piece and thrown away, before a library opens it whole."""

import io
import zipfile
import zlib
from collections.abc import Iterator

from adopt.errors import DataError, Place
from adopt.formats.faults import refusing
from adopt.formats.old_workbook import REMEDY
from adopt.formats.sheet_area import MOST_CELLS, is_plain, spanned_cells

LARGEST_INFLATED = 2 << 30
"""Bytes of all parts together; a sheet of a million rows and thirty columns has half of them."""

HIGHEST_RATIO, RATIO_FROM = 200, 64 << 20
"""A part larger than RATIO_FROM bytes that shrank by more than this is no report; those shrink by 5 to 20."""

MOST_PARTS = 10_000
PIECE = 1 << 22

_WORKBOOK, _OTHERS = "xl/workbook.xml", ("xl/workbook.bin", "content.xml")
_LOCAL_HEADER, _NAME_LENGTH, _EXTRA_LENGTH = 30, 26, 28
_SHEET = b"sheetData"


def check_archive(data: bytes, *, file: str) -> None:
    """Refuse an archive that is no workbook, or whose content would not fit in memory.

    Sizes are those found by inflating; what the archive declares is only a reason to refuse sooner.
    Raises DataError.
    """
    with refusing(
        file,
        "cannot be opened as a workbook; its zip archive is damaged ({fault}).",
        remedy=REMEDY,
    ):
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    names = {part.filename.replace("\\", "/").lower() for part in parts}
    if _WORKBOOK not in names or names.intersection(_OTHERS):
        raise DataError("is no .xlsx workbook.", place=Place(file), remedy=REMEDY)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_INFLATED:
        raise _too_large(file)
    left = LARGEST_INFLATED
    for part in parts:
        left -= _checked_size(data, part, left, file)


def _checked_size(data: bytes, part: zipfile.ZipInfo, left: int, file: str) -> int:
    """Inflated bytes of a part.

    left: bytes that it may have at most
    Raises DataError when it has more, or holds a sheet that spans too much.
    """
    most = min(left, max(RATIO_FROM, HIGHEST_RATIO * part.compress_size))
    size, before, plain = 0, b"", True
    for piece in _pieces(data, part, file):
        size += len(piece)
        if size > most:
            raise _too_large(file)
        plain = plain and is_plain(before, piece)
        before = piece
    if not plain:
        _check_area(data, part, file)
    return size


def _check_area(data: bytes, part: zipfile.ZipInfo, file: str) -> None:
    """Refuse a part whose cells span too much, and a sheet that is not XML; pictures are let be."""
    cells = spanned_cells(_pieces(data, part, file))
    if cells is not None and cells > MOST_CELLS:
        raise DataError(
            f"has cells so far apart that its sheet spans {cells:,} cells; {MOST_CELLS:,} can be read.",
            place=Place(file),
            remedy="Delete what stands far below or to the right of the table, or save it as CSV.",
        )
    is_xml = part.filename.lower().endswith((".xml", ".rels"))
    if cells is None and (is_xml or any(_SHEET in piece for piece in _pieces(data, part, file))):
        raise _damaged(part, file)


def _damaged(part: zipfile.ZipInfo, file: str) -> DataError:
    return DataError(f"has a damaged part, {part.filename}.", place=Place(file), remedy=REMEDY)


def _too_large(file: str) -> DataError:
    return DataError(
        f"unpacks to more than a report holds ({LARGEST_INFLATED >> 30} GB, or {HIGHEST_RATIO} times its size).",
        place=Place(file),
        remedy="Export the report again for fewer days, or as CSV.",
    )


def _pieces(data: bytes, part: zipfile.ZipInfo, file: str) -> Iterator[bytes]:
    """The inflated part, at most PIECE bytes at a time.

    Raises DataError when it is damaged or encrypted.
    """
    at = part.header_offset
    header = data[at : at + _LOCAL_HEADER]
    if len(header) < _LOCAL_HEADER or part.flag_bits & 1:
        raise _damaged(part, file)
    start = at + _LOCAL_HEADER + _short(header, _NAME_LENGTH) + _short(header, _EXTRA_LENGTH)
    packed = memoryview(data)[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        for first in range(0, len(packed), PIECE):
            yield bytes(packed[first : first + PIECE])
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise _damaged(part, file)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for first in range(0, len(packed), PIECE):
            rest: bytes | memoryview = packed[first : first + PIECE]
            while len(rest) and not inflater.eof:
                yield inflater.decompress(rest, PIECE)
                rest = inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error as error:
        raise _damaged(part, file) from error


def _short(header: bytes, at: int) -> int:
    return int.from_bytes(header[at : at + 2], "little")

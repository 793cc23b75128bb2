"""Bytes of a text export → text, strictly: a wrong codec must fail, never corrupt a keyword."""

import codecs

import polars as pl

from adopt.errors import DataError, Place

SAVE_AS = "Save the file again as CSV UTF-8 and run once more."

_PIECE = 1 << 24

_HIGH = "\u0800"
"""From here on a character takes three bytes in UTF-8, as Chinese does."""


def decode(data: bytes, *, file: str) -> tuple[str, str | None]:
    """Text of an export and the separator its encoding implies (None: not implied).

    Order: byte order marks (UTF-16 is tab-separated), strict UTF-8, else GB18030.
    Raises DataError naming the byte that fits no encoding, or the NUL that no text holds.
    """
    text, separator = _decoded(data, file)
    if (at := text.find("\0")) >= 0:
        raise DataError(
            f"character {at + 1} is a NUL, which no text holds; the file is damaged or in an unknown encoding.",
            place=Place(file, row=text.count("\n", 0, at) + 1),
            remedy=SAVE_AS,
        )
    return text, separator


def as_utf8(data: bytes, *, file: str) -> tuple[bytes, str | None]:
    """What ``decode`` gives, as bytes of UTF-8; those of a file in UTF-8 are passed on as they are."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or not _is_plain_utf8(data):
        text, separator = decode(data, file=file)
        return text.encode(), separator
    return data.removeprefix(codecs.BOM_UTF8), None


def _is_plain_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8 without a NUL; looked at in pieces, for the text itself is not needed."""
    at = 0
    while at < len(data):
        # No letter of several bytes holds a byte that is a newline.
        end = data.rfind(b"\n", at, at + _PIECE) + 1 or len(data)
        try:
            pl.Series([data[at:end]], dtype=pl.Binary).cast(pl.String)
        except pl.exceptions.PolarsError:
            return False
        at = end
    return b"\0" not in data


def _decoded(data: bytes, file: str) -> tuple[str, str | None]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strict(data, "utf-16", file), "\t"
    if data.startswith(codecs.BOM_UTF8):
        return _strict(data, "utf-8", file).removeprefix("\ufeff"), None
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        if _is_damaged_utf8(data, error):
            raise _refusal(data, error, file) from error
    return _strict(data, "gb18030", file), None


def _is_damaged_utf8(data: bytes, error: UnicodeDecodeError) -> bool:
    """Much Chinese before the bad byte reads as UTF-8: no GB18030 text does that by chance."""
    before = data[: error.start].decode("utf-8", errors="ignore")
    return sum(character >= _HIGH for character in before) >= 4


def _strict(data: bytes, encoding: str, file: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _refusal(data, error, file) from error


def _refusal(data: bytes, error: UnicodeDecodeError, file: str) -> DataError:
    value = data[error.start : error.start + 1].hex().upper() or "end of file"
    row = data.count(b"\n", 0, error.start) + 1
    return DataError(
        f"byte {error.start + 1} (0x{value}) is no text in {error.encoding.upper()}; the file is damaged "
        "or in an unknown encoding.",
        place=Place(file, row=row),
        remedy=SAVE_AS,
    )

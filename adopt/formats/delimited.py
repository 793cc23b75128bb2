"""CSV and tab-separated text → grid, every record checked for its number of fields."""

import csv
import io
import re
from itertools import islice

import polars as pl

from adopt.errors import DataError, Place
from adopt.formats.encoding import as_utf8
from adopt.formats.faults import refusing
from adopt.formats.grid import (
    HEADER_ROWS,
    Grid,
    check_size,
    clean_cells,
    column_names,
    find_header,
)
from adopt.formats.record_widths import check_widths, unclosed

SEPARATORS = (",", "\t", ";")
HEAD_BYTES = 1 << 18
"""The header row is looked for in so much text."""

_MARK = b"\xef\xbb\xbf"
_FOOTER = re.compile(rb'"?(?:@|\xc2\xa9)\s*\d{4} Microsoft')

MOST_CELLS = 250_000_000
"""Ten million rows of 25 columns; a cell costs 16 bytes besides its text."""


def read_delimited(data: bytes, *, file: str) -> Grid:
    """The grid of a text export.

    Raises DataError when it is in no known encoding, or a row has not as many fields as the header.
    """
    text, separator = as_utf8(data, file=file)
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    top = _first_lines(text, file)
    if not top.strip():
        raise DataError("is empty.", place=Place(file), remedy="Export the report again.")
    if top.lstrip()[:1] == "<":
        raise DataError(
            "is a web page, not a table.",
            place=Place(file),
            remedy="Open it in a spreadsheet and save it as .xlsx.",
        )
    separator = separator or _separator(top, file)
    head, starts = _head(top, separator, file)
    at, _ = find_header(head)
    header = tuple(head[at])
    if not any(cell.strip() for cell in header):
        raise DataError(
            f"has no header in its first {HEADER_ROWS} rows.",
            place=Place(file),
            remedy="Delete the blank rows above the table, or export it again.",
        )
    check_size(len(header), 0, MOST_CELLS, file)
    body = _without_footer(text[len(top[: starts[at + 1]].encode()) :])
    records = check_widths(body, separator, len(header), at + 2, file)
    # A blank line costs as much as a full one.
    check_size(len(header), len(header) * records.lines, MOST_CELLS, file)
    cells = clean_cells(_cells(body, separator, len(header), at + 2, file), spaced=records.spaced)
    return Grid(file, header, cells, preamble=top[: starts[at]])


def _without_footer(body: bytes) -> bytes:
    """The records without a last line of one field, such as Microsoft puts there."""
    whole = body.rstrip()
    at = whole.rfind(b"\n") + 1
    return body[:at] if _FOOTER.match(whole[at : at + 200]) else body


def _head(top: str, separator: str, file: str) -> tuple[list[list[str]], list[int]]:
    """The first records and where each begins, with the end of the last one."""
    lines = io.StringIO(top)
    records, starts = [], [0]
    try:
        for record in islice(
            csv.reader(iter(lines.readline, ""), delimiter=separator), HEADER_ROWS
        ):
            records.append(record)
            starts.append(lines.tell())
    except csv.Error as error:
        raise unclosed(file, len(records) + 1) from error
    return records, starts


def _first_lines(text: bytes, file: str) -> str:
    """As many whole lines as fit in HEAD_BYTES."""
    if len(text) <= HEAD_BYTES:
        return text.decode()
    end = text.rfind(b"\n", 0, HEAD_BYTES) + 1
    if end == 0:
        raise DataError(
            f"has a first line of more than {HEAD_BYTES:,} bytes; it is no table.",
            place=Place(file),
            remedy="Export the report again.",
        )
    return text[:end].decode()


def _separator(top: str, file: str) -> str:
    """The separator that shows the most known headers, then the one that occurs most."""
    scores, fault = {}, None
    for separator in SEPARATORS:
        try:
            head, _ = _head(top, separator, file)
        except DataError as error:
            fault = error
            continue
        scores[separator] = (find_header(head)[1], max(len(record) for record in head))
    best = max(scores, key=lambda separator: scores[separator], default=None)
    # Without a known header the separator that could not be tried may be the one.
    if best is None or (fault is not None and '"' in top and scores[best][0] == 0):
        raise fault or DataError("is empty.", place=Place(file))
    return best


def _cells(body: bytes, separator: str, width: int, first_row: int, file: str) -> pl.DataFrame:
    names = column_names(width)
    schema = dict.fromkeys(names, pl.String)
    if not body or body.isspace():
        return pl.DataFrame(schema={"row": pl.Int64, **schema})
    if body.startswith(_MARK):
        # Polars takes one at the beginning for the file's; here it is of the first cell.
        body = _MARK + body
    with refusing(file, "cannot be read as a table: {fault}.", remedy="Export the file again."):
        frame = pl.read_csv(
            body,
            has_header=False,
            schema=schema,
            separator=separator,
            truncate_ragged_lines=True,
        )
    return frame.select(pl.int_range(pl.len(), dtype=pl.Int64).add(first_row).alias("row"), *names)

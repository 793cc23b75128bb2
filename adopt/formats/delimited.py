"""CSV and tab-separated text → grid, every record checked for its number of fields."""

import csv
import io
import re
from itertools import islice

import polars as pl

from adopt.errors import DataError, Place
from adopt.formats.encoding import decode
from adopt.formats.faults import refusing
from adopt.formats.grid import (
    HEADER_ROWS,
    MOST_COLUMNS,
    TOTALS,
    Grid,
    clean_cells,
    column_names,
    find_header,
)

SEPARATORS = (",", "\t", ";")
HEAD_CHARACTERS = 1 << 18
"""The header row is looked for in so much text."""

_FOOTER = re.compile(r'\n"?[@©]\s*\d{4} Microsoft[^\n]*\s*\Z')
"""The last line of a Microsoft report, one field wide."""

MOST_CELLS = 250_000_000
"""Ten million rows of 25 columns; a cell costs 16 bytes besides its text."""


def read_delimited(data: bytes, *, file: str) -> Grid:
    """The grid of a text export.

    Raises DataError when it is in no known encoding, or a row has not as many fields as the header.
    """
    text, separator = decode(data, file=file)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise DataError("is empty.", place=Place(file), remedy="Export the report again.")
    if text.lstrip()[:1] == "<":
        raise DataError(
            "is a web page, not a table.",
            place=Place(file),
            remedy="Open it in a spreadsheet and save it as .xlsx.",
        )
    separator = separator or _separator(text, file)
    head, starts = _head(text, separator, file)
    at, _ = find_header(head)
    header = tuple(head[at])
    _check_size(text, len(header), file)
    body = _FOOTER.sub("", text[starts[at + 1] :] if at + 1 < len(starts) else "")
    first_row = at + 2
    _check_widths(body, separator, len(header), first_row, file)
    cells = clean_cells(_cells(body, separator, len(header), first_row, file))
    return Grid(file, header, cells, preamble=text[: starts[at]])


def _head(text: str, separator: str, file: str) -> tuple[list[list[str]], list[int]]:
    """The first records and where each begins, with the end of the last one."""
    lines = io.StringIO(_first_lines(text, file))
    records, starts = [], [0]
    try:
        for record in islice(
            csv.reader(iter(lines.readline, ""), delimiter=separator), HEADER_ROWS
        ):
            records.append(record)
            starts.append(lines.tell())
    except csv.Error as error:
        raise _unclosed(file, len(records) + 1) from error
    return records, starts


def _first_lines(text: str, file: str) -> str:
    """As many whole lines as fit in HEAD_CHARACTERS."""
    if len(text) <= HEAD_CHARACTERS:
        return text
    end = text.rfind("\n", 0, HEAD_CHARACTERS) + 1
    if end == 0:
        raise DataError(
            f"has a first line of more than {HEAD_CHARACTERS:,} characters; it is no table.",
            place=Place(file),
            remedy="Export the report again.",
        )
    return text[:end]


def _check_size(text: str, columns: int, file: str) -> None:
    """Refuse more columns than a report has, and more cells than fit in memory; a blank line costs as a full one."""
    cells = (text.count("\n") + 1) * columns
    if columns > MOST_COLUMNS or cells > MOST_CELLS:
        raise DataError(
            f"has {columns:,} columns and {cells:,} cells; {MOST_COLUMNS:,} and {MOST_CELLS:,} can be read.",
            place=Place(file),
            remedy="Export the report again for fewer days and only with the columns that are needed.",
        )


def _unclosed(file: str, row: int) -> DataError:
    return DataError(
        "a quotation mark opens and never closes.",
        place=Place(file, row=row),
        remedy="Export the file again, or correct this row.",
    )


def _separator(text: str, file: str) -> str:
    """The separator that shows the most known headers, then the one that occurs most."""
    scores, fault = {}, None
    for separator in SEPARATORS:
        try:
            head, _ = _head(text, separator, file)
        except DataError as error:
            fault = error
            continue
        scores[separator] = (find_header(head)[1], max(len(record) for record in head))
    if fault is not None and not scores:
        raise fault
    return max(scores, key=lambda separator: scores[separator])


def _check_widths(body: str, separator: str, width: int, first_row: int, file: str) -> None:
    """Raise DataError at the first record that is neither blank nor a total and has another width."""
    plain = _without_quoted(body, separator, first_row, file) if '"' in body else body
    first_field = f"^([^{re.escape(separator)}]*)"
    lines = pl.DataFrame({"line": plain.split("\n")}, schema={"line": pl.String})
    fields = pl.col("line").str.count_matches(separator, literal=True) + 1
    wrong = lines.with_row_index("row", offset=first_row).filter(
        pl.col("line").str.strip_chars() != "",
        fields != width,
        ~pl.col("line").str.to_lowercase().str.extract(first_field).str.contains(TOTALS),
    )
    if wrong.height:
        row, line = wrong.row(0)
        raise DataError(
            f"has {line.count(separator) + 1} fields where the header has {width}.",
            place=Place(file, row=row),
            remedy="The file is cut off or was edited by hand; export it again.",
        )


def _without_quoted(body: str, separator: str, first_row: int, file: str) -> str:
    """The text with every quoted field shrunk to one mark, so that what is left separates fields."""
    begins = f"(^|[{re.escape(separator)}\n])"
    plain = re.sub(f'{begins}"(?:[^"]|"")*"', r'\1"', body)
    unclosed = re.search(f'{begins}"[^{re.escape(separator)}\n]', plain)
    if unclosed:
        raise _unclosed(file, first_row + plain.count("\n", 0, unclosed.end() - 1))
    return plain


def _cells(body: str, separator: str, width: int, first_row: int, file: str) -> pl.DataFrame:
    names = column_names(width)
    schema = dict.fromkeys(names, pl.String)
    if not body.strip():
        return pl.DataFrame(schema={"row": pl.Int64, **schema})
    with refusing(file, "cannot be read as a table: {fault}.", remedy="Export the file again."):
        frame = pl.read_csv(
            body.encode(),
            has_header=False,
            schema=schema,
            separator=separator,
            truncate_ragged_lines=True,
        )
    return frame.select(pl.int_range(pl.len(), dtype=pl.Int64).add(first_row).alias("row"), *names)

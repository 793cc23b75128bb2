"""JSON reports: an array of flat objects, such as Amazon's reporting v3 → grid."""

import json
from decimal import Decimal
from typing import Any

import polars as pl

from adopt.errors import DataError, Place
from adopt.formats.grid import MOST_COLUMNS, Grid, clean_cells, column_names


def read_json(data: bytes, *, file: str) -> Grid:
    """The grid of an array of objects; numbers keep every printed digit, `row` is the place in the array.

    Raises DataError when it is no JSON, no array of flat objects, or names a key twice in one object.
    """
    try:
        rows = json.loads(
            data.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_int=str,
            parse_constant=str,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError) as error:
        raise DataError(
            "is no whole JSON report.", place=Place(file), remedy="Download the report again."
        ) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DataError(
            "is JSON, but no list of rows.",
            place=Place(file),
            remedy="Give the report's own file, a list of objects.",
        )
    names = list(dict.fromkeys(name for row in rows for name in row))
    if len(names) > MOST_COLUMNS:
        raise DataError(
            f"has {len(names):,} different keys; {MOST_COLUMNS:,} can be read.",
            place=Place(file),
            remedy="Give the report's own file, a list of rows with the same keys.",
        )
    columns = {
        column: [_text(row.get(name), file, at) for at, row in enumerate(rows, 1)]
        for column, name in zip(column_names(len(names)), names, strict=True)
    }
    cells = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    row = pl.int_range(1, len(rows) + 1, dtype=pl.Int64, eager=True).alias("row")
    return Grid(file, tuple(names), clean_cells(cells.select(row, pl.all())) if names else cells)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _text(value: object, file: str, row: int) -> str | None:
    """A value as text, null as none."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value:f}" if value.adjusted() < 40 else str(value)
    if isinstance(value, str):
        return value
    raise DataError(
        "a row holds a list or an object where a value should be.",
        place=Place(file, row),
        remedy="Give a flat report.",
    )

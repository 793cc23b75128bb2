"""Check a frame at a door: columns, types and rules of its table."""

from typing import TypeVar

import dataframely as dy
import polars as pl
from dataframely.exc import SchemaError

from adopt.errors import DataError, Place

S = TypeVar("S", bound=dy.Schema)


def check(frame: pl.DataFrame, table: type[S], *, file: str | None = None) -> dy.DataFrame[S]:
    """The frame as the table, columns in its order.

    Raises DataError that names the first broken rule, how many rows break it and the first of them.
    """
    try:
        good, failure = table.filter(frame, cast=False)
    except SchemaError as error:
        raise DataError(
            f"the table {table.__name__} is not as it should be: {error}", place=Place(file)
        ) from error
    counts = failure.counts()
    if not counts:
        return good
    rule, rows = next(iter(sorted(counts.items(), key=lambda item: -item[1])))
    column, _, broken = rule.partition("|")
    first = failure.invalid().row(0, named=True)
    shown = {name: value for name, value in first.items() if value is not None}
    raise DataError(
        f"{rows} rows of {table.__name__} break the rule '{broken or column}'; the first: {shown}.",
        place=Place(file, column=column if broken else None),
        remedy="Correct these rows in the export or leave them out.",
    )

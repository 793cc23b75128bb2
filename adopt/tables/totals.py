"""Sums whose last bit does not depend on threads: in the order of rows, or exactly rounded.

Polars adds groups and long columns in parallel, in an order that changes with the number of threads.
"""

import math

import numpy as np
import polars as pl

from adopt.tables.order import sorted_by


def total(values: pl.Series) -> float:
    """Exactly rounded sum, nulls left out (Shewchuk 1997, by ``math.fsum``)."""
    return math.fsum(values.drop_nulls().to_list())


def totals_by(frame: pl.DataFrame, key: str, *columns: str | pl.Expr) -> pl.DataFrame:
    """One row a key, ascending, with the sums of the columns; nulls count as 0.

    frame: rows in an order that is the same in every run; key: column without nulls
    """
    rows = sorted_by(frame.select(key, *columns), key)
    if rows.is_empty():
        return rows
    place = rows[key].rle_id().to_numpy()
    first = np.flatnonzero(np.diff(place, prepend=-1))
    return rows[first].select(
        key,
        *(
            pl.Series(
                name,
                np.bincount(place, weights=rows[name].cast(pl.Float64).fill_null(0.0).to_numpy()),
            )
            for name in rows.columns[1:]
        ),
    )

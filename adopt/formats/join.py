"""Join tables by what identifies a target, and refuse rows that contradict each other."""

from typing import Any

import polars as pl

from adopt.errors import DataError
from adopt.formats.reading import NAMED

_LEVELS = ("campaign", "ad_group", "keyword")


def match_targets(rows: pl.DataFrame, targets: pl.DataFrame) -> pl.DataFrame:
    """Targets that each row speaks of, by the ids both have; by the name where an id is missing.

    rows: `at` (one of its own per row), ids and names; targets: table TARGETS
    Returns at, target_id: none, one or several a row.
    """
    known = _bare_ids(targets)
    usable = [
        name
        for name in (
            "campaign_id",
            "ad_group_id",
            "product_id",
            "keyword_id",
            *_LEVELS,
            "match_type",
        )
        if known[name].null_count() < known.height
    ]
    found = [pl.DataFrame(schema={"at": pl.UInt32, "target_id": pl.String})]
    if not usable:
        return found[0]
    given = [pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in usable]
    pattern = pl.concat_str(given, separator=" ", ignore_nulls=True).alias("pattern")
    for part in _bare_ids(rows).with_columns(pattern).partition_by("pattern", maintain_order=True):
        keys = _keys(part["pattern"][0].split())
        if keys:
            found.append(
                part.select("at", *keys)
                .join(known.select("target_id", *keys), on=keys, how="inner")
                .select("at", "target_id")
            )
    return pl.concat(found).sort("at", "target_id")


def _bare_ids(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame without the ids that were made of names: those are names again."""
    is_made = {level: pl.col(f"{level}_id").str.starts_with(NAMED) for level in _LEVELS}
    return frame.with_columns(
        *(
            pl.when(~made).then(f"{level}_id").alias(f"{level}_id")
            for level, made in is_made.items()
        ),
        *(
            pl.coalesce(level, pl.when(made).then(pl.col(f"{level}_id").str.strip_prefix(NAMED)))
            for level, made in is_made.items()
        ),
    )


def _keys(given: list[str]) -> list[str]:
    """Columns to join on: ids before names; none where the keyword is not known."""
    levels = [f"{level}_id" if f"{level}_id" in given else level for level in _LEVELS]
    keys = [name for name in (*levels, "product_id") if name in given]
    if "keyword_id" in keys:
        return [name for name in keys if name.endswith("_id")]
    if "keyword" not in keys:
        return []
    return [*keys, "match_type"] if "match_type" in given else keys


def with_listed_ids(rows: pl.DataFrame, listing: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """The rows with the ids (and the product) that a listing gives their names, and how many keywords fit none.

    rows: result rows whose ids may be made of names; listing: rows of what is in force, those with ids first.
    A name that fits several keywords of the listing keeps its name.
    """
    names = [*(f"{level}_id" for level in _LEVELS), "product_id"]
    whole = listing.filter(
        pl.all_horizontal(
            pl.col(f"{level}_id").is_not_null() & ~pl.col(f"{level}_id").str.starts_with(NAMED)
            for level in ("ad_group", "keyword")
        )
    ).unique(["campaign_id", "ad_group_id", "keyword_id"], keep="first", maintain_order=True)
    keys = [*names[:3], *_LEVELS, "match_type", "product_id"]
    made = pl.col("keyword_id").str.starts_with(NAMED) | pl.col("product_id").is_null()
    heads = rows.filter(made).select(keys).unique(maintain_order=True).with_row_index("at")
    if whole.is_empty() or heads.is_empty():
        return rows, 0
    known = whole.with_row_index("target_id").with_columns(pl.col("target_id").cast(pl.String))
    pairs = match_targets(heads, known)
    one = pairs.filter(pl.col("at").is_unique())
    found = (
        heads.join(one, on="at", how="inner", validate="1:1", maintain_order="left")
        .join(known.select("target_id", *names), on="target_id", suffix="_listed", validate="m:1")
        .select(*keys, *(f"{name}_listed" for name in names))
    )
    joined = rows.join(found, on=keys, how="left", nulls_equal=True, maintain_order="left")
    nameless = heads.join(found, on=keys, how="anti", nulls_equal=True)
    unknown = nameless.filter(pl.col("keyword_id").str.starts_with(NAMED)).height
    return joined.with_columns(
        pl.coalesce(f"{name}_listed", name).alias(name) for name in names
    ).drop(f"{name}_listed" for name in names), unknown


def agree(frame: pl.DataFrame, key: str, columns: tuple[str, ...], *, what: str) -> pl.DataFrame:
    """One row a key with the only known value of each column.

    frame: key, columns, file, row. Raises DataError naming two rows that differ.
    """
    counts = frame.group_by(key).agg(pl.col(*columns).drop_nulls().n_unique()).sort(key)
    for column in columns:
        broken = counts.filter(pl.col(column) > 1)
        if broken.height:
            rows = frame.filter(pl.col(key) == broken[key][0], pl.col(column).is_not_null())
            first = rows.row(0, named=True)
            other = rows.filter(pl.col(column) != first[column]).row(0, named=True)
            raise contradiction(first, other, f"{what} '{broken[key][0]}'", column)
    values = [pl.col(column).drop_nulls().first() for column in columns]
    return frame.group_by(key).agg(values).sort(key)


def settle(
    frame: pl.DataFrame, key: tuple[str, ...], columns: tuple[str, ...], *, what: str
) -> tuple[pl.DataFrame, int]:
    """The frame with one row a key, and how many identical rows were dropped.

    frame: key, columns, file, row. Raises DataError naming two rows of one key that differ.
    """
    repeated = frame.filter(pl.struct(key).is_duplicated())
    if repeated.is_empty():
        return frame, 0
    distinct = repeated.unique([*key, *columns], keep="first", maintain_order=True)
    broken = distinct.filter(pl.struct(key).is_duplicated()).sort(*key, maintain_order=True)
    if broken.height:
        first, other = broken.row(0, named=True), broken.row(1, named=True)
        column = next(name for name in columns if first[name] != other[name])
        raise contradiction(first, other, what, column)
    kept = frame.unique(list(key), keep="first", maintain_order=True)
    return kept, frame.height - kept.height


def contradiction(
    first: dict[str, Any], other: dict[str, Any], what: str, column: str
) -> DataError:
    """The refusal of two rows that differ in a column.

    first, other: file, row and the column of each
    """
    return DataError(
        f"{first['file']} row {first['row']} and {other['file']} row {other['row']} contradict each other "
        f"on {what}: {column} is {first[column]} and {other[column]}.",
        remedy="Keep the right one and delete the other; download reports without a further breakdown.",
    )

"""Daily history of one or many shops in one typed Parquet file, read shop by shop: memory is bounded by a shop.

Only the columns that rates rest on are read. Where each shop's rows stand together, its stretch of the file is
read and the rest is skipped; else one pass first parts the file by shop into a temporary folder.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, cast

import dataframely as dy
import polars as pl

from adopt.errors import DataError, Place
from adopt.formats.reading import NAMED
from adopt.tables import ID_COLUMNS, History, Targets, check, sorted_by
from adopt.tables.targets import LEVERS

RESULTS = ("impressions", "clicks", "cost", "orders", "revenue")
DETAILS = (
    "orders_direct",
    "revenue_direct",
    "presale_orders",
    "presale_revenue",
    "age_days",
)
"""Columns that need not be there; a null in them is unknown, in RESULTS it is refused."""
WORDS = ("target_id", *ID_COLUMNS[1:], "campaign", "ad_group", "product", "keyword", "match_type")
"""What names a target: its id, or the ids and the keyword that make it."""
REMEDY = "Write the file again with the types of table HISTORY, or give it as .csv."
AGAIN = "Correct these rows or leave them out."


class ShopHistory(NamedTuple):
    """One shop's tables, both sorted; of HISTORY what rates do not rest on is null."""

    targets: dy.DataFrame[Targets]
    history: dy.DataFrame[History]


@dataclass(frozen=True, slots=True)
class ShopHistories:
    """The shops of one file.

    file: for messages; rows: of all shops; in_stretches: whether each shop's rows stood together
    pieces: rows of each shop, not yet read, by shop id in order
    """

    file: str
    rows: int
    in_stretches: bool
    pieces: dict[str, pl.LazyFrame]

    @property
    def shops(self) -> tuple[str, ...]:
        """Ids of the shops, ascending."""
        return tuple(self.pieces)

    def read(self, shop_id: str) -> ShopHistory:
        """Targets and history of one shop.

        Raises DataError where a value is missing or cannot be, or a target and day stands twice.
        """
        piece = self.pieces[shop_id]
        rows = piece.select(_columns(piece.collect_schema())).collect()
        rows = sorted_by(rows, "target_id", "date")
        _check_values(rows, Place(self.file), shop_id)
        names = [name for name in WORDS if name in rows.columns]
        is_last = (pl.col("target_id") != pl.col("target_id").shift(-1)).fill_null(value=True)
        targets = rows.filter(is_last).select(pl.col(names).cast(pl.String))
        history = rows.select(
            pl.col(name) if name in rows.columns else pl.lit(None, dtype).alias(name)
            for name, dtype in History.create_empty().schema.items()
        )
        # Checked above by rules that cost a hundredth of the table's own.
        return ShopHistory(_targets(targets, shop_id), cast("dy.DataFrame[History]", history))


def is_typed_history(path: Path) -> bool:
    """Whether a file is Parquet with columns of HISTORY; a platform's export in Parquet is not."""
    if path.suffix.lower() != ".parquet" or not path.is_file():
        return False
    try:
        names = pl.read_parquet_schema(path)
    except pl.exceptions.PolarsError:
        return False
    return {"date", "clicks"} <= names.keys()


@contextmanager
def open_histories(path: Path, *, shop_id: str) -> Iterator[ShopHistories]:
    """The shops of a typed Parquet file, to be read one by one while the block lasts.

    shop_id: whose the rows are where the file has no such column
    Raises DataError when a column is missing or of a wrong type, or a shop is not named.
    """
    scan = _checked(path)
    schema = scan.collect_schema()
    if "shop_id" not in schema:
        count = scan.select(pl.len()).collect().item()
        yield ShopHistories(path.name, count, in_stretches=True, pieces={shop_id: scan})
        return
    stretches = _stretches(scan, path.name)
    count = int(stretches["rows"].sum())
    is_stretch = (stretches["last"] - stretches["first"] + 1 == stretches["rows"]).all()
    if is_stretch:
        pieces = {
            row["shop_id"]: scan.slice(row["first"], row["rows"]) for row in stretches.to_dicts()
        }
        yield ShopHistories(path.name, count, in_stretches=True, pieces=pieces)
        return
    with tempfile.TemporaryDirectory(prefix="adopt-") as folder:
        pieces = _parted(scan, stretches["shop_id"].to_list(), Path(folder))
        yield ShopHistories(path.name, count, in_stretches=False, pieces=pieces)


def _checked(path: Path) -> pl.LazyFrame:
    """The file's rows, its columns known to be there and of their types."""
    place = Place(path.name)
    try:
        scan = pl.scan_parquet(path)
        schema = scan.collect_schema()
    except pl.exceptions.PolarsError as error:
        raise DataError(
            f"cannot be read as a Parquet table: {str(error).splitlines()[0]}.",
            place=place,
            remedy="Write it again.",
        ) from error
    missing = [name for name in ("date", *RESULTS) if name not in schema]
    if not {"target_id", "keyword_id", "keyword"} & schema.keys():
        missing.append("target_id (or keyword_id, or keyword)")
    if missing:
        raise DataError(f"lacks {', '.join(missing)}.", place=place, remedy=REMEDY)
    for name, dtype in schema.items():
        wanted = _wanted(name, dtype)
        if wanted:
            raise DataError(
                f"this column is of type {dtype} and should be {wanted}.",
                place=Place(path.name, column=name),
                remedy=REMEDY,
            )
    return scan


def _wanted(name: str, dtype: pl.DataType) -> str:
    """What a column's type should be; empty where it is right or the column is not read."""
    if name == "date":
        return "" if dtype == pl.Date else "Date"
    if name in (*RESULTS, *DETAILS):
        return "" if dtype.is_numeric() or dtype == pl.Null else "a number"
    is_text = dtype in (pl.String, pl.Categorical, pl.Enum, pl.Null)
    if name in ("shop_id", *WORDS) and not (is_text or dtype.is_integer()):
        return "String"
    return ""


def _stretches(scan: pl.LazyFrame, file: str) -> pl.DataFrame:
    """First and last row, and how many, of each shop, by id."""
    found = (
        scan.select(pl.col("shop_id").cast(pl.String))
        .with_row_index("row")
        .group_by("shop_id")
        .agg(pl.col("row").min().alias("first"), pl.col("row").max().alias("last"), rows=pl.len())
        .sort("shop_id")
        .collect(engine="streaming")
    )
    if found["shop_id"].null_count():
        raise DataError(
            "rows do not name their shop.", place=Place(file, column="shop_id"), remedy=AGAIN
        )
    return found


def _parted(scan: pl.LazyFrame, shops: list[str], folder: Path) -> dict[str, pl.LazyFrame]:
    """Rows of each shop, written to files of its own in one streaming pass."""
    number = pl.col("shop_id").cast(pl.String).replace_strict(shops, list(range(len(shops))))
    names = [name for name in scan.collect_schema() if name in ("date", *RESULTS, *DETAILS, *WORDS)]
    scan.select(*names, number.cast(pl.String).alias("part")).sink_parquet(
        pl.PartitionBy(folder, key="part", include_key=False), compression="lz4"
    )
    return {
        shop: pl.scan_parquet(folder / f"part={k}" / "*.parquet", hive_partitioning=False)
        for k, shop in enumerate(shops)
    }


def _columns(schema: pl.Schema) -> list[pl.Expr]:
    """The columns that are read, in their types; names as categories, a few bytes a row."""
    results = [name for name in (*RESULTS, *DETAILS[:-1]) if name in schema]
    words = [name for name in WORDS if name in schema and name != "target_id"]
    columns = [
        _target_id(schema),
        pl.col("date"),
        *(pl.col(name).cast(pl.Float64) for name in results),
        *(pl.col(name).cast(pl.String).cast(pl.Categorical) for name in words),
    ]
    return [*columns, pl.col("age_days").cast(pl.Int64)] if "age_days" in schema else columns


def _target_id(schema: pl.Schema) -> pl.Expr:
    """The target's own id, else made of its ids; without an id of the keyword, of its text."""
    if "target_id" in schema:
        return pl.col("target_id").cast(pl.String)
    parts: list[pl.Expr] = []
    for name in ID_COLUMNS[1:]:
        known = [pl.col(name).cast(pl.String)] if name in schema else []
        word = name.removesuffix("_id")
        if word != "product" and word in schema:
            known.append(pl.lit(NAMED) + pl.col(word).cast(pl.String))
        parts.append(pl.coalesce(*known, pl.lit("-")))
    return pl.concat_str(parts, separator="/").alias("target_id")


def _check_values(rows: pl.DataFrame, place: Place, shop_id: str) -> None:
    """Refuse what cannot be; rows sorted by target and date."""
    for name, broken, what in _rules(rows.columns):
        count = rows.select(broken.sum()).item()
        if count:
            first = rows.filter(broken).row(0, named=True)
            raise DataError(
                f"{what}: {count} rows of shop {shop_id}; "
                f"the first: target {first['target_id']}, {first['date']}.",
                place=Place(place.file, column=name),
                remedy=AGAIN,
            )


def _rules(names: list[str]) -> list[tuple[str, pl.Expr, str]]:
    """Column, what breaks its rule, and the rule's words."""
    rules = [
        ("target_id", pl.col("target_id").is_null(), "the target is missing"),
        ("date", pl.col("date").is_null(), "the day is missing"),
        *((name, pl.col(name).is_null(), "the value is missing") for name in RESULTS),
    ]
    for name in (*RESULTS, *DETAILS):
        if name in names:
            fits = (pl.col(name) >= 0) & pl.col(name).is_finite()
            rules.append((name, ~fits.fill_null(value=True), "the value is negative or no number"))
    names_again = (pl.col(key) == pl.col(key).shift() for key in ("target_id", "date"))
    return [
        *rules,
        ("clicks", pl.col("clicks") > pl.col("impressions"), "more clicks than impressions"),
        ("date", pl.all_horizontal(*names_again), "a target's day stands twice"),
    ]


def _targets(named: pl.DataFrame, shop_id: str) -> dy.DataFrame[Targets]:
    """Table TARGETS of the names in the file, null where it has none."""
    known = {"shop_id": pl.lit(shop_id), "lever": pl.lit(LEVERS[0])}
    frame = named.with_columns(**known).select(
        (pl.col(name) if name in (*named.columns, *known) else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in Targets.create_empty().schema.items()
    )
    return check(frame, Targets)


def described_targets(
    targets: dy.DataFrame[Targets], path: Path, shop_id: str
) -> dy.DataFrame[Targets]:
    """Targets of a history as a typed file of table TARGETS describes them, and those that it has besides.

    Raises DataError when the file is no such table.
    """
    try:
        told = pl.read_parquet(path)
        if "shop_id" in told.columns and told["shop_id"].n_unique() > 1:
            told = told.filter(pl.col("shop_id") == shop_id)
        schema = Targets.create_empty().schema
        told = told.with_columns(pl.lit(shop_id).alias("shop_id")).select(
            pl.col(name).cast(dtype) for name, dtype in schema.items()
        )
    except pl.exceptions.PolarsError as error:
        raise DataError(
            f"is not a table of targets: {str(error).splitlines()[0]}.",
            place=Place(path.name),
            remedy="Write it with the columns of table TARGETS, or leave it out.",
        ) from error
    new = targets.filter(~pl.col("target_id").is_in(told["target_id"].implode()))
    return check(pl.concat([told, new]).sort("target_id"), Targets, file=path.name)

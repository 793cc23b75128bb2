"""Exports that overlap in days: the later one counts, and what came in between tells how late orders arrive.

A later export of the same keyword and day may hold more orders, never less: they arrive days after their
click. The platform may correct traffic a little (invalid clicks), and fill up a day that was not over.
Anything else is no later look at the same thing but a contradiction, and is refused.
"""

from datetime import date
from typing import NamedTuple

import dataframely as dy
import polars as pl

from adopt.errors import DataError
from adopt.formats.export_days import exported_on, with_last_days
from adopt.formats.join import contradiction, settle
from adopt.formats.result_rows import DETAILS, RESULTS
from adopt.tables import OrderArrivals, check, totals_by

KEY = ("target_id", "date")
ARRIVING = (
    "orders",
    "revenue",
    "orders_direct",
    "revenue_direct",
    "presale_orders",
    "presale_revenue",
)
"""Results that come in after the day of their click, and only grow."""

CORRECTED = 0.05
"""So much of a day's traffic a platform may correct afterwards, and in any case one click and its cost."""
SLACK = 1e-9
ROUNDED = 0.005
"""Money is printed in cents."""
_ONE = {
    "impressions": pl.lit(5.0),
    "clicks": pl.lit(1.0),
    "cost": pl.col("cost_before") / pl.max_horizontal("clicks_before", pl.lit(1.0)) + ROUNDED,
}
_OF_THE_DAY = ("bid", "quality_score")
"""Where two exports differ, the earlier is nearer to the day: some exports print today's bid."""
_COMPARED = (*RESULTS, *DETAILS, "avg_rank", "bid", "quality_score")


class MergedExports(NamedTuple):
    """Result rows, one a target and day, and what was found on the way.

    rows: with age_days; arrivals: table ORDER_ARRIVALS
    repeated: rows left out because another says the same; grown: days of a target told by a later export
    """

    rows: pl.DataFrame
    arrivals: dy.DataFrame[OrderArrivals]
    repeated: int
    grown: int


def merge_exports(rows: pl.DataFrame) -> MergedExports:
    """The latest look at each target and day, its age, and the growth between looks.

    rows: checked result rows with target_id, file and row
    Raises DataError naming two rows that contradict each other.
    """
    what = "the same keyword and day"
    rows = with_last_days(rows)
    is_shared = rows.select(pl.struct(KEY).is_duplicated()).to_series()
    shared, repeated = settle(rows.filter(is_shared), (*KEY, "file"), _COMPARED, what=what)
    pairs = consecutive_looks(shared, _COMPARED)
    _refuse_contradictions(pairs, what)
    pairs = pairs.with_columns(is_same=~pl.any_horizontal(differs(name) for name in _COMPARED))
    known = _known_until(rows, pairs)
    latest = pl.concat([rows.filter(~is_shared), _latest(shared)]).with_columns(
        pl.coalesce(
            "age_days", (pl.col("file").replace_strict(known) - pl.col("date")).dt.total_days()
        ).alias("age_days")
    )
    same = int(pairs["is_same"].sum())
    return MergedExports(
        latest.drop("until"), _arrivals(pairs, known), repeated + same, pairs.height - same
    )


def consecutive_looks(rows: pl.DataFrame, names: tuple[str, ...]) -> pl.DataFrame:
    """Each look at a target and day beside the one before it, whose columns end in `_before`.

    rows: target_id, date, file, row, until and the names, one a file; looks in the order of until, then of rows
    """
    before = pl.col(*names, "file", "row", "until").shift().name.suffix("_before")
    is_next = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in KEY)
    return (
        rows.sort(*KEY, "until", maintain_order=True)
        .with_columns(before, is_next=is_next)
        .filter("is_next")
        .drop("is_next")
    )


def contradicts(name: str) -> pl.Expr:
    """Whether a column of two consecutive looks is neither the same nor what a later look may say."""
    now, before = pl.col(name), pl.col(f"{name}_before")
    is_later = pl.col("until") > pl.col("until_before")
    if name in ARRIVING:
        allowed = (now >= before - SLACK).fill_null(value=True)
    elif name in _ONE:
        was_partial = (pl.col("date") == pl.col("until_before")) & (now >= before)
        most = pl.max_horizontal(CORRECTED * before, _ONE[name]) + SLACK
        allowed = was_partial | ((now - before).abs() <= most)
    else:
        allowed = pl.lit(value=True)
    return (differs(name) & ~(is_later & allowed)).alias(name)


def differs(name: str) -> pl.Expr:
    """Whether a column says something else than its twin that ends in `_before`."""
    return pl.col(name).ne_missing(pl.col(f"{name}_before"))


def _refuse_contradictions(pairs: pl.DataFrame, what: str) -> None:
    """Raise the DataError of the first two rows that contradict each other."""
    broken = pairs.filter(pl.any_horizontal(contradicts(name) for name in _COMPARED)).head(1)
    if broken.is_empty():
        return
    wrong = broken.select(contradicts(name) for name in _COMPARED).row(0, named=True)
    column = next(name for name in _COMPARED if wrong[name])
    row = broken.row(0, named=True)
    first = {name: row[f"{name}_before"] for name in ("file", "row", column)}
    error: DataError = contradiction(first, row, what, column)
    raise error


def _latest(shared: pl.DataFrame) -> pl.DataFrame:
    """The latest look at each target and day, with bid and quality of the first look that tells them."""
    ordered = shared.sort(*KEY, "until", maintain_order=True)
    told = ordered.group_by(KEY, maintain_order=True).agg(pl.col(*_OF_THE_DAY).drop_nulls().first())
    return (
        ordered.unique(list(KEY), keep="last", maintain_order=True)
        .drop(_OF_THE_DAY)
        .join(told, on=KEY, how="left", validate="1:1", maintain_order="left")
        .select(shared.columns)
    )


def _known_until(rows: pl.DataFrame, pairs: pl.DataFrame) -> dict[str, date]:
    """The day until which each file knows what came in.

    A file without a day in its name that shares no day with a later one may have been made together with
    the newest (platforms limit the days of one export): its orders are not taken to be missing.
    """
    files = dict(rows.select("file", "until").unique().sort("file").iter_rows())
    newest: date = max(files.values())
    is_later = pl.col("until") > pl.col("until_before")
    repeated = set(pairs.filter(is_later)["file_before"])
    return {
        file: until if file in repeated or exported_on(file) is not None else newest
        for file, until in files.items()
    }


def _arrivals(pairs: pl.DataFrame, known: dict[str, date]) -> dy.DataFrame[OrderArrivals]:
    """Growth between looks that lie days apart, of days that were over at the first."""
    if pairs.is_empty():
        return OrderArrivals.create_empty()

    def age(file: str) -> pl.Expr:
        return (pl.col(file).replace_strict(known) - pl.col("date")).dt.total_days()

    def with_presale(end: str) -> pl.Expr:
        # A column that only one of the two exports has would look like growth.
        is_told = pl.col("presale_orders").is_not_null() & (
            pl.col("presale_orders_before").is_not_null()
        )
        presale = pl.when(is_told).then(f"presale_orders{end}").otherwise(0.0)
        return pl.col(f"orders{end}") + presale

    days = ["date", "age_days", "later_age_days"]
    rows = (
        pairs.with_columns(
            age_days=age("file_before"),
            later_age_days=age("file"),
            orders=with_presale("_before"),
            later_orders=with_presale(""),
            was_partial=(pl.col("clicks") - pl.col("clicks_before")).abs()
            > pl.max_horizontal(CORRECTED * pl.col("clicks_before"), pl.lit(1.0)),
        )
        .filter(pl.col("later_age_days") > pl.col("age_days"), ~pl.col("was_partial"))
        .sort(*days, "target_id")
        .with_columns(pl.struct(days).rle_id().alias("at"))
    )
    sums = totals_by(rows, "at", "clicks", "orders", "later_orders")
    heads = rows.select("at", *days).unique("at", keep="first", maintain_order=True)
    found = heads.join(sums, on="at", how="left", validate="1:1", maintain_order="left")
    counts = found.with_columns(pl.col("later_orders").clip(lower_bound=pl.col("orders")))
    return check(counts.select(OrderArrivals.column_names()), OrderArrivals)

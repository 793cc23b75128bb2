"""Read a run folder back: its tables and its summary, and the rows that a question is about."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from adopt.errors import InputError, Place
from adopt.ledger.manifest import read_manifest


@dataclass(frozen=True, slots=True)
class RunTables:
    """What a run folder holds."""

    recommendations: pl.DataFrame
    products: pl.DataFrame
    frontier: pl.DataFrame
    summary: dict[str, Any]


def read_run(folder: Path) -> RunTables:
    """The tables of a run.

    Raises InputError when the folder is no run or a file of it is missing.
    """
    read_manifest(folder)
    try:
        return RunTables(
            recommendations=pl.read_parquet(folder / "recommendations.parquet"),
            products=pl.read_parquet(folder / "products.parquet"),
            frontier=pl.read_parquet(folder / "frontier.parquet"),
            summary=json.loads((folder / "summary.json").read_text(encoding="utf-8")),
        )
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise _damaged(folder, "a file of this run is") from error


def read_response(folder: Path) -> pl.DataFrame:
    """Table RESPONSE of a run.

    Raises InputError when its file is missing or damaged.
    """
    try:
        return pl.read_parquet(folder / "response.parquet")
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _damaged(folder, "response.parquet is") from error


def read_conversion(folder: Path, nodes: list[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """Rows of RATE_NODES on the CVR of some targets and products, by level and id.

    Raises InputError when the file is missing or damaged.
    """
    try:
        rates = pl.read_parquet(folder / "rates.parquet")
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _damaged(folder, "rates.parquet is") from error
    asked = pl.col("node").is_in(nodes) & pl.col("level").is_in(["target", "product"])
    rows = rates.filter((pl.col("rate") == "cvr") & asked).to_dicts()
    return {(row["level"], row["node"]): row for row in rows}


def _damaged(folder: Path, what: str) -> InputError:
    return InputError(
        f"{what} missing or damaged.",
        place=Place(str(folder)),
        remedy="Run adopt recommend again.",
    )


MARGINAL_CPC = (
    (pl.col("cost") - pl.col("cost").shift()) / (pl.col("clicks") - pl.col("clicks").shift())
).alias("marginal_cpc")
MARGINAL_ROI = (
    (pl.col("revenue") - pl.col("revenue").shift()) / (pl.col("cost") - pl.col("cost").shift())
).alias("marginal_roi")
"""What the next click costs, and what the next unit of cost returns, from one row to the next."""


def read_curve(
    folder: Path, target_id: str, recommended_bid: int | None, *, rows: int = 13
) -> pl.DataFrame:
    """The allowed bids of one target, ascending, thinned to about so many rows; RESPONSE of the run.

    Returns bid (micros), clicks, cost, orders, revenue per day, marginal_cpc, marginal_roi (null in
    the first row, or where nothing changes), is_current, is_recommended; both of these bids are kept.
    """
    levels = (
        read_response(folder)
        .filter(pl.col("target_id") == target_id)
        .sort("level")
        .with_columns(
            (pl.col("bid") == recommended_bid).fill_null(value=False).alias("is_recommended")
        )
    )
    stride = max(1, len(levels) // rows)
    kept = (
        (pl.int_range(pl.len()) % stride == 0)
        | (pl.int_range(pl.len()) == pl.len() - 1)
        | pl.col("is_current")
        | pl.col("is_recommended")
    )
    return levels.filter(kept).with_columns(
        pl.when(margin.is_finite()).then(margin).alias(margin.meta.output_name())
        for margin in (MARGINAL_CPC, MARGINAL_ROI)
    )


def select_targets(
    run: RunTables, *, keyword: str | None, product: str | None, top: int
) -> pl.DataFrame:
    """Rows of RECOMMENDATIONS that match, those that move most cost first.

    Raises InputError when nothing matches.
    """
    rows = run.recommendations
    if keyword is not None:
        rows = rows.filter(
            pl.col("keyword").str.contains(keyword, literal=True).fill_null(value=False)
            | (pl.col("keyword_id") == keyword).fill_null(value=False)
        )
    if product is not None:
        rows = rows.filter(pl.col("product_id") == product)
    if rows.is_empty():
        asked = " and ".join(
            f"{name} '{value}'"
            for name, value in (("keyword", keyword), ("product", product))
            if value
        )
        raise InputError(f"no target with {asked} in this run.", remedy="See recommendations.csv.")
    moved = (pl.col("cost_recommended") - pl.col("cost_current").fill_null(0.0)).alias("cost_moved")
    return (
        rows.with_columns(moved)
        .sort(
            pl.col("cost_moved").abs(),
            "cost_recommended",
            "target_id",
            descending=[True, True, False],
        )
        .head(top)
    )

"""Rows of results as far as they can be read: what the checks on counts, days and repeats look at."""

from dataclasses import replace

import polars as pl

from adopt.formats.cells import COUNT, DATE, Parser, readable
from adopt.formats.checks.files import ShopTables
from adopt.formats.export_days import with_last_days
from adopt.formats.reading import KEYS, named_ids, of_file
from adopt.formats.recognise import HISTORY, KEYWORD_REPORT, WITH_STATE
from adopt.formats.result_rows import RESULTS
from adopt.formats.sheet import Sheet
from adopt.formats.taobao.read_keyword_report import SCENE
from adopt.tables import target_id

PRESALE: dict[str, Parser] = {"presale_orders": COUNT, "presale_revenue": COUNT}
DIRECT: dict[str, Parser] = {"orders_direct": COUNT, "revenue_direct": COUNT}
SCHEMA: dict[str, type[pl.DataType]] = {
    "file": pl.String,
    "target_id": pl.String,
    "row": pl.Int64,
    **dict.fromkeys(KEYS, pl.String),
    "date": pl.Date,
    **dict.fromkeys((*RESULTS, *PRESALE, *DIRECT), pl.Float64),
}


def result_rows(shop: ShopTables) -> pl.DataFrame:
    """Rows of keyword promotion in every report, also of those that a reader refuses.

    Returns file, row, target_id, ids and names, date, results, presale and direct results;
    null where a cell is empty or cannot be read.
    """
    frames = [_rows_of(sheet) for sheet in shop.of(KEYWORD_REPORT, HISTORY)]
    frames += [
        reading.frame.with_columns(target_id()).select(
            pl.col(name).cast(kind()) for name, kind in SCHEMA.items()
        )
        for reading in shop.readings
        if reading.kind in WITH_STATE and "date" in reading.frame.columns
    ]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *frames])


def _rows_of(sheet: Sheet) -> pl.DataFrame:
    sheet = keyword_rows(sheet)
    frame = readable(sheet, {**KEYS, "date": DATE, **RESULTS, **PRESALE, **DIRECT})
    # An id that a spreadsheet has damaged still tells rows apart.
    ids = [name for name in KEYS if name.endswith("_id") and sheet.has(name)]
    whole = sheet.frame.select(pl.col(ids).name.suffix("_text"))
    frame = pl.concat([frame, whole], how="horizontal").with_columns(
        pl.coalesce(name, f"{name}_text").alias(name) for name in ids
    )
    if not sheet.has("keyword_id") and not sheet.has("keyword") and sheet.has("target_id"):
        frame = frame.with_columns(sheet.frame["target_id"].alias("keyword_id"))
    kept = frame.filter(
        pl.any_horizontal(pl.col("impressions", "clicks", "cost").is_not_null()),
    )
    return (
        kept.with_columns(named_ids())
        .with_columns(of_file(sheet), target_id())
        .select(pl.col(name).cast(kind()) for name, kind in SCHEMA.items())
    )


def keyword_rows(sheet: Sheet) -> Sheet:
    """The sheet's rows of keyword promotion that are no automatic package; all of any other report."""
    frame = sheet.frame
    if sheet.has("scene"):
        frame = frame.filter((pl.col("scene") == SCENE).fill_null(value=False))
    if sheet.has("keyword_kind"):
        is_package = pl.col("keyword_kind").str.contains("包", literal=True)
        frame = frame.filter(~is_package.fill_null(value=False))
    return replace(sheet, frame=frame)


def counted_once(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with a day, of each target and day that of the latest export."""
    return (
        with_last_days(rows.filter(pl.col("date").is_not_null()))
        .with_row_index("at")
        .sort("until", "at", descending=[True, False])
        .unique(["target_id", "date"], keep="first", maintain_order=True)
        .sort("at")
        .drop("at", "until")
    )

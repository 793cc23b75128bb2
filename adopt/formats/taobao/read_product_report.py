"""生意参谋 product report (商品排行): what each product sold, from every source of traffic."""

from dataclasses import replace

import polars as pl

from adopt.errors import DataError
from adopt.formats.cells import (
    COUNT,
    FIRST_DAY,
    ID,
    LAST_DAY,
    MONEY,
    TEXT,
    Parser,
    parse,
    refuse,
    refuse_outside,
)
from adopt.formats.reading import Reading, of_file
from adopt.formats.recognise import PRODUCT_REPORT
from adopt.formats.sheet import Sheet
from adopt.formats.shop_data import Notice

CHILD = "子商品"
MEASURES: dict[str, Parser] = {
    "visitors": COUNT,
    "buyers": COUNT,
    "buyers_placed": COUNT,
    "units": COUNT,
    "revenue": MONEY,
    "refunds": MONEY,
}


def read_product_report(sheet: Sheet) -> Reading:
    """Results of each product and day, or period that ends on the day; rows of child products left out.

    Raises DataError without days or ids, or where a cell cannot be.
    """
    if not sheet.has("date"):
        raise DataError(
            "has no column 统计日期, so its period is unknown.",
            place=sheet.place(),
            remedy="Download the report again with 统计日期.",
        )
    sheet, notices = _without_children(sheet)
    frame = parse(sheet, {"product_id": ID, "product": TEXT, "date": LAST_DAY, **MEASURES})
    for name in ("product_id", "date"):
        refuse(
            sheet,
            frame,
            pl.col(name).is_null(),
            column=name,
            what="is empty.",
            remedy="Download the report again, or delete the row.",
        )
    for name in MEASURES:
        refuse_outside(sheet, frame, name)
    first = parse(sheet, {"date": FIRST_DAY})["date"]
    frame = frame.with_columns(
        (pl.col("date") - first).dt.total_days().add(1).alias("days"), of_file(sheet)
    )
    refuse(
        sheet,
        frame,
        pl.col("days") < 1,
        column="date",
        what="'{cell}' ends before it begins.",
        remedy="Correct the range of days.",
    )
    return Reading(PRODUCT_REPORT, frame, "CNY", notices)


def _without_children(sheet: Sheet) -> tuple[Sheet, tuple[Notice, ...]]:
    """The rows of main products; those of child products repeat their sales."""
    if not sheet.has("product_kind"):
        return sheet, ()
    is_child = (pl.col("product_kind") == CHILD).fill_null(value=False)
    children = sheet.frame.filter(is_child).height
    if not children:
        return sheet, ()
    en = f"{sheet.file}: {children} rows of child products repeat their parent's sales and were left out."
    zh = f"{sheet.file}:{CHILD} {children} 行与主商品重复,未计入。"
    return replace(sheet, frame=sheet.frame.filter(~is_child)), (Notice("CHILD_PRODUCTS", en, zh),)

"""The operator's product sheet: category, price, margin, refunds, stock, presale, DSR."""

import polars as pl

from adopt.formats.cells import (
    COUNT,
    DECIMAL,
    FLAG,
    FRACTION,
    ID,
    MONEY,
    TEXT,
    Parser,
    parse,
    refuse,
    refuse_outside,
)
from adopt.formats.reading import Reading, of_file
from adopt.formats.recognise import PRODUCT_SHEET
from adopt.formats.sheet import Sheet

COLUMNS: dict[str, Parser] = {
    "product_id": ID,
    "product": TEXT,
    "category": TEXT,
    "price": MONEY,
    "margin": FRACTION,
    "refund_rate": FRACTION,
    "stock": COUNT,
    "is_presale": FLAG,
    "dsr": DECIMAL,
}


def read_product_sheet(sheet: Sheet) -> Reading:
    """What the operator knows of each product; unknown is null.

    Raises DataError where an id is missing or a cell cannot be, such as a margin of 35 without %.
    """
    frame = parse(sheet, COLUMNS)
    refuse(
        sheet,
        frame,
        pl.col("product_id").is_null(),
        column="product_id",
        what="the product's id is missing.",
        remedy="Fill it in, or delete the row.",
    )
    for name, low, high in (
        ("price", 0, None),
        ("margin", -10, 1),
        ("refund_rate", 0, 1),
        ("stock", 0, None),
        ("dsr", 0, 5),
    ):
        refuse_outside(sheet, frame, name, low=low, high=high)
    return Reading(PRODUCT_SHEET, frame.with_columns(of_file(sheet)))

"""Bid landscape in adopt's own column names: one row a target and simulated bid."""

import polars as pl

from adopt.formats.canonical.read_history import target_as_keyword
from adopt.formats.cells import COUNT, DECIMAL, MONEY, TEXT, WHOLE, parse, refuse
from adopt.formats.landscape_rows import POINT_COLUMNS, check_points, per_day
from adopt.formats.reading import (
    KEYS,
    Reading,
    checked_lever,
    exact_money,
    money_parsers,
    of_file,
    stated_currency,
)
from adopt.formats.recognise import LANDSCAPE
from adopt.formats.sheet import Sheet


def read_landscape(sheet: Sheet) -> Reading:
    """Result of each simulated bid per day; the sheet's numbers are over `window_days`.

    Raises DataError where a bid, a number or the window is missing or cannot be.
    """
    sheet = target_as_keyword(sheet)
    exact = ("bid", "current_bid")
    counts = {
        "impressions": COUNT,
        "clicks": COUNT,
        "cost": MONEY,
        "orders": COUNT,
        "revenue": MONEY,
    }
    parsed = parse(
        sheet,
        {
            **KEYS,
            "lever": TEXT,
            "quality_score": DECIMAL,
            **counts,
            "window_days": WHOLE,
            **money_parsers(sheet, *exact),
        },
    )
    frame = checked_lever(sheet, exact_money(sheet, parsed, *exact))
    check_points(sheet, frame)
    refuse(
        sheet,
        frame,
        pl.col("bid").is_null(),
        column="bid",
        what="the simulated bid is missing.",
        remedy="Delete the row.",
    )
    refuse(
        sheet,
        frame,
        pl.col("window_days").is_null() | (pl.col("window_days") < 1),
        column="window_days",
        what="'{cell}' is no number of days.",
        remedy="Write how many days the simulation covers.",
    )
    return Reading(
        LANDSCAPE,
        per_day(frame).with_columns(of_file(sheet)).select(POINT_COLUMNS),
        stated_currency(sheet),
    )

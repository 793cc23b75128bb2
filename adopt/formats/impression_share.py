"""Shares of possible impressions as intervals: below 10 % and above 90 % a platform tells no more."""

import polars as pl

from adopt.formats import numbers
from adopt.formats.cells import TEXT, parse, refuse
from adopt.formats.sheet import Sheet

LOW, HIGH = "impression_share_low", "impression_share_high"
_BOUNDED = r"^\s*([<>\uff1c\uff1e])\s*(.*)$"


def with_shares(sheet: Sheet, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its bounds filled from `impression_share` where the sheet has such a column.

    Raises DataError where a share is no fraction, or its bounds are not in order.
    """
    if sheet.has("impression_share"):
        text = parse(sheet, {"impression_share": TEXT})["impression_share"]
        frame = _from_text(sheet, frame.with_columns(text.alias("share_text")))
    refuse(
        sheet,
        frame,
        ~((pl.col(LOW) <= pl.col(HIGH)).fill_null(pl.col(LOW).is_null() & pl.col(HIGH).is_null())),
        column=HIGH,
        what="'{cell}' is below the lower bound of the share, or one bound is missing.",
        remedy="Give both bounds, the lower first, or neither.",
    )
    return frame


def _from_text(sheet: Sheet, frame: pl.DataFrame) -> pl.DataFrame:
    text = pl.when(~pl.col("share_text").str.strip_chars().is_in(["--", "-", ""])).then(
        "share_text"
    )
    side = text.str.extract(_BOUNDED, 1)
    share = numbers.fraction(text.str.replace(_BOUNDED, "$2"))
    frame = frame.with_columns(text.alias("share_text"), share.alias("share"), side.alias("side"))
    refuse(
        sheet,
        frame,
        pl.col("share_text").is_not_null()
        & ~pl.col("share").is_between(0.0, 1.0).fill_null(value=False),
        column="impression_share",
        what="'{cell}' is no share.",
        remedy="Write 35% or 0.35, < 10% or > 90%.",
    )
    below = pl.col("side").is_in(["<", "\uff1c"])
    above = pl.col("side").is_in([">", "\uff1e"])
    known = pl.col("share").is_not_null()
    return frame.with_columns(
        pl.coalesce(LOW, pl.when(known & below).then(0.0).otherwise("share")).alias(LOW),
        pl.coalesce(HIGH, pl.when(known & above).then(1.0).otherwise("share")).alias(HIGH),
    ).drop("share_text", "share", "side")

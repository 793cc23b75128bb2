"""Average ranks, exact or as the bucket that a platform tells: ``3.2``, ``4~6条``, ``首条``, ``前三``, ``>20``."""

import polars as pl

from adopt.formats import numbers
from adopt.formats.cells import TEXT, parse, refuse
from adopt.formats.sheet import Sheet

LOW, HIGH = "avg_rank_low", "avg_rank_high"
DEEPEST = 100.0
"""Upper bound of a bucket that is open below, such as ``20条以后``: five pages of results."""

_UNIT = "(?:条|名|位)?"
_RANGE = rf"^第?(\d+)\s*(?:-|~|—|–|至|到)\s*(\d+)\s*{_UNIT}$"
_TOP = rf"^(?:前|top\s*)(\d+)\s*{_UNIT}$"
_BEYOND = rf"^(?:[>≥]=?\s*(\d+)\s*{_UNIT}|(\d+)\s*(?:\+|{_UNIT}\s*(?:以后|以外|之后|开外)))$"
_FIRST = ("首条", "首位", "第一")
_CHINESE = {"前三": "前3", "前五": "前5", "前十": "前10"}


def with_ranks(sheet: Sheet, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with `avg_rank`, or its bounds where the sheet tells a bucket.

    Raises DataError where a rank is neither, is better than 1, or its bounds are not in order.
    """
    text = parse(sheet, {"avg_rank": TEXT})["avg_rank"]
    number = pl.col("text").cast(pl.Float64, strict=False)
    frame = frame.with_columns(text.alias("text")).with_columns(
        pl.when(number.is_finite()).then(number).alias("rank")
    )
    # What is no plain number is read once a spelling: a bucket has few.
    odd = frame.filter(pl.col("rank").is_null()).select(pl.col("text").drop_nulls().unique())
    spelled = odd.with_columns(_plain(pl.col("text")).alias("plain")).select(
        "text", *_read(pl.col("plain"))
    )
    frame = (
        frame.join(spelled, on="text", how="left", validate="m:1", maintain_order="left")
        .with_columns(
            pl.coalesce("rank", "other").alias("avg_rank"),
            pl.coalesce(LOW, "low").alias(LOW),
            pl.coalesce(HIGH, "high").alias(HIGH),
        )
        .drop("rank", "other", "low", "high")
    )
    refuse(
        sheet,
        frame,
        pl.col("text").is_not_null() & pl.all_horizontal(pl.col("avg_rank", LOW).is_null()),
        column="avg_rank",
        what="'{cell}' is no rank.",
        remedy="Write 3.2, 4-6 or >20, or leave the cell empty where the rank is unknown.",
    )
    refuse(
        sheet,
        frame,
        (pl.col("avg_rank") < 0) | ((pl.col("avg_rank") > 0) & (pl.col("avg_rank") < 1)),
        column="avg_rank",
        what="'{cell}' is a rank better than 1.",
        remedy="Export the report again, or correct the cell.",
    )
    in_order = (pl.col(LOW) >= 1) & (pl.col(LOW) <= pl.col(HIGH))
    refuse(
        sheet,
        frame,
        ~in_order.fill_null(pl.col(LOW).is_null() & pl.col(HIGH).is_null()),
        column=LOW if sheet.has(LOW) else "avg_rank",
        what="'{cell}' begins no range of ranks: one bound is missing, below 1 or above the other.",
        remedy="Give both bounds, the better rank first, or neither.",
    )
    return frame.drop("text")


def _plain(text: pl.Expr) -> pl.Expr:
    plain = text.str.normalize("NFKC").str.to_lowercase().str.strip_chars()
    return plain.replace(_CHINESE).replace(dict.fromkeys(_FIRST, "1-1"))


def _read(text: pl.Expr) -> list[pl.Expr]:
    """`other`: an exact rank; `low`, `high`: bounds of a bucket; null where the text is none."""

    def bound(pattern: str, group: int) -> pl.Expr:
        return text.str.extract(pattern, group).cast(pl.Float64)

    beyond = pl.coalesce(bound(_BEYOND, 1), bound(_BEYOND, 2))
    top = bound(_TOP, 1)
    low = pl.coalesce(bound(_RANGE, 1), pl.when(top.is_not_null()).then(1.0), beyond)
    high = pl.coalesce(
        bound(_RANGE, 2),
        top,
        pl.when(beyond.is_not_null()).then(pl.max_horizontal(beyond, DEEPEST)),
    )
    return [numbers.count(text).alias("other"), low.alias("low"), high.alias("high")]

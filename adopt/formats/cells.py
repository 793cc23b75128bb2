"""Parse the columns of a sheet, and refuse a cell that cannot be read: file, row, column, text."""

from collections.abc import Callable
from typing import NamedTuple

import polars as pl

from adopt.errors import DataError
from adopt.formats import numbers
from adopt.formats.sheet import Sheet
from adopt.platforms import MICROS as MICROS_PER_UNIT


class Parser(NamedTuple):
    """How a column's cells are read.

    usual: reads the plain spelling fast, null on any other; full: reads every spelling
    noun: what the cell should be; remedy: what to write instead
    """

    usual: Callable[[pl.Expr], pl.Expr]
    full: Callable[[pl.Expr], pl.Expr]
    type: type[pl.DataType]
    noun: str
    remedy: str = "Correct the cell, or leave it empty where the value is unknown."


def _usual_number(text: pl.Expr) -> pl.Expr:
    value = text.cast(pl.Float64, strict=False)
    return pl.when(value.is_finite()).then(value)


def _usual_fraction(text: pl.Expr) -> pl.Expr:
    value = _usual_number(text)
    return pl.when(value <= 1).then(value)


def _usual_micros(text: pl.Expr) -> pl.Expr:
    plain = pl.when(text.str.contains(r"^[0-9]{1,12}(\.[0-9]{0,6})?$")).then(text)
    return (plain.str.to_decimal(scale=6) * pl.lit(MICROS_PER_UNIT)).cast(pl.Int64)


def _usual_whole(text: pl.Expr) -> pl.Expr:
    return text.cast(pl.Int64, strict=False)


def _usual_date(text: pl.Expr) -> pl.Expr:
    return text.str.to_date("%Y-%m-%d", strict=False)


def _usual_id(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(r"^[0-9]+$")).then(text)


def _usual_text(text: pl.Expr) -> pl.Expr:
    return pl.when(~text.str.contains(r"^[=']")).then(text)


def _never(text: pl.Expr) -> pl.Expr:
    return pl.when(text.is_null()).then(None)


COUNT = Parser(_usual_number, numbers.count, pl.Float64, "a number")
DECIMAL = Parser(_usual_number, numbers.number, pl.Float64, "a number")
MONEY = Parser(_usual_number, numbers.count, pl.Float64, "an amount of money")
MICROS = Parser(
    _usual_micros, numbers.micros, pl.Int64, "an amount of money with at most six decimals"
)
WHOLE = Parser(_usual_whole, numbers.whole_number, pl.Int64, "a whole number")
FRACTION = Parser(
    _usual_fraction,
    numbers.fraction,
    pl.Float64,
    "a fraction or a percentage",
    "Write 35 % as 35% or 0.35.",
)
DATE = Parser(
    _usual_date,
    numbers.date,
    pl.Date,
    "a day of the calendar",
    "Write days as 2026-01-31, one day a row.",
)
FIRST_DAY = Parser(
    _usual_date, numbers.first_day, pl.Date, "a day or a range of days", "Write days as 2026-01-31."
)
LAST_DAY = Parser(
    _usual_date, numbers.last_day, pl.Date, "a day or a range of days", "Write days as 2026-01-31."
)
ID = Parser(
    _usual_id,
    numbers.identifier,
    pl.String,
    "an id: a spreadsheet has rounded it",
    "Export again and keep the column as text.",
)
TEXT = Parser(_usual_text, numbers.plain_text, pl.String, "text")
FLAG = Parser(_never, numbers.flag, pl.Boolean, "yes or no", "Write 是 or 否 (true or false).")


def parse(sheet: Sheet, parsers: dict[str, Parser]) -> pl.DataFrame:
    """`row` and one typed column a parser; null where the sheet lacks the column.

    Raises DataError at the first cell that cannot be read.
    """
    present = {name: parser for name, parser in parsers.items() if sheet.has(name)}
    for name, parser in present.items():
        _refuse_rounded_ids(sheet, name, parser)
    # All columns at once in their usual spelling; a column with any other is read by itself.
    usual = sheet.frame.select(
        **{name: p.usual(pl.col(name)).cast(p.type()) for name, p in present.items()}
    )
    unread = _unread(sheet.frame.select(*present), usual)
    columns = [
        pl.lit(None, dtype=parser.type()).alias(name)
        if name not in present
        else _parsed(sheet, name, parser, usual[name])
        if unread[name]
        else usual[name]
        for name, parser in parsers.items()
    ]
    return sheet.frame.select("row", *columns)


def _unread(texts: pl.DataFrame, values: pl.DataFrame) -> dict[str, bool]:
    """Whether a column holds a text that its usual spelling did not read."""
    both = pl.concat([texts.rename(lambda name: f"text {name}"), values], how="horizontal")
    if both.is_empty():
        return dict.fromkeys(values.columns, False)
    return both.select(
        (pl.col(f"text {name}").is_not_null() & pl.col(name).is_null()).any().alias(name)
        for name in values.columns
    ).row(0, named=True)


def _refuse_rounded_ids(sheet: Sheet, name: str, parser: Parser) -> None:
    if parser is ID and name in sheet.numeric:
        raise DataError(
            "holds ids of more than 15 digits as numbers; a workbook rounds those.",
            place=sheet.place(column=name),
            remedy="Export again and keep the column as text.",
        )


def _parsed(sheet: Sheet, name: str, parser: Parser, usual: pl.Series) -> pl.Series:
    """One column: cells in another spelling are read by their distinct texts."""
    text = sheet.frame[name]
    value = _completed(text, usual, parser)
    unread = text.is_not_null() & value.is_null()
    if unread.any():
        at = unread.arg_true()[0]
        raise DataError(
            f"'{text[at]}' is not {parser.noun}.",
            place=sheet.place(int(sheet.frame["row"][at]), name),
            remedy=parser.remedy,
        )
    return value.alias(name)


def _completed(text: pl.Series, usual: pl.Series, parser: Parser) -> pl.Series:
    """The values in their usual spelling, and those in any other that the parser reads."""
    frame = pl.DataFrame({"text": text, "value": usual})
    others = (
        frame.filter(pl.col("text").is_not_null(), pl.col("value").is_null())
        .select(pl.col("text").unique())
        .with_columns(parser.full(pl.col("text")).cast(parser.type()).alias("other"))
    )
    return frame.join(others, on="text", how="left", maintain_order="left", validate="m:1").select(
        pl.coalesce("value", "other")
    )["value"]


def readable(sheet: Sheet, parsers: dict[str, Parser]) -> pl.DataFrame:
    """`row` and one typed column a parser; null where the sheet lacks it or a cell cannot be read."""
    columns = [
        _completed(
            sheet.frame[name],
            sheet.frame.select(parser.usual(pl.col(name)).cast(parser.type())).to_series(),
            parser,
        ).alias(name)
        if sheet.has(name)
        else pl.lit(None, dtype=parser.type()).alias(name)
        for name, parser in parsers.items()
    ]
    return sheet.frame.select("row", *columns)


def refuse(
    sheet: Sheet, frame: pl.DataFrame, wrong: pl.Expr, *, column: str, what: str, remedy: str
) -> None:
    """Raise DataError at the first row of the frame where `wrong` is true.

    what: what is wrong, with ``{cell}`` for the text of the cell in `column` (a canonical name)
    """
    rows = frame.filter(wrong)["row"]
    if not rows.len():
        return
    cell = sheet.frame.filter(pl.col("row") == rows[0])[column][0] if sheet.has(column) else None
    more = f" ({rows.len()} rows are so.)" if rows.len() > 1 else ""
    raise DataError(
        what.format(cell=cell) + more, place=sheet.place(int(rows[0]), column), remedy=remedy
    )


def refuse_outside(
    sheet: Sheet, frame: pl.DataFrame, column: str, *, low: float = 0, high: float | None = None
) -> None:
    """Raise DataError at the first number below `low` or above `high`."""
    value = pl.col(column)
    wrong = value < low if high is None else ~value.is_between(low, high)
    limits = f"below {low:g}" if high is None else f"outside {low:g} to {high:g}"
    refuse(
        sheet,
        frame,
        wrong,
        column=column,
        what=f"'{{cell}}' is {limits}, which cannot be.",
        remedy="Export the report again, or correct the cell.",
    )

"""What a platform's bulk file is to the door that writes it, and what the writers share.

A bulk file is read by a machine: a keyword or a name in it is a key and stands exactly as the platform
knows it, without the apostrophe that the sheets for people put before a formula sign. Where such a
text could do something when a person opens the file in a spreadsheet, its row is left to the sheets.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

STEPS = ("bid", "off", "on")
"""What is done to a target: its bid is set (or given back to the ad group), it is paused, it is enabled."""

IS_BID = pl.col("step") == "bid"
IS_CLICK_BID = pl.col("lever") == "cpc_bid"

RUNS_AS_FORMULA = r"(?s)^[=@\t\r]|^[+\-].*[(|!=@]"
"""Text that a spreadsheet would act on; ``+red +shoes`` only shows ``#NAME?`` there, and is harmless."""


class BulkFile(NamedTuple):
    """One file that a platform takes.

    carries: steps that the file is for; takes: of these, the rows it can carry, never null
    key: columns of `table` by which the platform finds the keyword
    table: the file's cells, of rows that it takes
    write: puts the table into a file; most_rows: rows a file, more go into a second one
    extra_rows: rows of the table that are no keyword
    lacks_en, lacks_zh: what a row lacks that stays out
    """

    name: str
    carries: tuple[str, ...]
    takes: pl.Expr
    key: tuple[str, ...]
    table: Callable[[pl.DataFrame], pl.DataFrame]
    write: Callable[[pl.DataFrame, Path], object]
    lacks_en: str
    lacks_zh: str
    most_rows: int | None = None
    extra_rows: int = 0


def is_number(name: str) -> pl.Expr:
    """Whether an id is one that the platform gave: digits, not made of a name."""
    return pl.col(name).str.contains(r"^\d{1,19}$").fill_null(value=False)


def is_harmless(*texts: pl.Expr) -> pl.Expr:
    """Whether every text is there and does nothing in a spreadsheet."""
    return pl.all_horizontal(
        (text.str.strip_chars() != "") & ~text.str.contains(RUNS_AS_FORMULA) for text in texts
    ).fill_null(value=False)


def real_id(name: str) -> pl.Expr:
    """The platform's own id; null where there is none."""
    return pl.when(is_number(name)).then(pl.col(name))


def write_sheet(sheet: pl.DataFrame, path: Path) -> None:
    """A comma-separated file that spreadsheets and platforms read: UTF-8 with its mark, CRLF."""
    sheet.write_csv(path, include_bom=True, line_terminator="\r\n")


def write_payload(rows: pl.DataFrame, path: Path) -> None:
    """A JSON list, one object a row."""
    payload: list[dict[str, Any]] = rows.to_dicts()
    path.write_text(json.dumps(payload, indent=1) + "\n", encoding="utf-8")

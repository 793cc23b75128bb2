"""What must hold of every file: read as it stands, or refused in words; and of every cell: exact, or refused."""

import csv
import io
import json
import random
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from adopt.errors import AdoptError
from adopt.formats.cells import (
    COUNT,
    DATE,
    DECIMAL,
    FRACTION,
    ID,
    MICROS,
    MONEY,
    WHOLE,
    Parser,
    readable,
)
from adopt.formats.encoding import decode
from adopt.formats.files import ShopFile, grids_of
from adopt.formats.grid import NULL_TOKENS, TOTALS, Grid
from adopt.formats.readers import READERS
from adopt.formats.recognise import recognise
from adopt.formats.sheet import Sheet
from sims.fuzz.inputs import Case, hostile_cell
from sims.fuzz.printed import as_typed, is_percentage, printed_number

PARSERS: dict[str, Parser] = {
    "count": COUNT,
    "decimal": DECIMAL,
    "money": MONEY,
    "micros": MICROS,
    "whole": WHOLE,
    "fraction": FRACTION,
    "date": DATE,
    "id": ID,
}
_SPACE = "\t\n\x0b\x0c\r \x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


def file_fault(case: Case) -> str | None:
    """What is wrong with how a file was met; None where it was read as it stands or refused in words."""
    try:
        grids = grids_of(ShopFile(case.name, case.data, is_table=True, sha256=""))
    except AdoptError:
        return None
    except BaseException as error:  # noqa: BLE001 -- a panic of compiled code is no Exception
        return f"grids_of: {type(error).__name__}: {str(error)[:200]}"
    for grid in grids:
        if not case.data.startswith((b"PK", b"PAR1")) and (words := _misread(case, grid)):
            return words
        try:
            kind, sheet = recognise(grid)
            READERS[kind](sheet)
        except AdoptError:
            continue
        except BaseException as error:  # noqa: BLE001 -- as above
            return f"reader: {type(error).__name__}: {str(error)[:200]}"
    return None


def _misread(case: Case, grid: Grid) -> str | None:
    """How the cells differ from what Python's own csv (or json) reads, under every separator."""
    if case.data.lstrip()[:1] in {b"[", b"{"}:
        return _misread_json(case, grid)
    text = decode(case.data, file=case.name)[0].replace("\r\n", "\n").replace("\r", "\n")
    found = [list(row) for row in grid.cells.drop("row").iter_rows()]
    words = "no separator gives this header"
    for separator in ",\t;":
        try:
            records = list(csv.reader(io.StringIO(text, newline="\n"), delimiter=separator))
        except csv.Error:
            continue
        if list(grid.header) not in records:
            continue
        records = [row for row in records if row]
        if len(records[-1]) == 1 and re.match(r"[@©]\s*\d{4} Microsoft", records[-1][0].strip()):
            records.pop()
        expected = [_cleaned(row) for row in records[records.index(list(grid.header)) + 1 :]]
        expected = [row for row in expected if any(row) and not _is_total(row[0])]
        if expected == found:
            return None
        words = next(
            (
                f"read {got}, stands {stands}"
                for got, stands in zip(found, expected, strict=False)
                if got != stands
            ),
            f"read {len(found)} rows of {len(expected)}",
        )
    return f"misread: {words}"


def _misread_json(case: Case, grid: Grid) -> str | None:
    """How the cells differ from the values of the objects, digit by digit."""
    rows = json.loads(case.data.decode("utf-8-sig"), parse_int=str, parse_float=str)
    expected = [_cleaned([str(row.get(name) or "") for name in grid.header]) for row in rows]
    expected = [row for row in expected if any(row) and not _is_total(row[0])]
    found = [list(row) for row in grid.cells.drop("row").iter_rows()]
    same = len(found) == len(expected) and all(
        got == stands or _number(got) == _number(stands)
        for row, other in zip(found, expected, strict=True)
        for got, stands in zip(row, other, strict=True)
    )
    return None if same else "misread: the objects say something else"


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal(text or "x")
    except InvalidOperation:
        return None


def _cleaned(record: list[str]) -> list[str | None]:
    bare = [cell.strip(_SPACE) for cell in record]
    return [None if cell.lower() in NULL_TOKENS else cell for cell in bare]


def _is_total(cell: str | None) -> bool:
    return cell is not None and re.search(TOTALS, cell.lower()) is not None


def cell_faults(texts: list[str]) -> list[str]:
    """Every cell that a parser read as something else than it says."""
    cells = pl.Series(texts, dtype=pl.String)
    frame = pl.DataFrame({"row": range(len(texts)), **dict.fromkeys(PARSERS, cells)})
    sheet = Sheet("cells", {name: name for name in PARSERS}, frame)
    read = readable(sheet, PARSERS)
    return [
        f"{name}: {text!r} read as {value!r}"
        for name in PARSERS
        for text, value in zip(texts, read[name].to_list(), strict=True)
        if value is not None and not _is_right(name, text, value)
    ]


def _is_right(name: str, text: str, value: Any) -> bool:  # noqa: ANN401 -- a number, day or text
    if name == "date":
        return _is_day(text, value)
    if name == "id":
        return _digits(text).startswith(_digits(value)) and not _digits(text)[
            len(_digits(value)) :
        ].strip("0")
    says = printed_number(text)
    if says is None or (is_percentage(text) and name not in {"fraction", "decimal"}):
        return False
    if name == "micros":
        return Decimal(value) == says * 10**6
    if name == "whole":
        return Decimal(value) == says
    return bool(value == float(says))


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _is_day(text: str, value: date) -> bool:
    typed = as_typed(text)
    numbers = re.findall(r"[0-9]+", typed)
    if word := re.search("[a-su-z]{3}", typed.lower()):
        month_of = "janfebmaraprmayjunjulaugsepoctnovdec".index(word.group()) // 3 + 1
        ordered = sorted(map(int, numbers))
        return ordered == sorted((value.day, value.year)) and month_of == value.month
    if len(numbers[0]) == 8:
        numbers = [numbers[0][:4], numbers[0][4:6], numbers[0][6:], *numbers[1:]]
    year, month, day, *clock = map(int, numbers)
    return (year, month, day) == (value.year, value.month, value.day) and not any(clock)


def hostile_cells(seed: int, count: int) -> list[str]:
    """So many cells that look like numbers."""
    rng = random.Random(f"cells {seed}")
    return [hostile_cell(rng) for _ in range(count)]

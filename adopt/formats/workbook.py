"""Excel workbooks (.xlsx, .xls) and Parquet files → grids."""

import io

import fastexcel
import polars as pl

from adopt.errors import DataError, Place
from adopt.formats.archive import LARGEST_INFLATED, check_archive
from adopt.formats.faults import refusing
from adopt.formats.grid import (
    HEADER_ROWS,
    Grid,
    check_size,
    clean_cells,
    column_names,
    find_header,
)
from adopt.formats.old_workbook import REMEDY, check_old_workbook
from adopt.formats.sheet_area import MOST_CELLS

_NOISE = 3
"""So many letters shorter is what a rounded decimal must be to have been a shorter one."""

ZIP = b"PK\x03\x04"


def read_workbook(data: bytes, *, file: str) -> list[Grid]:
    """One grid for each sheet that shows a known header; the first filled sheet where none does.

    Raises DataError when the workbook cannot be opened or is empty.
    """
    if data.startswith(ZIP):
        check_archive(data, file=file)
    else:
        check_old_workbook(data, file=file)
    sheets, cells = [], 0
    with refusing(
        file,
        "cannot be opened as a workbook; it is damaged or protected by a password.",
        remedy=REMEDY,
    ):
        book = fastexcel.read_excel(data)
        for name in book.sheet_names:
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            cells += sheet.width * sheet.total_height
            check_size(sheet.width, cells, MOST_CELLS, file)
            sheets.append(sheet)
    filled = [(sheet.name, sheet.to_polars()) for sheet in sheets]
    filled = [(name, frame) for name, frame in filled if frame.width and frame.height]
    if not filled:
        raise DataError("is empty.", place=Place(file), remedy="Export the report again.")
    heads = [find_header(frame.head(HEADER_ROWS).rows()) for _, frame in filled]
    chosen = [k for k, (_, known) in enumerate(heads) if known] or [0]
    return [
        _sheet_grid(
            book,
            filled[k][0],
            filled[k][1],
            heads[k][0],
            file if len(chosen) == 1 else f"{file} [{filled[k][0]}]",
        )
        for k in chosen
    ]


def _sheet_grid(
    book: fastexcel.ExcelReader, name: str, frame: pl.DataFrame, at: int, file: str
) -> Grid:
    header = tuple(cell or "" for cell in frame.row(at))
    names = column_names(frame.width)
    cells = frame[at + 1 :].rename(dict(zip(frame.columns, names, strict=True)))
    cells = cells.with_columns(_as_shown(pl.col(names)).name.keep())
    row = pl.int_range(pl.len(), dtype=pl.Int64).add(at + 2).alias("row")
    cleaned = clean_cells(cells.select(row, *names))
    above = "\n".join(cell for line in frame.head(at).rows() for cell in line if cell)
    numeric = _numeric_columns(book, name, cleaned, at)
    return Grid(file, header, cleaned, numeric=numeric, preamble=above)


def _as_shown(text: pl.Expr) -> pl.Expr:
    """Decimals of more than 15 digits as a spreadsheet shows them: 0.30000000000000004 is 0.3.

    Only where that takes away a row of noughts or nines; 16 digits that all say something stay. Of a number,
    not of a text, fastexcel hands on nine decimals at most.
    """
    is_long = text.str.contains(r"^-?[0-9]*\.[0-9]+$") & (text.str.len_chars() > 16)
    shown = text.cast(pl.Float64, strict=False).round_sig_figs(15).cast(pl.String)
    is_noise = is_long & (shown.str.len_chars() + _NOISE <= text.str.len_chars())
    return pl.when(is_noise).then(shown).otherwise(text)


def _numeric_columns(
    book: fastexcel.ExcelReader, name: str, cells: pl.DataFrame, at: int
) -> frozenset[int]:
    """Columns with whole numbers of more than 15 digits that the workbook holds as numbers, not as text."""
    long = [
        position
        for position, column in enumerate(column_names(cells.width - 1))
        if cells[column].str.contains(r"^\d{16,}$").any()
    ]
    if not long:
        return frozenset()
    sheet = book.load_sheet(name, header_row=None, skip_rows=at + 1, use_columns=long)
    kinds = sheet.to_polars().dtypes
    return frozenset(k for k, kind in zip(long, kinds, strict=True) if kind.is_numeric())


def read_parquet(data: bytes, *, file: str) -> Grid:
    """The grid of a Parquet file: every value as its shortest exact text.

    Raises DataError when it is not Parquet or holds nested columns.
    """
    with refusing(
        file,
        "cannot be read as a Parquet table: {fault}.",
        remedy="Write it again, with plain columns only.",
    ):
        _check_parquet(data, file)
        frame = pl.read_parquet(io.BytesIO(data))
        names = column_names(frame.width)
        cells = frame.select(
            pl.int_range(pl.len(), dtype=pl.Int64).add(1).alias("row"),
            *(
                pl.col(old).cast(pl.String).alias(new)
                for old, new in zip(frame.columns, names, strict=True)
            ),
        )
        _check_texts(cells, file)
    integers = frozenset(k for k, kind in enumerate(frame.dtypes) if kind.is_integer())
    return Grid(file, tuple(frame.columns), clean_cells(cells), integers=integers)


def _check_parquet(data: bytes, file: str) -> None:
    """Refuse a file whose own account of itself is more than fits in memory."""
    from pyarrow import parquet  # noqa: PLC0415 -- a third of a second, for the rarest kind of file

    about = parquet.ParquetFile(io.BytesIO(data)).metadata
    check_size(about.num_columns, about.num_columns * about.num_rows, MOST_CELLS, file)
    inflated = sum(about.row_group(k).total_byte_size for k in range(about.num_row_groups))
    if inflated > LARGEST_INFLATED:
        raise _too_much_text(inflated, file)


def _check_texts(cells: pl.DataFrame, file: str) -> None:
    """Refuse texts that are kept once and shown a million times: reading them writes each out."""
    texts = cells.select(pl.exclude("row").str.len_bytes().cast(pl.Int64).sum())
    if texts.width and (size := sum(value or 0 for value in texts.row(0))) > LARGEST_INFLATED:
        raise _too_much_text(size, file)


def _too_much_text(size: int, file: str) -> DataError:
    return DataError(
        f"holds {size:,} bytes of values; {LARGEST_INFLATED:,} can be read.",
        place=Place(file),
        remedy="Split it by days, one file each.",
    )

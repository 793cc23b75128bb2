"""Tables for a spreadsheet: money exact, and no cell that would run as a formula."""

import polars as pl

from adopt.platforms import MICROS

_DECIMALS = 6
_FORMULA = r"^([=+\-@\t\r'])"


def money_text(micros: pl.Expr) -> pl.Expr:
    """Integer micros as decimal text with at least two decimals, exact, never through a float."""
    whole = (micros // MICROS).cast(pl.String)
    decimals = (micros % MICROS).cast(pl.String).str.zfill(_DECIMALS)
    return pl.concat_str(whole, pl.lit("."), decimals.str.replace(r"0{1,4}$", ""))


def safe_text(text: pl.Expr) -> pl.Expr:
    """Text that a spreadsheet shows and does not run: an apostrophe before a formula sign."""
    return text.str.replace(_FORMULA, "'$1")

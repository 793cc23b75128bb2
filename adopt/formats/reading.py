"""What one reader hands on, and the columns that readers of the same thing share."""

from dataclasses import dataclass

import polars as pl

from adopt.errors import DataError
from adopt.formats.cells import ID, MICROS, TEXT, WHOLE, Parser, refuse, refuse_outside
from adopt.formats.recognise import Kind
from adopt.formats.sheet import Sheet
from adopt.formats.shop_data import Notice
from adopt.tables.targets import LEVERS

KEYS: dict[str, Parser] = {
    "campaign_id": ID,
    "campaign": TEXT,
    "ad_group_id": ID,
    "ad_group": TEXT,
    "product_id": ID,
    "product": TEXT,
    "keyword_id": ID,
    "keyword": TEXT,
    "match_type": TEXT,
}
"""What says which target a row is about."""

NAMED = "name:"
"""An id that a report does not give is made of its name, with this in front."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Typed rows of one table, each with its `file` and `row`.

    currency: ISO code that the table states or its platform implies; None where it says nothing
    attribution_days: days after a click in which its orders count; None where the table says nothing
    listing: what is in force now, one row a keyword: ids and names, lever, bid (micros), quality_score,
    campaign_budget (micros), is_bid_inherited, is_active, file, row
    """

    kind: Kind
    frame: pl.DataFrame
    currency: str | None = None
    notices: tuple[Notice, ...] = ()
    attribution_days: int | None = None
    listing: pl.DataFrame | None = None


def named_ids() -> list[pl.Expr]:
    """Ids of campaign, ad group and keyword; made of the name where there is no id."""
    return [
        pl.coalesce(f"{level}_id", pl.lit(NAMED) + pl.col(level)).alias(f"{level}_id")
        for level in ("campaign", "ad_group", "keyword")
    ]


def of_file(sheet: Sheet) -> pl.Expr:
    """The column `file`."""
    return pl.lit(sheet.file).alias("file")


def stated_currency(sheet: Sheet) -> str | None:
    """The one currency a table states, or None.

    Raises DataError when it states several.
    """
    if not sheet.has("currency"):
        return None
    stated = sheet.frame["currency"].drop_nulls().str.to_uppercase().unique().sort().to_list()
    if len(stated) > 1:
        raise DataError(
            f"holds several currencies: {', '.join(stated)}.",
            place=sheet.place(column="currency"),
            remedy="Give each currency a folder of its own.",
        )
    return str(stated[0]) if stated else None


def money_parsers(sheet: Sheet, *names: str) -> dict[str, Parser]:
    """Parsers of exact amounts: whole micros where the sheet has such a column, else in currency."""
    return {
        f"{name}_micros" if sheet.has(f"{name}_micros") else name: (
            WHOLE if sheet.has(f"{name}_micros") else MICROS
        )
        for name in names
    }


def exact_money(sheet: Sheet, frame: pl.DataFrame, *names: str) -> pl.DataFrame:
    """The frame with its exact amounts under their plain names, in micros.

    Raises DataError on a negative amount.
    """
    for name in names:
        column = f"{name}_micros" if f"{name}_micros" in frame.columns else name
        refuse_outside(sheet, frame, column)
        frame = frame.rename({column: name})
    return frame


def known_only(*names: str) -> list[pl.Expr]:
    """Columns where 0 or less means "not known" (a rank, a bid, a quality score, a budget), null there."""
    return [pl.when(pl.col(name) > 0).then(name).alias(name) for name in names]


def checked_lever(sheet: Sheet, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with `lever` filled: a bid per click where nothing else is said."""
    refuse(
        sheet,
        frame,
        ~pl.col("lever").is_in(LEVERS),
        column="lever",
        what="'{cell}' is no lever.",
        remedy=f"Write one of {', '.join(LEVERS)}.",
    )
    return frame.with_columns(pl.col("lever").fill_null(LEVERS[0]))

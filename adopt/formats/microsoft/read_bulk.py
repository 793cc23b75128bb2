"""Microsoft Advertising bulk file, format 6.0: campaigns, ad groups and keywords in one table."""

from dataclasses import replace

import polars as pl

from adopt.errors import DataError
from adopt.formats.bulk_listing import listing_of
from adopt.formats.cells import ID, MICROS, TEXT, WHOLE, parse
from adopt.formats.current_state import match_type
from adopt.formats.reading import Reading
from adopt.formats.recognise import MICROSOFT_BULK
from adopt.formats.sheet import Sheet

VERSION = "6.0"


def read_bulk(sheet: Sheet) -> Reading:
    """Bid, state and quality of every keyword, with its campaign's budget.

    A keyword without a bid has its ad group's. Raises DataError for another format version or a cell that
    cannot be read.
    """
    _check_version(sheet)
    kind = pl.col("record_type").str.to_lowercase()
    wanted = sheet.frame.filter(kind.is_in(["campaign", "ad group", "keyword"]))
    sheet = replace(sheet, frame=wanted)
    rows = parse(
        sheet,
        {
            "record_type": TEXT,
            "status": TEXT,
            "id": ID,
            "parent_id": ID,
            "campaign": TEXT,
            "ad_group": TEXT,
            "keyword": TEXT,
            "match_type": TEXT,
            "bid": MICROS,
            "ad_group_bid": MICROS,
            "campaign_budget": MICROS,
            "quality_score": WHOLE,
        },
    ).with_columns(kind, match_type(pl.col("match_type")).alias("match_type"))
    state = pl.col("status").alias("state")
    campaigns = rows.filter(kind == "campaign").select(
        "campaign", state, pl.col("id").alias("campaign_id"), "campaign_budget"
    )
    ad_groups = rows.filter(kind == "ad group").select(
        state,
        "ad_group",
        "ad_group_bid",
        pl.col("id").alias("ad_group_id"),
        pl.col("parent_id").alias("campaign_id"),
    )
    keywords = rows.filter(kind == "keyword").select(
        "row",
        state,
        "campaign",
        "ad_group",
        "keyword",
        "match_type",
        "bid",
        "quality_score",
        pl.col("id").alias("keyword_id"),
        pl.col("parent_id").alias("ad_group_id"),
        pl.lit(None, pl.String).alias("campaign_id"),
        pl.lit(None, pl.String).alias("product_id"),
    )
    listing = listing_of(sheet, keywords, ad_groups, campaigns)
    return Reading(MICROSOFT_BULK, listing.clear(), listing=listing)


def _check_version(sheet: Sheet) -> None:
    """Raise DataError where the file states another format version."""
    if not sheet.has("name"):
        return
    told = sheet.frame.filter(pl.col("record_type").str.to_lowercase() == "format version")
    other = told.filter(pl.col("name").cast(pl.Float64, strict=False) != float(VERSION))
    if other.height:
        raise DataError(
            f"is a bulk file of format {other['name'][0]}; format {VERSION} can be read.",
            place=sheet.place(int(other["row"][0]), "name"),
            remedy=f"Download it again in format {VERSION}.",
        )

"""Amazon Sponsored Products bulksheet 2.0: one Update a keyword, found by its ids.

Keyword rows only: an Update of a campaign with a blank end date would take its end date away. A blank bid
changes nothing, so a bid of its own, once given to a keyword, can't be taken away by this file: the way
back of a keyword that had none sets the ad group's default.
Source: Amazon Ads bulksheets 2.0 documentation, in idealerror/amazon-ads-api-docs @08dc185.
"""

from datetime import datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from adopt.formats.bulk_file import IS_BID, IS_CLICK_BID, STEPS, BulkFile, is_number
from adopt.platforms import MICROS

SHEET = "Sponsored Products Campaigns"
HEADERS = (
    *("Product", "Entity", "Operation", "Campaign Id", "Ad Group Id", "Portfolio Id", "Ad Id"),
    *("Keyword Id", "Product Targeting Id", "Campaign Name", "Ad Group Name", "Start Date"),
    *("End Date", "Targeting Type", "State", "Daily Budget", "SKU", "ASIN"),
    *("Ad Group Default Bid", "Bid", "Keyword Text", "Match Type", "Bidding Strategy"),
    *("Placement", "Percentage", "Product Targeting Expression"),
)
MOST_ROWS = 100_000
"""Rows a workbook; more make a second one, as the upload takes no text file."""

SAME_TIME = datetime(2000, 1, 1)  # noqa: DTZ001 -- a workbook's time has no zone
"""Written as the time of creation, so that the same changes make the same bytes."""


def bulksheet_rows(steps: pl.DataFrame) -> pl.DataFrame:
    """Rows of the sheet: ids as text, the bid as a number in currency."""
    filled = {
        "Product": pl.lit("Sponsored Products"),
        "Entity": pl.lit("Keyword"),
        "Operation": pl.lit("Update"),
        "Campaign Id": pl.col("campaign_id"),
        "Ad Group Id": pl.col("ad_group_id"),
        "Keyword Id": pl.col("keyword_id"),
        "State": pl.when(pl.col("step") == "off")
        .then(pl.lit("paused"))
        .otherwise(pl.lit("enabled")),
        "Bid": pl.when(IS_BID).then(pl.col("recommended_bid") / MICROS),
    }
    return steps.select(
        filled.get(header, pl.lit(None, pl.String)).alias(header) for header in HEADERS
    )


def write_workbook(rows: pl.DataFrame, path: Path) -> None:
    """The rows under their headers in the one sheet that the upload reads."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    book.set_properties({"created": SAME_TIME})
    sheet = book.add_worksheet(SHEET)
    has_minor_unit = (rows["Bid"].drop_nulls() % 1 != 0).any()
    money = book.add_format({"num_format": "0.00" if has_minor_unit else "0"})
    for column, header in enumerate(rows.columns):
        sheet.write_string(0, column, header)
    filled = [name for name in rows.columns if rows[name].null_count() < rows.height]
    places = {name: rows.columns.index(name) for name in filled}
    for at, row in enumerate(rows.select(filled).rows(), start=1):
        for (name, column), cell in zip(places.items(), row, strict=True):
            if cell is None:
                continue
            if name == "Bid":
                sheet.write_number(at, column, cell, money)
            else:
                sheet.write_string(at, column, cell)
    book.close()


BULKSHEET = BulkFile(
    name="bulksheet.xlsx",
    carries=STEPS,
    takes=IS_CLICK_BID
    & is_number("campaign_id")
    & is_number("ad_group_id")
    & is_number("keyword_id"),
    key=("Keyword Id",),
    table=bulksheet_rows,
    write=write_workbook,
    lacks_en="ids of campaign, ad group and keyword",
    lacks_zh="广告活动ID、广告组ID和关键词ID",
    most_rows=MOST_ROWS,
)

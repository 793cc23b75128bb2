"""Amazon Sponsored Products bulksheet: campaigns, ad groups, ads and keywords in one table."""

from dataclasses import replace

import polars as pl

from adopt.formats.bulk_listing import listing_of
from adopt.formats.cells import ID, MICROS, MONEY, TEXT, parse
from adopt.formats.current_state import match_type, read_with_state
from adopt.formats.reading import Reading
from adopt.formats.recognise import AMAZON_BULKSHEET
from adopt.formats.sheet import Sheet
from adopt.formats.shop_data import Notice

WINDOW_DAYS = 7


def read_bulksheet(sheet: Sheet) -> Reading:
    """Bid and state of every Sponsored Products keyword with its ad group's one product, and its results.

    Product targets are told and left out: they are no keywords. Results need the days, which the name of a
    downloaded bulksheet tells. Raises DataError where an id is missing or a cell cannot be read.
    """
    if sheet.has("ad_product"):
        product = pl.col("ad_product").str.to_lowercase()
        ours = (product == "sponsored products").fill_null(value=True)
        sheet = replace(sheet, frame=sheet.frame.filter(ours))
    rows = _rows(sheet)
    entity = pl.col("entity")
    campaigns = rows.filter(entity == "campaign").select(
        "campaign_id", "campaign", "campaign_budget", pl.col("status").alias("state")
    )
    ad_groups = rows.filter(entity == "ad group").select(
        "ad_group_id", "campaign_id", "ad_group", "ad_group_bid", pl.col("status").alias("state")
    )
    words = rows.filter(entity == "keyword").drop("ad_group_bid", "campaign_budget", "product_id")
    words = words.join(
        _only_product(rows), on="ad_group_id", how="left", validate="m:1", maintain_order="left"
    )
    keywords = words.with_columns(
        pl.col("status").alias("state"),
        match_type(pl.col("match_type")).alias("match_type"),
        pl.lit(None, pl.Float64).alias("quality_score"),
    )
    listing = listing_of(sheet, keywords, ad_groups, campaigns)
    part = replace(
        sheet, frame=sheet.frame.filter(sheet.frame["row"].is_in(words["row"].to_list()))
    )
    results, notices = _results(part, listing)
    return Reading(
        AMAZON_BULKSHEET,
        results,
        None,
        (*_product_targets(sheet, rows), *notices),
        WINDOW_DAYS if results.height else None,
        listing,
    )


def _rows(sheet: Sheet) -> pl.DataFrame:
    texts = ("entity", "status", "campaign", "campaign_told", "ad_group", "ad_group_told")
    ids = ("campaign_id", "ad_group_id", "keyword_id")
    parsed = parse(
        sheet,
        {
            **dict.fromkeys(texts, TEXT),
            **dict.fromkeys(ids, ID),
            "product_id": ID,
            "product_id_told": ID,
            "sku": TEXT,
            "keyword": TEXT,
            "match_type": TEXT,
            "bid": MICROS,
            "ad_group_bid": MICROS,
            "ad_group_bid_told": MICROS,
            "campaign_budget": MICROS,
            "cost": MONEY,
        },
    )
    return parsed.with_columns(
        pl.col("entity").str.to_lowercase().str.strip_chars(),
        pl.coalesce("campaign", "campaign_told").alias("campaign"),
        pl.coalesce("ad_group", "ad_group_told").alias("ad_group"),
        pl.coalesce("ad_group_bid", "ad_group_bid_told").alias("ad_group_bid"),
        pl.coalesce("product_id", "product_id_told", "sku").alias("product_id"),
    )


def _only_product(rows: pl.DataFrame) -> pl.DataFrame:
    """ad_group_id, product_id of ad groups that advertise one product."""
    ads = rows.filter(
        pl.col("entity") == "product ad",
        ~pl.col("status").str.to_lowercase().str.starts_with("archiv").fill_null(value=False),
        pl.col("product_id").is_not_null(),
        pl.col("ad_group_id").is_not_null(),
    ).unique(["ad_group_id", "product_id"], maintain_order=True)
    return ads.filter(pl.col("ad_group_id").is_unique()).select("ad_group_id", "product_id")


def _results(sheet: Sheet, listing: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Notice, ...]]:
    """Results of the keyword rows under the ids and names of the listing."""
    if not sheet.has("impressions", "clicks", "cost") or sheet.frame.is_empty():
        return listing.clear().select("file", "row"), ()
    names = (
        "campaign_id",
        "campaign",
        "ad_group_id",
        "ad_group",
        "keyword_id",
        "keyword",
        "match_type",
    )
    known = listing.select("row", *names, "product_id")
    told = sheet.frame.drop(
        *(n for n in (*names, "product_id", "campaign_budget", "bid") if sheet.has(n))
    )
    frame = told.join(known, on="row", how="inner", validate="1:1", maintain_order="left")
    headers = {**{name: name for name in (*names, "product_id")}, **sheet.headers}
    for name in ("campaign_budget", "bid"):
        headers.pop(name, None)
    part = replace(sheet, headers=headers, frame=frame)
    results, _, notices = read_with_state(part, orders="Orders", revenue="Sales")
    return results, notices


def _product_targets(sheet: Sheet, rows: pl.DataFrame) -> tuple[Notice, ...]:
    targets = rows.filter(pl.col("entity") == "product targeting")
    if targets.is_empty():
        return ()
    cost = f"{targets['cost'].fill_null(0.0).sum():.2f}"
    en = f"{sheet.file}: {targets.height} product targets (cost {cost}) are no keywords and were left out."
    zh = f"{sheet.file}:{targets.height} 个商品定向(花费 {cost})不是关键词,未计入。"
    return (Notice("PRODUCT_TARGETS", en, zh),)

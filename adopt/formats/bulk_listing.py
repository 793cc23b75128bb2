"""The keywords of a bulk file with what their ad group and campaign say: names, states, default bid, budget."""

import polars as pl

from adopt.formats.cells import refuse, refuse_outside
from adopt.formats.current_state import IN_FORCE
from adopt.formats.reading import KEYS, known_only, of_file
from adopt.formats.sheet import Sheet

_ON = r"(?i)^\s*(?:active|enabled?|启用|已启用)?\s*$"


def listing_of(
    sheet: Sheet, keywords: pl.DataFrame, ad_groups: pl.DataFrame, campaigns: pl.DataFrame
) -> pl.DataFrame:
    """The listing of a Reading.

    keywords: row, state, campaign, ad_group, keyword, match_type, bid (micros), quality_score, keyword_id,
    ad_group_id, campaign_id, product_id; ad_groups: ad_group_id, campaign_id, ad_group, ad_group_bid,
    state; campaigns: campaign_id, campaign, campaign_budget, state
    Raises DataError where a keyword lacks its id or its ad group's, or an amount is negative.
    """
    for name in ("keyword_id", "ad_group_id"):
        column = name if sheet.has(name) else {"keyword_id": "id", "ad_group_id": "parent_id"}[name]
        refuse(
            sheet,
            keywords,
            pl.col(name).is_null(),
            column=column,
            what="the id is missing.",
            remedy="Download the bulk file again; ids are needed to change a bid.",
        )
    refuse_outside(sheet, keywords, "bid")
    groups = ad_groups.unique("ad_group_id", keep="first", maintain_order=True)
    owners = campaigns.unique("campaign_id", keep="first", maintain_order=True)
    joined = keywords.join(
        groups, on="ad_group_id", how="left", suffix="_group", validate="m:1", maintain_order="left"
    ).with_columns(pl.coalesce("campaign_id", "campaign_id_group").alias("campaign_id"))
    joined = joined.join(
        owners, on="campaign_id", how="left", suffix="_owner", validate="m:1", maintain_order="left"
    )
    is_on = [
        pl.col(name).str.contains(_ON).fill_null(value=True)
        for name in ("state", "state_group", "state_owner")
    ]
    has_none = pl.col("bid").is_null() | (pl.col("bid") == 0)
    return joined.with_columns(
        of_file(sheet),
        pl.coalesce("ad_group", "ad_group_group").alias("ad_group"),
        pl.coalesce("campaign", "campaign_owner").alias("campaign"),
        pl.lit(None, pl.String).alias("product"),
        pl.lit("cpc_bid").alias("lever"),
        pl.when(has_none).then("ad_group_bid").otherwise("bid").alias("bid"),
        pl.col("quality_score").cast(pl.Float64),
        has_none.alias("is_bid_inherited"),
        pl.all_horizontal(is_on).alias("is_active"),
    ).select(
        "file",
        "row",
        *KEYS,
        "lever",
        *known_only(*IN_FORCE),
        "is_bid_inherited",
        "is_active",
    )

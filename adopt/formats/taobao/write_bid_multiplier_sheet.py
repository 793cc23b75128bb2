"""Write the operator's sheet of multipliers on the bid: what `read_bid_multiplier_sheet` reads."""

from pathlib import Path

import polars as pl

from adopt.formats.bid_multiplier_sheet import DIMENSION_WORDS
from adopt.formats.spreadsheet_text import safe_text

_DEVICES = {"mobile": "移动", "pc": "PC"}


def write_bid_multiplier_sheet(multipliers: pl.DataFrame, path: Path) -> None:
    """Write the multipliers in the order of their rows.

    multipliers: campaign_id, campaign (name), ad_group_id (null = all), dimension, segment (hours such as
    0-7 or Mon-Fri 8-12, a device, an audience), multiplier, share (of the searches, fraction)
    """
    words = {dimension: spellings[0] for dimension, spellings in DIMENSION_WORDS.items()}
    device = pl.col("segment").replace(_DEVICES)
    segment = pl.when(pl.col("dimension") == "device").then(device).otherwise("segment")
    percent = (pl.col("multiplier") * 100).round(4).cast(pl.String).str.strip_suffix(".0")
    multipliers.select(
        safe_text(pl.col("campaign_id")).alias("计划ID"),
        safe_text(pl.col("campaign")).alias("计划名字"),
        safe_text(pl.col("ad_group_id")).alias("单元ID"),
        pl.col("dimension").replace_strict(words).alias("维度"),
        safe_text(segment).alias("分段"),
        (percent + "%").alias("系数"),
        pl.col("share").round(6).alias("流量占比"),
    ).write_csv(path, include_bom=True, line_terminator="\r\n")

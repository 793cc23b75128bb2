"""BID_MULTIPLIERS: the rows of the sheet brought to campaigns, hours of the week and shares of searches."""

from typing import Any

import dataframely as dy
import polars as pl

from adopt.errors import DataError, Place
from adopt.formats.bid_multiplier_sheet import DIMENSION_WORDS
from adopt.formats.reading import NAMED
from adopt.formats.shop_data import Notice
from adopt.formats.week_hours import HOURS
from adopt.platforms import Platform
from adopt.tables import BidMultipliers, check
from adopt.tables.bid_multipliers import DIMENSIONS

ROUNDING = 0.005
"""Shares that exceed 1 by no more were rounded, and are brought back to 1."""
_OWNER = ("campaign_id", "ad_group_id", "dimension")


def multiplier_table(
    rows: pl.DataFrame, targets: pl.DataFrame, platform: Platform
) -> tuple[dy.DataFrame[BidMultipliers], list[Notice]]:
    """The checked table, and how many multipliers were read.

    rows: of read_bid_multiplier_sheet, all files; targets: table TARGETS without the shop
    Raises DataError at a multiplier outside the platform's limits, an unknown campaign or ad group, a
    segment that occurs twice, an audience without a share, or shares above 1.
    """
    _check_limits(rows, platform)
    placed = _in_campaigns(rows, targets)
    segments = _shares(_segments(placed), platform)
    _check_once(segments)
    segments = _whole_shares(segments)
    frame = segments.with_columns(pl.col("dimension").cast(pl.Enum(DIMENSIONS)))
    table = check(
        frame.select(BidMultipliers.column_names()).sort(*_OWNER, "segment"), BidMultipliers
    )
    return table, _notices(placed, targets)


def _refuse(rows: pl.DataFrame, wrong: pl.Expr, column: str, what: str, remedy: str) -> None:
    """Raise DataError at the first row where `wrong` is true; {name} in the words stands for its column."""
    found = rows.filter(wrong)
    if found.is_empty():
        return
    row = found.row(0, named=True)
    place = Place(row["file"], row["row"], row[f"{column}_header"])
    raise DataError(what.format(**row), place=place, remedy=remedy)


def _check_limits(rows: pl.DataFrame, platform: Platform) -> None:
    for dimension, lowest, highest in platform.multipliers:
        value = pl.col("multiplier")
        _refuse(
            rows,
            (pl.col("dimension") == dimension)
            & ~value.is_between(lowest - 1e-9, highest + 1e-9)
            & ((value - 1.0).abs() > 1e-9),
            "multiplier",
            "{multiplier:g} times the bid "
            f"is outside {lowest:g} to {highest:g}, which {platform.title} allows by {dimension}.",
            "Correct the cell to what stands on the platform.",
        )


def _in_campaigns(rows: pl.DataFrame, targets: pl.DataFrame) -> pl.DataFrame:
    """Rows with the targets' own ids of campaign and ad group, found by id, else by name."""
    for level in ("campaign", "ad_group"):
        known = _known(targets, level)
        inside = [] if level == "campaign" else ["campaign_id"]
        id_column = f"{level}_id"
        is_asked = pl.col(id_column).is_not_null() | pl.col(level).is_not_null()
        rows = rows.with_columns(is_asked.alias("asked"))
        for name, places in (
            ("by_id", known.filter(~pl.col("is_made")).select(*inside, id_column, found=id_column)),
            ("by_name", _named(known, inside, level)),
        ):
            keys = [*inside, id_column if name == "by_id" else level]
            rows = rows.join(
                places.rename({"found": name}),
                on=keys,
                how="left",
                validate="m:1",
                maintain_order="left",
            )
        # A name decides only where one of the two has no id: another id is another campaign.
        usable = pl.col(id_column).is_null() | pl.col("by_name").str.starts_with(NAMED)
        rows = rows.with_columns(
            pl.coalesce("by_id", pl.when(usable).then("by_name")).alias("place")
        )
        rows = rows.with_columns(pl.coalesce(id_column, level).alias("named"))
        word, title = ("campaign", "计划") if level == "campaign" else ("ad group", "单元")
        _refuse(
            rows,
            pl.col("asked") & pl.col("place").is_null(),
            level,
            f"the {word} '{{named}}' is in no report, or its name fits several.",
            f"Write the {title}ID of a report in this folder, or delete the row.",
        )
        rows = rows.with_columns(pl.col("place").alias(id_column)).drop(
            "asked", "named", "by_id", "by_name", "place"
        )
    return rows


def _known(targets: pl.DataFrame, level: str) -> pl.DataFrame:
    """Distinct campaigns, or ad groups, of the targets: ids, name, whether the id was made of the name."""
    ids = ["campaign_id"] if level == "campaign" else ["campaign_id", "ad_group_id"]
    made = pl.col(f"{level}_id").str.starts_with(NAMED)
    return (
        targets.filter(pl.col(f"{level}_id").is_not_null())
        .with_columns(
            made.alias("is_made"),
            pl.coalesce(
                level, pl.when(made).then(pl.col(f"{level}_id").str.strip_prefix(NAMED))
            ).alias(level),
        )
        .sort(*ids, level, nulls_last=True)
        .unique(ids, keep="first", maintain_order=True)
        .select(*ids, level, "is_made")
    )


def _named(known: pl.DataFrame, inside: list[str], level: str) -> pl.DataFrame:
    """Names that belong to one id alone."""
    named = known.filter(pl.col(level).is_not_null())
    return named.filter(pl.struct(*inside, level).is_unique()).select(
        *inside, level, found=f"{level}_id"
    )


def _segments(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a segment: each hour of the week by itself."""
    is_hour = pl.col("dimension") == "hour"
    return (
        rows.with_columns(pl.col("segment").alias("written"))
        .explode("hours")
        .with_columns(
            pl.when(is_hour)
            .then(pl.col("hours").cast(pl.String))
            .otherwise("segment")
            .alias("segment")
        )
    )


def _shares(segments: pl.DataFrame, platform: Platform) -> pl.DataFrame:
    """Shares filled where blank; a share of several hours is divided as searches are over the day."""
    _refuse(
        segments,
        (pl.col("dimension") == "audience") & pl.col("share").is_null(),
        "share",
        "the audience '{segment}' has no share of the searches, and none can be assumed.",
        "Fill in which share of the campaign's searches it makes, such as 15%.",
    )
    by_hour = pl.DataFrame(
        {
            "hours": range(7 * HOURS),
            "usual": [share / 7 for _ in range(7) for share in platform.hour_share],
        }
    )
    devices = {"mobile": platform.mobile_share, "pc": 1.0 - platform.mobile_share}
    of_device = pl.col("segment").replace_strict(devices, default=None, return_dtype=pl.Float64)
    joined = segments.join(
        by_hour, on="hours", how="left", validate="m:1", maintain_order="left"
    ).with_columns(pl.coalesce("usual", pl.when(pl.col("dimension") == "device").then(of_device)))
    is_hour = pl.col("dimension") == "hour"
    of_row = pl.col("usual") / pl.col("usual").sum().over("file", "row")
    return joined.with_columns(
        pl.when(is_hour & pl.col("share").is_not_null())
        .then(pl.col("share") * of_row)
        .otherwise(pl.coalesce("share", "usual"))
        .alias("share")
    )


def _check_once(segments: pl.DataFrame) -> None:
    twice = segments.filter(pl.struct(*_OWNER, "segment").is_duplicated())
    if twice.is_empty():
        return
    first = twice.row(0, named=True)
    same = twice.filter(
        pl.struct(*_OWNER, "segment").eq_missing(
            pl.struct(
                pl.lit(first[name], dtype=pl.String).alias(name) for name in (*_OWNER, "segment")
            )
        )
    )
    other = same.row(1, named=True)
    raise DataError(
        f"{_words(first)} has a multiplier here and in {first['file']} row {first['row']}.",
        place=Place(other["file"], other["row"], other["segment_header"]),
        remedy="Keep one of the two.",
    )


def _words(row: dict[str, Any]) -> str:
    """A segment in words: where it is a single hour of what was written, that hour too."""
    if row["dimension"] != "hour":
        return f"{row['dimension']} '{row['segment']}'"
    day, hour = divmod(row["hours"], HOURS)
    name = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[day]
    return f"the hour from {hour}:00 on {name}"


def _whole_shares(segments: pl.DataFrame) -> pl.DataFrame:
    """Shares that sum to 1 at most in every dimension of a campaign or ad group."""
    whole = pl.col("share").sum().over(*_OWNER)
    summed = segments.with_columns(whole.alias("whole"), (100 * whole).alias("percent"))
    _refuse(
        summed,
        pl.col("whole") > 1.0 + ROUNDING,
        "share",
        "the shares by {dimension} of campaign '{campaign_id}' sum to {percent:.1f} %.",
        "Correct them to 100 % or less in sum; where some are blank the platform's usual ones are filled in.",
    )
    return summed.with_columns(pl.col("share") / pl.max_horizontal(pl.lit(1.0), "whole"))


def _notices(rows: pl.DataFrame, targets: pl.DataFrame) -> list[Notice]:
    """How many multipliers were read for which campaigns, what was assumed, and who has none."""
    campaigns = rows["campaign_id"].unique()
    spans = {
        dimension: f"{low:g}" if low == high else f"{low:g}–{high:g}"
        for dimension, low, high in rows.group_by("dimension")
        .agg(pl.col("multiplier").min().alias("low"), pl.col("multiplier").max().alias("high"))
        .sort(pl.col("dimension").cast(pl.Enum(DIMENSIONS)))
        .rows()
    }
    words = ", ".join(f"{name} {span}" for name, span in spans.items())
    chinese = "、".join(f"{DIMENSION_WORDS[name][0]} {span}" for name, span in spans.items())
    en = f"{rows.height} multipliers on the bid were read for {len(campaigns)} campaigns ({words} times the bid)."
    zh = f"读取 {len(campaigns)} 个计划的 {rows.height} 个出价系数({chinese} 倍)。"
    if rows.filter(pl.col("share").is_null()).height:
        en += (
            " Where 流量占比 is blank, the usual shares of searches by hour and device are assumed."
        )
        zh += "流量占比空白处按通常的时段和设备分布估计。"
    notices = [Notice("BID_MULTIPLIERS", en, zh)]
    without = targets.filter(~pl.col("campaign_id").is_in(campaigns.implode()))
    names = without.select(pl.coalesce("campaign", "campaign_id").unique().sort()).to_series()
    if len(names):
        shown = "、".join(names.head(5)) + (" …" if len(names) > 5 else "")
        en = f"Campaigns without multipliers, which bid as they stand: {shown}."
        notices.append(
            Notice(
                "CAMPAIGNS_WITHOUT_MULTIPLIERS",
                en,
                f"{len(names)} 个计划没有出价系数,按原价参与竞价:{shown}。",
            )
        )
    return notices

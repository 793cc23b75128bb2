"""Rows of a bid landscape: the result of a bid by the platform's own simulator, per day; checks and notices."""

import polars as pl

from adopt.formats.cells import refuse, refuse_outside
from adopt.formats.sheet import Sheet
from adopt.formats.shop_data import Notice

COUNTS = ("impressions", "clicks", "cost", "orders", "revenue")
WINDOW_DAYS = 7
"""Length of a simulator's window where it is not stated."""

POINT_COLUMNS = (
    "file",
    "row",
    "campaign_id",
    "campaign",
    "ad_group_id",
    "ad_group",
    "product_id",
    "product",
    "keyword_id",
    "keyword",
    "match_type",
    "lever",
    "current_bid",
    "quality_score",
    "bid",
    *COUNTS,
    "window_days",
)


def check_points(sheet: Sheet, frame: pl.DataFrame) -> None:
    """Raise DataError where a number of a simulated bid is missing, negative or more than can be."""
    for name in COUNTS:
        refuse(
            sheet,
            frame,
            pl.col(name).is_null(),
            column=name,
            what="the number is missing.",
            remedy="Export the simulation again, or delete the row.",
        )
        refuse_outside(sheet, frame, name)
    refuse(
        sheet,
        frame,
        pl.col("clicks") > pl.col("impressions"),
        column="clicks",
        what="'{cell}' clicks are more than the impressions of the row.",
        remedy="Export the simulation again, or correct the cell.",
    )


def per_day(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its counts divided by the days of their window."""
    return frame.with_columns(pl.col(*COUNTS) / pl.col("window_days"))


def landscape_notices(points: pl.DataFrame, names: pl.DataFrame) -> list[Notice]:
    """What is odd about the simulations, and stands as it is.

    points: table LANDSCAPE_POINTS; names: target_id, keyword_id
    """
    named = points.join(names, on="target_id", how="left", validate="m:1", maintain_order="left")
    notices = []
    if repeated := _repeated(named):
        en = f"these targets repeat the simulation of another exactly: {repeated}; each is counted by itself."
        notices.append(
            Notice(
                "LANDSCAPE_REPEATED",
                en,
                f"这些对象的模拟数据与另一个完全相同:{repeated};各自计入。",
            )
        )
    totals = named.group_by("target_id", "keyword_id").agg(pl.col(*COUNTS).sum()).sort("target_id")
    valueless = totals.filter(pl.col("orders") > 0, pl.col("revenue") == 0)
    if words := _listed(valueless):
        en = f"conversions but no conversion value in the simulation: {words}; their revenue is read as 0."
        notices.append(
            Notice(
                "LANDSCAPE_WITHOUT_VALUE", en, f"模拟数据有转化但没有转化价值:{words};收入按 0 计。"
            )
        )
    step = pl.col(*COUNTS).diff().over("target_id", order_by="bid")
    falling = named.filter(pl.any_horizontal(step < 0)).unique("target_id").sort("target_id")
    if words := _listed(falling):
        en = f"a higher bid brings less of something in the simulation of {words}; the numbers stand as given."
        notices.append(
            Notice("LANDSCAPE_NOT_MONOTONE", en, f"模拟数据中出价更高而结果更少:{words};保留原值。")
        )
    return notices


def _listed(rows: pl.DataFrame) -> str:
    return ", ".join(rows["keyword_id"].to_list())


def _repeated(named: pl.DataFrame) -> str:
    """Targets with the same points, as ``S08 = S02``."""
    shape = pl.struct("bid", *COUNTS, "window_days")
    curves = (
        named.sort("target_id", "bid")
        .group_by("target_id", "keyword_id", maintain_order=True)
        .agg(shape.alias("points"))
        .with_columns(pl.col("points").hash().alias("hash"))
    )
    pairs = (
        curves.join(curves, on=["hash"], how="inner", suffix="_first", maintain_order="left_right")
        .filter(
            pl.col("target_id_first") < pl.col("target_id"),
            pl.col("points") == pl.col("points_first"),
        )
        .unique("target_id", keep="first", maintain_order=True)
    )
    return ", ".join(f"{a} = {b}" for a, b in pairs.select("keyword_id", "keyword_id_first").rows())

"""Write a direct-train shop's exports as the platform and the operator would: what `read_shop` reads."""

from pathlib import Path

import polars as pl

from adopt.formats.spreadsheet_text import money_text, safe_text
from adopt.formats.taobao.read_keyword_report import SCENE

WORD = "关键词"

_IDS = {
    "计划ID": "campaign_id",
    "计划名字": "campaign",
    "单元ID": "ad_group_id",
    "单元名字": "ad_group",
    "宝贝ID": "product_id",
    "宝贝名称": "product",
}


def write_keyword_report(results: pl.DataFrame, path: Path) -> None:
    """Write 关键词报表 by day, CSV in GB18030, newest day first; rows without impressions are left out.

    results: date, ids and names, keyword, impressions, clicks, cost, orders, revenue, avg_rank
    A rate without a base is empty, as on the platform.
    """
    counts = ("impressions", "clicks", "orders")
    frame = results.filter(pl.col("impressions") > 0).sort(
        "date", "campaign_id", "product_id", "keyword_id", descending=[True, False, False, False]
    )
    clicks, cost, orders = (pl.col(name) for name in ("clicks", "cost", "orders"))
    rows = frame.with_columns(pl.col(*counts).cast(pl.Int64)).select(
        pl.col("date").dt.to_string("%Y-%m-%d").alias("日期"),
        pl.lit(SCENE).alias("场景名字"),
        *(safe_text(pl.col(name)).alias(header) for header, name in _IDS.items()),
        pl.lit(WORD).alias("词类型"),
        safe_text(pl.col("keyword_id")).alias("词ID/词包ID"),
        safe_text(pl.col("keyword")).alias("词名字/词包名字"),
        pl.col("impressions").alias("展现量"),
        clicks.alias("点击量"),
        _yuan(cost).alias("花费"),
        _percent(clicks, pl.col("impressions")).alias("点击率"),
        _yuan(_ratio(cost, clicks)).alias("平均点击花费"),
        pl.col("avg_rank").round(1).alias("平均展现排名"),
        _yuan(pl.col("revenue")).alias("总成交金额"),
        orders.alias("总成交笔数"),
        _percent(orders, clicks).alias("点击转化率"),
        _yuan(_ratio(pl.col("revenue"), cost)).alias("投入产出比"),
    )
    text = rows.write_csv(line_terminator="\r\n")
    path.write_bytes(text.encode("gb18030"))


def write_bid_sheet(targets: pl.DataFrame, path: Path) -> None:
    """Write the sheet of current bids: ids, keyword, bid and budget (micros), quality score."""
    targets.sort("campaign_id", "product_id", "keyword_id").select(
        *(
            safe_text(pl.col(name)).alias(header)
            for header, name in _IDS.items()
            if header.endswith("ID")
        ),
        safe_text(pl.col("keyword_id")).alias("词ID"),
        safe_text(pl.col("keyword")).alias("关键词"),
        money_text(pl.col("bid")).alias("出价"),
        pl.col("quality").alias("质量分"),
        money_text(pl.col("budget")).alias("日限额"),
    ).write_csv(path, include_bom=True, line_terminator="\r\n")


def write_product_sheet(products: pl.DataFrame, path: Path) -> None:
    """Write the operator's product sheet: price in micros, margin as a fraction, stock in units."""
    products.sort("product_id").select(
        safe_text(pl.col("product_id")).alias("商品ID"),
        safe_text(pl.col("product")).alias("商品名称"),
        safe_text(pl.col("category")).alias("品类"),
        money_text(pl.col("price")).alias("售价"),
        (pl.col("margin") * 100).round(4).cast(pl.String).add("%").alias("毛利率"),
        pl.col("stock").alias("库存"),
    ).write_csv(path, include_bom=True, line_terminator="\r\n")


def _ratio(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    return pl.when(below > 0).then(above / below)


def _yuan(amount: pl.Expr) -> pl.Expr:
    return amount.round(2).map_batches(_two_decimals, return_dtype=pl.String)


def _two_decimals(amount: pl.Series) -> pl.Series:
    """Two decimals, the way a person writes money."""
    cents = (amount * 100).round().cast(pl.Int64)
    whole = (cents // 100).cast(pl.String)
    return whole + "." + (cents % 100).cast(pl.String).str.zfill(2)


def _percent(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    return pl.concat_str(_yuan(100 * _ratio(above, below)), pl.lit("%"))

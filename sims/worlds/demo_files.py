"""The demo shop as a folder of downloads: what each file's rows say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sims.worlds.demo_catalogue import PRODUCTS, Product
from sims.worlds.demo_history import Month
from sims.worlds.demo_market import DAYS, Target, generator_of
from sims.worlds.side_traffic import side_results
from sims.worlds.taobao_exports import (
    percent,
    ratio,
    write_bids,
    write_keyword_report,
    write_product_report,
    write_products,
    yuan,
)

KEYWORD_REPORT = "keyword_report_20260927.csv"
PRODUCT_REPORT = "product_report_20260927.xlsx"
BIDS = "bids.csv"
PRODUCT_SHEET = "products.csv"
SETTINGS = "shop.toml"
FILES = (KEYWORD_REPORT, PRODUCT_REPORT, BIDS, PRODUCT_SHEET, SETTINGS)

SHOP_TOML = """\
# 演示店铺 · The demo shop: women's clothing on Taobao direct train, 28 August to 26 September 2026.
# Made by sims/worlds/demo_shop.py from a market whose truth is known; no real shop's data.

[shop]
id = "demo"
name = "晚秋女装(演示)"
industry = "clothing"

[goal]
objective = "profit"
# Most to spend on keywords, yuan per day. The month spent about 1,760 a day.
budget = "1600.00"
# Revenue per yuan of ads. The month reached 4.0, presale orders included.
target_roi = 4.8

[value]
# Platform fees, fraction of revenue. Margins and refunds stand in products.csv.
fee_rate = 0.05
"""


def write_folder(
    folder: Path, targets: tuple[Target, ...], month: Month, sales: pl.DataFrame, seed: int
) -> None:
    """Write every file of the shop; the folder is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    write_keyword_report(folder / KEYWORD_REPORT, keyword_rows(targets, month, seed))
    write_product_report(folder / PRODUCT_REPORT, product_rows(sales))
    write_bids(folder / BIDS, map(_bid_row, targets))
    write_products(folder / PRODUCT_SHEET, (_sheet_row(one, sales) for one in PRODUCTS))
    (folder / SETTINGS).write_bytes(SHOP_TOML.encode())


def keyword_rows(
    targets: tuple[Target, ...], month: Month, seed: int
) -> Iterator[dict[str, object]]:
    """Rows of the keyword report, newest day first: targets, keyword packages, the other scene."""
    ids = pl.DataFrame([_target_ids(target) for target in targets])
    own = month.results.join(ids, on="target_id", how="left", validate="m:1").drop("target_id")
    every = pl.concat([own, side_results(seed)], how="diagonal").sort(
        "day", "campaign_id", "product_id", "kind", "keyword_id", descending=[True] + [False] * 4
    )
    generator = generator_of(seed, 8)
    carts = generator.binomial(every["clicks"].to_numpy(), 0.09)
    has_rank = generator.random(len(every)) < 0.7
    for row, cart, ranked in zip(every.iter_rows(named=True), carts, has_rank, strict=True):
        yield _keyword_row(row, int(cart), ranked=bool(ranked))


def _target_ids(target: Target) -> dict[str, str]:
    product = target.product
    return {
        "target_id": target.target_id,
        "scene": "关键词推广",
        "campaign_id": target.campaign.campaign_id,
        "campaign": target.campaign.name,
        "ad_group_id": product.ad_group_id,
        "ad_group": product.ad_group,
        "product_id": product.product_id,
        "product": product.title,
        "kind": "关键词",
        "keyword_id": target.keyword_id,
        "keyword": target.keyword,
    }


def _keyword_row(row: dict[str, Any], carts: int, *, ranked: bool) -> dict[str, object]:
    """One row as printed; the platform gives a rank only where there is enough to average."""
    is_ranked = ranked and row["ranks"] > 0 and row["impressions"] >= 20
    has_presale = row["presale_orders"] > 0
    return {
        "日期": DAYS[row["day"]].isoformat(),
        "场景名字": row["scene"],
        "计划ID": row["campaign_id"],
        "计划名字": row["campaign"],
        "单元ID": row["ad_group_id"],
        "单元名字": row["ad_group"],
        "宝贝ID": row["product_id"],
        "宝贝名称": row["product"],
        "词类型": row["kind"],
        "词ID/词包ID": row["keyword_id"],
        "词名字/词包名字": row["keyword"],
        "展现量": row["impressions"],
        "点击量": row["clicks"],
        "花费": yuan(row["cost"]),
        "点击率": percent(row["clicks"], row["impressions"]),
        "平均点击花费": ratio(row["cost"] / 100, row["clicks"]),
        "平均展现排名": ratio(row["ranks"], row["impressions"], digits=1) if is_ranked else None,
        "总成交金额": yuan(row["revenue"]),
        "直接成交金额": yuan(row["revenue_direct"]),
        "间接成交金额": yuan(row["revenue"] - row["revenue_direct"]),
        "总成交笔数": row["orders"],
        "直接成交笔数": row["orders_direct"],
        "间接成交笔数": row["orders"] - row["orders_direct"],
        "总预售成交金额": yuan(row["presale_revenue"]) if has_presale else None,
        "总预售成交笔数": row["presale_orders"] if has_presale else None,
        "点击转化率": percent(row["orders"], row["clicks"]),
        "投入产出比": ratio(row["revenue"], row["cost"]),
        "总购物车数": max(carts, row["orders_direct"]),
    }


def product_rows(sales: pl.DataFrame) -> Iterator[dict[str, object]]:
    """Rows of the product report by day; a child product repeats its parent's sales."""
    known = {product.product_id: product for product in PRODUCTS}
    for row in sales.iter_rows(named=True):
        product = known[row["product_id"]]
        yield _product_row(row, product, product.product_id, None)
        if product.child_id is not None:
            yield _product_row(row, product, product.child_id, product.product_id)


def _product_row(
    row: dict[str, Any], product: Product, product_id: str, parent: str | None
) -> dict[str, object]:
    is_paid = 0 if product.role == "presale" else 1
    return {
        "统计日期": DAYS[row["day"]].isoformat(),
        "商品ID": product_id,
        "商品名称": product.title if parent is None else f"{product.title}-直播间专享",
        "主商品ID": parent,
        "商品类型": "主商品" if parent is None else "子商品",
        "货号": product.sku,
        "商品状态": "当前在线",
        "商品访客数": f"{row['visitors']:,}",
        "商品浏览量": f"{row['pageviews']:,}",
        "商品加购人数": f"{row['carts']:,}",
        "下单买家数": f"{row['buyers']:,}",
        "下单件数": f"{row['units']:,}",
        "下单金额": f"{row['revenue'] / 100:,.2f}",
        "下单转化率": percent(row["buyers"], row["visitors"]),
        "支付买家数": f"{is_paid * row['buyers']:,}",
        "支付件数": f"{is_paid * row['units']:,}",
        "支付金额": f"{is_paid * row['revenue'] / 100:,.2f}",
        "商品支付转化率": percent(is_paid * row["buyers"], row["visitors"]),
        "成功退款金额": f"{is_paid * row['refunds'] / 100:,.2f}",
    }


def _bid_row(target: Target) -> dict[str, object]:
    return {
        "计划ID": target.campaign.campaign_id,
        "单元ID": target.product.ad_group_id,
        "宝贝ID": target.product.product_id,
        "词ID": target.keyword_id,
        "关键词": target.keyword,
        "匹配方式": target.match_type,
        "出价": yuan(target.auction.bid),
        "质量分": int(target.auction.quality),
        "日限额": target.campaign.budget,
    }


def _sheet_row(product: Product, sales: pl.DataFrame) -> dict[str, object]:
    return {
        "商品ID": product.product_id,
        "商品名称": product.title,
        "品类": product.category,
        "售价": f"{product.price:.2f}",
        "毛利率": f"{100 * product.margin:.0f}%",
        "退款率": f"{100 * product.refund_rate:.0f}%",
        "库存": stock_of(product, sales),
        "预售": "是" if product.role == "presale" else "否",
        "DSR": f"{product.dsr:.2f}",
    }


def stock_of(product: Product, sales: pl.DataFrame) -> int:
    """Units on hand on the morning after the thirty days."""
    if product.stock is not None:
        return product.stock
    sold = sales.filter(pl.col("product_id") == product.product_id)["units"].to_numpy()
    return round((product.cover_days or 0.0) * float(np.mean(sold)))

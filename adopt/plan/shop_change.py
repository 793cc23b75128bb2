"""What the operator should know when all products' conversion moved together."""

import polars as pl

from adopt.decide.products import ProductRules
from adopt.formats.shop_data import Notice


def shop_change_notices(shop: pl.DataFrame, rules: ProductRules) -> list[Notice]:
    """The notice of a likely change of the whole shop's CVR; none where it is unlikely or unknown.

    shop: of estimate.changes, one row or none; rules: `likely` is the probability from which it is told
    """
    told = shop.filter(
        (pl.col("p_changed") >= rules.likely)
        & ((pl.col("cvr_ratio_p90") < 1) | (pl.col("cvr_ratio_p10") > 1))
    )
    if told.is_empty():
        return []
    row = told.row(0, named=True)
    fell = row["cvr_ratio"] < 1
    size = f"{abs(row['cvr_ratio'] - 1):.0%}"
    certain = "> 99%" if row["p_changed"] > 0.99 else f"{row['p_changed']:.0%}"
    en = (
        f"the whole shop's conversion {'fell' if fell else 'rose'} by {size} from about {row['changed_on']} on "
        f"({certain} certain): products moved together, so look for one cause (season, price, "
        "checkout, tracking). Single products' changes are told beyond it."
    )
    zh = (
        f"全店转化率约在 {row['changed_on']} 起{'下降' if fell else '上升'} {size}(概率 {certain}):各商品一起变,"
        "先找共同原因(季节、价格、结算、数据统计)。单个商品的变化已扣除这部分。"
    )
    return [Notice("SHOP_CVR_FELL" if fell else "SHOP_CVR_ROSE", en, zh)]

"""Codes of the checks on products, bids and budgets."""

from adopt.formats.checks.code import Code

SHEET_EN = "Give a product sheet (商品ID, 品类, 售价, 毛利率, 退款率, 库存) in the folder or with --products."
SHEET_ZH = "请在文件夹里或用 --products 提供商品表(商品ID、品类、售价、毛利率、退款率、库存)。"

SHOP_CODES: dict[str, Code] = {
    "NO_RESULTS": Code(
        "error",
        "no file tells what any keyword has brought.",
        "没有任何文件说明关键词带来了什么。",
        "Add a keyword report by day, or the platform's bid simulations.",
        "请加入分日的关键词报表,或平台的出价模拟。",
        "Bids and products alone give nothing to estimate from.",
    ),
    "PRODUCT_SHEET_MISSING": Code(
        "warning",
        "there is no product sheet; advertised products whose margin, refunds and stock are unknown: {count}.",
        "没有商品表:{count} 个推广商品的毛利、退款率和库存未知。",
        SHEET_EN,
        SHEET_ZH,
        "Without margins revenue is maximised, not profit (K15); without stock a hero may sell out (K9).",
    ),
    "PRODUCTS_WITHOUT_SHEET": Code(
        "warning",
        "advertised products that are not in the product sheet: {count} ({share} of the cost), such as {example}.",
        "{count} 个推广商品(占花费 {share})不在商品表里:{example}。",
        "Add them to the product sheet.",
        "请把它们补进商品表。",
        "Their margin, stock and category are unknown, so they are judged by the shop's mean.",
    ),
    "MARGIN_MISSING": Code(
        "warning",
        "advertised products without a margin in the sheet: {count}, such as {example}.",
        "商品表中 {count} 个推广商品没有毛利率:{example}。",
        "Fill in 毛利率, or set [value] margin in shop.toml.",
        "请填写毛利率,或在 shop.toml 写 [value] margin。",
        "One advertised product without margin turns the objective from profit to revenue (K15).",
    ),
    "STOCK_OUT": Code(
        "warning",
        "products out of stock that still cost money: {count} ({cost} in the last {days} days), such as {example}.",
        "{count} 个商品库存为 0,最近 {days} 天仍花费 {cost}:{example}。",
        "Restock or pause them; correct the sheet if it is old.",
        "请补货或暂停推广;商品表过期则请更新。",
        "A sold-out product takes clicks and sells nothing; its conversion of these days says nothing (K9).",
    ),
    "STOCK_UNKNOWN": Code(
        "warning",
        "advertised products without stock in the sheet: {count}, such as {example}.",
        "{count} 个推广商品没有填库存:{example}。",
        "Fill in 库存.",
        "请填写库存。",
        "Ads can sell a product out unseen (K9).",
    ),
    "BID_OUTSIDE_LIMITS": Code(
        "warning",
        "bids outside what the platform takes ({low} to {high}): {count}, such as {example}.",
        "{count} 个出价超出平台范围({low} 到 {high}):{example}。",
        "Check the unit of the bids (yuan or fen) and the sheet's age.",
        "请核对出价单位(元还是分)和出价表是否过期。",
        "A bid that the platform cannot hold is no bid in force; steps from it go astray.",
    ),
    "BUDGET_EXHAUSTED": Code(
        "warning",
        "{words_en}",
        "{words_zh}",
        "Raise the daily budget or lower the bids there, so that the ads last the day.",
        "请提高日限额或降低出价,让广告撑满全天。",
        "A campaign that runs dry hides its demand: impressions after that hour are not in the report.",
    ),
}

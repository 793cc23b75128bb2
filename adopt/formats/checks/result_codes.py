"""Codes of the checks on results that contradict each other or cannot be."""

from adopt.formats.checks.code import Code

CHECK_EN = "Compare the rows with the platform's screen; export the report again where they differ."
CHECK_ZH = "请与平台页面核对这些行;不一致就重新下载。"

RESULT_CODES: dict[str, Code] = {
    "CLICKS_ABOVE_IMPRESSIONS": Code(
        "error",
        "rows with more clicks than impressions: {rows} (row {row}: {clicks} of {impressions}).",
        "{rows} 行点击量大于展现量(第 {row} 行:{clicks} 对 {impressions})。",
        "Columns were shifted or cells were edited; export the report again.",
        "可能列错位或单元格被改过,请重新下载。",
        "A click needs an impression.",
    ),
    "ORDERS_ABOVE_CLICKS": Code(
        "note",
        "rows with more orders than clicks: {rows} (row {row}: {orders} of {clicks}); an earlier click or several orders of a buyer can do that.",
        "{rows} 行成交笔数大于点击量(第 {row} 行:{orders} 对 {clicks});较早的点击或一人多单会造成这种情况。",
        "Nothing to do, unless there are many.",
        "个别行无需处理;很多行时请核对。",
        "Possible within an attribution window, but many of them tell that columns are mixed up: a warning from 5 % of the rows.",
    ),
    "ROI_ABOVE_100": Code(
        "warning",
        "keywords with {clicks} clicks or more and a return above 100 per unit of cost: {count}, such as {example} (ROI {roi}).",
        "{count} 个点击不少于 {clicks} 的词投产比超过 100,例如 {example}(投产比 {roi})。",
        "Check the units of cost and revenue (元, 分, 万) and single large orders.",
        "请核对花费和成交金额的单位(元、分、万),以及是否有异常大单。",
        "A return beyond 100 is nearly always a wrong unit, a faked order or one wholesale order; it pulls bids up. An error where the whole shop is above 100.",
    ),
    "COST_WITHOUT_CLICKS": Code(
        "warning",
        "rows with cost and no click: {rows}, together {cost}.",
        "{rows} 行没有点击却有花费,共 {cost}。",
        CHECK_EN,
        CHECK_ZH,
        "Search ads are paid by click. An error from 1 % of the cost: the price of a click would come out too high.",
    ),
    "CLICKS_WITHOUT_COST": Code(
        "warning",
        "rows with clicks and no cost: {rows}, together {clicks} clicks.",
        "{rows} 行有 {clicks} 次点击却没有花费。",
        CHECK_EN,
        CHECK_ZH,
        "Free clicks make a keyword look cheap. An error from 1 % of the clicks.",
    ),
    "CPC_ABOVE_LIMIT": Code(
        "error",
        "rows whose clicks cost more than the platform's highest bid of {limit}: {rows} (row {row}: {cpc}).",
        "{rows} 行的平均点击花费超过平台最高出价 {limit}(第 {row} 行:{cpc})。",
        "Check the unit of cost: yuan or fen, and that cost and revenue are not swapped.",
        "请核对花费的单位(元还是分),以及花费和成交金额是否对调。",
        "No click costs more than its bid: the amounts are in another unit or in another column.",
    ),
    "REVENUE_WITHOUT_ORDERS": Code(
        "warning",
        "rows with revenue and no order: {rows}, together {revenue}.",
        "{rows} 行有成交金额({revenue})却没有成交笔数。",
        CHECK_EN,
        CHECK_ZH,
        "Order values would come out too high. An error from 5 % of the revenue.",
    ),
    "DIRECT_ABOVE_TOTAL": Code(
        "warning",
        "rows whose direct result exceeds the total: {rows} (row {row}).",
        "{rows} 行的直接成交大于总成交(第 {row} 行)。",
        CHECK_EN,
        CHECK_ZH,
        "The total holds the direct result; where it doesn't, net and gross figures may be mixed.",
    ),
    "PRESALE_ZERO": Code(
        "note",
        "products without a paid order but with presale orders: {count} ({presale} orders), such as {example}; adopt counts presale orders.",
        "{count} 个商品支付成交为 0,但有 {presale} 笔预售成交,例如 {example};adopt 会计入预售单。",
        "Don't judge these products by payment conversion before the balance is paid.",
        "尾款支付之前,不要用支付转化率评价这些商品。",
        "A presale is paid later: its payment conversion of 0 says nothing (K13).",
    ),
    "PRESALE_UNSEEN": Code(
        "error",
        "presale products with clicks ({clicks}), no order, and no presale columns in the report: {count}, such as {example}.",
        "{count} 个预售商品有 {clicks} 次点击、0 成交,而报表没有预售列:{example}。",
        "Download the report again with 总预售成交笔数 and 总预售成交金额.",
        "请重新下载并勾选总预售成交笔数和总预售成交金额。",
        "Without presale orders the conversion of a presale product is read as 0, and its bids are cut (K13).",
    ),
}

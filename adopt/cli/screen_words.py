"""The words of the summary screen, English and Chinese."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """Every phrase on the screen in one language."""

    headline: str
    headline_simulated: str
    per_day: str
    now: str
    recommended: str
    change: str
    interval: str
    metrics: dict[str, str]
    certificate: str
    gain: str
    unknown_now: str
    target: str
    certified_among: str
    confidence: str
    tightened: str
    not_tightened: str
    loss_of_profit: str
    loss_of_revenue: str
    loss_size: str
    sources: dict[str, str]
    bids: str
    actions: dict[str, str]
    products: str
    binding: str
    none_binds: str
    constraints: dict[str, str]
    budget_binds: str
    floor_binds: str
    spend_binds: str
    stock_binds: str
    count_binds: str
    keyword_binds: str
    more_bind: str
    others_kept: str
    halo: str
    weighted: str
    most_at_stake: str
    no_change: str
    moved: str
    notices: str
    source: str
    written: str
    budget: str
    bid: str
    marginal_cpc: str
    marginal_roi: str
    nearest: str
    target_heading: str
    nearest_target: str
    frontier_gap: str
    multipliers: str
    segments: dict[str, str]
    stages: dict[str, str]


ENGLISH = Words(
    headline="{shop}: {targets} targets, {days} days ({first} to {last}), {clicks} clicks",
    headline_simulated="{shop}: {targets} targets with the platform's own bid simulations",
    per_day="per day",
    now="now",
    recommended="recommended",
    change="change",
    interval="80 % of weeks",
    metrics={
        "cost": "cost",
        "clicks": "clicks",
        "orders": "orders",
        "revenue": "revenue",
        "roi": "ROI",
        "profit": "profit",
    },
    certificate="Certified: no other choice of the allowed bids gains more than a share of {gap} in {objective} (upper bound {bound}).",
    gain="Expected gain in {metric} over today's bids, 80 % likely: {low} to {high} a day.",
    unknown_now="Targets whose result today is unknown, not contained in 'now': {count}.",
    target="Target ROI {target} ({source}); a week meets it with a chance of {chance}.",
    certified_among="That is among the plans whose expected ROI is {tightened} or more.",
    confidence="{chance} is the share of {draws} fresh draws of the week, which the search did not see; you asked for {asked}.",
    tightened="For that the plan aims at an ROI of {tightened}, which gives up {cost} of expected {metric} a day; without it the chance is {without}.",
    not_tightened="The best plan reaches that by itself: the confidence costs nothing.",
    loss_of_profit="Loss: a week earns less than today's {against} of profit a day with a chance of {chance}",
    loss_of_revenue="Loss: a week brings less revenue than the target asks of its cost with a chance of {chance}",
    loss_size="; such a week misses {mean} a day ({low} to {high} in 8 of 10). Expected loss: {expected} a day.",
    sources={
        "operator": "yours",
        "break_even": "break-even with a margin of safety",
        "norm": "industry norm",
        "current_roi": "today's return, as the default is out of reach",
        "none": "none",
    },
    bids="Bids      ",
    actions={"raise": "raise", "lower": "lower", "hold": "hold", "pause": "pause", "add": "add"},
    products="Products  ",
    binding="What binds, and what it costs",
    none_binds=": nothing; more budget would not be spent.",
    constraints={
        "account_budget": "Account budget",
        "campaign_budget": "Budget of campaign {scope}",
        "category_budget": "Budget of category {scope}",
        "product_budget": "Budget of product {scope}",
        "account_spend_floor": "Least to spend",
        "campaign_spend_floor": "Least to spend on campaign {scope}",
        "category_spend_floor": "Least to spend on category {scope}",
        "product_spend_floor": "Least to spend on product {scope}",
        "target_roi": "Target ROI",
        "tightened_roi": "Target ROI tightened for the confidence",
        "campaign_roi": "ROI floor of campaign {scope}",
        "category_roi": "ROI floor of category {scope}",
        "product_roi": "ROI floor of product {scope}",
        "stock": "Stock of product {scope}",
        "minimum_spend": "Least to spend on product {scope} if it is on",
        "most_products": "Products with ads on",
        "one_product": "One product a keyword",
        "keyword_on": "Shared keywords that someone must keep",
    },
    budget_binds="{name} of {limit}: the next {more} a day would return {worth} of {metric}.",
    floor_binds="{name} of {limit}: a target lower by 0.1 would return {worth} of {metric} a day.",
    spend_binds="{name}, {limit}: asking {more} a day less would return {worth} of {metric}.",
    stock_binds="{name}, {limit} ad orders a day: one more would return {worth} of {metric}.",
    count_binds="{name}, {limit} at most: one more would return {worth} of {metric} a day.",
    keyword_binds="{name}: {count} keywords.",
    more_bind="and {count} more that bind: see summary.json.",
    others_kept="{count} further limits do not bind.",
    weighted="weighted {metric}",
    halo="{objective} is maximised: indirect results count {weight} in it, and fully in every other figure and limit here. Expected share of indirect revenue in the plan: {share}.",
    most_at_stake="Most money at stake",
    no_change="  No bid changes.",
    moved="({amount} of cost a day)",
    notices="Please note",
    source="Data: {path}",
    budget="budget",
    bid="bid",
    marginal_cpc="next click",
    marginal_roi="marginal ROI",
    multipliers="Multipliers: {segments}; on average {mean} x the bid, up to {highest} x",
    segments={"hour": "hour", "mobile": "mobile", "pc": "pc"},
    nearest="Green: nearest to the recommended plan. Marginal ROI: revenue of the last unit of budget.",
    target_heading="target ROI",
    nearest_target="Green: the target of this run, or the nearest to its plan.",
    frontier_gap="No other choice of the allowed bids gains more than a share of {gap} in {objective} in any row.",
    stages={
        "read": "reading the reports",
        "estimate": "estimating rates and competition",
        "optimise": "choosing bids",
        "decide": "forecasting and giving reasons",
        "write": "writing the run folder",
    },
    written="Written to {path}: recommendations.csv, products.csv, upload/, rollback/, summary.json",
)

CHINESE = Words(
    headline="{shop}:{targets}个词,{days}天({first}至{last}),{clicks}次点击",
    headline_simulated="{shop}:{targets}个有平台出价模拟的词",
    per_day="每天",
    now="现在",
    recommended="建议",
    change="变化",
    interval="八成的周在此之间",
    metrics={
        "cost": "花费",
        "clicks": "点击",
        "orders": "成交笔数",
        "revenue": "成交金额",
        "roi": "投产比",
        "profit": "利润",
    },
    certificate="已证明:在允许的出价里,没有别的组合能让{objective}高出{gap}(相对)以上(上界{bound})。",
    gain="比现在的出价,预计{metric}每天多{low}至{high}(八成把握)。",
    unknown_now="今天结果未知、未计入“现在”的词:{count}个。",
    target="目标投产比{target}({source});一周达标的概率{chance}。",
    certified_among="以上指期望投产比不低于{tightened}的方案之间。",
    confidence="{chance}来自{draws}组全新抽样(搜索时未用);您要求{asked}。",
    tightened="为此方案按投产比{tightened}来定,每天少赚预期{metric}{cost};不要求把握时概率为{without}。",
    not_tightened="最优方案本身已达到,把握不需要代价。",
    loss_of_profit="亏损:一周利润低于今天每天{against}的概率为{chance}",
    loss_of_revenue="亏损:一周成交额达不到花费所要求的目标的概率为{chance}",
    loss_size=";这样的一周平均每天少{mean}(十周有八周在{low}至{high}之间)。预期亏损每天{expected}。",
    sources={
        "operator": "您指定",
        "break_even": "保本加安全边际",
        "norm": "行业水平",
        "current_roi": "默认目标一步达不到,以今天为底线",
        "none": "无",
    },
    bids="出价  ",
    actions={"raise": "提价", "lower": "降价", "hold": "维持", "pause": "暂停", "add": "新设"},
    products="商品  ",
    binding="什么在限制,代价多少",
    none_binds=":没有;再加预算也花不出去。",
    constraints={
        "account_budget": "账户日预算",
        "campaign_budget": "计划{scope}日预算",
        "category_budget": "类目{scope}日预算",
        "product_budget": "商品{scope}日预算",
        "account_spend_floor": "账户每天至少花费",
        "campaign_spend_floor": "计划{scope}每天至少花费",
        "category_spend_floor": "类目{scope}每天至少花费",
        "product_spend_floor": "商品{scope}每天至少花费",
        "target_roi": "目标投产比",
        "tightened_roi": "为把握收紧的投产比",
        "campaign_roi": "计划{scope}投产比底线",
        "category_roi": "类目{scope}投产比底线",
        "product_roi": "商品{scope}投产比底线",
        "stock": "商品{scope}库存",
        "minimum_spend": "商品{scope}要投每天至少花费",
        "most_products": "推广商品数",
        "one_product": "一词一品",
        "keyword_on": "必须有商品投放的共用词",
    },
    budget_binds="{name}{limit}:每天再加{more},多得{metric}{worth}。",
    floor_binds="{name}{limit}:目标降0.1,每天多得{metric}{worth}。",
    spend_binds="{name}{limit}:每天少要求{more},多得{metric}{worth}。",
    stock_binds="{name},每天{limit}单广告成交:多一单多得{metric}{worth}。",
    count_binds="{name},最多{limit}个:多一个每天多得{metric}{worth}。",
    keyword_binds="{name}:{count}个关键词。",
    more_bind="另有{count}项也在限制:见summary.json。",
    others_kept="其余{count}项不构成限制。",
    weighted="加权{metric}",
    halo="按{objective}优化:间接成交在其中按{weight}计,其他数字和限制仍按足额计;方案的成交金额预计有{share}来自间接成交。",
    most_at_stake="金额最大的三处变动",
    no_change="  没有出价变动。",
    moved="(每天花费{amount})",
    notices="请注意",
    source="数据:{path}",
    budget="日预算",
    bid="出价",
    marginal_cpc="下一次点击",
    marginal_roi="边际投产比",
    multipliers="出价系数:{segments};平均为出价的{mean}倍,最高{highest}倍",
    segments={"hour": "时段", "mobile": "移动", "pc": "电脑"},
    nearest="绿色:最接近建议方案的一行。边际投产比:最后一元预算带回的成交。",
    target_heading="目标投产比",
    nearest_target="绿色:本次的目标,或最接近建议方案的一行。",
    frontier_gap="每一行里,都没有别的组合能让{objective}高出{gap}(相对)以上。",
    stages={
        "read": "读取报表",
        "estimate": "估计转化与竞争",
        "optimise": "选择出价",
        "decide": "预测并给出理由",
        "write": "写入结果",
    },
    written="已写入{path}:recommendations.csv、products.csv、upload/、rollback/、summary.json",
)

SCREEN_WORDS = {"en": ENGLISH, "zh": CHINESE}


def objective_words(summary: dict[str, Any], words: Words) -> str:
    """What was maximised; figures of the plan count indirect results fully, the objective by their weight."""
    metric = words.metrics[summary["objective"]]
    is_plain = summary.get("halo_weight", 1.0) == 1.0
    return metric if is_plain else words.weighted.format(metric=metric)

"""The words of the summary screen, English and Chinese."""

from dataclasses import dataclass


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
    sources: dict[str, str]
    bids: str
    actions: dict[str, str]
    products: str
    binding: str
    none_binds: str
    constraints: dict[str, str]
    budget_binds: str
    floor_binds: str
    stock_binds: str
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
        "target_roi": "Target ROI",
        "product_roi": "ROI floor of product {scope}",
        "stock": "Stock of product {scope}",
    },
    budget_binds="{name} of {limit}: the next {more} a day would return {worth} of {metric}.",
    floor_binds="{name} of {limit}: a target lower by 0.1 would return {worth} of {metric} a day.",
    stock_binds="{name}, {limit} ad orders a day: one more would return {worth} of {metric}.",
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
        "target_roi": "目标投产比",
        "product_roi": "商品{scope}投产比底线",
        "stock": "商品{scope}库存",
    },
    budget_binds="{name}{limit}:每天再加{more},多得{metric}{worth}。",
    floor_binds="{name}{limit}:目标降0.1,每天多得{metric}{worth}。",
    stock_binds="{name},每天{limit}单广告成交:多一单多得{metric}{worth}。",
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

"""Reasons in words, Chinese and English: one template a code, its numbers named as columns."""

import string
from dataclasses import dataclass
from typing import Literal

import polars as pl

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One reason in both languages; `{name}` stands for the text column of that name."""

    zh: str
    en: str


CHANGE_TEXTS: dict[str, Text] = {
    "RAISE_PAYS": Text(
        "由{bid_now}提到{bid_new}:多花的每1元带回{move_roi_text}元成交,高于这里每1元须带回的{hurdle}元。",
        "From {bid_now} up to {bid_new}: each extra unit of cost returns {move_roi_text} of revenue, above the {hurdle} it must return here.",
    ),
    "LOWER_PAYS": Text(
        "由{bid_now}降到{bid_new}:省下的每1元原来只带回{move_roi_text}元成交,低于这里每1元须带回的{hurdle}元。",
        "From {bid_now} down to {bid_new}: each unit of cost saved returned only {move_roi_text} of revenue, below the {hurdle} it must return here.",
    ),
    "RAISE_FITS": Text(
        "由{bid_now}提到{bid_new}:各项限额合在一起算,这样余下的钱用得最好。",
        "From {bid_now} up to {bid_new}: with all limits taken together, this uses what is left best.",
    ),
    "LOWER_FITS": Text(
        "由{bid_now}降到{bid_new}:各项限额合在一起算,这里让出的最少。",
        "From {bid_now} down to {bid_new}: with all limits taken together, least is given up here.",
    ),
    "TAPER_STOCK": Text(
        "由{bid_now}降到{bid_new}:库存约够{cover}天,不足{stock_days}天,先收着投,把广告成交留给更省的词。",
        "From {bid_now} down to {bid_new}: stock lasts about {cover} days, less than {stock_days}, so the ads are tapered; its orders are left to cheaper words.",
    ),
    "RAISE_ORDERS": Text(
        "由{bid_now}提到{bid_new}:多一单约花{move_cpo_text}。",
        "From {bid_now} up to {bid_new}: one more order costs about {move_cpo_text}.",
    ),
    "LOWER_ORDERS": Text(
        "由{bid_now}降到{bid_new}:每少一单省下约{move_cpo_text},花在别处更值。",
        "From {bid_now} down to {bid_new}: each order given up saves about {move_cpo_text}, which buys more elsewhere.",
    ),
    "STEP_LIMIT": Text(
        "单次调幅上限{step},先到此为止。", "The step limit of {step} ends the move here."
    ),
    "CURRENT_BEST": Text(
        "维持{bid_now}:在{lowest_text}至{highest_text}之间没有更好的出价;出现新的转化或预算变化时再动。",
        "Keep {bid_now}: no bid from {lowest_text} to {highest_text} does better; new conversions or another budget would change that.",
    ),
    "THIN_EVIDENCE": Text(
        "维持{bid_now}:只有{clicks}次点击、{orders}单,再有约{clicks_needed}次点击才调价。",
        "Keep {bid_now}: only {clicks} clicks and {orders} orders so far; about {clicks_needed} more clicks before it is moved.",
    ),
    "STOCK_SHORT": Text(
        "库存约够{cover}天,不足{stock_days}天,补货前不加价。",
        "Stock lasts about {cover} days, less than {stock_days}: no dearer traffic before it is refilled.",
    ),
    "CVR_BELOW_PEERS": Text(
        "商品转化率只有同类的{peer_text},先改转化再加价。",
        "The product converts at {peer_text} of its peers: mend that before buying dearer traffic.",
    ),
    "BELOW_BREAK_EVEN": Text(
        "商品大概率低于保本投产比{break_even},不加价。",
        "The product very likely earns less than its break-even ROI of {break_even}: no dearer traffic.",
    ),
    "SLOW_MOVER": Text(
        "滞销品:不靠广告清货,改用折扣。",
        "A slow mover: clear it by discount, not by ads.",
    ),
    "LOSS_CERTAIN": Text(
        "暂停:{clicks}次点击、{orders}单,几乎肯定亏损(把握{p_loss})。",
        "Pause: {clicks} clicks and {orders} orders leave it a loss with {p_loss} certainty.",
    ),
    "NOT_WORTH_BUDGET": Text(
        "不投:放进预算的每1元在这里带回的成交低于须带回的{hurdle}元。",
        "Off: within this budget each unit of cost must return {hurdle} of revenue, and here it does not.",
    ),
    "NOT_WORTH_ORDERS": Text(
        "不投:同样的预算在别处能换来更多成交笔数。",
        "Off: the same budget buys more orders elsewhere.",
    ),
    "NOTHING_TO_GAIN": Text(
        "不投:平台模拟的出价都不带来成交金额。",
        "Off: none of the bids that the platform simulated brings revenue.",
    ),
    "NO_POINT_IN_STEP": Text(
        "维持{bid_now}:在{step}的调幅内平台没有模拟别的出价;放宽调幅(--max-step)才有选择。",
        "Keep {bid_now}: the platform simulated no other bid within the step of {step}; a wider --max-step would give a choice.",
    ),
    "SIMULATED_BEST": Text(
        "现价未知;按平台模拟,{bid_new}在限制内最好。",
        "The bid in force is unknown; by the platform's simulation {bid_new} is best within the limits.",
    ),
    "CURRENT_BID_UNKNOWN": Text(
        "不动:不知道现价。请在出价表里补上。",
        "Left alone: its current bid is unknown. Add it to the sheet of bids.",
    ),
    "FROZEN": Text(
        "维持{bid_now}:shop.toml 的{frozen_by}冻结了它(freeze)。",
        "Keep {bid_now}: {frozen_by} of shop.toml freezes it.",
    ),
    "BID_BOUND": Text(
        "到了您设的出价界限{bound},先到此为止。",
        "Your own bound of {bound} ends the move here.",
    ),
    "PRODUCT_OFF": Text("关闭:整个商品不投。{cause_zh}", "Off with its whole product: {cause_en}"),
    "KEYWORD_TO_OTHER": Text(
        "关闭:一个关键词只投一个商品,这个词留给“{carrier}”。",
        "Off: one product a keyword, and this one goes to '{carrier}'.",
    ),
    "NO_VALUE_TRACKED": Text(
        "平台报告了转化但没有金额,按0元计。",
        "The platform reports conversions without a value; they count as 0 here.",
    ),
    "EXTRAPOLATED": Text(
        "{bid_new}在平台模拟的范围之外,属外推。",
        "{bid_new} lies outside the platform's simulation: this is extrapolated.",
    ),
    "PRESALE": Text("预售品:预售单计入转化。", "On presale: presale orders count as conversions."),
}

PRODUCT_TEXTS: dict[str, Text] = {
    "PRODUCT_OFF": Text("广告全部关闭。{cause_zh}", "All its ads are off: {cause_en}"),
    "THIN_EVIDENCE": Text(
        "证据不足:{clicks}次点击、{orders}单,转化率可能在{cvr_range}之间;小步测试。",
        "Thin evidence: {clicks} clicks and {orders} orders put its conversion rate anywhere in {cvr_range}; test in small steps.",
    ),
    "STOCK_SHORT": Text(
        "库存约够{cover}天,少于{stock_days}天:先补货,广告收着投。",
        "Stock lasts about {cover} days, less than {stock_days}: refill first, taper the ads.",
    ),
    "SLOW_MOVER": Text(
        "日销{units},库存够{cover}天,投产比低于保本{break_even}的把握为{p_loss}:不要用广告清货,改用折扣。",
        "Sells {units} a day, stock for {cover} days, and its ROI is below the break-even of {break_even} with {p_loss} certainty: don't clear it by ads, discount instead.",
    ),
    "CVR_BELOW_PEERS": Text(
        "转化率{cvr_text}({cvr_range}),只有同类的{peer_text}:先修页面、评价、价格,再买流量。",
        "Converts at {cvr_text} ({cvr_range}), {peer_text} of its peers: mend page, reviews or price before buying traffic.",
    ),
    "BELOW_BREAK_EVEN": Text(
        "投产比低于保本{break_even}的把握为{p_loss}:先改毛利或转化。",
        "Its ROI is below the break-even of {break_even} with {p_loss} certainty: mend margin or conversion first.",
    ),
    "SELLS_ABOVE_TARGET": Text(
        "卖得快(日销{units}),转化率{cvr_text},达到目标投产比{target}的把握为{p_target}:主推。",
        "Sells fast ({units} a day), converts at {cvr_text}, and meets the target ROI of {target} with {p_target} certainty: lead with it.",
    ),
    "ON_TARGET": Text(
        "转化率{cvr_text}({cvr_range}),达到目标投产比{target}的把握为{p_target}:主推(全店销量未知)。",
        "Converts at {cvr_text} ({cvr_range}) and meets the target ROI of {target} with {p_target} certainty: lead with it (its sales from all traffic are unknown).",
    ),
    "EARNS": Text(
        "转化率{cvr_text}({cvr_range}),高于保本{break_even}的把握为{p_earns}:按边际回报加减。",
        "Converts at {cvr_text} ({cvr_range}), above its break-even of {break_even} with {p_earns} certainty: follow the marginal return.",
    ),
    "MEETS_TARGET": Text(
        "转化率{cvr_text}({cvr_range}),达到目标投产比{target}的把握为{p_target}:按边际回报加减。",
        "Converts at {cvr_text} ({cvr_range}), meets the target ROI of {target} with {p_target} certainty: follow the marginal return.",
    ),
    "UNDECIDED": Text(
        "转化率{cvr_text}({cvr_range}),盈亏未明:小步测试。",
        "Converts at {cvr_text} ({cvr_range}); profit or loss is still open: test in small steps.",
    ),
    "CVR_FELL": Text(
        "转化率约在{change_day}起下降{change_size}(概率{p_change}):先找原因(价格、评价、页面、断码),调了不回升就减流量。",
        "Its conversion fell by {change_size} from about {change_day} on ({p_change} certain): find the cause (price, reviews, page, sizes); if it stays down, cut its traffic.",
    ),
    "CVR_ROSE": Text(
        "转化率约在{change_day}起上升{change_size}(概率{p_change}):旧数据低估了它。",
        "Its conversion rose by {change_size} from about {change_day} on ({p_change} certain): older days make it look worse than it is.",
    ),
    "PRESALE": Text(
        "预售中:转化按预售单计,付款转化0不算数。",
        "On presale: presale orders count; a payment conversion of 0 says nothing.",
    ),
    "STOCK_UNKNOWN": Text("库存未知。", "Its stock is unknown."),
}


PRODUCT_CAUSES = {
    "most": Text(
        "最多投{most_products}个商品,名额给别的商品更值。",
        "at most {most_products} products are advertised, and others are worth more.",
    ),
    "minimum": Text(
        "要投每天至少得花{minimum_spend_text},在现有限制下不值得。",
        "to be on it must spend {minimum_spend_text} a day at least, and within the limits that is not worth it.",
    ),
}


def product_cause_texts(most_products: int | None) -> list[pl.Expr]:
    """`cause_zh`, `cause_en`: why a product is off whole; null where it is not.

    Columns read: product_cause, minimum_spend (currency per day)
    """
    numbers = {
        "most_products": pl.lit(str(most_products)),
        "minimum_spend_text": fixed(pl.col("minimum_spend")),
    }
    return [
        pl.when(pl.col("product_cause") == "most")
        .then(_filled(getattr(PRODUCT_CAUSES["most"], language), numbers))
        .when(pl.col("product_cause") == "minimum")
        .then(_filled(getattr(PRODUCT_CAUSES["minimum"], language), numbers))
        .alias(f"cause_{language}")
        for language in ("zh", "en")
    ]


def with_words(frame: pl.DataFrame, texts: dict[str, Text]) -> pl.DataFrame:
    """The frame with `reason_zh` and `reason_en`: the texts of its `reasons` in order, numbers filled in.

    The frame has a text column for every name that the templates use, and at least one reason a row.
    """
    rows = frame.with_row_index("row").explode("reasons")
    languages: tuple[tuple[Language, str], ...] = (("zh", ""), ("en", " "))
    sentences = (
        rows.select(
            "row", *(_sentence(texts, language).alias(language) for language, _ in languages)
        )
        .group_by("row", maintain_order=True)
        .agg(pl.col(language).str.join(separator) for language, separator in languages)
    )
    return frame.with_columns(
        sentences[language].alias(f"reason_{language}") for language, _ in languages
    )


def _sentence(texts: dict[str, Text], language: Language) -> pl.Expr:
    """Text of the code in `reasons`."""
    sentence = pl.lit(None, dtype=pl.String)
    for code, text in texts.items():
        filled = _filled(getattr(text, language))
        sentence = pl.when(pl.col("reasons") == code).then(filled).otherwise(sentence)
    return sentence


def _filled(template: str, numbers: dict[str, pl.Expr] | None = None) -> pl.Expr:
    """The template with the text columns, or the given expressions, of its names filled in."""
    pieces: list[pl.Expr] = []
    for literal, name, _, _ in string.Formatter().parse(template):
        if literal:
            pieces.append(pl.lit(literal))
        if name:
            pieces.append((numbers or {}).get(name, pl.col(name)).fill_null("?"))
    return pl.concat_str(pieces)


def fixed(expression: pl.Expr, decimals: int = 2) -> pl.Expr:
    """Number as text with so many decimals; null stays null."""
    finite = pl.when(expression.is_finite()).then(expression)
    return finite.round(decimals).cast(pl.Decimal(38, decimals)).cast(pl.String)


def chance(probability: pl.Expr) -> pl.Expr:
    """Probability as text; draws can't tell 99.9 % from certainty, so the ends stay open."""
    return (
        pl.when(probability > 0.99)
        .then(pl.lit("> 99 %"))
        .when(probability < 0.01)
        .then(pl.lit("< 1 %"))
        .otherwise(percent(probability))
    )


def percent(expression: pl.Expr, decimals: int = 0) -> pl.Expr:
    """Fraction as a percentage in text."""
    return pl.concat_str(fixed(expression * 100.0, decimals), pl.lit(" %"))

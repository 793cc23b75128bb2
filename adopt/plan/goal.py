"""What the run aims at: objective, target ROI and budget, and where each came from."""

from dataclasses import dataclass

import polars as pl

from adopt.config import Objective, Settings
from adopt.formats.shop_data import Notice
from adopt.platforms import MICROS, NORM_ROI, PLATFORMS
from adopt.tables import total


@dataclass(frozen=True, slots=True)
class Goal:
    """Aim of a run; money in currency per day.

    target_source: operator, break_even, norm, current_roi or none; budget: None = today's cost
    halo_weight: what a unit of indirect result counts in the objective, fraction
    """

    objective: Objective
    target_roi: float | None
    target_source: str
    budget: float | None
    notices: tuple[Notice, ...]
    halo_weight: float = 1.0

    @property
    def is_default_target(self) -> bool:
        """Whether nobody asked for the target."""
        return self.target_source in {"break_even", "norm"}


FULL = 0.97
"""Share of a daily budget at which the day counts as spent out; the last click seldom fits."""


def exhausted_budgets(history: pl.DataFrame, targets: pl.DataFrame) -> list[Notice]:
    """Campaigns that spend their daily budget on a third of the days or more: their demand is hidden.

    history: table HISTORY; targets: table TARGETS
    """
    named = targets.select(
        "target_id", "campaign_id", pl.col("campaign_budget") / MICROS
    ).drop_nulls()
    days = (
        history.join(named, on="target_id", how="inner")
        .group_by("campaign_id", "date")
        .agg(pl.col("cost").sum(), pl.col("campaign_budget").max())
        .group_by("campaign_id")
        .agg((pl.col("cost") >= FULL * pl.col("campaign_budget")).mean().alias("share"))
        .filter(pl.col("share") >= 1 / 3)
        .sort("campaign_id")
    )
    if days.is_empty():
        return []
    names = ", ".join(days["campaign_id"])
    en = f"Campaigns that often spend their whole daily budget: {names}. Their demand is larger than the report shows, so a lower bid there saves less than expected."
    zh = f"经常花完日限额的计划:{names}。真实流量比报表大,降价省下的钱会比预计少。"
    return [Notice("BUDGET_EXHAUSTED", en, zh)]


def choose_goal(
    settings: Settings,
    economics: pl.DataFrame,
    revenue: pl.DataFrame,
    platform: str,
    *,
    tells_halo: bool,
    tells_value: bool = True,
) -> Goal:
    """The goal by DOMAIN K1: the operator's target, else break-even x safety, else the industry's norm.

    economics: of estimate.margin; revenue: product_id, revenue (currency), its advertised products
    tells_halo: whether a report tells direct from indirect results; tells_value: whether any tells revenue
    """
    known = revenue.join(economics, on="product_id", how="left", validate="1:1")
    has_margin = len(known) > 0 and known["net_margin"].null_count() == 0
    break_even = _break_even(known) if has_margin else None
    target, source = _target(settings, break_even, platform)
    if not tells_value and source == "norm":
        target, source = None, "none"
    usual: Objective = "profit" if has_margin else "revenue"
    objective: Objective = settings.goal.objective or (usual if tells_value else "orders")
    budget = settings.goal.budget
    notices = [
        *_margin_notices(known, objective=objective, has_margin=has_margin),
        *_value_notices(tells_value=tells_value),
        *_target_notices(target, source, break_even),
        *_budget_notices(budget, has_floor=bool(settings.goal.spend_floor)),
        *_halo_notices(settings.goal.halo_weight, tells_halo=tells_halo),
    ]
    return Goal(
        objective=objective,
        target_roi=target,
        target_source=source,
        budget=None if budget is None else budget / MICROS,
        notices=tuple(notices),
        halo_weight=settings.goal.halo_weight if tells_halo else 1.0,
    )


def _break_even(known: pl.DataFrame) -> float | None:
    """ROI at which the advertised revenue, as mixed today, just pays its ads."""
    margin = total(known["revenue"] * known["net_margin"])
    return total(known["revenue"]) / margin if margin > 0 else None


def _target(
    settings: Settings, break_even: float | None, platform: str
) -> tuple[float | None, str]:
    if settings.goal.target_roi is not None:
        return settings.goal.target_roi, "operator"
    if break_even is not None:
        return break_even * settings.goal.break_even_safety, "break_even"
    if PLATFORMS[platform].has_norm_roi:
        return NORM_ROI[settings.shop.industry], "norm"
    return None, "none"


def _margin_notices(known: pl.DataFrame, *, objective: str, has_margin: bool) -> list[Notice]:
    if has_margin or objective != "revenue":
        return []
    missing = known["net_margin"].null_count()
    if len(known) == 0:
        en = "No product margins are known, so revenue is maximised, not profit. Give them with --products or [value] margin."
        zh = "毛利未知,按成交额优化,不是按利润。请用 --products 或 [value] margin 补上。"
    else:
        en = f"{missing} of {len(known)} advertised products have no margin, so revenue is maximised, not profit. Give them with --products or [value] margin."
        zh = f"{len(known)}个推广商品中有{missing}个没有毛利,按成交额优化,不是按利润。请用 --products 或 [value] margin 补上。"
    return [Notice("MARGIN_UNKNOWN", en, zh)]


def _value_notices(*, tells_value: bool) -> list[Notice]:
    if tells_value:
        return []
    en = "The reports tell orders and not what they are worth, so orders are maximised; no return can be reckoned. Export the value of conversions too."
    zh = "报表只有成交笔数没有金额,按成交笔数优化,无法计算回报;请把成交金额一并导出。"
    return [Notice("VALUE_UNKNOWN", en, zh)]


def _budget_notices(budget: int | None, *, has_floor: bool) -> list[Notice]:
    if budget is not None:
        return []
    more = " or, where that is more, a tenth above the spend floor" if has_floor else ""
    en = f"No budget was given: today's expected cost is the limit{more} (--budget overrides it)."
    more = "(若低于最低花费,则为最低花费的1.1倍)" if has_floor else ""
    zh = f"没有给预算:以今天的预计花费为上限{more}(可用 --budget 指定)。"
    return [Notice("NO_BUDGET", en, zh)]


def _halo_notices(weight: float, *, tells_halo: bool) -> list[Notice]:
    if weight == 1.0 or tells_halo:
        return []
    en = f"A halo weight of {weight:g} was asked, but no report tells direct from indirect results (直接成交, 间接成交): all revenue counts fully."
    zh = f"要求间接成交按{weight:g}计,但报表没有区分直接成交与间接成交:全部成交按足额计算。"
    return [Notice("HALO_UNKNOWN", en, zh)]


def _target_notices(target: float | None, source: str, break_even: float | None) -> list[Notice]:
    if source == "norm":
        en = f"No target ROI was given: the industry norm of {target:g} is used (--target-roi overrides it)."
        return [
            Notice(
                "NORM_TARGET",
                en,
                f"没有给目标投产比:采用行业水平{target:g}(可用 --target-roi 指定)。",
            )
        ]
    if source == "none":
        en = "No target ROI was given and none is known for this platform: only the budget limits the spend."
        return [Notice("NO_TARGET", en, "没有目标投产比,本平台也没有行业水平:只受预算约束。")]
    if target is not None and break_even is not None and target < break_even:
        en = f"The target ROI of {target:.2f} is below the break-even of {break_even:.2f}: reaching it exactly loses money."
        zh = f"目标投产比{target:.2f}低于保本{break_even:.2f}:刚好达到也亏钱。"
        return [Notice("TARGET_BELOW_BREAK_EVEN", en, zh)]
    return []

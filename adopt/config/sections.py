"""The keys of ``shop.toml``: each with its description, unit and default."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from adopt.config.money import Money
from adopt.platforms import NORM_ROI

OBJECTIVES = ("profit", "revenue", "orders")
Objective = Literal["profit", "revenue", "orders"]
PlatformName = Literal["taobao", "google", "amazon", "microsoft", "jd", "pdd"]

Fraction = Annotated[float, Field(ge=0, le=1)]


class Section(BaseModel):
    """A part of ``shop.toml``: frozen, and no key is let by unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Shop(Section):
    """Who the shop is."""

    id: str | None = Field(
        None,
        description="id of the shop in every table; the folder's name where absent",
        examples=["my_shop"],
    )
    name: str | None = Field(None, description="name of the shop for people", examples=["晚秋女装"])
    platform: PlatformName | None = Field(
        None, description="platform; recognised from the files where absent", examples=["taobao"]
    )
    currency: str | None = Field(
        None, description="ISO code; the platform's where absent", examples=["CNY"]
    )
    industry: str = Field(
        "general", description="industry of the return norm: " + ", ".join(NORM_ROI)
    )


class Goal(Section):
    """What the shop wants."""

    objective: Objective | None = Field(
        None,
        description="what to maximise; profit where margins are known, else revenue",
        examples=["profit"],
    )
    target_roi: float | None = Field(
        None, gt=0, description="revenue per unit of cost to reach", examples=[4.5]
    )
    confidence: float | None = Field(
        None,
        gt=0,
        lt=1,
        description="chance with which a week must meet target_roi, fraction",
        examples=[0.9],
    )
    budget: Money | None = Field(
        None, description="most to spend, currency per day", examples=["1500.00"]
    )
    spend_floor: Money | None = Field(
        None, description="least to spend, currency per day", examples=["200.00"]
    )
    most_products: int | None = Field(
        None,
        ge=1,
        description="most products with ads on, count; others are switched off whole",
        examples=[20],
    )
    halo_weight: Fraction = Field(
        1.0,
        description="what one unit of indirect result (orders of other products of the shop after a "
        "click) counts in the objective, fraction; figures and limits count it fully",
    )
    break_even_safety: float = Field(
        1.2, ge=1, description="target ROI = break-even ROI x this, where no target is given"
    )


class Guardrails(Section):
    """How far one run may move a bid."""

    max_step: float = Field(0.2, ge=0, le=10, description="largest change of a bid, as a fraction")
    bid_minimum: Money | None = Field(
        None, description="lowest bid to set, currency", examples=["0.10"]
    )
    bid_maximum: Money | None = Field(
        None, description="highest bid to set, currency", examples=["8.00"]
    )
    evidence_clicks: float = Field(20, ge=0, description="below these clicks a bid is held, clicks")
    pause_clicks: float = Field(
        100, ge=0, description="below these clicks no target is paused, clicks"
    )
    pause_confidence: Fraction = Field(
        0.95, description="pause only where P(below break-even) is at least this"
    )
    levels: int = Field(41, ge=3, le=1001, description="most bids tried per target, count")
    one_product_per_keyword: bool = Field(
        False,
        description="whether a keyword (text and match type) of several products is left to one target",
    )


class Value(Section):
    """What an order is worth, for products that don't say otherwise."""

    margin: float | None = Field(
        None, gt=-1, le=1, description="gross margin, fraction of revenue", examples=[0.45]
    )
    refund_rate: Fraction = Field(0.0, description="share of revenue refunded, fraction")
    fee_rate: Fraction = Field(0.0, description="platform fees, fraction of revenue")


class Stock(Section):
    """How long the stock must last."""

    horizon_days: int = Field(14, ge=1, description="days the stock must last, days")


class Estimate(Section):
    """How history becomes rates."""

    half_life_days: float | None = Field(
        None,
        gt=0,
        description="age at which a day counts half, days; where absent learnt for the rates, 30 elsewhere",
        examples=[30],
    )
    prior_cvr: Fraction | None = Field(
        None,
        gt=0,
        description="orders a click to expect of the shop before any data, fraction; else 0.02",
        examples=[0.02],
    )
    attribution_window_days: int | None = Field(
        None,
        ge=1,
        le=90,
        description="days after a click in which an order still counts for it; the reports' or the "
        "platform's where absent",
        examples=[15],
    )
    draws: int = Field(400, ge=50, le=20_000, description="posterior draws, count")
    horizon_days: int = Field(
        7, ge=1, le=90, description="days a forecast interval speaks of, days"
    )


class Bounds(Section):
    """How far the bids of some targets may move; of several that hold, the narrowest counts."""

    freeze: bool = Field(False, description="whether its bids stay as they are")
    bid_minimum: Money | None = Field(
        None, description="lowest bid to set here, currency", examples=["0.10"]
    )
    bid_maximum: Money | None = Field(
        None, description="highest bid to set here, currency", examples=["8.00"]
    )


class Scope(Bounds):
    """What the targets of a campaign, category or product must keep together."""

    budget: Money | None = Field(
        None, description="most it may spend, currency per day", examples=["300.00"]
    )
    spend_floor: Money | None = Field(
        None, description="least it must spend, currency per day", examples=["50.00"]
    )
    target_roi: float | None = Field(
        None,
        gt=0,
        description="revenue per unit of cost that it must reach by itself",
        examples=[3.5],
    )


class Campaign(Scope):
    """One campaign, by its id; its budget goes before the platform's."""


class Category(Scope):
    """One category with those below it: ``[categories."女装"]`` holds 女装 and 女装/连衣裙."""


class Product(Scope):
    """One product, by its id; margin, refund_rate, stock and category override the product sheet."""

    margin: float | None = Field(
        None, gt=-1, le=1, description="gross margin, fraction of revenue", examples=[0.45]
    )
    refund_rate: Fraction | None = Field(
        None, description="share of revenue refunded, fraction", examples=[0.08]
    )
    stock: float | None = Field(None, ge=0, description="units on hand, units", examples=[120])
    category: str | None = Field(
        None,
        description="category, whose products are peers; a path where / divides it",
        examples=["女装/连衣裙"],
    )
    minimum_spend: Money | None = Field(
        None,
        description="least to spend where it is advertised at all, currency per day; else it is "
        "switched off whole",
        examples=["30.00"],
    )


class Keyword(Bounds):
    """One keyword, by its id or its text, in whatever campaigns and products it stands."""


def _day(text: object) -> date:
    """A day as TOML or a person writes it; no moment, no number."""
    if isinstance(text, date) and not isinstance(text, datetime):
        return text
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise ValueError('write a day as "2026-10-20"') from error


Day = Annotated[date, BeforeValidator(_day)]


class Occurrence(Section):
    """Days of one of the shop's own events; its traffic and conversion are no baseline."""

    first: Day = Field(
        description="first day, warm-up or presale included, as 2026-10-20", examples=["2026-10-20"]
    )
    last: Day = Field(
        description="last day, a return wave included, as 2026-10-22", examples=["2026-10-22"]
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"the last day, {self.last}, is before the first, {self.first}")
        return self


def _listed(occurrences: object) -> object:
    """One ``[events."name"]`` is a list of one."""
    return (occurrences,) if isinstance(occurrences, dict) else occurrences


Occurrences = Annotated[tuple[Occurrence, ...], BeforeValidator(_listed)]
"""``[events."周年庆"]`` once, ``[[events."周年庆"]]`` several times; ``"双12" = []`` under ``[events]``: never.

The name of a platform's yearly event (双11) replaces its days in the years given.
"""


class Settings(Section):
    """The whole of ``shop.toml``; every section may be left out."""

    shop: Shop = Shop()
    goal: Goal = Goal()
    guardrails: Guardrails = Guardrails()
    value: Value = Value()
    stock: Stock = Stock()
    estimate: Estimate = Estimate()
    campaigns: dict[str, Campaign] = Field(default_factory=dict, examples=["61234567"])
    categories: dict[str, Category] = Field(default_factory=dict, examples=["女装"])
    products: dict[str, Product] = Field(default_factory=dict, examples=["678901234567"])
    keywords: dict[str, Keyword] = Field(default_factory=dict, examples=["连衣裙"])
    events: dict[str, Occurrences] = Field(default_factory=dict, examples=["周年庆"])

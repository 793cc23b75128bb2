"""``shop.toml`` → frozen settings. Every key has a description, a unit and a default here."""

import difflib
import math
import tomllib
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError
from pydantic_core import ErrorDetails

from adopt.errors import ConfigError, Place
from adopt.platforms import MICROS, NORM_ROI

OBJECTIVES = ("profit", "revenue", "orders")
Objective = Literal["profit", "revenue", "orders"]


MOST_MICROS = 10**18
"""A million millions of currency: what 64 bits hold, with room to add."""


def money_micros(text: object) -> int:
    """Integer micros of an amount that a person typed; exact, never through a float.

    Raises ValueError on a float, on text that is no amount, and below one micro.
    """
    if isinstance(text, bool | float) or not isinstance(text, str | int | Decimal):
        raise ValueError('write money as a quoted decimal, such as "1500.00"')  # noqa: TRY004 -- pydantic collects ValueErrors only
    try:
        amount = Decimal(text.replace(",", "").strip() if isinstance(text, str) else text)
    except InvalidOperation as error:
        raise ValueError(f"'{text}' is not an amount of money") from error
    if not amount.is_finite():
        raise ValueError(f"'{text}' is not an amount of money")
    micros = amount * MICROS
    if micros != micros.to_integral_value():
        raise ValueError(f"'{text}' is finer than a millionth")
    if micros < 0:
        raise ValueError("an amount of money cannot be negative")
    if micros > MOST_MICROS:
        raise ValueError(f"'{text}' is more money than there is")
    return int(micros)


def _money_text(micros: int | None) -> str | None:
    """Micros as the decimal that money_micros reads."""
    return None if micros is None else str(Decimal(micros) / MICROS)


Money = Annotated[
    int,
    BeforeValidator(money_micros),
    PlainSerializer(_money_text, return_type=str | None, when_used="json"),
]
Fraction = Annotated[float, Field(ge=0, le=1)]


class Section(BaseModel):
    """A part of ``shop.toml``: frozen, and no key is let by unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Shop(Section):
    """Who the shop is."""

    id: str | None = Field(None, description="id of the shop in every table; the folder's name")
    name: str | None = Field(None, description="name of the shop for people")
    platform: Literal["taobao", "google"] | None = Field(
        None, description="platform; recognised from the files where absent"
    )
    currency: str | None = Field(None, description="ISO code; the platform's where absent")
    industry: str = Field(
        "general", description="industry of the return norm: " + ", ".join(NORM_ROI)
    )


class Goal(Section):
    """What the shop wants."""

    objective: Objective | None = Field(
        None, description="profit, revenue or orders; profit where margins are known, else revenue"
    )
    target_roi: float | None = Field(None, gt=0, description="revenue per unit of cost to reach")
    confidence: float | None = Field(
        None, gt=0, lt=1, description="chance with which a week must meet target_roi, fraction"
    )
    budget: Money | None = Field(None, description="most to spend, currency per day")
    break_even_safety: float = Field(
        1.2, ge=1, description="target ROI = break-even ROI x this, where no target is given"
    )


class Guardrails(Section):
    """How far one run may move a bid."""

    max_step: float = Field(0.2, ge=0, le=10, description="largest change of a bid, as a fraction")
    bid_minimum: Money | None = Field(None, description="lowest bid to set, currency")
    bid_maximum: Money | None = Field(None, description="highest bid to set, currency")
    evidence_clicks: float = Field(20, ge=0, description="below these clicks a bid is held, clicks")
    pause_clicks: float = Field(
        100, ge=0, description="below these clicks no target is paused, clicks"
    )
    pause_confidence: Fraction = Field(
        0.95, description="pause only where P(below break-even) is at least this"
    )
    levels: int = Field(41, ge=3, le=1001, description="most bids tried per target, count")


class Value(Section):
    """What an order is worth, for products that don't say otherwise."""

    margin: float | None = Field(None, gt=-1, le=1, description="gross margin, fraction of revenue")
    refund_rate: Fraction = Field(0.0, description="share of revenue refunded, fraction")
    fee_rate: Fraction = Field(0.0, description="platform fees, fraction of revenue")


class Stock(Section):
    """How long the stock must last."""

    horizon_days: int = Field(14, ge=1, description="days the stock must last, days")


class Estimate(Section):
    """How history becomes rates."""

    half_life_days: float = Field(30, gt=0, description="age at which a day counts half, days")
    draws: int = Field(400, ge=50, le=20_000, description="posterior draws, count")
    horizon_days: int = Field(
        7, ge=1, le=90, description="days a forecast interval speaks of, days"
    )


class Campaign(Section):
    """One campaign."""

    budget: Money | None = Field(None, description="most this campaign may spend, currency per day")


class Product(Section):
    """One product; overrides the product sheet."""

    margin: float | None = Field(None, gt=-1, le=1, description="gross margin, fraction of revenue")
    refund_rate: Fraction | None = Field(None, description="share of revenue refunded, fraction")
    stock: float | None = Field(None, ge=0, description="units on hand, units")
    category: str | None = Field(None, description="category, whose products are peers")
    target_roi: float | None = Field(None, gt=0, description="ROI this product alone must reach")


class Settings(Section):
    """The whole of ``shop.toml``; every section may be left out."""

    shop: Shop = Shop()
    goal: Goal = Goal()
    guardrails: Guardrails = Guardrails()
    value: Value = Value()
    stock: Stock = Stock()
    estimate: Estimate = Estimate()
    campaigns: dict[str, Campaign] = Field(default_factory=dict)
    products: dict[str, Product] = Field(default_factory=dict)


def _known_keys(location: tuple[Any, ...]) -> list[str]:
    """Keys allowed beside the last one of a location in the settings."""
    model: type[BaseModel] = Settings
    for part in location[:-1]:
        if part in model.model_fields:
            annotation: Any = model.model_fields[part].annotation
            named = {"campaigns": Campaign, "products": Product}
            model = annotation if isinstance(annotation, type) else named[part]
    return list(model.model_fields)


def _words(error: ErrorDetails, location: tuple[Any, ...]) -> str:
    path = ".".join(str(part) for part in location)
    if error["type"] == "extra_forbidden":
        known = _known_keys(location)
        near = difflib.get_close_matches(str(location[-1]), known, n=1, cutoff=0.0)
        return f"unknown key '{path}'; did you mean '{near[0]}'? Known here: {', '.join(known)}."
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{path}: {message} (found {error['input']!r})."


def settings_from(data: dict[str, Any], *, file: str | None = None) -> Settings:
    """Settings from parsed TOML.

    Raises ConfigError with every wrong key and value, and the nearest known name.
    """
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        words = [_words(e, e["loc"]) for e in error.errors(include_url=False)]
        raise ConfigError(" ".join(words), place=Place(file)) from error
    if settings.shop.industry not in NORM_ROI:
        known = ", ".join(NORM_ROI)
        raise ConfigError(
            f"shop.industry: no return norm for '{settings.shop.industry}'.",
            place=Place(file),
            remedy=f"Known are {known}; or give goal.target_roi.",
        )
    return settings


def read_settings(path: Path) -> Settings:
    """Settings of a ``shop.toml``.

    Raises ConfigError when the file is missing, not TOML, or holds a wrong key or value.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(
            f"cannot be read ({error.strerror}).", place=Place(str(path)), remedy="Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            "is not UTF-8.", place=Place(str(path)), remedy="Save it as UTF-8."
        ) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"is not valid TOML: {error}.", place=Place(str(path))) from error
    return settings_from(data, file=str(path))


def _budget_given(text: str) -> int:
    """Micros of ``--budget``."""
    try:
        micros = money_micros(text)
    except ValueError as error:
        raise ConfigError(
            f"--budget: {error}.", remedy="Give it per day, as in --budget 2000."
        ) from error
    if micros == 0:
        raise ConfigError(
            "--budget 0 buys nothing.",
            remedy="Give what may be spent per day; to stop spending, pause the campaigns on the platform.",
        )
    return micros


def with_options(
    settings: Settings,
    *,
    budget: str | None = None,
    target_roi: float | None = None,
    objective: str | None = None,
    max_step: float | None = None,
    confidence: float | None = None,
) -> Settings:
    """Settings with what the command line gave on top.

    Raises ConfigError on an amount, ratio or objective that cannot be.
    """
    goal: dict[str, Any] = {}
    guardrails: dict[str, Any] = {}
    if budget is not None:
        goal["budget"] = _budget_given(budget)
    if target_roi is not None:
        if not math.isfinite(target_roi) or target_roi <= 0:
            raise ConfigError(
                f"--target-roi {target_roi:g} is not a return.",
                remedy="Give revenue per unit of cost, as in --target-roi 4.5.",
            )
        goal["target_roi"] = target_roi
    if confidence is not None:
        if not 0 < confidence < 1:
            raise ConfigError(
                f"--confidence {confidence:g} is not a chance between 0 and 1.",
                remedy="Write 0.9 for 90 %.",
            )
        goal["confidence"] = confidence
    if objective is not None:
        goal["objective"] = objective
    if max_step is not None:
        if not 0 <= max_step <= 10:
            raise ConfigError(
                f"--max-step {max_step:g} is not a fraction between 0 and 10.",
                remedy="0.2 allows changes of 20 %.",
            )
        guardrails["max_step"] = max_step
    return settings.model_copy(
        update={
            "goal": settings.goal.model_copy(update=goal),
            "guardrails": settings.guardrails.model_copy(update=guardrails),
        }
    )

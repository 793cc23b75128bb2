"""A scenario: a shop and its market as a TOML file, and as frozen settings.

Every key has a description, a unit and a default here. Money is a quoted decimal, as in ``shop.toml``.
"""

import difflib
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from adopt.config import Fraction, Money, Section
from adopt.errors import ConfigError, Place
from adopt.market.scenario_multipliers import ScenarioMultiplier, check_multipliers
from adopt.platforms import MICROS, PLATFORMS, Platform


class ScenarioShop(Section):
    """Who the shop is."""

    id: str = Field("simulated", min_length=1, description="id of the shop; it keys the draws too")
    name: str | None = Field(None, description="name of the shop for people")
    platform: Literal["taobao"] = Field("taobao", description="platform whose rules are played")


class Days(Section):
    """Which days are played."""

    count: int = Field(30, ge=1, le=1000, description="days to play, count")
    first: date = Field(date(2026, 9, 3), description="first day")
    export_every: int | None = Field(
        None,
        ge=1,
        description="days between keyword reports of the last 30 days, exported as they were seen then; "
        "absent = one report after the last day",
    )


class Market(Section):
    """How people search and buy."""

    hour_share: tuple[float, ...] | None = Field(
        None,
        min_length=24,
        max_length=24,
        description="searches by hour, any unit; the platform's where absent, flat where all are equal",
    )
    day_spread: float = Field(
        0.2, ge=0, le=2, description="sd of a keyword's log searches from day to day"
    )
    order_shape: float = Field(4.0, gt=0, description="Gamma shape of an order's value")
    same_day: float = Field(
        0.8, gt=0, le=1, description="share of orders made on the day of the click"
    )
    lag_decay: float = Field(
        0.6, ge=0, lt=1, description="each later day brings this times the day before"
    )
    own_items: int | None = Field(
        None,
        ge=1,
        le=20,
        description="most products of the shop in one search, count; the platform's where absent",
    )
    rival_budget: float | None = Field(
        None,
        gt=0,
        le=1000,
        description="days of searches that the median rival can pay, 0.5 = half of them leave within the "
        "first half of the day's searches; absent = no rival leaves",
    )
    rival_budget_spread: float = Field(0.5, gt=0, le=5, description="sd of a rival's log budget")


class ScenarioCampaign(Section):
    """One campaign."""

    id: str = Field(min_length=1, description="id")
    name: str | None = Field(None, description="name; the id where absent")
    budget: Money | None = Field(None, description="most to spend a day, currency; absent = none")
    delivery: Literal["standard", "smooth"] = Field(
        "standard", description="standard: until the budget ends; smooth: spread over the day"
    )


class ScenarioProduct(Section):
    """One product."""

    id: str = Field(min_length=1, description="id")
    name: str | None = Field(None, description="title; the id where absent")
    category: str | None = Field(None, description="category, whose products are peers")
    price: Money = Field(description="mean value of an order, currency")
    cvr: Fraction = Field(0.03, description="orders a click")
    stock: int | None = Field(None, ge=0, description="units on hand; absent = endless")
    margin: float | None = Field(None, gt=-1, le=1, description="gross margin, fraction of revenue")


class ScenarioKeyword(Section):
    """One keyword: its searches and the rank scores of its rivals (DESIGN.md §2)."""

    id: str = Field(min_length=1, description="id")
    text: str | None = Field(None, description="the words; the id where absent")
    searches: float = Field(ge=0, le=1e7, description="mean searches a day, count")
    rivals: float = Field(gt=0, le=1e4, description="expected rivals a search, count")
    score: float = Field(gt=0, description="median rank score of a rival, currency x quality")
    sigma: float = Field(0.6, gt=0, le=5, description="sd of a rival's log rank score")
    rival_budget: float | None = Field(
        None, gt=0, le=1000, description="as in market, whose it is where absent"
    )


class ScenarioTarget(Section):
    """One product on one keyword: what carries a bid."""

    campaign: str = Field(description="id of its campaign")
    product: str = Field(description="id of its product")
    keyword: str = Field(description="id of its keyword")
    bid: Money = Field(description="bid, currency per click")
    quality: float = Field(7.0, ge=1, le=10, description="quality score, 1 to 10")
    ctr: Fraction = Field(0.15, description="clicks an impression that is looked at")
    cvr: Fraction | None = Field(None, description="orders a click; the product's where absent")


class Scenario(Section):
    """The whole file."""

    shop: ScenarioShop = ScenarioShop()
    days: Days = Days()
    market: Market = Market()
    campaigns: tuple[ScenarioCampaign, ...] = Field(min_length=1)
    products: tuple[ScenarioProduct, ...] = Field(min_length=1)
    keywords: tuple[ScenarioKeyword, ...] = Field(min_length=1)
    targets: tuple[ScenarioTarget, ...] = Field(min_length=1)
    multipliers: tuple[ScenarioMultiplier, ...] = ()


_LISTS: dict[str, type[BaseModel]] = {
    "campaigns": ScenarioCampaign,
    "products": ScenarioProduct,
    "keywords": ScenarioKeyword,
    "targets": ScenarioTarget,
    "multipliers": ScenarioMultiplier,
}


def read_scenario(path: Path) -> Scenario:
    """The scenario of a TOML file.

    Raises ConfigError when it is missing, not TOML, holds a wrong key or value, or names what is not there.
    """
    place = Place(str(path))
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(
            f"cannot be read ({error.strerror}).", place=place, remedy="Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError("is not UTF-8.", place=place, remedy="Save it as UTF-8.") from error
    try:
        scenario = Scenario.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"is not valid TOML: {error}.", place=place) from error
    except ValidationError as error:
        # A misspelt key is missing under its right name too; the misspelling says more.
        errors = sorted(
            error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden"
        )
        words = _words(errors[0])
        more = f" And {error.error_count() - 1} more." if error.error_count() > 1 else ""
        raise ConfigError(words + more, place=place) from error
    _check(scenario, place)
    return scenario


def _words(error: ErrorDetails) -> str:
    location = error["loc"]
    path = _path(location)
    if error["type"] == "extra_forbidden":
        known = _known_keys(location)
        near = difflib.get_close_matches(str(location[-1]), known, n=1, cutoff=0.0)
        return f"unknown key '{path}'; did you mean '{near[0]}'? Known here: {', '.join(known)}."
    if error["type"] == "missing":
        return f"'{path}' is missing."
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{path}: {message} (found {error['input']!r})."


def _path(location: tuple[int | str, ...]) -> str:
    """``targets[3].bid``; entries of a list count from 1."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).removeprefix(".")


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    """Keys allowed beside the last one of a location."""
    if len(location) == 1:
        return list(Scenario.model_fields)
    first = str(location[0])
    sections: dict[str, type[BaseModel]] = {"shop": ScenarioShop, "days": Days, "market": Market}
    return list((sections | _LISTS)[first].model_fields)


def _check(scenario: Scenario, place: Place) -> None:
    """Ids are there once, and every budget, bid and multiplier is one that the platform takes."""
    platform = PLATFORMS[scenario.shop.platform]
    known: dict[str, dict[str, Any]] = {}
    for name in ("campaign", "product", "keyword"):
        entries = getattr(scenario, f"{name}s")
        known[name] = {entry.id: entry for entry in entries}
        if len(known[name]) < len(entries):
            given = [entry.id for entry in entries]
            twice = next(one for one in given if given.count(one) > 1)
            raise ConfigError(f"{name}s: the id '{twice}' is there twice.", place=place)
    hour_share = hour_share_of(scenario)
    if not sum(hour_share) > 0 or min(hour_share) < 0:
        raise ConfigError(
            "market.hour_share: shares are not negative, and one is above 0.", place=place
        )
    for campaign in scenario.campaigns:
        _check_budget(campaign, platform, place)
    _check_targets(scenario, known, platform, place)
    ad_groups: dict[str, set[str]] = {campaign: set() for campaign in known["campaign"]}
    for target in scenario.targets:
        ad_groups[target.campaign].add(ad_group_of(target))
    check_multipliers(scenario.multipliers, ad_groups, platform, place)


def _check_targets(
    scenario: Scenario, known: dict[str, dict[str, Any]], platform: Platform, place: Place
) -> None:
    seen = set()
    for number, target in enumerate(scenario.targets, start=1):
        ids = (target.campaign, target.product, target.keyword)
        for name, one in zip(known, ids, strict=True):
            if one not in known[name]:
                near = difflib.get_close_matches(one, known[name], n=1, cutoff=0.0)
                raise ConfigError(
                    f"targets[{number}].{name}: there is no {name} '{one}'; did you mean '{near[0]}'?",
                    place=place,
                )
        if ids in seen:
            raise ConfigError(f"targets[{number}]: {' / '.join(ids)} is there twice.", place=place)
        seen.add(ids)
        budget = known["campaign"][target.campaign].budget
        _check_bid(target.bid, budget, f"targets[{number}].bid", platform, place)


def _check_budget(campaign: ScenarioCampaign, platform: Platform, place: Place) -> None:
    least, step = platform.daily_budget_minimum_micros, platform.daily_budget_step_micros
    if campaign.budget is not None and (campaign.budget < least or campaign.budget % step):
        raise ConfigError(
            f"campaign '{campaign.id}': {platform.title} takes daily budgets from {least / MICROS:g} in "
            f"steps of {step / MICROS:g} (found {campaign.budget / MICROS:g}).",
            place=place,
        )


def _check_bid(bid: int, budget: int | None, path: str, platform: Platform, place: Place) -> None:
    low, high = platform.bid_minimum_micros, platform.bid_maximum_micros
    if budget is not None and platform.bid_within_budget:
        high = min(high, budget)
    if not low <= bid <= high or bid % platform.bid_step_micros:
        raise ConfigError(
            f"{path}: {platform.title} takes bids here from {low / MICROS:.2f} to {high / MICROS:.2f} in "
            f"steps of {platform.bid_step_micros / MICROS:.2f} (found {bid / MICROS:g}).",
            place=place,
        )


def ad_group_of(target: ScenarioTarget) -> str:
    """Id of the ad group: on direct train each product of a campaign has one."""
    return f"{target.campaign}-{target.product}"


def hour_share_of(scenario: Scenario) -> tuple[float, ...]:
    """Searches by hour (24,), any unit: the scenario's, else the platform's."""
    return scenario.market.hour_share or PLATFORMS[scenario.shop.platform].hour_share

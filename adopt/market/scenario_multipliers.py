"""Multipliers in a scenario: by what bids are multiplied, who searches in which segment, and the tables of it."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import polars as pl
from pydantic import Field

from adopt.config import Section
from adopt.errors import ConfigError, Place
from adopt.formats.week_hours import HOURS, week_hours
from adopt.market.bid_rows import Parts
from adopt.platforms import Platform
from adopt.tables import BidMultipliers, check

ROUNDING = 1e-6
"""Shares that differ by less are the same."""


class ScenarioMultiplier(Section):
    """By what a campaign multiplies its bids in one segment; dimensions stack, the rest bids at 1."""

    campaign: str = Field(description="id of its campaign")
    ad_group: str | None = Field(
        None,
        description="id of its ad group, campaign-product; its own replace its campaign's in the dimension",
    )
    dimension: Literal["hour", "device", "audience"] = Field(description="hour, device or audience")
    segment: str = Field(
        min_length=1,
        description="hours such as 0-7 or Mon-Fri 8-12; mobile or pc; an audience's name",
    )
    multiplier: float = Field(gt=0, description="factor on the bid, 1 = as it is")
    share: float | None = Field(
        None,
        gt=0,
        le=1,
        description="of all searches: needed of an audience, the platform's of devices where absent; "
        "of hours it follows from market.hour_share",
    )


class _Numbered(NamedTuple):
    """An entry and where it stands."""

    path: str
    one: ScenarioMultiplier


def check_multipliers(
    entries: Sequence[ScenarioMultiplier],
    ad_groups: Mapping[str, Iterable[str]],
    platform: Platform,
    place: Place,
) -> None:
    """Every entry names what is there, lies within the platform's limits, and stands once.

    ad_groups: ids of the ad groups by campaign
    Raises ConfigError at the first that does not.
    """
    seen: dict[tuple[str, str | None, str, str], str] = {}
    for path, one in _numbered(entries):
        if one.campaign not in ad_groups:
            raise _unknown(f"{path}.campaign", "campaign", one.campaign, ad_groups, place)
        if one.ad_group is not None and one.ad_group not in ad_groups[one.campaign]:
            known = ad_groups[one.campaign]
            raise _unknown(f"{path}.ad_group", "ad group", one.ad_group, known, place)
        _check_limit(path, one, platform, place)
        _check_segment(path, one, place)
        for segment in _segments(one):
            key = (one.campaign, one.ad_group, one.dimension, segment)
            if key in seen:
                raise ConfigError(
                    f"{path}.segment: '{one.segment}' meets what {seen[key]} multiplies already; keep one.",
                    place=place,
                )
            seen[key] = path
    _check_shares(entries, platform, place)


def shares_of(entries: Sequence[ScenarioMultiplier], platform: Platform) -> tuple[Parts, Parts]:
    """Devices and audiences of the shoppers, by what the entries and the platform say; none without entries."""
    if not entries:
        return (), ()
    given = {(one.dimension, one.segment): one.share for one in entries if one.share is not None}
    pc = given.get(("device", "pc"), 1.0 - platform.mobile_share)
    mobile = given.get(("device", "mobile"), 1.0 - pc)
    audiences = sorted((name, share) for (kind, name), share in given.items() if kind == "audience")
    return (("mobile", mobile), ("pc", 1.0 - mobile)), tuple(audiences)


class MultiplierTables(NamedTuple):
    """The multipliers in both forms.

    table: BID_MULTIPLIERS; sheet: one row an entry, as an operator writes it: campaign_id, ad_group_id,
    dimension, segment, multiplier, share
    """

    table: pl.DataFrame
    sheet: pl.DataFrame


def multiplier_tables(
    entries: Sequence[ScenarioMultiplier],
    devices: Parts,
    audiences: Parts,
    hour_share: Sequence[float],
) -> MultiplierTables:
    """The entries as tables; hour_share: (24,) in any unit."""
    whole = sum(hour_share)
    shares = {("device", name): share for name, share in devices}
    shares |= {("audience", name): share for name, share in audiences}
    shares |= {
        ("hour", str(hour)): hour_share[hour % HOURS] / whole / 7 for hour in range(7 * HOURS)
    }
    rows, written = [], []
    for one in entries:
        owner = (one.campaign, one.ad_group, one.dimension)
        met = {segment: shares[one.dimension, segment] for segment in _segments(one)}
        rows += [(*owner, segment, one.multiplier, share) for segment, share in met.items()]
        written.append((*owner, one.segment, one.multiplier, sum(met.values())))
    schema = BidMultipliers.create_empty().schema
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return MultiplierTables(
        check(table.sort("campaign_id", "ad_group_id", "dimension", "segment"), BidMultipliers),
        pl.DataFrame(written, schema=schema | {"dimension": pl.String()}, orient="row"),
    )


def _numbered(entries: Sequence[ScenarioMultiplier]) -> list[_Numbered]:
    return [_Numbered(f"multipliers[{n}]", one) for n, one in enumerate(entries, start=1)]


def _segments(one: ScenarioMultiplier) -> list[str]:
    """Segments of the canonical table: each hour of the week by itself."""
    if one.dimension != "hour":
        return [one.segment]
    return [str(hour) for hour in week_hours(one.segment) or ()]


def _unknown(path: str, what: str, given: str, known: Iterable[str], place: Place) -> ConfigError:
    near = difflib.get_close_matches(given, list(known), n=1, cutoff=0.0)
    ask = f"; did you mean '{near[0]}'?" if near else "."
    return ConfigError(f"{path}: there is no {what} '{given}'{ask}", place=place)


def _check_limit(path: str, one: ScenarioMultiplier, platform: Platform, place: Place) -> None:
    limits = {limit.dimension: limit for limit in platform.multipliers}
    limit = limits[one.dimension]
    if one.multiplier != 1.0 and not limit.lowest <= one.multiplier <= limit.highest:
        raise ConfigError(
            f"{path}.multiplier: {platform.title} multiplies bids by {one.dimension} from "
            f"{limit.lowest:g} to {limit.highest:g}, or by 1 (found {one.multiplier:g}).",
            place=place,
        )


def _check_segment(path: str, one: ScenarioMultiplier, place: Place) -> None:
    if one.dimension == "device" and one.segment not in ("mobile", "pc"):
        raise ConfigError(
            f"{path}.segment: a device is 'mobile' or 'pc' (found '{one.segment}').", place=place
        )
    if one.dimension != "hour":
        return
    if not week_hours(one.segment):
        raise ConfigError(
            f"{path}.segment: write hours as 0-7 or Mon-Fri 8-12, and split what passes midnight "
            f"(found '{one.segment}').",
            place=place,
        )
    if one.share is not None:
        raise ConfigError(
            f"{path}.share: the share of hours follows from market.hour_share; leave it out.",
            place=place,
        )


def _check_shares(entries: Sequence[ScenarioMultiplier], platform: Platform, place: Place) -> None:
    """A segment has one share of all searches, and the shares of a dimension fit into 1."""
    given: dict[tuple[str, str], _Numbered] = {}
    for path, one in _numbered(entries):
        if one.share is None:
            continue
        first = given.setdefault((one.dimension, one.segment), _Numbered(path, one))
        if abs((first.one.share or 0.0) - one.share) > ROUNDING:
            raise ConfigError(
                f"{path}.share: '{one.segment}' has the share {first.one.share:g} in {first.path}; "
                "a segment has one share of all searches.",
                place=place,
            )
    for path, one in _numbered(entries):
        if one.dimension == "audience" and ("audience", one.segment) not in given:
            raise ConfigError(
                f"{path}.share: say which share of all searches the audience '{one.segment}' makes.",
                place=place,
            )
    devices, audiences = shares_of(entries, platform)
    pc = given.get(("device", "pc"))
    if pc is not None and abs(dict(devices)["pc"] - (pc.one.share or 0.0)) > ROUNDING:
        raise ConfigError(
            f"{pc.path}.share: mobile and pc are all searches; give one of their shares.",
            place=place,
        )
    if sum(share for _, share in audiences) > 1.0 + ROUNDING:
        raise ConfigError(
            "multipliers: the shares of the audiences are more than 1 in sum; a shopper is in one of them.",
            place=place,
        )

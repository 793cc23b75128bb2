"""Multipliers on the bid: in which part of the searches a target bids which multiple of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

Owner = tuple[str | None, str | None]
"""Campaign and ad group; None for the ad group = every one that has no rows of its own."""

SAME = 0.02
"""Multiples that differ by less, in logs, are one segment: 168 hours at three discounts are three."""
COARSE = 0.25
"""The same where only the answer to a move is asked: within such a span it is nearly straight."""
EVERY = 1e-9
"""Searches that are in no segment of a dimension bid at 1, where there are more than this share."""


@dataclass(frozen=True, slots=True)
class BidSegments:
    """Searches of n targets by the multiple of the bid that enters them, as few distinct profiles.

    profile: (n,) row of each target in start; start: (profiles + 1,) first segment of each profile
    multiplier, share: (segments,), ascending multipliers and shares of sum 1 within a profile
    """

    profile: I64
    start: I64
    multiplier: F64
    share: F64

    def of(self, rows: I64) -> "BidSegments":
        """Segments of the targets at these places; a place may occur more than once."""
        return replace(self, profile=self.profile[rows])

    def coarser(self) -> "BidSegments":
        """The same with multiples merged that differ by less than COARSE, at their mean."""
        bounds = zip(self.start[:-1], self.start[1:], strict=True)
        return _of_profiles(
            self.profile,
            [_merged(self.multiplier[a:b], self.share[a:b], COARSE) for a, b in bounds],
        )

    def is_multiplied(self) -> NDArray[np.bool_]:
        """Targets (n,) whose bid is not simply the bid in every search."""
        is_plain = (np.diff(self.start) == 1) & (self.multiplier[self.start[:-1]] == 1.0)
        return np.asarray(~is_plain[self.profile])


def plain_segments(n: int) -> BidSegments:
    """Segments of n targets whose bids are multiplied by nothing."""
    return BidSegments(
        np.zeros(n, dtype=np.int64), np.array([0, 1], dtype=np.int64), np.ones(1), np.ones(1)
    )


def bid_segments(targets: pl.DataFrame, multipliers: pl.DataFrame) -> BidSegments:
    """Segments of every target, in the order of the rows.

    targets: campaign_id, ad_group_id; multipliers: table BID_MULTIPLIERS
    Dimensions are taken as independent: 0.8 at night on a phone at 1.5 bids 1.2 times the base.
    """
    if multipliers.is_empty():
        return plain_segments(len(targets))
    rules = rules_in_force(multipliers)
    place: dict[tuple[bytes, bytes], int] = {}
    profiles: list[tuple[F64, F64]] = []
    at: dict[Owner, int] = {}
    for owner, rows in (((None, None), multipliers.clear()), *rules.items()):
        merged = _merged(*stacked(rows), SAME)
        key = (merged[0].tobytes(), merged[1].tobytes())
        if key not in place:
            place[key] = len(profiles)
            profiles.append(merged)
        at[owner] = place[key]
    return _of_profiles(
        np.array([at[owner] for owner in owners_of(targets, rules)], dtype=np.int64), profiles
    )


def _of_profiles(profile: I64, profiles: list[tuple[F64, F64]]) -> BidSegments:
    """Segments from the multiples and shares of each profile."""
    start = np.concatenate([[0], np.cumsum([len(share) for _, share in profiles])])
    return BidSegments(
        profile,
        start.astype(np.int64),
        np.concatenate([multiplier for multiplier, _ in profiles]),
        np.concatenate([share for _, share in profiles]),
    )


def rules_in_force(multipliers: pl.DataFrame) -> dict[Owner, pl.DataFrame]:
    """Rows of BID_MULTIPLIERS by whose bids they multiply.

    An ad group's own rows replace its campaign's in their dimension; in the others the campaign's hold.
    """
    found: dict[Owner, pl.DataFrame] = {}
    ordered = multipliers.sort("campaign_id", "ad_group_id", "dimension", "segment")
    for (campaign,), rows in ordered.partition_by("campaign_id", as_dict=True).items():
        common = rows.filter(pl.col("ad_group_id").is_null())
        if len(common):
            found[campaign, None] = common
        groups = rows.filter(pl.col("ad_group_id").is_not_null())
        for (ad_group,), own in groups.partition_by("ad_group_id", as_dict=True).items():
            others = ~pl.col("dimension").is_in(own["dimension"].unique().implode())
            found[campaign, ad_group] = pl.concat([own, common.filter(others)])
    return found


def owners_of(targets: pl.DataFrame, rules: Iterable[Owner]) -> list[Owner]:
    """Which rules each target's bid follows; (None, None) where there are none."""
    known = set(rules)
    pairs = zip(targets["campaign_id"].to_list(), targets["ad_group_id"].to_list(), strict=True)
    return [
        (campaign, ad_group)
        if (campaign, ad_group) in known
        else (campaign, None)
        if (campaign, None) in known
        else (None, None)
        for campaign, ad_group in pairs
    ]


def stacked(rows: pl.DataFrame) -> tuple[F64, F64]:
    """Multiples and shares of every combination of the dimensions that someone searches in.

    rows: of one owner in rules_in_force
    """
    multiplier, share = np.ones(1), np.ones(1)
    for part in rows.sort("dimension", "segment").partition_by("dimension"):
        rest = max(1.0 - float(part["share"].sum()), 0.0)
        multiplier = np.multiply.outer(
            multiplier, np.append(part["multiplier"].to_numpy(), 1.0)
        ).ravel()
        share = np.multiply.outer(
            share, np.append(part["share"].to_numpy(), rest if rest > EVERY else 0.0)
        ).ravel()
    return multiplier[share > 0.0], share[share > 0.0]


def _merged(multiplier: F64, share: F64, same: float) -> tuple[F64, F64]:
    """Multiples that differ by less than `same`, in logs, as one at their mean."""
    step = np.round(np.log(multiplier) / same)
    _, place = np.unique(step, return_inverse=True)
    weight = np.bincount(place.ravel(), weights=share)
    mean = np.bincount(place.ravel(), weights=share * multiplier) / weight
    return mean.astype(np.float64), (weight / weight.sum()).astype(np.float64)

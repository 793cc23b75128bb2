"""Multipliers on the bid: in which part of the searches a target bids which multiple of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

SAME = 0.02
"""Multiples that differ by less, in logs, are one segment: 168 hours at three discounts are three."""


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
    owners = targets.select("campaign_id", "ad_group_id").with_columns(
        (pl.struct("campaign_id", "ad_group_id").rank("dense").cast(pl.Int64) - 1).alias("owner")
    )
    of_campaign = {
        campaign: rows.partition_by("dimension", as_dict=True)
        for (campaign,), rows in multipliers.sort(
            "campaign_id", "ad_group_id", "dimension", "segment"
        )
        .partition_by("campaign_id", as_dict=True)
        .items()
    }
    place: dict[tuple[bytes, bytes], int] = {}
    profile_of: list[int] = []
    profiles: list[tuple[F64, F64]] = []
    for campaign, ad_group, _ in owners.unique("owner").sort("owner").iter_rows():
        stacked = _stacked(of_campaign.get(campaign, {}), ad_group)
        key = (stacked[0].tobytes(), stacked[1].tobytes())
        if key not in place:
            place[key] = len(profiles)
            profiles.append(stacked)
        profile_of.append(place[key])
    start = np.concatenate([[0], np.cumsum([len(share) for _, share in profiles])])
    return BidSegments(
        np.array(profile_of, dtype=np.int64)[owners["owner"].to_numpy()],
        start.astype(np.int64),
        np.concatenate([multiplier for multiplier, _ in profiles]),
        np.concatenate([share for _, share in profiles]),
    )


def _stacked(
    dimensions: Mapping[tuple[object, ...], pl.DataFrame], ad_group: str | None
) -> tuple[F64, F64]:
    """Multiples and shares of one ad group: every combination of its campaign's dimensions."""
    multiplier, share = np.ones(1), np.ones(1)
    for rows in dimensions.values():
        own = rows.filter(pl.col("ad_group_id").eq_missing(pl.lit(ad_group, dtype=pl.String)))
        used = own if len(own) else rows.filter(pl.col("ad_group_id").is_null())
        part = used["share"].to_numpy()
        rest = max(1.0 - float(part.sum()), 0.0)
        multiplier = np.multiply.outer(
            multiplier, np.append(used["multiplier"].to_numpy(), 1.0)
        ).ravel()
        share = np.multiply.outer(share, np.append(part, rest)).ravel()
    return _merged(multiplier, share)


def _merged(multiplier: F64, share: F64) -> tuple[F64, F64]:
    """Multiples that are about the same as one, at their mean; those that nobody meets are dropped."""
    met = share > 0.0
    step = np.round(np.log(multiplier[met]) / SAME)
    _, place = np.unique(step, return_inverse=True)
    weight = np.bincount(place.ravel(), weights=share[met])
    mean = np.bincount(place.ravel(), weights=share[met] * multiplier[met]) / weight
    return mean.astype(np.float64), (weight / weight.sum()).astype(np.float64)

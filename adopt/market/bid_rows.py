"""Multipliers as the simulated day takes them: every bid a target makes, and which search meets which."""

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.kernels.offers import WEEK_HOURS, Multiples
from adopt.platforms.bid_segments import Owner, owners_of, rules_in_force

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

Parts = tuple[tuple[str, float], ...]
"""Names and shares of the searches of a dimension; what is left of 1 is the rest, which has no name."""

NOBODY = 1e-9
"""Share of the searches that is rounding."""


class BidRows(NamedTuple):
    """Which bids are made.

    target: (rows,) row of the target; multiplier: (rows,), 1 in the first rows, one for each target
    multiples: which search meets which row
    """

    target: I64
    multiplier: F64
    multiples: Multiples


def bid_rows(
    targets: pl.DataFrame,
    keywords: int,
    multipliers: pl.DataFrame,
    devices: Parts,
    audiences: Parts,
) -> BidRows:
    """Every bid of every target, in the order of the rows.

    targets: campaign_id, ad_group_id, keyword (row number); keywords: how many there are
    multipliers: table BID_MULTIPLIERS; its shares are not read, for devices and audiences are everyone's
    Raises ValueError when a segment of the multipliers is no hour of the week and not among the parts.
    """
    n = len(targets)
    if multipliers.is_empty():
        return BidRows(np.arange(n), np.ones(n), _none(n, keywords))
    levels, profile = _profiles(targets, multipliers, devices, audiences)
    values = [np.unique(table[table != 1.0]) for table in levels]
    counts = np.array([len(one) for one in values])[profile]
    extra = n - 1 + np.concatenate([[0], np.cumsum(counts)])
    is_multiplied = np.zeros(keywords, dtype=np.bool_)
    is_multiplied[targets["keyword"].to_numpy()[counts > 0]] = True
    return BidRows(
        np.concatenate([np.arange(n), np.repeat(np.arange(n), counts)]),
        np.concatenate([np.ones(n), *(values[one] for one in profile)]),
        Multiples(
            extra.astype(np.int64),
            profile,
            np.stack([_level(table, one) for table, one in zip(levels, values, strict=True)]),
            is_multiplied,
            np.cumsum(np.multiply.outer(_shares(devices), _shares(audiences)).ravel()),
        ),
    )


def cell_names(devices: Parts, audiences: Parts) -> pl.DataFrame:
    """Columns device and audience by cell; null = the rest."""
    pairs = [(d, a) for d, _ in _with_rest(devices) for a, _ in _with_rest(audiences)]
    schema = {"device": pl.String, "audience": pl.String}
    return pl.DataFrame(pairs, schema=schema, orient="row")


def _none(n: int, keywords: int) -> Multiples:
    """Multiples of n targets whose bids are multiplied by nothing."""
    return Multiples(
        np.full(n + 1, n - 1, dtype=np.int64),
        np.zeros(n, dtype=np.int64),
        np.zeros((1, WEEK_HOURS, 1), dtype=np.int64),
        np.zeros(keywords, dtype=np.bool_),
        np.empty(0),
    )


def _level(table: F64, values: F64) -> I64:
    """Number of each multiplier among the values, from 1; 0 = the base bid."""
    place = np.searchsorted(values, table) + 1
    return np.where(table == 1.0, 0, place).astype(np.int64)


def _with_rest(parts: Parts) -> list[tuple[str | None, float]]:
    """The parts, and the rest without a name where anybody is left."""
    rest = 1.0 - sum(share for _, share in parts)
    return [*parts, (None, rest)] if rest > NOBODY else [*parts]


def _shares(parts: Parts) -> F64:
    return np.array([share for _, share in _with_rest(parts)])


def _profiles(
    targets: pl.DataFrame, multipliers: pl.DataFrame, devices: Parts, audiences: Parts
) -> tuple[list[F64], I64]:
    """Distinct tables of multipliers, (168, cells) each, and the one of each target (targets,)."""
    parts: dict[str, list[tuple[str | None, float]]] = {
        "hour": [(str(hour), 0.0) for hour in range(WEEK_HOURS)],
        "device": _with_rest(devices),
        "audience": _with_rest(audiences),
    }
    rules = rules_in_force(multipliers)
    for dimension, named in parts.items():
        used = multipliers.filter(pl.col("dimension") == dimension)["segment"].unique()
        unknown = set(used) - {name for name, _ in named}
        if unknown:
            raise ValueError(f"no {dimension} of the shoppers is named {min(unknown)}")
    owners = owners_of(targets, rules)
    tables: dict[bytes, int] = {}
    distinct: list[F64] = []
    place: dict[Owner, int] = {}
    for owner in dict.fromkeys(owners):
        given = {
            (dimension, segment): multiplier
            for dimension, segment, multiplier in rules.get(owner, multipliers.clear())
            .select("dimension", "segment", "multiplier")
            .iter_rows()
        }
        by_hour, by_device, by_audience = (
            np.array([given.get((dimension, name), 1.0) for name, _ in named])
            for dimension, named in parts.items()
        )
        table = np.multiply.outer(by_hour, np.multiply.outer(by_device, by_audience).ravel())
        place[owner] = tables.setdefault(table.tobytes(), len(distinct))
        if len(tables) > len(distinct):
            distinct.append(table)
    return distinct, np.array([place[owner] for owner in owners], dtype=np.int64)

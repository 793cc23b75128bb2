"""Response of a target through the points of its platform's own bid simulation.

On a point the platform's numbers stand as they are. Between points: monotone cubics, counts on the
scale -1/bid and cost on the scale sqrt(bid). Beyond the points: ln y = ln y_end + e (1 - (end/bid)^k) / k,
a count that saturates, with the elasticity e at the end leaning on a prior; cost is clicks by a price
that grows in the same way with smaller k. A click never costs more than its bid. Chosen on real
curves: docs/methods/response-curves.md.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.market.bid_levels import listed_levels
from adopt.market.monotone_cubic import between_points, slopes_at_points
from adopt.platforms import MICROS

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

COUNTS = ("impressions", "clicks", "cost", "orders", "revenue")


@dataclass(frozen=True, slots=True)
class _Ends:
    """How a curve goes on beyond its points: power k, and a prior on the elasticity with its weight."""

    power: float
    elasticity: float
    weight: float


COUNT_ENDS = _Ends(power=1.0, elasticity=0.3, weight=0.1)
PRICE_ENDS = _Ends(power=0.5, elasticity=0.4, weight=0.3)


def point_levels(targets: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Bids of each simulated target: off, the platform's points within its window, the bid in force.

    targets: target_id, current_bid, lowest, highest (null = no bound), may_pause
    points: table LANDSCAPE_POINTS. Returns target_id, bid (micros), is_current.
    """
    is_inside = [pl.col("bid") >= pl.col("lowest"), pl.col("bid") <= pl.col("highest")]
    offered = (
        points.select("target_id", "bid")
        .join(targets, on="target_id", how="inner", validate="m:1")
        .filter(*(inside.fill_null(value=True) for inside in is_inside))
        .select("target_id", "bid")
    )
    return listed_levels(targets, offered)


def expected_points(levels: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Expected daily result of each level, with `is_extrapolated`.

    levels: target_id, bid (micros), is_current, sorted; points: table LANDSCAPE_POINTS with `lever`
    Source: docs/methods/response-curves.md.
    """
    if levels.is_empty():
        return levels.with_columns(
            *(pl.lit(0.0).alias(name) for name in COUNTS),
            pl.lit(value=False).alias("is_extrapolated"),
        )
    known = (
        points.join(levels.select("target_id").unique(), on="target_id", how="semi")
        .sort("target_id", "bid")
        .with_columns(pl.col("target_id").rle_id().alias("curve"))
    )
    owners = known.select("target_id", "curve").unique("target_id")
    curve = (
        levels.select("target_id")
        .join(owners, on="target_id", how="left", validate="m:1", maintain_order="left")["curve"]
        .to_numpy()
        .astype(np.int64)
    )
    curves = _curves_of(known)
    bid = levels["bid"].to_numpy().astype(np.float64)
    place = _place(curve, bid, curves)
    outcome = _inside(bid, place, curves)
    _fill_beyond(bid, place, curves, outcome)
    return levels.with_columns(
        *(pl.Series(name, values) for name, values in outcome.items()),
        pl.Series("is_extrapolated", (place.is_below & (bid > 0)) | place.is_above),
    )


@dataclass(frozen=True, slots=True)
class _Curves:
    """Points of all targets in one row, by target and bid.

    bid: (points,) micros; start: (targets + 1,) first points; values: per COUNTS, (points,)
    is_cpc: (targets,) whether the bid is the most that a click may cost
    """

    bid: F64
    start: I64
    values: dict[str, F64]
    is_cpc: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where each level (cells,) lies: the last point not above its bid, or the nearest one.

    end: index of that point; is_on: on it; is_below, is_above: outside the points
    """

    curve: I64
    end: I64
    is_on: NDArray[np.bool_]
    is_below: NDArray[np.bool_]
    is_above: NDArray[np.bool_]


def _curves_of(known: pl.DataFrame) -> _Curves:
    curve = known["curve"].to_numpy()
    start = np.searchsorted(curve, np.arange(curve[-1] + 2)).astype(np.int64)
    return _Curves(
        known["bid"].to_numpy().astype(np.float64),
        start,
        {name: known[name].to_numpy().astype(np.float64) for name in COUNTS},
        (known["lever"] == "cpc_bid").to_numpy()[start[:-1]],
    )


def _place(curve: I64, bid: F64, curves: _Curves) -> _Place:
    first, last = curves.start[curve], curves.start[curve + 1] - 1
    # One ascending key for all targets: bids are whole micros, so a stride apart they stay apart.
    stride = max(float(bid.max()), float(curves.bid.max())) + 1.0
    owner = np.repeat(np.arange(len(curves.start) - 1), np.diff(curves.start))
    keys = _key(owner, curves.bid, stride)
    end = np.searchsorted(keys, _key(curve, bid, stride), side="right") - 1
    end = np.clip(end, first, last)
    return _Place(
        curve, end, bid == curves.bid[end], bid < curves.bid[first], bid > curves.bid[last]
    )


def _key(owner: I64, bid: F64, stride: float) -> I64:
    return np.asarray(owner, dtype=np.int64) * np.int64(stride) + bid.astype(np.int64)


def _inside(bid: F64, place: _Place, curves: _Curves) -> dict[str, F64]:
    """Results on and between points; outside, those of the nearest point."""
    inside = np.flatnonzero(~(place.is_on | place.is_below | place.is_above))
    left = place.end[inside]
    outcome = {}
    for name, value in curves.values.items():
        scale = np.sqrt if name == "cost" else _saturating
        x = scale(np.maximum(curves.bid, 1.0))
        outcome[name] = value[place.end]
        outcome[name][inside] = between_points(
            x, value, slopes_at_points(x, value, curves.start), left, scale(bid[inside])
        )
    most = np.maximum(outcome["clicks"][inside] * bid[inside] / MICROS, curves.values["cost"][left])
    paid = outcome["cost"][inside]
    outcome["cost"][inside] = np.where(
        curves.is_cpc[place.curve[inside]], np.minimum(paid, most), paid
    )
    return outcome


def _saturating(bid: F64) -> F64:
    """The scale on which counts rise about evenly: what a bid still misses falls as 1 / bid."""
    return np.asarray(-1.0 / bid)


def _fill_beyond(bid: F64, place: _Place, curves: _Curves, outcome: dict[str, F64]) -> None:
    """Carry the nearest point's results outwards to the levels beyond the points.

    Orders and revenue go with the clicks: a click beyond is worth what it is worth at the end.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        cpc = curves.values["cost"] / curves.values["clicks"]
    for is_side, side in ((place.is_below, 0), (place.is_above, 1)):
        cells = np.flatnonzero(is_side)
        curve, end = place.curve[cells], place.end[cells]
        with np.errstate(divide="ignore", over="ignore", under="ignore"):
            ratio = curves.bid[end] / bid[cells]
        seen = _growth(curves, curves.values["impressions"], COUNT_ENDS, side, curve, ratio)
        clicked = _growth(curves, curves.values["clicks"], COUNT_ENDS, side, curve, ratio)
        dearer = _growth(curves, cpc, PRICE_ENDS, side, curve, ratio)
        outcome["impressions"][cells] *= seen
        for name in ("clicks", "orders", "revenue"):
            outcome[name][cells] *= clicked
        clicks = np.minimum(outcome["clicks"][cells], outcome["impressions"][cells])
        outcome["clicks"][cells] = clicks
        cost = outcome["cost"][cells] * clicked * dearer
        most = clicks * bid[cells] / MICROS
        if side == 1:
            most = np.maximum(most, outcome["cost"][cells])
        outcome["cost"][cells] = np.where(curves.is_cpc[curve], np.minimum(cost, most), cost)


def _growth(curves: _Curves, value: F64, ends: _Ends, side: int, curve: I64, ratio: F64) -> F64:
    """Factor on the end's value at each level beyond it.

    side: 0 below the first point, 1 above the last; ratio: (cells,) bid of the end over the bid
    ln value = ln end + elasticity (1 - ratio^power) / power, which saturates upwards and falls to
    nothing downwards. The elasticity at the end: least squares through the end over all points,
    leaning on a prior.
    """
    end = curves.start[1:] - 1 if side else curves.start[:-1]
    at_end = np.repeat(end, np.diff(curves.start))
    with np.errstate(divide="ignore", invalid="ignore"):
        x = (1.0 - (curves.bid[at_end] / curves.bid) ** ends.power) / ends.power
        y = np.log(value / value[at_end])
    use = np.isfinite(x) & np.isfinite(y)
    x, y = np.where(use, x, 0.0), np.where(use, y, 0.0)
    joint = np.add.reduceat(x * y, curves.start[:-1]) + ends.weight * ends.elasticity
    square = np.add.reduceat(x * x, curves.start[:-1]) + ends.weight
    elasticity = np.maximum(joint / square, 0.0)[curve]
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        growth = np.exp(elasticity * (1.0 - ratio**ends.power) / ends.power)
    # Off is off, also for a curve that does not answer to the bid.
    return np.where(np.isinf(ratio), 0.0, growth)

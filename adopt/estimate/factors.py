"""What crosses the chain of groups: keywords, match types, lengths and prices, as factors on a rate.

A factor's levels are pulled towards 1 as strongly as the data say (kernels/shrink.py): a match type that
changes nothing costs nothing.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

NEUTRAL_EVENTS, NEUTRAL_EVENTS_SD = math.log(40.0), 1.5
"""Log of the events that the word "no difference" is worth before data, and its spread: some 15 % either way."""
TARGETS, PRODUCTS = 0, 1
PRICE_STEPS = (0.5, 0.71, 0.9, 1.12, 1.41, 2.0)
"""Bounds of the price bands, multiples of the category's median price; half octaves around 1."""
LENGTHS = (2, 4, 6, 9)
"""Bounds of keyword lengths: characters where Chinese stands in it, else words."""
NOTHING = -1


@dataclass(frozen=True, slots=True)
class Factor:
    """A division of the nodes of one level, across their parents.

    level: 0 = targets, 1 = products; of: (nodes,) index of each one's label, -1 = none
    """

    name: str
    level: int
    of: I64
    labels: tuple[str, ...]

    def spread(self, values: F64) -> F64:
        """Each node's value (nodes, ...) of its label, 1 where it has none; values: (labels, ...)."""
        neutral = np.ones((1, *values.shape[1:]))
        return np.asarray(np.concatenate([values, neutral])[self.of])

    def sums(self, values: F64) -> F64:
        """Sums (labels,) of the nodes' values (nodes,)."""
        has = self.of != NOTHING
        return np.bincount(self.of[has], weights=values[has], minlength=len(self.labels)).astype(
            np.float64
        )


def crossed_factors(
    targets: pl.DataFrame, products: tuple[str, ...], economics: pl.DataFrame
) -> tuple[Factor, ...]:
    """Factors of CTR and CVR: keyword, match type, keyword length, price band; those that divide anything.

    targets: table TARGETS, its rows the nodes of level 0; products: ids of the nodes of level 1
    economics: product_id, category, price (currency, null where unknown)
    """
    keyword = targets["keyword"].str.to_lowercase().str.strip_chars()
    columns = (
        ("keyword", TARGETS, _of_several(keyword, targets["product_id"])),
        ("match_type", TARGETS, targets["match_type"]),
        ("keyword_length", TARGETS, _lengths(keyword)),
        ("price", PRODUCTS, _price_bands(price_ratio(products, economics))),
    )
    factors = [_factor(name, level, labels) for name, level, labels in columns]
    return tuple(factor for factor in factors if factor is not None)


def price_ratio(products: tuple[str, ...], economics: pl.DataFrame) -> pl.Series:
    """Price over the category's median price, of each product; null where unknown.

    products: ids, the order of the result; economics: product_id, category, price
    """
    ratio = economics.select(
        "product_id",
        (pl.col("price") / pl.col("price").median().over(pl.col("category").fill_null("-"))).alias(
            "ratio"
        ),
    )
    asked = pl.DataFrame({"product_id": products}, schema={"product_id": pl.String})
    joined = asked.join(ratio, on="product_id", how="left", validate="m:1", maintain_order="left")
    return joined["ratio"]


def _factor(name: str, level: int, labels: pl.Series) -> Factor | None:
    """The factor of a column of labels; None where it does not divide the nodes."""
    if labels.n_unique() < 2:
        return None
    known = labels.drop_nulls().unique().sort()
    place = pl.DataFrame({"label": known}).with_row_index("at")
    at = pl.DataFrame({"label": labels}).join(place, on="label", how="left", maintain_order="left")
    return Factor(
        name, level, at["at"].cast(pl.Int64).fill_null(NOTHING).to_numpy(), tuple(known.to_list())
    )


def _of_several(keyword: pl.Series, product: pl.Series) -> pl.Series:
    """Keywords that stand under several products, null elsewhere: of one, it cannot be told from its target."""
    frame = pl.DataFrame({"keyword": keyword, "product": product})
    products = pl.col("product").n_unique().over("keyword")
    return frame.select(pl.when(products > 1).then("keyword")).to_series()


def _lengths(keyword: pl.Series) -> pl.Series:
    is_chinese = keyword.str.contains(r"\p{Han}")
    length = (
        pl.DataFrame({"keyword": keyword, "chinese": is_chinese})
        .select(
            pl.when("chinese")
            .then(pl.col("keyword").str.len_chars())
            .otherwise(pl.col("keyword").str.count_matches(r"\S+"))
        )
        .to_series()
    )
    between = [f"{a + 1}-{b}" for a, b in pairwise(LENGTHS)]
    return _banded(length, LENGTHS, [f"1-{LENGTHS[0]}", *between, f"{LENGTHS[-1] + 1}+"])


def _price_bands(ratio: pl.Series) -> pl.Series:
    between = [f"{a:g}-{b:g}" for a, b in pairwise(PRICE_STEPS)]
    return _banded(
        ratio, PRICE_STEPS, [f"< {PRICE_STEPS[0]:g}", *between, f"> {PRICE_STEPS[-1]:g}"]
    )


def _banded(values: pl.Series, steps: tuple[float, ...], labels: list[str]) -> pl.Series:
    """Label of the band (lower, upper] of each value; null where it is null."""
    numbers = values.cast(pl.Float64)
    band = np.searchsorted(steps, numbers.fill_null(0.0).to_numpy(), side="left")
    named = pl.Series(labels).gather(band.astype(np.int64))
    return pl.select(pl.when(numbers.is_not_null()).then(named)).to_series()

"""A keyword as Google's own files write it: plain text, and its match type in a column beside it."""

import polars as pl

_TYPES = {
    "exact": "Exact",
    "phrase": "Phrase",
    "broad": "Broad",
    "完全匹配": "Exact",
    "词组匹配": "Phrase",
    "广泛匹配": "Broad",
}
MATCH_TYPE = (
    pl.col("match_type")
    .str.strip_chars()
    .str.to_lowercase()
    .str.strip_suffix(" match")
    .replace_strict(_TYPES, default=None, return_dtype=pl.String)
)
"""Exact, Phrase or Broad; null where the reports say something else or nothing."""

PLAIN_KEYWORD = (
    pl.when(MATCH_TYPE == "Exact")
    .then(pl.col("keyword").str.strip_chars().str.replace(r"^\[(.*)\]$", "$1"))
    .when(MATCH_TYPE == "Phrase")
    .then(pl.col("keyword").str.strip_chars().str.replace(r'^"(.*)"$', "$1"))
    .otherwise(pl.col("keyword").str.strip_chars())
)
"""Reports print [exact] and "phrase"; Google allows neither sign within a keyword."""

STATUS = pl.col("step").replace_strict(
    {"off": "Paused", "on": "Enabled"}, default=None, return_dtype=pl.String
)
"""Blank for a bid: nothing but the bid is to change."""

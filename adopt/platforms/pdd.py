"""Pinduoduo 多多搜索.

No published table of limits was found: bids are taken to run in fen from 0.10 yuan, and every limit can be narrowed
in shop.toml.
"""

from dataclasses import replace

from adopt.platforms.taobao import TAOBAO

PDD = replace(
    TAOBAO,
    name="pdd",
    title="Pinduoduo 多多搜索",
    bid_minimum_micros=100_000,
    bid_maximum_micros=9_999_990_000,
    price_floor_micros=100_000,
    bid_within_budget=False,
    has_norm_roi=False,
)

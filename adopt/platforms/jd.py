"""JD 京东快车.

No published table of limits was found: bids are taken to run as on Taobao, in fen, and every limit can be narrowed
in shop.toml. Orders are counted in order lines (订单行) over 15 days unless the report says otherwise.
"""

from dataclasses import replace

from adopt.platforms.taobao import TAOBAO

JD = replace(
    TAOBAO,
    name="jd",
    title="JD 京东快车",
    bid_minimum_micros=100_000,
    bid_maximum_micros=9_999_990_000,
    price_floor_micros=100_000,
    bid_within_budget=False,
    has_norm_roi=False,
)

"""Microsoft Advertising search.

Source: Microsoft Advertising bulk file 6.0 and API limits: bids in the account's currency from 0.05 (USD) in steps
of 0.01, bid adjustments from -90 % to +900 %.
"""

from dataclasses import replace

from adopt.platforms.google import GOOGLE

MICROSOFT = replace(
    GOOGLE,
    name="microsoft",
    title="Microsoft Advertising search",
    bid_minimum_micros=50_000,
    bid_maximum_micros=1_000_000_000,
    price_floor_micros=50_000,
    daily_budget_minimum_micros=50_000,
    mobile_share=0.4,
)

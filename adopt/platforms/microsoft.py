"""Microsoft Advertising search.

Source: Microsoft Advertising bulk file 6.0 and API limits: bids in the account's currency from 0.05 (USD) in steps
of 0.01, bid adjustments from -90 % to +900 %.
"""

from adopt.platforms.events import YearlyEvent
from adopt.platforms.norms import SHOPPING_HOURS
from adopt.platforms.platform import MultiplierLimit, OrderLag, Platform

MICROSOFT = Platform(
    name="microsoft",
    title="Microsoft Advertising search",
    currency="USD",
    bid_step_micros=10_000,
    bid_minimum_micros=50_000,
    bid_maximum_micros=1_000_000_000,
    slots=8,
    examination_exponent=0.8,
    price_floor_micros=50_000,
    daily_budget_minimum_micros=50_000,
    daily_budget_step_micros=10_000,
    bid_within_budget=False,
    attribution_days=30,
    order_lag=OrderLag(0.70, 1.2, 6.0, 0.7, 0.8, 0.35),
    has_norm_roi=False,
    own_items=1,
    multipliers=(
        MultiplierLimit("hour", 0.10, 10.0),
        MultiplierLimit("device", 0.10, 10.0),
        MultiplierLimit("audience", 0.10, 10.0),
    ),
    events=(YearlyEvent("Black Friday", (11, 22), (11, 26), weekday=3),),
    hour_share=SHOPPING_HOURS,
    mobile_share=0.4,
)

"""Google Ads search.

Source: Google Ads API, bids in micros and a multiple of the currency's minor unit (0.01); bid
adjustments from -90 % to +900 %. Thanksgiving is the fourth Thursday of November (5 U.S.C. 6103); up to
Cyber Monday conversion rises on most accounts (Optmyzr 2025: +7 to +18 % in 2022-2024).
"""

from adopt.platforms.events import YearlyEvent
from adopt.platforms.norms import SHOPPING_HOURS
from adopt.platforms.platform import MultiplierLimit, OrderLag, Platform

GOOGLE = Platform(
    name="google",
    title="Google Ads search",
    currency="USD",
    bid_step_micros=10_000,
    bid_minimum_micros=10_000,
    bid_maximum_micros=10_000_000_000,
    slots=8,
    examination_exponent=0.8,
    price_floor_micros=10_000,
    daily_budget_minimum_micros=10_000,
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
    mobile_share=0.6,
)

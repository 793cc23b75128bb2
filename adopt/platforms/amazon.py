"""Amazon Sponsored Products.

Source: Amazon Ads, legacy table of bid limits (USD 0.02 to 1000); daily budgets from 1.00; placement adjustments 0
to 900 %. Orders count for seven days on sellers' accounts, fourteen on vendors': the reports' headers tell.
"""

from adopt.platforms.events import YearlyEvent
from adopt.platforms.norms import SHOPPING_HOURS
from adopt.platforms.platform import MultiplierLimit, OrderLag, Platform

AMAZON = Platform(
    name="amazon",
    title="Amazon Sponsored Products",
    currency="USD",
    bid_step_micros=10_000,
    bid_minimum_micros=20_000,
    bid_maximum_micros=1_000_000_000,
    slots=12,
    examination_exponent=0.7,
    price_floor_micros=20_000,
    daily_budget_minimum_micros=1_000_000,
    daily_budget_step_micros=10_000,
    bid_within_budget=True,
    attribution_days=7,
    order_lag=OrderLag(0.80, 1.2, 3.0, 0.7, 0.9, 0.35),
    has_norm_roi=False,
    own_items=1,
    multipliers=(MultiplierLimit("placement", 1.0, 10.0),),
    events=(YearlyEvent("Black Friday", (11, 22), (11, 26), weekday=3),),
    hour_share=SHOPPING_HOURS,
    mobile_share=0.6,
)

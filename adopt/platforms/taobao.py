"""Taobao / Tmall direct train (直通车, 万相台 关键词推广).

Source: taobao.simba.keywords.pricevon.set (integer fen, 5 to 9999, at most the daily budget);
daily budget a whole number of yuan, at least 30. Multipliers by DOMAIN: mobile 1-400 %, audience
premium 5-300 %; sources give 1-150 % or 30-250 % for hours, of which what both allow stands here.
Events by DOMAIN K8, from presale to return wave; their exact days change by the year.
"""

from adopt.platforms.events import YearlyEvent
from adopt.platforms.norms import SHOPPING_HOURS
from adopt.platforms.platform import MultiplierLimit, OrderLag, Platform

TAOBAO = Platform(
    name="taobao",
    title="Taobao direct train (直通车)",
    currency="CNY",
    bid_step_micros=10_000,
    bid_minimum_micros=50_000,
    bid_maximum_micros=99_990_000,
    slots=20,
    examination_exponent=0.6,
    price_floor_micros=50_000,
    daily_budget_minimum_micros=30_000_000,
    daily_budget_step_micros=1_000_000,
    bid_within_budget=True,
    attribution_days=15,
    order_lag=OrderLag(0.80, 1.2, 4.0, 0.7, 0.9, 0.35),
    has_norm_roi=True,
    own_items=1,
    multipliers=(
        MultiplierLimit("hour", 0.30, 1.50),
        MultiplierLimit("device", 0.01, 4.00),
        MultiplierLimit("audience", 1.05, 4.00),
    ),
    events=(
        YearlyEvent("618", (5, 24), (6, 20)),
        YearlyEvent("双11", (10, 20), (11, 11)),
        YearlyEvent("双12", (12, 8), (12, 12)),
    ),
    hour_share=SHOPPING_HOURS,
    mobile_share=0.9,
)

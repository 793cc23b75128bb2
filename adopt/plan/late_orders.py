"""Orders of the last days' clicks that no report can know yet."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.estimate.young_cohorts import draw_late_orders
from adopt.formats.shop_data import Notice
from adopt.plan.shop_rates import ShopRates

F64 = NDArray[np.float64]

LEAST_TOLD = 1.0
"""Orders to come below which nothing is said."""


def late_orders(fitted: ShopRates, cvr: F64, *, seed: int) -> dict[str, Any]:
    """Orders yet to come of the clicks that the history holds, event days left out.

    cvr: draws (n, draws) in the order of targets
    Returns days (whose clicks still bring orders), mean, p10, p90 (orders), and orders_seen: by how many orders
    the delay is known, 0 where it is the platform's belief.
    """
    lag = fitted.rates.timing.lag
    young = fitted.history.filter(pl.col("age_days") < lag.window_days)
    ages = young["age_days"].unique().sort().to_numpy()
    clicks = np.zeros((ages.size, cvr.shape[0]))
    target = fitted.targets["target_id"]
    place = young.join(
        pl.DataFrame({"target_id": target}).with_row_index("at"), on="target_id", how="left"
    ).sort("target_id", "date")
    at = np.searchsorted(ages, place["age_days"].to_numpy())
    np.add.at(clicks, (at, place["at"].to_numpy()), place["clicks"].to_numpy())
    arrived = lag.draw(cvr.shape[1], seed)[ages]
    coming = draw_late_orders(clicks @ cvr, arrived, lag, seed).sum(axis=0)
    low, high = np.quantile(coming, [0.1, 0.9])
    return {
        "days": int(ages.size),
        "mean": float(coming.mean()),
        "p10": float(low),
        "p90": float(high),
        "orders_seen": lag.orders_seen,
    }


def late_order_notices(coming: dict[str, Any]) -> list[Notice]:
    """The notice of orders to come; none where they are less than one.

    coming: of ``late_orders``
    """
    if coming["mean"] < LEAST_TOLD:
        return []
    count, low, high = (f"{coming[name]:,.0f}" for name in ("mean", "p10", "p90"))
    seen = coming["orders_seen"]
    known_en = (
        f"as {seen:,.0f} orders seen in repeated exports tell"
        if seen > 0
        else "by what is usual on the platform; keep older exports in the folder and the shop's own delay is learnt"
    )
    known_zh = (
        f"由重复导出的 {seen:,.0f} 单得知"
        if seen > 0
        else "按平台的一般情况;把旧报表也留在文件夹里,就能学到本店自己的延迟"
    )
    en = (
        f"clicks of the last {coming['days']} days will still bring about {count} orders ({low} to {high}) that "
        f"the report cannot know yet; conversion is reckoned with them ({known_en})."
    )
    zh = f"最近 {coming['days']} 天的点击还会带来约 {count} 单({low}–{high}),报表里尚未出现;转化率已计入({known_zh})。"
    return [Notice("ORDERS_COMING", en, zh)]

"""What was learnt of a shop's rates, in figures: the screen of ``adopt rates`` and its summary.json."""

from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl

from adopt.decide.products import ProductRules
from adopt.estimate.rate_nodes import BOUNDS, WEEKDAYS, hierarchies
from adopt.formats.shop_data import ShopData
from adopt.plan.shop_change import shop_change_notices
from adopt.plan.shop_rates import ShopRates
from adopt.tables import total

AGES = (0, 3, 7)
"""Days after the click by which a share of the orders is told."""
MOST_KEYWORDS, MOST_PRODUCTS, MOST_CHANGES = 5, 3, 5
FACTORS = ("match_type", "keyword_length", "price", "keyword")
POSTERIOR = ("mean", "p10", "p90")


def rates_summary(
    data: ShopData, fitted: ShopRates, nodes: pl.DataFrame, *, draws: int, seed: int
) -> dict[str, Any]:
    """Figures of one shop, plain values that JSON can hold.

    nodes: table RATE_NODES of the shop; draws, seed: of the arrival curve
    Rates are fractions, order values currency; p10 and p90 bound the central 80 %; evidence and worth are in
    impressions for CTR, clicks for CVR, orders for order values and halo shares.
    """
    rules = ProductRules()
    changes = shop_change_notices(fitted.rates.timing.changes.shop, rules)
    names = dict(
        fitted.economics.select("product_id", pl.coalesce("product", "product_id")).iter_rows()
    )
    return {
        "shop_id": data.shop_id,
        "currency": data.currency,
        "history": _history(fitted),
        "rates": _shop_nodes(nodes),
        "worth": _worth(fitted),
        "half_life_days": {
            name: recency.half_life_days for name, recency in fitted.rates.recency.items()
        },
        "attribution": _attribution(fitted, draws=draws, seed=seed),
        "weekdays": _weekdays(nodes, fitted),
        "factors": _factors(nodes),
        "changes": _changes(fitted, names, rules),
        "products": _products(nodes, names),
        "notices": [asdict(n) for n in (*data.notices, *fitted.notices, *changes)],
    }


def _history(fitted: ShopRates) -> dict[str, Any]:
    days = fitted.history["date"]
    return {
        "days": days.n_unique(),
        "from": str(days.min()),
        "to": str(days.max()),
        "targets": fitted.targets.height,
        "products": fitted.economics.height,
        "clicks": total(fitted.rates.rates["evidence_clicks"]),
        "orders": total(fitted.rates.rates["evidence_orders"]),
    }


def _shop_nodes(nodes: pl.DataFrame) -> dict[str, Any]:
    """Posterior of the shop's mean, its evidence and what the word before data is worth, by rate."""
    columns = (*POSTERIOR, "evidence", "prior_mean", "prior_strength")
    rows = nodes.filter(pl.col("level") == "shop").select("rate", *columns).to_dicts()
    return {row.pop("rate"): row for row in rows}


def _worth(fitted: ShopRates) -> dict[str, Any]:
    """What the word of each level is worth to the level below it."""
    return {
        rate: dict(zip(("product", "category", "shop"), fit.strength, strict=True))
        for rate, fit in hierarchies(fitted.rates, fitted.halo).items()
    }


def _attribution(fitted: ShopRates, *, draws: int, seed: int) -> dict[str, Any]:
    """Share of a click's orders that have come in by some ages, and where that was learnt."""
    lag = fitted.rates.timing.lag
    low, high = np.quantile(lag.draw(draws, seed), BOUNDS, axis=1)
    return {
        "window_days": lag.window_days,
        "source": "repeated exports" if lag.orders_seen > 0 else "platform",
        "orders_seen": lag.orders_seen,
        "arrived": [
            {
                "age_days": age,
                "mean": float(lag.mean[age]),
                "p10": float(low[age]),
                "p90": float(high[age]),
            }
            for age in AGES
            if age < lag.window_days
        ],
    }


def _weekdays(nodes: pl.DataFrame, fitted: ShopRates) -> dict[str, Any]:
    """Factor of each day, Monday first, by rate; weeks: whole weeks they rest on."""
    rows = nodes.filter(pl.col("level") == "weekday")
    place = {day: at for at, day in enumerate(WEEKDAYS)}
    return {
        rate: {
            "weeks": profile.weeks,
            "factors": sorted(
                rows.filter(pl.col("rate") == rate)
                .select(pl.col("node").alias("day"), *POSTERIOR)
                .to_dicts(),
                key=lambda row: place[row["day"]],
            ),
        }
        for rate, profile in fitted.rates.timing.weekdays.items()
    }


def _factors(nodes: pl.DataFrame) -> list[dict[str, Any]]:
    """Factors whose interval leaves 1 out, the strongest first; of keywords MOST_KEYWORDS a rate."""
    found = (
        nodes.filter(pl.col("level").is_in(FACTORS), (pl.col("p10") > 1.0) | (pl.col("p90") < 1.0))
        .with_columns(
            pl.col("mean").log().abs().alias("size"), pl.col("level", "rate").cast(pl.String)
        )
        .sort("rate", "size", "node", descending=[False, True, False])
    )
    is_top = pl.col("node").cum_count().over("rate", "level") <= MOST_KEYWORDS
    kept = found.filter((pl.col("level") != "keyword") | is_top)
    return (
        kept.rename({"level": "factor", "node": "label"})
        .select("rate", "factor", "label", *POSTERIOR)
        .to_dicts()
    )


def _changes(fitted: ShopRates, names: dict[str, str], rules: ProductRules) -> list[dict[str, Any]]:
    """Products whose conversion changed, the surest first."""
    rows = (
        fitted.rates.timing.changes.products.filter(pl.col("p_changed") >= rules.likely)
        .sort("p_changed", "product_id", descending=[True, False])
        .head(MOST_CHANGES)
        .with_columns(pl.col("changed_on", "changed_on_low", "changed_on_high").cast(pl.String))
    )
    return [
        {"product": names.get(row["product_id"], row["product_id"]), **row}
        for row in rows.to_dicts()
    ]


def _products(nodes: pl.DataFrame, names: dict[str, str]) -> dict[str, Any]:
    """Conversion of the products whose intervals are narrowest, and widest, in proportion."""
    width = (pl.col("p90") / pl.col("p10")).alias("width")
    rows = nodes.filter(pl.col("rate") == "cvr", pl.col("level") == "product", pl.col("p10") > 0)
    ranked = rows.with_columns(width).sort("width", "node")
    columns = (pl.col("node").alias("product_id"), "clicks", "orders", *POSTERIOR)
    told = [
        {"product": names.get(row["product_id"], row["product_id"]), **row}
        for row in ranked.select(*columns).to_dicts()
    ]
    few = min(MOST_PRODUCTS, len(told) // 2)
    return {"most_certain": told[:few], "least_certain": told[::-1][:few]}

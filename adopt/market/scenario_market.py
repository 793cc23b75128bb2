"""The market of a scenario, to be played."""

import polars as pl

from adopt.market.scenario import Market, Scenario, ad_group_of, hour_share_of
from adopt.market.scenario_multipliers import MultiplierTables, multiplier_tables, shares_of
from adopt.market.shop_market import ShopMarket, Shoppers
from adopt.platforms import MICROS, PLATFORMS


def market_of(scenario: Scenario) -> ShopMarket:
    """The market of a scenario; a target's id is campaign / ad group (its product) / product / keyword."""
    return ShopMarket(
        scenario.shop.id,
        _targets(scenario),
        _keywords(scenario),
        pl.DataFrame(
            [
                {"campaign_id": c.id, "budget": c.budget, "is_smooth": c.delivery == "smooth"}
                for c in scenario.campaigns
            ],
            schema_overrides={"budget": pl.Int64},
        ),
        pl.DataFrame(
            [{"product_id": p.id, "stock": p.stock} for p in scenario.products],
            schema_overrides={"stock": pl.Int64},
        ),
        shoppers_of(scenario),
        multipliers_of(scenario).table,
    )


def shoppers_of(scenario: Scenario) -> Shoppers:
    """How the scenario's people search and buy; what it leaves open is the platform's."""
    platform = PLATFORMS[scenario.shop.platform]
    market = scenario.market
    devices, audiences = shares_of(scenario.multipliers, platform)
    return Shoppers(
        hour_share=hour_share_of(scenario),
        day_spread=market.day_spread,
        order_shape=market.order_shape,
        lag=lag_of(market, platform.attribution_days),
        own_items=market.own_items or platform.own_items,
        devices=devices,
        audiences=audiences,
        rival_budget_spread=market.rival_budget_spread,
    )


def multipliers_of(scenario: Scenario) -> MultiplierTables:
    """The scenario's multipliers with their shares of the searches."""
    devices, audiences = shares_of(scenario.multipliers, PLATFORMS[scenario.shop.platform])
    return multiplier_tables(scenario.multipliers, devices, audiences, hour_share_of(scenario))


def lag_of(market: Market, window_days: int) -> tuple[float, ...]:
    """Share of orders known within 0, 1, .. days, all of them within the attribution window."""
    shares = [market.same_day]
    later = [market.lag_decay**day for day in range(window_days)]
    shares += [(1.0 - market.same_day) * weight / sum(later) for weight in later]
    known = [sum(shares[: day + 1]) for day in range(len(shares))]
    return (*known[:-1], 1.0)


def _targets(scenario: Scenario) -> pl.DataFrame:
    products = {product.id: product for product in scenario.products}
    rows = [
        {
            "target_id": "/".join((t.campaign, ad_group_of(t), t.product, t.keyword)),
            "campaign_id": t.campaign,
            "ad_group_id": ad_group_of(t),
            "product_id": t.product,
            "keyword_id": t.keyword,
            "bid": t.bid,
            "quality": float(t.quality),
            "click_rate": float(t.ctr),
            "cvr": float(products[t.product].cvr if t.cvr is None else t.cvr),
            "aov": products[t.product].price / MICROS,
        }
        for t in scenario.targets
    ]
    return pl.DataFrame(rows)


def _keywords(scenario: Scenario) -> pl.DataFrame:
    default = scenario.market.rival_budget
    rows = [
        {
            "keyword_id": k.id,
            "queries": k.searches,
            "rivals": k.rivals,
            "sigma": k.sigma,
            "rival_budget": default if k.rival_budget is None else k.rival_budget,
        }
        for k in scenario.keywords
    ]
    frame = pl.DataFrame(rows, schema_overrides={"rival_budget": pl.Float64})
    return frame.with_columns(pl.Series("mu", [k.score for k in scenario.keywords]).log())

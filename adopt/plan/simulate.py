"""Play a scenario and write its folder: what happened, the truth behind it, and the platform's exports."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl

from adopt.formats.taobao.write_bid_multiplier_sheet import write_bid_multiplier_sheet
from adopt.formats.taobao.write_keyword_report import (
    write_bid_sheet,
    write_keyword_report,
    write_product_sheet,
)
from adopt.ledger.manifest import sha256_of, versions, write_json
from adopt.ledger.run_folder import MANIFEST, check_free, new_run
from adopt.market.day import SimulatedDays, simulate_days
from adopt.market.scenario import Scenario, ad_group_of, read_scenario
from adopt.market.scenario_market import market_of, multipliers_of
from adopt.market.shop_market import ShopMarket
from adopt.market.truth import truth_of
from adopt.plan.earlier_reports import earlier_reports
from adopt.platforms import PLATFORMS
from adopt.tables import Targets, check

EXPORTS = "exports"
SHOP_TOML = """\
# A simulated shop, made by adopt simulate.

[shop]
id = {id}
"""


@dataclass(frozen=True, slots=True)
class Simulation:
    """A scenario that was played.

    targets: table TARGETS; truth: one row a target with the true rates and landscape
    """

    scenario: Scenario
    targets: pl.DataFrame
    truth: pl.DataFrame
    days: SimulatedDays


def simulate(
    scenario: Scenario,
    *,
    seed: int = 0,
    days: int | None = None,
    events: bool = False,
    tell: Callable[[int], object] = int,
) -> Simulation:
    """Play the days of a scenario.

    days: how many instead of the scenario's own; tell: called with the days done
    """
    market = market_of(scenario)
    played = simulate_days(
        market,
        PLATFORMS[scenario.shop.platform],
        days=days or scenario.days.count,
        seed=seed,
        first_date=scenario.days.first,
        events=events or scenario.days.export_every is not None,
        tell=tell,
    )
    return Simulation(scenario, targets_of(scenario, market), truth_of(market), played)


def run_simulate(
    path: Path,
    folder: Path,
    *,
    seed: int = 0,
    days: int | None = None,
    events: bool = False,
    overwrite: bool = False,
    tell: Callable[[int, int], object] = max,
) -> dict[str, Any]:
    """From a scenario file to a folder, written whole or not at all; returns its totals.

    tell: called with the days done and the days to do
    Raises ConfigError as read_scenario does, InputError when the folder is taken.
    """
    scenario = read_scenario(path)
    check_free(folder, overwrite=overwrite)
    count = days or scenario.days.count
    tell(0, count)
    result = simulate(
        scenario, seed=seed, days=count, events=events, tell=lambda done: tell(done, count)
    )
    with new_run(folder, overwrite=overwrite) as draft:
        write_simulation(result, draft, events=events)
        files = sorted(p for p in draft.rglob("*") if p.is_file())
        write_json(
            draft / MANIFEST,
            {
                "simulation": str(path.resolve()),
                "sha256": sha256_of(path),
                "seed": seed,
                "days": count,
                "versions": versions(),
                "files": {str(p.relative_to(draft)): sha256_of(p) for p in files},
            },
        )
    return totals_of(result)


def write_simulation(result: Simulation, folder: Path, *, events: bool) -> None:
    """Write every file but the manifest: tables, truth, and the exports in a folder of their own.

    events: whether the log of clicks is written too
    """
    days = result.days
    days.history.write_parquet(folder / "history.parquet")
    result.targets.write_parquet(folder / "targets.parquet")
    result.truth.write_parquet(folder / "truth.parquet")
    days.late.write_parquet(folder / "late_orders.parquet")
    days.searches.write_parquet(folder / "searches.parquet")
    days.campaigns.write_parquet(folder / "campaigns.parquet")
    if events and days.events is not None:
        days.events.write_parquet(folder / "events.parquet")
    exports = folder / EXPORTS
    exports.mkdir()
    if result.scenario.multipliers:
        multipliers = multipliers_of(result.scenario)
        multipliers.table.write_parquet(folder / "bid_multipliers.parquet")
        names = result.targets.select("campaign_id", "campaign").unique("campaign_id")
        write_bid_multiplier_sheet(
            multipliers.sheet.join(
                names, on="campaign_id", how="left", validate="m:1", maintain_order="left"
            ),
            exports / "bid_multipliers.csv",
        )
    _write_reports(result, exports)
    write_bid_sheet(
        result.targets.rename(
            {"current_bid": "bid", "quality_score": "quality", "campaign_budget": "budget"}
        ),
        exports / "bids.csv",
    )
    write_product_sheet(_products(result), exports / "products.csv")
    shop = result.scenario.shop.id.replace("\\", "\\\\").replace('"', '\\"')
    (exports / "shop.toml").write_text(SHOP_TOML.format(id=f'"{shop}"'), encoding="utf-8")


def _write_reports(result: Simulation, exports: Path) -> None:
    """Write the keyword report, and those of earlier days under the day after their last."""

    def write(rows: pl.DataFrame, name: str) -> None:
        named = rows.join(
            result.targets, on="target_id", how="left", validate="m:1", maintain_order="left"
        )
        write_keyword_report(named, exports / name)

    days, every = result.days, result.scenario.days.export_every
    write(days.history, "keyword_report.csv")
    if every is not None and days.events is not None:
        for last, rows in earlier_reports(days.history, days.events, every_days=every):
            write(rows, f"keyword_report_{last + timedelta(days=1):%Y%m%d}.csv")


def totals_of(result: Simulation) -> dict[str, Any]:
    """What a person asks first: results over all days, and how often budgets ended."""
    sums = result.days.history.select(
        pl.col("impressions", "clicks", "cost", "orders", "revenue").sum()
    ).row(0, named=True)
    dates = result.days.history["date"]
    return {
        "shop": result.scenario.shop.id,
        "targets": result.targets.height,
        "days": dates.n_unique(),
        "first": result.scenario.days.first,
        "last": result.scenario.days.first + timedelta(days=dates.n_unique() - 1),
        "searches": int(result.days.searches["searches"].sum()),
        **sums,
        "late_orders": int(result.days.late["orders"].sum()),
        "campaign_days": result.days.campaigns.height,
        "closed": int(result.days.campaigns["closed_hour"].is_not_null().sum()),
    }


def targets_of(scenario: Scenario, market: ShopMarket) -> pl.DataFrame:
    """Table TARGETS of a scenario, by target id."""
    campaigns = {one.id: one for one in scenario.campaigns}
    products = {one.id: one for one in scenario.products}
    keywords = {one.id: one for one in scenario.keywords}
    rows = [
        {
            "target_id": target_id,
            "shop_id": scenario.shop.id,
            "campaign_id": t.campaign,
            "campaign": campaigns[t.campaign].name or t.campaign,
            "ad_group_id": ad_group_of(t),
            "ad_group": products[t.product].name or t.product,
            "product_id": t.product,
            "product": products[t.product].name or t.product,
            "keyword_id": t.keyword,
            "keyword": keywords[t.keyword].text or t.keyword,
            "match_type": None,
            "lever": "cpc_bid",
            "current_bid": t.bid,
            "quality_score": float(t.quality),
            "campaign_budget": campaigns[t.campaign].budget,
        }
        for t, target_id in zip(scenario.targets, market.targets["target_id"], strict=True)
    ]
    frame = pl.DataFrame(rows, schema=Targets.create_empty().schema).sort("target_id")
    return check(frame, Targets)


def _products(result: Simulation) -> pl.DataFrame:
    """The product sheet on the morning after the last day."""
    schema = {
        "product_id": pl.String,
        "product": pl.String,
        "category": pl.String,
        "price": pl.Int64,
        "margin": pl.Float64,
    }
    rows = [(p.id, p.name or p.id, p.category, p.price, p.margin) for p in result.scenario.products]
    return pl.DataFrame(rows, schema=schema, orient="row").join(
        result.days.stock, on="product_id", how="left", validate="1:1"
    )

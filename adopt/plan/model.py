"""What is believed of one shop, gathered once: rates, competition, products, in the targets' order."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.config import Settings, event_calendar
from adopt.decide.products import ProductRules, judge_products
from adopt.estimate.attribution_lag import fit_lag
from adopt.estimate.evidence import REVENUE
from adopt.estimate.halo import HaloPosterior, fit_halo
from adopt.estimate.landscape import LandscapePosterior, fit_landscape
from adopt.estimate.margin import product_economics
from adopt.estimate.product_evidence import product_evidence
from adopt.estimate.rates import RatePosterior, fit_rates
from adopt.estimate.recency import USUAL_DAYS
from adopt.estimate.young_cohorts import AGE_DAYS
from adopt.formats.shop_data import Notice, ShopData
from adopt.plan.event_notices import event_notices
from adopt.plan.goal import Goal, choose_goal
from adopt.plan.shop_change import shop_change_notices
from adopt.platforms import PLATFORMS, Platform
from adopt.platforms.bid_segments import BidSegments, bid_segments
from adopt.platforms.event_days import baseline_days
from adopt.tables import totals_by

F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ShopModel:
    """Posteriors and aims of one shop.

    targets: table TARGETS, sorted by target_id, with net_margin, break_even_roi, is_simulated,
    halo_orders_share and halo_revenue_share (null where no report tells direct from indirect)
    platform: with the examination by rank that was fitted
    segments: by what the bids of landscape's rows are multiplied
    ctr, cvr, aov: posterior draws (n, draws) in the order of targets
    notices: what came up on events and on changes
    judged: advertised products with evidence, decision, reasons, may_rise
    """

    platform: Platform
    settings: Settings
    goal: Goal
    targets: pl.DataFrame
    economics: pl.DataFrame
    rates: RatePosterior
    halo: HaloPosterior
    landscape: LandscapePosterior
    segments: BidSegments
    judged: pl.DataFrame
    ctr: F64
    cvr: F64
    aov: F64
    notices: tuple[Notice, ...]


def fit_shop(data: ShopData, settings: Settings, *, seed: int) -> ShopModel:
    """Estimate everything that bids depend on from one shop's tables."""
    platform = PLATFORMS[data.platform]
    half_life = settings.estimate.half_life_days or USUAL_DAYS
    draws = settings.estimate.draws
    history, told = _baseline(data, settings, platform)
    economics = product_economics(data.targets["product_id"], data.products, settings)
    categories = economics.select("product_id", "category")
    targets = _targets_of(data, economics)
    halo = fit_halo(history, targets, categories, half_life_days=half_life)
    targets = targets.hstack(halo.shares())
    rates = fit_rates(
        history,
        targets,
        economics,
        fit_lag(data.order_arrivals, window_days=data.attribution_days, prior=platform.order_lag),
        half_life_days=settings.estimate.half_life_days,
        prior_cvr=settings.estimate.prior_cvr,
    )
    ctr, cvr, aov = rates.draw(draws, seed)
    competing = targets.filter(~pl.col("is_simulated"))
    segments = bid_segments(competing, data.bid_multipliers)
    landscape = fit_landscape(
        history,
        competing,
        categories,
        platform,
        half_life_days=half_life,
        segments=segments,
    )
    # Both are sorted by target_id.
    is_fitted = competing["target_id"].is_in(landscape.landscape["target_id"].implode())
    goal = choose_goal(
        settings,
        economics,
        _revenue_by_product(data),
        data.platform,
        tells_halo=targets["halo_revenue_share"].null_count() == 0,
    )
    evidence = product_evidence(
        targets,
        rates.rates,
        data.product_report,
        economics,
        (cvr, aov),
        target_roi=goal.target_roi,
    )
    rules = ProductRules(stock_days=settings.stock.horizon_days)
    changes = rates.timing.changes
    judged = judge_products(evidence, rules, changes.products)
    return ShopModel(
        replace(platform, examination_exponent=landscape.examination_exponent),
        settings,
        goal,
        targets,
        economics,
        rates,
        halo,
        landscape,
        segments.of(is_fitted.arg_true().to_numpy()),
        judged,
        ctr,
        cvr,
        aov,
        (*told, *shop_change_notices(changes.shop, rules)),
    )


def _baseline(
    data: ShopData, settings: Settings, platform: Platform
) -> tuple[pl.DataFrame, list[Notice]]:
    """History of the days that are a baseline, with the age of each at its report; what to know of events."""
    calendar = event_calendar(settings, platform)
    baseline = baseline_days(data.history, calendar)
    history = data.history.with_columns(AGE_DAYS).join(
        baseline.days.filter("is_baseline"), on="date", how="semi", maintain_order="left"
    )
    horizon = settings.estimate.horizon_days
    return history, event_notices(baseline, calendar, horizon_days=horizon)


def _targets_of(data: ShopData, economics: pl.DataFrame) -> pl.DataFrame:
    """The targets with their economics, and whether the platform simulates them."""
    simulated = data.landscape_points["target_id"].unique()
    default = pl.lit(None, dtype=pl.Float64)
    return (
        data.targets.sort("target_id")
        .join(
            economics.select("product_id", "net_margin", "break_even_roi"),
            on="product_id",
            how="left",
            validate="m:1",
            maintain_order="left",
        )
        .with_columns(
            pl.coalesce("net_margin", default),
            pl.col("target_id").is_in(simulated.implode()).alias("is_simulated"),
        )
    )


def _revenue_by_product(data: ShopData) -> pl.DataFrame:
    """Advertised revenue of each product, currency; a product with none counts with its cost."""
    rows = (
        data.history.join(
            data.targets.select("target_id", "product_id"), on="target_id", how="inner"
        )
        .filter(pl.col("product_id").is_not_null())
        .sort("target_id", "date")
    )
    return totals_by(rows, "product_id", REVENUE)

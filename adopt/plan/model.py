"""What is believed of one shop, gathered once: rates, competition, products, in the targets' order."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.config import Settings
from adopt.decide.products import ProductRules, judge_products
from adopt.estimate.evidence import REVENUE
from adopt.estimate.landscape import LandscapePosterior, fit_landscape
from adopt.estimate.product_evidence import product_evidence
from adopt.estimate.rates import RatePosterior
from adopt.estimate.recency import USUAL_DAYS
from adopt.formats.shop_data import Notice, ShopData
from adopt.plan.goal import Goal, choose_goal
from adopt.plan.shop_change import shop_change_notices
from adopt.plan.shop_rates import ShopRates, fit_shop_rates
from adopt.platforms import PLATFORMS, Platform
from adopt.platforms.bid_segments import BidSegments, bid_segments
from adopt.tables import totals_by

F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ShopModel:
    """Posteriors and aims of one shop.

    fitted: rates, with the targets and products that they are of
    platform: with the examination by rank that was fitted
    segments: by what the bids of landscape's rows are multiplied
    ctr, cvr, aov: posterior draws (n, draws) in the order of targets
    notices: what came up on events and on changes
    judged: advertised products with evidence, decision, reasons, may_rise
    """

    platform: Platform
    settings: Settings
    goal: Goal
    fitted: ShopRates
    landscape: LandscapePosterior
    segments: BidSegments
    judged: pl.DataFrame
    ctr: F64
    cvr: F64
    aov: F64
    notices: tuple[Notice, ...]

    @property
    def targets(self) -> pl.DataFrame:
        """Table TARGETS with what is known of each, sorted by target_id."""
        return self.fitted.targets

    @property
    def economics(self) -> pl.DataFrame:
        """One row a product: margins, stock, category."""
        return self.fitted.economics

    @property
    def rates(self) -> RatePosterior:
        """Posterior of the rates, targets in order."""
        return self.fitted.rates


def fit_shop(data: ShopData, settings: Settings, *, seed: int) -> ShopModel:
    """Estimate everything that bids depend on from one shop's tables."""
    platform = PLATFORMS[data.platform]
    fitted = fit_shop_rates(data, settings)
    targets, economics, rates = fitted.targets, fitted.economics, fitted.rates
    ctr, cvr, aov = rates.draw(settings.estimate.draws, seed)
    competing = targets.filter(~pl.col("is_simulated"))
    segments = bid_segments(competing, data.bid_multipliers)
    landscape = fit_landscape(
        fitted.history,
        competing,
        economics.select("product_id", "category"),
        platform,
        half_life_days=settings.estimate.half_life_days or USUAL_DAYS,
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
        tells_value=_tells_value(data),
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
        fitted,
        landscape,
        segments.of(is_fitted.arg_true().to_numpy()),
        judged,
        ctr,
        cvr,
        aov,
        (*fitted.notices, *shop_change_notices(changes.shop, rules)),
    )


def _tells_value(data: ShopData) -> bool:
    """Whether any result has a value, or none has orders that could."""
    tables = [table.select("orders", "revenue") for table in (data.history, data.landscape_points)]
    results = pl.concat(tables, how="vertical_relaxed")
    return bool((results["revenue"] > 0).any()) or not bool((results["orders"] > 0).any())


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

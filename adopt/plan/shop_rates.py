"""What a shop's history says of its rates: click-through, conversion, order values, halo, by every node."""

from dataclasses import dataclass

import dataframely as dy
import polars as pl

from adopt.config import Settings, event_calendar
from adopt.estimate.attribution_lag import fit_lag
from adopt.estimate.halo import HaloPosterior, fit_halo
from adopt.estimate.margin import product_economics
from adopt.estimate.rate_nodes import F64, rate_nodes
from adopt.estimate.rates import RatePosterior, fit_rates
from adopt.estimate.recency import USUAL_DAYS
from adopt.estimate.young_cohorts import AGE_DAYS
from adopt.formats.shop_data import Notice, ShopData
from adopt.plan.event_notices import event_notices
from adopt.platforms import PLATFORMS
from adopt.platforms.event_days import baseline_days
from adopt.tables import RateNodes


@dataclass(frozen=True, slots=True)
class ShopRates:
    """Rates of one shop.

    history: table HISTORY, the days that are a baseline, each with its age at the report
    targets: table TARGETS, sorted by target_id, with net_margin, break_even_roi, is_simulated,
    halo_orders_share and halo_revenue_share (null where no report tells direct from indirect)
    economics: of estimate.margin; notices: what came up on events
    """

    history: pl.DataFrame
    targets: pl.DataFrame
    economics: pl.DataFrame
    rates: RatePosterior
    halo: HaloPosterior
    notices: tuple[Notice, ...]

    def nodes(
        self, draws: tuple[F64, F64, F64], *, shop_id: str, seed: int
    ) -> dy.DataFrame[RateNodes]:
        """Table RATE_NODES; draws: of CTR, CVR and AOV, each (n, draws) in the order of targets."""
        return rate_nodes(self.rates, self.halo, self.targets, draws, shop_id=shop_id, seed=seed)


def fit_shop_rates(data: ShopData, settings: Settings) -> ShopRates:
    """Estimate the rates of one shop's tables."""
    platform, estimate = PLATFORMS[data.platform], settings.estimate
    calendar = event_calendar(settings, platform)
    baseline = baseline_days(data.history, calendar)
    history = data.history.with_columns(AGE_DAYS).join(
        baseline.days.filter("is_baseline"), on="date", how="semi", maintain_order="left"
    )
    economics = product_economics(data.targets["product_id"], data.products, settings)
    targets = _targets_of(data, economics)
    halo = fit_halo(
        history,
        targets,
        economics.select("product_id", "category"),
        half_life_days=estimate.half_life_days or USUAL_DAYS,
    )
    targets = halo.with_shares(targets)
    rates = fit_rates(
        history,
        targets,
        economics,
        fit_lag(data.order_arrivals, window_days=data.attribution_days, prior=platform.order_lag),
        half_life_days=estimate.half_life_days,
        prior_cvr=estimate.prior_cvr,
    )
    told = event_notices(baseline, calendar, horizon_days=estimate.horizon_days)
    return ShopRates(history, targets, economics, rates, halo, tuple(told))


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

"""What is known of each product: its conversion beside its peers, its sales, its stock, its return."""

import numpy as np
import polars as pl

from adopt.estimate.draws import draw_level
from adopt.estimate.evidence import ORDERS, REVENUE
from adopt.estimate.rates import RatePosterior

UNITS = (
    pl.when("is_presale")
    .then(pl.coalesce("buyers_placed", "units"))
    .otherwise(pl.coalesce("units", "buyers"))
    .alias("units_sold")
)
"""Units sold from all traffic; a presale is paid later, so its placed orders count (K13)."""


def product_evidence(
    history: pl.DataFrame,
    targets: pl.DataFrame,
    product_report: pl.DataFrame,
    economics: pl.DataFrame,
    posterior: RatePosterior,
    *,
    target_roi: float | None,
    draws: int,
    seed: int,
) -> pl.DataFrame:
    """One row an advertised product, sorted: counts, CVR with its interval, peers, stock, probabilities.

    economics: of estimate.margin; target_roi: the account's, a product's own goes before it
    Returns evidence_clicks, evidence_orders, cvr (orders a click) with _p10 and _p90, peer_cvr,
    peer_index, units_per_day, typical_units_per_day, stock_cover_days, p_below_peers (CVR below 0.7
    of the peers'), p_below_break_even and p_on_target (of the return at the cost per click paid).
    Where no margin is known, half the target stands for the break-even.
    """
    frame = (
        _ad_results(history, targets)
        .join(economics, on="product_id", how="left", validate="1:1", maintain_order="left")
        .join(
            _sales(product_report, economics),
            on="product_id",
            how="left",
            validate="1:1",
            maintain_order="left",
        )
        .with_columns(
            pl.coalesce("own_target_roi", pl.lit(target_roi, dtype=pl.Float64)).alias("target_roi"),
            pl.when(pl.col("units_per_day") > 0)
            .then(pl.col("stock") / pl.col("units_per_day"))
            .alias("stock_cover_days"),
            pl.col("units_per_day").median().alias("typical_units_per_day"),
            pl.col("stock").is_not_null().any().alias("has_stock_column"),
        )
        .with_columns(_peer_cvr())
    )
    return _with_probabilities(frame, posterior, draws, seed)


def _ad_results(history: pl.DataFrame, targets: pl.DataFrame) -> pl.DataFrame:
    return (
        targets.lazy()
        .select("target_id", "product_id", pl.col("product").alias("title"))
        .filter(pl.col("product_id").is_not_null())
        .join(history.lazy().with_columns(ORDERS, REVENUE), on="target_id", how="left")
        .sort("product_id", "target_id", "date")
        .group_by("product_id", maintain_order=True)
        .agg(
            pl.col("title").drop_nulls().first(),
            pl.col("clicks").sum().alias("evidence_clicks"),
            pl.col("orders").sum().alias("evidence_orders"),
            pl.col("cost").sum().alias("ad_cost"),
        )
        .collect()
    )


def _sales(product_report: pl.DataFrame, economics: pl.DataFrame) -> pl.DataFrame:
    """Units sold per calendar day of the report; zero days are days too."""
    days = product_report["days"].sum() if product_report["date"].n_unique() == 1 else None
    length = float(days or product_report["date"].n_unique() or 1)
    return (
        product_report.join(
            economics.select("product_id", "is_presale"), on="product_id", how="inner"
        )
        .sort("product_id", "date")
        .group_by("product_id", maintain_order=True)
        .agg((UNITS.sum() / length).alias("units_per_day"))
    )


def _peer_cvr() -> pl.Expr:
    """CVR of the other products of the category, else of the shop; null for an only product."""
    clicks, orders = pl.col("evidence_clicks"), pl.col("evidence_orders")
    group = pl.col("category").fill_null("-")
    own_clicks = clicks.sum().over(group) - clicks
    own_orders = orders.sum().over(group) - orders
    all_clicks, all_orders = clicks.sum() - clicks, orders.sum() - orders
    return (
        pl.when(own_clicks >= 200)
        .then(own_orders / own_clicks)
        .when(all_clicks > 0)
        .then(all_orders / all_clicks)
        .alias("peer_cvr")
    )


def _with_probabilities(
    frame: pl.DataFrame, posterior: RatePosterior, draws: int, seed: int
) -> pl.DataFrame:
    place = {product: index for index, product in enumerate(posterior.products)}
    rows = np.array([place[p] for p in frame["product_id"]], dtype=np.int64)
    generator = np.random.Generator(np.random.Philox(key=[seed, 5]))
    cvr = draw_level(posterior.cvr, 1, draws, generator)[rows]
    value = draw_level(posterior.value, 1, draws, generator)[rows]

    def column(expression: pl.Expr) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        return frame.select(expression.cast(pl.Float64)).to_series().to_numpy()[:, None]

    cpc = column(pl.col("ad_cost") / pl.col("evidence_clicks"))
    with np.errstate(invalid="ignore", divide="ignore"):
        roi = cvr * value / cpc
    p10, p90 = np.quantile(cvr, [0.1, 0.9], axis=1).reshape(2, -1)
    floor = column(pl.coalesce("break_even_roi", 0.5 * pl.col("target_roi")))
    return frame.with_columns(
        pl.Series("cvr", posterior.cvr.mean[1][rows]),
        pl.Series("cvr_p10", p10),
        pl.Series("cvr_p90", p90),
        pl.Series("p_below_peers", (cvr < 0.7 * column(pl.col("peer_cvr"))).mean(axis=1)),
        pl.Series("p_below_break_even", (roi < floor).mean(axis=1)),
        pl.Series("p_on_target", (roi >= column(pl.col("target_roi"))).mean(axis=1)),
    ).with_columns(
        pl.when(pl.col("peer_cvr") > 0)
        .then(pl.col("cvr") / pl.col("peer_cvr"))
        .alias("peer_index"),
        pl.when(pl.col("peer_cvr").is_not_null()).then("p_below_peers").alias("p_below_peers"),
        pl.when(pl.coalesce("break_even_roi", "target_roi").is_not_null())
        .then("p_below_break_even")
        .alias("p_below_break_even"),
        pl.when(pl.col("target_roi").is_not_null()).then("p_on_target").alias("p_on_target"),
    )

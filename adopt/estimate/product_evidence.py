"""What is known of each product: its conversion beside its peers, its sales, its stock, its return."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.tables import total, totals_by

F64 = NDArray[np.float64]

PEER_CLICKS = 200.0
"""Clicks that a category's other products need before they are the measure."""
UNITS = (
    pl.when("is_presale")
    .then(pl.coalesce("buyers_placed", "units"))
    .otherwise(pl.coalesce("units", "buyers"))
    .alias("units_sold")
)
"""Units sold from all traffic; a presale is paid later, so its placed orders count (K13)."""


def product_evidence(
    targets: pl.DataFrame,
    rates: pl.DataFrame,
    product_report: pl.DataFrame,
    economics: pl.DataFrame,
    draws: tuple[F64, F64],
    *,
    target_roi: float | None,
) -> pl.DataFrame:
    """One row an advertised product, sorted: counts, CVR with its interval, peers, stock, probabilities.

    targets: table TARGETS; rates: table RATES; economics: of estimate.margin
    draws: posterior draws of CVR and order value, each (n, draws) in the order of targets
    target_roi: the account's, a product's own goes before it
    Returns evidence_clicks, evidence_orders, cvr (orders a click) with _p10 and _p90, peer_cvr,
    peer_index, units_per_day, typical_units_per_day, stock_cover_days, p_below_peers (CVR below 0.7
    of the peers'), p_below_break_even and p_on_target (of the return at the cost per click paid).
    A probability is null where its measure (peers, margin, target) is unknown.
    """
    seen = targets.select("target_id", "product_id", "product").join(
        rates.select("target_id", "^evidence_.*$"),
        on="target_id",
        how="left",
        validate="1:1",
        maintain_order="left",
    )
    frame = (
        _ad_results(seen)
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
    )
    frame = _with_peers(frame)
    return _with_probabilities(frame, seen, *draws)


def _ad_results(seen: pl.DataFrame) -> pl.DataFrame:
    rows = seen.filter(pl.col("product_id").is_not_null()).sort("target_id")
    titles = rows.group_by("product_id").agg(pl.col("product").drop_nulls().first().alias("title"))
    return totals_by(
        rows,
        "product_id",
        "evidence_clicks",
        "evidence_orders",
        pl.col("evidence_cost").alias("ad_cost"),
    ).join(titles, on="product_id", how="left", validate="1:1", maintain_order="left")


def _sales(product_report: pl.DataFrame, economics: pl.DataFrame) -> pl.DataFrame:
    """Units sold per calendar day of the report; zero days are days too."""
    days = product_report["days"].sum() if product_report["date"].n_unique() == 1 else None
    length = float(days or product_report["date"].n_unique() or 1)
    rows = product_report.join(
        economics.select("product_id", "is_presale"), on="product_id", how="inner"
    ).sort("product_id", "date")
    sold = totals_by(rows, "product_id", UNITS)
    return sold.select("product_id", (pl.col("units_sold") / length).alias("units_per_day"))


def _with_peers(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds peer_cvr: of the other products of the category, else of the shop; null for an only product."""
    frame = frame.with_columns(pl.col("category").fill_null("-").alias("class"))
    names = ("evidence_clicks", "evidence_orders")
    classes = totals_by(frame, "class", *names).rename({n: f"class_{n}" for n in names})
    whole = {n: total(frame[n]) for n in names}
    others = {n: pl.col(f"class_{n}") - pl.col(n) for n in names}
    rest = {n: whole[n] - pl.col(n) for n in names}
    return frame.join(
        classes, on="class", how="left", validate="m:1", maintain_order="left"
    ).with_columns(
        pl.when(others["evidence_clicks"] >= PEER_CLICKS)
        .then(others["evidence_orders"] / others["evidence_clicks"])
        .when(rest["evidence_clicks"] > 0)
        .then(rest["evidence_orders"] / rest["evidence_clicks"])
        .alias("peer_cvr")
    )


def _with_probabilities(
    frame: pl.DataFrame, targets: pl.DataFrame, cvr: F64, aov: F64
) -> pl.DataFrame:
    """A product's rate is that of its keywords as its traffic is mixed: by their clicks."""
    rate, value = _by_product(frame, targets, cvr), _by_product(frame, targets, cvr * aov)

    def column(expression: pl.Expr) -> F64:
        return frame.select(expression.cast(pl.Float64)).to_series().to_numpy()[:, None]

    with np.errstate(invalid="ignore", divide="ignore"):
        roi = value / column(pl.col("ad_cost") / pl.col("evidence_clicks"))
    p10, p90 = np.quantile(rate, [0.1, 0.9], axis=1).reshape(2, -1)
    probabilities = {
        "p_below_peers": (rate < 0.7 * column(pl.col("peer_cvr")), "peer_cvr"),
        "p_below_break_even": (roi < column(pl.col("break_even_roi")), "break_even_roi"),
        "p_on_target": (roi >= column(pl.col("target_roi")), "target_roi"),
    }
    return frame.with_columns(
        pl.Series("cvr", rate.mean(axis=1)),
        pl.Series("cvr_p10", p10),
        pl.Series("cvr_p90", p90),
        *(pl.Series(name, test.mean(axis=1)) for name, (test, _) in probabilities.items()),
    ).with_columns(
        pl.when(pl.col("peer_cvr") > 0)
        .then(pl.col("cvr") / pl.col("peer_cvr"))
        .alias("peer_index"),
        *(
            pl.when(pl.col(needed).is_not_null()).then(name).alias(name)
            for name, (_, needed) in probabilities.items()
        ),
    )


def _by_product(frame: pl.DataFrame, targets: pl.DataFrame, draws: F64) -> F64:
    """Draws (products, draws) of a rate per click, each target weighing by its clicks.

    A product without clicks weighs its targets equally. Added row by row: the same bytes everywhere.
    """
    place = {product: row for row, product in enumerate(frame["product_id"])}
    known = targets["product_id"].is_not_null().arg_true().to_numpy()
    product = np.array([place[targets["product_id"][int(i)]] for i in known], dtype=np.int64)
    weight = targets["evidence_clicks"].to_numpy()[known] + 1e-9
    sums = np.zeros((len(frame), draws.shape[1]))
    np.add.at(sums, product, weight[:, None] * draws[known])
    whole = np.bincount(product, weights=weight, minlength=len(frame))
    return np.asarray(sums / whole[:, None], dtype=np.float64)

"""Rare events that happened: returns and repeat purchases of a UK web shop, forecast four weeks ahead.

A trial is a day on which a known customer buys a product (UCI Online Retail: stock codes of five digits with
or without letters, price and quantity above 0). It is **returned** where the customer's next cancelled line of
that product, with no purchase of it between, comes within 28 days; **repeated** where the customer buys the
product again on a later day within 28 days. Evidence is of trials that are 28 days old when the forecast is
made, so that every one of its events is known; forecast are the events of the trials of the next 28 days.
Four such windows, from the end of January to the end of May 2011.
Targets are stock codes (85099B), products their digits (colours of one thing), categories the last word of the
description where five products share it. Trials stand for clicks, events for orders of `fit_rates`.
Run with ``python -m sims.study_rare_events [FOLDER]``; FOLDER holds the Parquet file.
"""

import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.config import Settings
from adopt.estimate.attribution_lag import fit_lag
from adopt.estimate.rates import fit_rates
from adopt.platforms.taobao import TAOBAO
from adopt.tables import OrderArrivals
from sims.forecasts import RIVALS, Held, Scored, covers, score_draws, score_rivals
from sims.score_table import OURS, evidence_class, print_coverage, print_lost, print_scores

F64 = NDArray[np.float64]

DATA = Path(__file__).parents[2] / "shared/data/uci_online_retail"
FILE = "online_retail_8col_first240k.parquet"
DAYS_TO_TELL, WINDOW_DAYS = 28, 28
STARTS = tuple(date(2011, 1, 31) + timedelta(WINDOW_DAYS * k) for k in range(4))
EVENTS = ("returned", "repeated")
SHARED_BY = 5
"""Products that make a last word a category."""
BUYER = ("CustomerID", "StockCode")


def read_trials(folder: Path) -> pl.DataFrame:
    """One row a trial: CustomerID, StockCode, day, value (currency), returned, repeated."""
    lines = (
        pl.read_parquet(folder / FILE)
        .filter(
            pl.col("StockCode").str.contains(r"^\d{5}[A-Za-z]*$"),
            pl.col("CustomerID").is_not_null(),
        )
        .with_columns(
            pl.col("InvoiceDate").str.to_datetime("%m/%d/%y %H:%M").dt.date().alias("day")
        )
    )
    is_cancelled = pl.col("InvoiceNo").str.starts_with("C")
    bought = (
        lines.filter(~is_cancelled, pl.col("Quantity") > 0, pl.col("UnitPrice") > 0)
        .group_by(*BUYER, "day")
        .agg((pl.col("Quantity") * pl.col("UnitPrice")).sum().alias("value"))
        .sort(*BUYER, "day")
    )
    cancelled = lines.filter(is_cancelled).select(*BUYER, "day").sort("day")
    returned = cancelled.join_asof(
        bought.select(*BUYER, "day", pl.col("day").alias("bought")).sort("day"),
        on="day",
        by=list(BUYER),
        tolerance=f"{DAYS_TO_TELL}d",
        check_sortedness=False,
    )
    marks = returned.drop_nulls("bought").select(*BUYER, pl.col("bought").alias("day")).unique()
    again = (pl.col("day").shift(-1).over(BUYER) - pl.col("day")).dt.total_days() <= DAYS_TO_TELL
    return bought.join(
        marks.with_columns(pl.lit(1.0).alias("returned")), on=[*BUYER, "day"], how="left"
    ).with_columns(
        pl.col("returned").fill_null(0.0),
        again.fill_null(value=False).cast(pl.Float64).alias("repeated"),
    )


def read_categories(folder: Path) -> pl.DataFrame:
    """One row a product: product_id, category (null where its last word is rare)."""
    word = pl.col("Description").str.strip_chars().str.extract(r"([A-Z]+)[^A-Z]*$")
    named = (
        pl.read_parquet(folder / FILE, columns=["StockCode", "Description"])
        .filter(pl.col("StockCode").str.contains(r"^\d{5}[A-Za-z]*$"))
        .select(product_of(), word.alias("word"))
        .group_by("product_id")
        .agg(pl.col("word").drop_nulls().mode().sort().first())
        .sort("product_id")
    )
    shared = pl.len().over("word") >= SHARED_BY
    return named.select("product_id", pl.when(shared).then("word").alias("category"))


def split(trials: pl.DataFrame, start: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Trials whose every event is known at the start, and those of the window."""
    day = pl.col("day")
    known = trials.filter(day < start - timedelta(DAYS_TO_TELL))
    return known, trials.filter(day >= start, day < start + timedelta(WINDOW_DAYS))


def product_of() -> pl.Expr:
    """The digits of a stock code."""
    return pl.col("StockCode").str.slice(0, 5).alias("product_id")


def counts_of(trials: pl.DataFrame, event: str) -> pl.DataFrame:
    """Trials and events of each stock code, sorted."""
    return (
        trials.group_by("StockCode")
        .agg(pl.len().cast(pl.Float64).alias("trials"), pl.col(event).sum().alias("events"))
        .sort("StockCode")
    )


NO_FACTORS = ("keyword", "match_type")
"""What these trials have none of."""


def fitted_rate(seen: pl.DataFrame, targets: pl.DataFrame, categories: pl.DataFrame) -> F64:
    """Draws (n, draws) of the events a trial, by the product's own estimate of a CVR.

    seen: target_id, date, trials, events, revenue; targets: target_id, product_id
    """
    history = seen.select(
        "target_id",
        "date",
        pl.col("trials").alias("impressions"),
        pl.col("trials").alias("clicks"),
        pl.lit(0.0).alias("cost"),
        pl.lit(1, pl.Int64).alias("age_days"),
        pl.col("events").alias("orders"),
        "revenue",
        *(pl.lit(None, pl.Float64).alias(f"{name}_direct") for name in ("orders", "revenue")),
        *(pl.lit(None, pl.Float64).alias(f"presale_{name}") for name in ("orders", "revenue")),
    )
    settings = Settings().estimate
    nothing = pl.lit(None)
    rates = fit_rates(
        history,
        targets.with_columns(nothing.cast(pl.String).alias(name) for name in NO_FACTORS),
        categories.with_columns(nothing.cast(pl.Float64).alias("price")),
        fit_lag(OrderArrivals.create_empty(), window_days=1, prior=TAOBAO.order_lag),
        half_life_days=settings.half_life_days,
    )
    return rates.draw(settings.draws, 1)[1]


def judge_window(
    trials: pl.DataFrame, categories: pl.DataFrame, event: str, start: date
) -> pl.DataFrame:
    """One row a stock code sold in the window: scores of all methods, coverage of ours."""
    known, later = split(trials, start)
    joined = (
        counts_of(later, event)
        .join(counts_of(known, event), on="StockCode", how="full", coalesce=True, suffix="_seen")
        .with_columns(pl.col(pl.Float64).fill_null(0.0))
        .sort("StockCode")
    )
    days = (
        known.group_by(pl.col("StockCode").alias("target_id"), pl.col("day").alias("date"))
        .agg(
            pl.len().cast(pl.Float64).alias("trials"),
            pl.col(event).sum().alias("events"),
            (pl.col("value") * pl.col(event)).sum().alias("revenue"),
        )
        .sort("target_id", "date")
    )
    targets = _as_targets(joined)
    rate = fitted_rate(days, targets, categories)
    held = Held(
        events=joined["events_seen"].to_numpy(),
        trials=joined["trials_seen"].to_numpy(),
        count=joined["events"].to_numpy(),
        exposure=joined["trials"].to_numpy(),
        is_poisson=False,
    )
    scored: dict[str, Scored] = {OURS: score_draws(held, rate, 1), **score_rivals(held, 1)}
    return joined.select(
        pl.lit(event).alias("event"),
        pl.lit(start.isoformat()).alias("start"),
        product_of().alias("cluster"),
        evidence_class("trials_seen"),
        "trials",
        pl.Series("count_covered", covers(held, rate, 1)),
        *(pl.Series(f"log-loss|{name}", one.log_loss) for name, one in scored.items()),
        *(pl.Series(f"crps|{name}", one.crps) for name, one in scored.items()),
    ).filter(pl.col("trials") > 0)


def _as_targets(joined: pl.DataFrame) -> pl.DataFrame:
    """Columns of TARGETS that rates may lean on; a stock code has no keyword."""
    return joined.select(
        pl.col("StockCode").alias("target_id"),
        pl.lit("shop").alias("shop_id"),
        product_of(),
        *(pl.lit(None, pl.String).alias(n) for n in ("keyword_id", "keyword", "match_type")),
    )


def judge_all(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Trials, and the scores of every event and window."""
    trials, categories = read_trials(folder), read_categories(folder)
    judged = [judge_window(trials, categories, e, start) for e in EVENTS for start in STARTS]
    return trials, pl.concat(judged)


def main() -> None:
    """Print the tables, then where ours is not best and where it does not cover."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    if not (folder / FILE).exists():
        print(f"{folder / FILE} is not there; name the folder that holds it.", file=sys.stderr)
        raise SystemExit(1)
    trials, judged = judge_all(folder)
    shares = ", ".join(f"{100 * float(trials[e].to_numpy().mean()):.2f} % {e}" for e in EVENTS)
    codes = trials["StockCode"].n_unique()
    print(f"{len(trials)} trials of {codes} stock codes: {shares}; {len(STARTS)} windows")
    lost: list[str] = []
    for score in ("log-loss", "crps"):
        for by in (("event", "class"), ("event", "start")):
            lost += print_scores(judged, score, by, RIVALS, f"{score} of the window's events")
    columns = {"count_covered": "window's count"}
    for by in (("event", "class"), ("event", "start")):
        lost += print_coverage(judged, by, columns, "Events")
    print_lost(lost)


if __name__ == "__main__":
    main()

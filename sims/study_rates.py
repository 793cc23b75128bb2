"""Rates against known truth: forecasts of next week beside the simple ratios', and their coverage.

Shops of 2 to 2,000 orders a day (sims/worlds/rate_worlds.py) with no, ordinary and strong keyword effects go
through `fit_rates` as `adopt recommend` calls it; the orders of the next week given its clicks, and the clicks
given its impressions, are then scored by log-loss and CRPS beside four rivals (sims/forecasts.py).
Coverage is of the 10-90 % interval: of the next week's count, and of its true rate (clicks weigh days; drift
and weekday are part of it, a day's chance is not). Order value: error of the log of the true mean.
Run with ``python -m sims.study_rates [shops] [--why]``; --why adds what other knowledge would have brought.
"""

import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.config import Settings
from adopt.estimate.attribution_lag import fit_lag
from adopt.estimate.rates import fit_rates
from adopt.platforms.taobao import TAOBAO
from adopt.tables import OrderArrivals
from sims.forecasts import RIVALS, Held, Scored, covers, score_draws, score_rivals
from sims.rate_oracles import ORACLES, oracle_rates
from sims.score_table import OURS, evidence_class, print_coverage, print_lost, print_scores
from sims.worlds.rate_worlds import ALL_IN, RateShop, RateWorld, make_rate_shop

F64 = NDArray[np.float64]

SHOPS_OF_SIZE = {2: 8, 20: 4, 200: 2, 2000: 1}
"""Orders a day, and how many shops of it for each one asked for: small shops tell less."""
DAYS = (30, 90)
KINDS = {
    "none": (0.0, "normal"),
    "some": (0.3, "t"),
    "strong": (0.6, "mixture"),
    "plain": (0.3, "normal"),
}
"""Standard deviation of keyword effects, and the tail of all effects."""
HALF_LIVES = (10.0, 90.0, 1e6)
VALUE_METHODS = ("raw ratio", "prior of 1", "global mean")


class Fitted(NamedTuple):
    """Draws (n, draws) of CTR, CVR and order value, and the mean order value (n,)."""

    ctr: F64
    cvr: F64
    value: F64
    mean_value: F64


def fit_shop_rates(shop: RateShop, seed: int, half_life_days: float | None) -> Fitted:
    """What `adopt recommend` believes of the shop: the one place that knows its interface."""
    economics = shop.categories.join(
        shop.prices, on="product_id", how="left", validate="1:1", maintain_order="left"
    )
    lag = fit_lag(OrderArrivals.create_empty(), window_days=ALL_IN, prior=TAOBAO.order_lag)
    rates = fit_rates(shop.history, shop.targets, economics, lag, half_life_days=half_life_days)
    return Fitted(*rates.draw(Settings().estimate.draws, seed), rates.rates["aov"].to_numpy())


def worlds(shops: int) -> Iterator[tuple[int, int, str, RateWorld]]:
    """Seed, size, kind and world of each shop; the same seed plays 30 and 90 days."""
    kinds = list(KINDS)
    for place, (size, several) in enumerate(SHOPS_OF_SIZE.items()):
        for number in range(shops * several):
            kind = kinds[number % len(kinds)]
            keyword_sd, tail = KINDS[kind]
            for days in DAYS:
                world = RateWorld(float(size), days, keyword_sd, tail)
                yield 1000 * place + number, size, kind, world


def seen_of(shop: RateShop) -> pl.DataFrame:
    """Counts seen of each target, in the order of targets; zeros where it has no history."""
    names = ("impressions", "clicks", "orders", "revenue")
    sums = shop.history.group_by("target_id").agg(pl.col(names).sum())
    return (
        shop.targets.select("target_id")
        .join(sums, on="target_id", how="left", maintain_order="left", validate="1:1")
        .with_columns(pl.col(names).fill_null(0.0))
    )


def held_of(shop: RateShop, seen: pl.DataFrame, quantity: str) -> Held:
    """What was seen and came of a quantity: ctr or cvr."""
    events, trials = {"ctr": ("clicks", "impressions"), "cvr": ("orders", "clicks")}[quantity]
    came = {"clicks": shop.clicks, "impressions": shop.impressions, "orders": shop.orders}
    return Held(
        seen[events].to_numpy(),
        seen[trials].to_numpy(),
        came[events],
        came[trials],
        is_poisson=quantity == "cvr",
    )


def judge(
    shop: RateShop, seen: pl.DataFrame, quantity: str, rate: F64, other: dict[str, F64], seed: int
) -> pl.DataFrame:
    """One row a target with exposure next week: scores of all methods, coverage of ours.

    rate: draws of ours (n, draws); other: draws of further methods by name
    """
    held = held_of(shop, seen, quantity)
    truth: F64 = getattr(shop, quantity)
    scored: dict[str, Scored] = {OURS: score_draws(held, rate, seed), **score_rivals(held, seed)}
    scored["truth"] = score_draws(held, truth[:, None], seed)
    scored |= {name: score_draws(held, draws, seed) for name, draws in other.items()}
    below = (rate < truth[:, None]).mean(axis=1)
    columns: dict[str, F64] = {"exposure": held.exposure}
    for name, one in scored.items():
        columns |= {f"log-loss|{name}": one.log_loss, f"crps|{name}": one.crps}
    return (
        seen.with_columns(evidence_class("clicks"))
        .select("class")
        .with_columns(
            pl.Series("count_covered", covers(held, rate, seed)),
            pl.Series("rate_covered", (below >= 0.1) & (below <= 0.9)),
            *(pl.Series(name, values) for name, values in columns.items()),
        )
        .filter(pl.col("exposure") > 0)
    )


def judge_value(shop: RateShop, seen: pl.DataFrame, fitted: Fitted) -> pl.DataFrame:
    """One row a target: error of the log of its true order value by method, coverage of ours."""
    revenue, orders = seen["revenue"].to_numpy(), seen["orders"].to_numpy()
    whole = revenue.sum() / max(orders.sum(), 1.0) or 1.0
    raw = np.where(orders > 0, revenue / np.maximum(orders, 1.0), whole)
    guesses = {
        OURS: fitted.mean_value,
        "raw ratio": raw,
        "prior of 1": (revenue + whole) / (orders + 1.0),
        "global mean": np.full_like(raw, whole),
    }
    below = (fitted.value < shop.aov[:, None]).mean(axis=1)
    return seen.select(evidence_class("orders")).with_columns(
        pl.Series("rate_covered", (below >= 0.1) & (below <= 0.9)),
        *(
            pl.Series(f"error|{name}", np.abs(np.log(guess / shop.aov)))
            for name, guess in guesses.items()
        ),
    )


def judge_shop(
    seed: int, size: int, kind: str, world: RateWorld, *, why: bool
) -> dict[str, pl.DataFrame]:
    """Tables of one shop: cvr, ctr, value."""
    shop = make_rate_shop(world, seed)
    seen = seen_of(shop)
    half_life = Settings().estimate.half_life_days
    fitted = fit_shop_rates(shop, seed, half_life)
    more: dict[str, dict[str, F64]] = {"ctr": {}, "cvr": {}}
    if why:
        for days in HALF_LIVES:
            drawn = fit_shop_rates(shop, seed, days)
            name = f"half-life {days:.0f}" if days < 1e6 else "no half-life"
            more["ctr"][name], more["cvr"][name] = drawn.ctr, drawn.cvr
        for quantity in more:
            more[quantity] |= oracle_rates(shop, held_of(shop, seen, quantity), quantity, seed)
    tables = {
        "cvr": judge(shop, seen, "cvr", fitted.cvr, more["cvr"], seed),
        "ctr": judge(shop, seen, "ctr", fitted.ctr, more["ctr"], seed),
        "value": judge_value(shop, seen, fitted),
    }
    label = {"cluster": f"{size}-{seed}", "size": size, "days": world.days, "kind": kind}
    return {
        name: table.with_columns(pl.lit(value).alias(key) for key, value in label.items())
        for name, table in tables.items()
    }


def print_quantity(judged: pl.DataFrame, title: str) -> list[str]:
    """Print all tables of CVR or CTR; returns where ours is not best or does not cover."""
    lost: list[str] = []
    for score in ("log-loss", "crps"):
        for by in (("days", "class"), ("size", "class"), ("days", "size"), ("kind", "class")):
            rows = print_scores(judged, score, by, (*RIVALS, "truth"), f"{title}, {score}")
            lost += [row for row in rows if ": truth by" not in row]
    columns = {"count_covered": "next week's count", "rate_covered": "true rate"}
    for by in (("days", "class"), ("size", "class"), ("kind", "class")):
        lost += print_coverage(judged, by, columns, title)
    return [f"{line[:3]}{title}, {line[3:]}" for line in lost]


def print_all(tables: dict[str, pl.DataFrame]) -> None:
    """Print every table, then where ours is not best and where it does not cover."""
    lost = print_quantity(tables["cvr"], "CVR") + print_quantity(tables["ctr"], "CTR")
    value, by = tables["value"], ("days", "class")
    title = "Order value by orders seen"
    lost += print_scores(value, "error", by, VALUE_METHODS, f"{title}, error of its log")
    lost += print_coverage(value, by, {"rate_covered": "true order value"}, title)
    print_lost(lost)


def print_why(tables: dict[str, pl.DataFrame]) -> None:
    """Print what other half-lives and true effects would have brought."""
    lives = [f"half-life {days:.0f}" if days < 1e6 else "no half-life" for days in HALF_LIVES]
    for name in ("cvr", "ctr"):
        for by in (("days", "class"), ("kind", "class"), ("size", "class")):
            title = f"{name.upper()}, log-loss"
            print_scores(tables[name], "log-loss", by, (*lives, *ORACLES, "truth"), title)


def main() -> None:
    """Judge the shops and print."""
    start = time.perf_counter()
    why = "--why" in sys.argv
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    shops = numbers[0] if numbers else 4
    judged = [judge_shop(*one, why=why) for one in worlds(shops)]
    tables = {name: pl.concat([one[name] for one in judged]) for name in judged[0]}
    counts = ", ".join(f"{shops * several} of {size}" for size, several in SHOPS_OF_SIZE.items())
    print(f"shops: {counts} orders a day; {DAYS} days each; truth: the score of the true rate")
    if why:
        print_why(tables)
    else:
        print_all(tables)
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()

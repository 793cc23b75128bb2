"""How soon a change of conversion is found, how well it is dated, and how often nothing is taken for one.

Every night a job sees the last 180 days. Found is a product whose probability of a change reached
SURE on some night, in the right direction. Run with ``python -m sims.study_changes [shops]``.
"""

import sys
from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.estimate.changes import find_changes
from adopt.estimate.weekdays import WeekdayProfile, weekday_profile
from sims.worlds.changing_rates import FIRST, ChangingShop, make_changing_shop

F64 = NDArray[np.float64]

SURE = 0.8
SEEN_DAYS = 180
PRODUCTS, CHANGED = 160, 8
"""Products of a shop, and those of them that change by each factor."""
FACTORS = (0.85, 0.7, 0.5, 1.3)
CHANGE_DAY = 200
NIGHTS = (*range(1, 22), *range(24, 43, 3))
BY_DAY = (3, 7, 14, 21, 42)
CLASSES = {"1 to 2": (0.0, 2.0), "2 to 4": (2.0, 4.0), "4 to 8": (4.0, 99.0)}
"""Orders a day: at 100 clicks a day, CVR in per cent."""
CALM_PRODUCTS, CALM_DAYS = 80, 365


def profile_of(shop: ChangingShop, end: int) -> WeekdayProfile:
    """Weekdays of CVR as seen on the night of day `end`."""
    days = shop.days(max(end - SEEN_DAYS, 0), end)
    return weekday_profile(
        days.rename({"product_id": "target_id", "clicks": "trials", "orders": "events"})
    )


def judge_changes(seed: int) -> pl.DataFrame:
    """One row a product that changed: factor, orders a day, and of the night it was found days and dates."""
    at = np.arange(CHANGED)
    factor = np.ones((PRODUCTS, CHANGE_DAY + max(NIGHTS)))
    kind = np.full(PRODUCTS, 1.0)
    for number, size in enumerate(FACTORS):
        kind[number * CHANGED + at] = size
    factor[:, CHANGE_DAY:] = kind[:, None]
    shop = make_changing_shop(seed, products=PRODUCTS, days=factor.shape[1], factor=factor)
    profile = profile_of(shop, CHANGE_DAY)
    nights = []
    for night in NIGHTS:
        end = CHANGE_DAY + night
        seen = find_changes(shop.days(end - SEEN_DAYS, end), profile).products
        nights.append(seen.with_columns(pl.lit(night).alias("night")))
    truth = pl.DataFrame({"product_id": seen["product_id"], "factor": kind, "rate": shop.rate})
    is_right = (pl.col("cvr_ratio") < 1) == (pl.col("factor") < 1)
    found = (
        pl.concat(nights)
        .join(truth, on="product_id")
        .filter((pl.col("p_changed") >= SURE) & is_right)
        .sort("product_id", "night")
        .unique("product_id", keep="first", maintain_order=True)
        .drop("factor", "rate")
    )
    return truth.filter(pl.col("factor") != 1).join(found, on="product_id", how="left")


def print_found(judged: pl.DataFrame) -> None:
    """Shares found by night, delay, dates and sizes, by factor and orders a day."""
    print(
        f"{'change':>7}{'orders a day':>14}{'products':>10}"
        + "".join(f"{f'{day} d':>7}" for day in BY_DAY)
        + f"{'median delay':>14}{'date off':>10}{'date in 80 %':>14}{'size in 80 %':>14}"
    )
    orders = 100.0 * pl.col("rate")
    for factor in FACTORS:
        for name, (low, high) in CLASSES.items():
            part = judged.filter((pl.col("factor") == factor) & (orders >= low) & (orders < high))
            line = f"{factor - 1:+7.0%}{name:>14}{part.height:10}"
            for day in BY_DAY:
                line += f"{(part['night'].fill_null(99) <= day).to_numpy().mean():7.0%}"
            found = part.drop_nulls("night")
            print(line + (_when_found(found) if found.height else ""))


def _when_found(found: pl.DataFrame) -> str:
    """Median delay and error of the date in days, and how often the intervals hold the truth."""
    day = FIRST + timedelta(days=CHANGE_DAY)
    off = found.select((pl.col("changed_on") - day).dt.total_days().abs()).to_series()
    held = found.select(
        pl.lit(day).is_between("changed_on_low", "changed_on_high").alias("date"),
        pl.col("factor").is_between("cvr_ratio_p10", "cvr_ratio_p90").alias("size"),
    )
    return (
        f"{np.median(found['night'].to_numpy()):12.0f} d{np.median(off.to_numpy()):8.0f} d"
        f"{held['date'].to_numpy().mean():14.0%}{held['size'].to_numpy().mean():14.0%}"
    )


def alarms_in_calm(seed: int) -> tuple[F64, F64, F64]:
    """Of a year of nights: rates (n,), alarms of each product (n,) and of the shop (1,).

    An alarm begins on a night at or above SURE after thirty nights below it.
    """
    shop = make_changing_shop(seed, products=CALM_PRODUCTS, days=CHANGE_DAY + CALM_DAYS)
    nights, of_shop = [], []
    for end in range(CHANGE_DAY, CHANGE_DAY + CALM_DAYS):
        if not (end - CHANGE_DAY) % 30:
            profile = profile_of(shop, end)
        changes = find_changes(shop.days(end - SEEN_DAYS, end), profile)
        nights.append(changes.products["p_changed"].to_numpy())
        of_shop.append(changes.shop["p_changed"].to_numpy())
    return shop.rate, _begun(np.array(nights)), _begun(np.array(of_shop))


def _begun(chance: F64) -> F64:
    """Alarms (n,) that begin in nights (nights, n)."""
    alarm = chance >= SURE
    calm = np.array([~alarm[max(night - 30, 0) : night].any(axis=0) for night in range(len(alarm))])
    return np.asarray((alarm & calm).sum(axis=0), dtype=np.float64)


def print_shift(seed: int) -> None:
    """What becomes of a fall by a quarter that all products share."""
    factor = np.ones((CALM_PRODUCTS, CHANGE_DAY + 21))
    factor[:, CHANGE_DAY:] = 0.75
    shop = make_changing_shop(seed, products=CALM_PRODUCTS, days=factor.shape[1], factor=factor)
    profile = profile_of(shop, CHANGE_DAY)
    for night in (3, 7, 14, 21):
        end = CHANGE_DAY + night
        changes = find_changes(shop.days(end - SEEN_DAYS, end), profile)
        row = changes.shop.row(0, named=True)
        alarms = (changes.products["p_changed"] >= SURE).sum()
        print(
            f"all products -25 %, night {night:2}: shop {row['p_changed']:.0%}, ratio {row['cvr_ratio']:.2f}, "
            f"{alarms} of {CALM_PRODUCTS} products alarmed"
        )


def main() -> None:
    """Print the tables."""
    shops = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    print(f"{shops} shops of {PRODUCTS} products, found at {SURE:.0%} by night after the change")
    print_found(pl.concat([judge_changes(seed) for seed in range(shops)]))
    print_shift(50)
    rate, alarms, of_shop = alarms_in_calm(60)
    print(f"{CALM_PRODUCTS} unchanged products, {CALM_DAYS} nights: alarms a product and year")
    for name, (low, high) in CLASSES.items():
        within = (100 * rate >= low) & (100 * rate < high)
        print(f"{name:>8} orders a day {alarms[within].mean():6.2f} ({within.sum()} products)")
    print(f"   all of them        {alarms.mean():6.2f}; the shop as a whole {of_shop.sum():.0f}")


if __name__ == "__main__":
    main()

"""The landscape fit against known truth: bias and coverage by report and by clicks seen.

For each kind of report several shops are drawn and fitted. Printed per class of clicks: the mean log error
of the middle draw, and how often the truth lies between the 10 % and 90 % draws (80 % is right).
Run with ``python -m sims.study_landscape_fit [shops]``.
"""

import sys
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from adopt.estimate.landscape import LandscapePosterior, fit_landscape
from adopt.market.auction_curve import Auctions, expected_traffic
from adopt.market.response_curve import auctions_of
from adopt.platforms import PLATFORMS, Platform
from sims.worlds.landscape_shop import LandscapeShop, Report, make_landscape_shop, segments_of

F64 = NDArray[np.float64]

DRAWS, EXPONENTS = 200, 8
STEPS = {"+20 %": 1.2, "-20 %": 0.8}
CLASSES = {"< 20": (0, 20), "20-100": (20, 100), "100-500": (100, 500), "> 500": (500, np.inf)}
SEVERAL = (0.9, 1.1, 1.0)
STUDIES = {
    "one bid": ("taobao", Report()),
    "several bids": ("taobao", Report(bids=SEVERAL, has_bid=True)),
    "one bid, rank": ("taobao", Report(has_rank=True)),
    "several bids, rank": ("taobao", Report(bids=SEVERAL, has_bid=True, has_rank=True)),
    "one bid, 8 slots": ("google", Report()),
    "one bid, impression share, 8 slots": ("google", Report(has_share=True)),
    "several bids, impression share, 8 slots": (
        "google",
        Report(bids=SEVERAL, has_bid=True, has_share=True),
    ),
    "one bid, buckets of rank": ("taobao", Report(has_bucket=True)),
    "several qualities": ("taobao", Report(qualities=(0.7, 1.2, 1.0))),
    "several bids, rank, steeper examination": (
        "taobao",
        Report(bids=SEVERAL, has_bid=True, has_rank=True, exponent=1.3),
    ),
    "several bids, multiplied": (
        "taobao",
        Report(bids=SEVERAL, has_bid=True, segments=((0.5, 0.2), (1.0, 0.5), (1.4, 0.3))),
    ),
}


def outcomes(bid: F64, auctions: Auctions, platform: Platform) -> dict[str, F64]:
    """Log results (cells,) at the bid in force, and how they answer to a fifth more or less."""
    start = np.arange(len(bid) + 1)
    now = expected_traffic(bid, start, auctions, platform)
    result = {"impressions": np.log(now.impressions), "cpc": np.log(now.cpc)}
    for name, factor in STEPS.items():
        then = expected_traffic(factor * bid, start, auctions, platform)
        result[f"clicks {name}"] = np.log(then.examined / now.examined)
        result[f"cpc {name}"] = np.log(then.cpc / now.cpc)
    return result


def drawn_outcomes(
    shop: LandscapeShop, posterior: LandscapePosterior, platform: Platform
) -> dict[str, F64]:
    """Draws (n, DRAWS) as the forecast makes them: levels as seen, answers from the landscape."""
    n = len(shop.bid)
    segments = segments_of(shop.report, n)
    draws = posterior.draw(DRAWS, 5)
    exponents = posterior.draw_exponents(EXPONENTS, 5)
    parts = []
    for k, exponent in enumerate(exponents):
        part = draws[:, k :: len(exponents)]
        count = part.shape[1]
        cells = Auctions(
            np.exp(part[:, :, 0]).ravel(),
            np.exp(part[:, :, 1]).ravel(),
            (posterior.reference[:, None] + part[:, :, 2]).ravel(),
            np.exp(part[:, :, 3]).ravel(),
            np.ones(n * count),
            segments_of(shop.report, n * count),
        )
        found = outcomes(
            np.repeat(shop.bid, count), cells, replace(platform, examination_exponent=exponent)
        )
        parts.append({name: values.reshape(n, count) for name, values in found.items()})
    result = {name: np.concatenate([part[name] for part in parts], axis=1) for name in parts[0]}
    now = outcomes(
        shop.bid,
        auctions_of(posterior.landscape, segments),
        replace(platform, examination_exponent=posterior.examination_exponent),
    )
    generator = np.random.default_rng(9)
    for name, sd in (("impressions", posterior.impressions_sd), ("cpc", posterior.cpc_sd)):
        noise = generator.standard_normal((n, DRAWS)) * sd[:, None]
        result[name] = now[name][:, None] + noise
    return result


def judge_shop(seed: int, report: Report, platform: Platform) -> pl.DataFrame:
    """One row a target and outcome: clicks seen, error of the middle draw, width, whether covered."""
    shop = make_landscape_shop(seed, report, platform)
    posterior = fit_landscape(
        shop.history,
        shop.targets,
        shop.categories,
        platform,
        half_life_days=60.0,
        segments=segments_of(report, len(shop.bid)),
    )
    truth = outcomes(shop.bid, shop.truth, shop.platform)
    clicks = shop.history.group_by("target_id").agg(pl.col("clicks").sum()).sort("target_id")
    parts = []
    for name, values in drawn_outcomes(shop, posterior, platform).items():
        low, middle, high = np.quantile(values, [0.1, 0.5, 0.9], axis=1)
        parts.append(
            pl.DataFrame(
                {
                    "outcome": [name] * len(low),
                    "clicks": clicks["clicks"],
                    "error": middle - truth[name],
                    "width": high - low,
                    "covered": (truth[name] >= low) & (truth[name] <= high),
                }
            )
        )
    return pl.concat(parts)


def summarise(judged: pl.DataFrame) -> pl.DataFrame:
    """Bias, mean absolute error, width and coverage of every outcome and class of clicks."""
    of = pl.lit(None, dtype=pl.String)
    for name, (low, high) in CLASSES.items():
        of = (
            pl.when((pl.col("clicks") >= low) & (pl.col("clicks") < high))
            .then(pl.lit(name))
            .otherwise(of)
        )
    return (
        judged.with_columns(of.alias("class"))
        .group_by("outcome", "class", maintain_order=True)
        .agg(
            pl.col("error").mean().alias("bias"),
            pl.col("error").abs().mean().alias("distance"),
            pl.col("width").mean(),
            pl.col("covered").mean(),
            pl.len().alias("targets"),
        )
    )


def main() -> None:
    """Print one table a kind of report."""
    shops = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for title, (name, report) in STUDIES.items():
        platform = PLATFORMS[name]
        judged = pl.concat([judge_shop(seed, report, platform) for seed in range(shops)])
        table = summarise(judged)
        print(f"\n{title} ({shops} shops of 120 keywords): bias / mean distance / covered")
        print("clicks seen       " + "".join(f"{c:>22}" for c in CLASSES))
        for outcome in table["outcome"].unique(maintain_order=True):
            cells = ""
            for c in CLASSES:
                row = table.filter(outcome=outcome, **{"class": c}).row(0, named=True)
                cells += f"{row['bias']:+9.3f}{row['distance']:7.3f}{row['covered']:6.0%}"
            print(f"{outcome:18}{cells}")


if __name__ == "__main__":
    main()

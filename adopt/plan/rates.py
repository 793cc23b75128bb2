"""The estimate stage alone: the rates of one shop from its exports, or of many from one typed Parquet file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from adopt.config import Settings
from adopt.errors import DataError, Place
from adopt.formats.canonical.scan_history import (
    ShopHistories,
    described_targets,
    is_typed_history,
    open_histories,
)
from adopt.formats.shop import read_products, read_shop
from adopt.formats.shop_data import Notice, ShopData, Source
from adopt.ledger.manifest import sha256_of, write_json, write_manifest
from adopt.ledger.run_folder import check_free, new_run
from adopt.plan.rates_summary import rates_summary
from adopt.plan.shop_rates import fit_shop_rates
from adopt.platforms import PLATFORMS
from adopt.tables import (
    BidMultipliers,
    LandscapePoints,
    OrderArrivals,
    ProductReport,
    Products,
    RateNodes,
    Targets,
)

HISTORY, TARGETS = "history.parquet", "targets.parquet"
SHEETS = ("products.parquet", "products.csv", "products.xlsx")
"""Files of a folder of typed history; of the sheets the first that is there."""


@dataclass(frozen=True, slots=True)
class ShopEstimate:
    """What was learnt of one shop.

    rates: table RATE_NODES; summary: the figures of the screen; sources: files that were read
    """

    rates: dy.DataFrame[RateNodes]
    summary: dict[str, Any]
    sources: tuple[Source, ...]


def run_rates(
    path: Path,
    folder: Path | None,
    settings: Settings,
    *,
    products: Path | None = None,
    seed: int = 0,
    overwrite: bool = False,
    tell: Callable[[str], object] = str,
    show: Callable[[dict[str, Any]], object] = dict,
) -> dict[str, Any]:
    """From DATA to a folder with rates.parquet and summary.json, where one is named; returns the summary.

    path, products: as of estimate_shops; tell: called with the name of each stage as it begins
    show: called with each shop's summary as soon as it stands
    Raises InputError when the folder is taken, and what estimate_shops raises.
    """
    if folder is not None:
        check_free(folder, overwrite=overwrite)
    estimates = estimate_shops(path, settings, products=products, seed=seed, tell=tell)
    if folder is None:
        return {"shops": [_shown(one, show).summary for one in estimates]}
    with new_run(folder, overwrite=overwrite) as draft:
        summary, sources = _write_rates(map(partial(_shown, show=show), estimates), draft)
        write_json(draft / "summary.json", summary)
        write_manifest(
            draft,
            data=path,
            products=products,
            inputs=[asdict(source) for source in sources],
            settings=settings.model_dump(mode="json"),
            seed=seed,
        )
    return summary


def estimate_shops(
    path: Path,
    settings: Settings,
    *,
    products: Path | None = None,
    seed: int = 0,
    tell: Callable[[str], object] = str,
) -> Iterator[ShopEstimate]:
    """The rates of each shop, one after the other: no more than one is in memory.

    path: a file or a folder of exports of one shop; or a typed Parquet file of table HISTORY, with a column
    shop_id where it holds several; or a folder with history.parquet, and targets.parquet and a sheet of
    products where they are known. products: a product sheet besides
    Raises InputError when a path cannot be used, DataError when the data would mislead.
    """
    history = path / HISTORY if path.is_dir() else path
    if not is_typed_history(history):
        tell("read")
        data = read_shop(path, settings, products=products)
        if data.history.is_empty():
            raise DataError(
                "these files tell no day of any keyword.",
                place=Place(str(path)),
                remedy="Add a keyword report by day.",
            )
        tell("estimate")
        yield estimate_shop(data, settings, seed=seed)
        return
    beside = [path / name for name in SHEETS if path.is_dir() and (path / name).is_file()]
    sheet = products or next(iter(beside), None)
    described = path / TARGETS if path.is_dir() and (path / TARGETS).is_file() else None
    known = Products.create_empty() if sheet is None else read_products(sheet)
    own_id = settings.shop.id or (path.resolve().name if path.is_dir() else path.stem)
    tell("read")
    with open_histories(history, shop_id=own_id) as shops:
        files = tuple(file for file in (history, described, sheet) if file is not None)
        sources = tuple(
            Source(file.name, file.stem, sha256_of(file), shops.rows if file == history else 0)
            for file in files
        )
        for shop_id in shops.shops:
            tell("read")
            data_of_shop = partial(_shop_data, shops, shop_id, described, settings)
            # Handed on without a name here, so that a shop's rows are gone before the next one's come.
            yield estimate_shop(data_of_shop(known, sources), settings, seed=seed, tell=tell)


def estimate_shop(
    data: ShopData, settings: Settings, *, seed: int = 0, tell: Callable[[str], object] = str
) -> ShopEstimate:
    """What one shop's tables tell of its rates."""
    tell("estimate")
    fitted = fit_shop_rates(data, settings)
    draws = fitted.rates.draw(settings.estimate.draws, seed)
    nodes = fitted.nodes(draws, shop_id=data.shop_id, seed=seed)
    summary = rates_summary(data, fitted, nodes, draws=settings.estimate.draws, seed=seed)
    return ShopEstimate(nodes, summary, data.sources)


def _shop_data(
    shops: ShopHistories,
    shop_id: str,
    described: Path | None,
    settings: Settings,
    products: dy.DataFrame[Products],
    sources: tuple[Source, ...],
) -> ShopData:
    """One shop of a typed file, with what is assumed where the file cannot tell."""
    targets, history = shops.read(shop_id)
    if described is not None:
        targets = described_targets(targets, described, shop_id)
    platform = settings.shop.platform or "taobao"
    en = "the file does not tell the platform; Taobao's events, window and delays are assumed. Set shop.platform in shop.toml."
    zh = "文件没有说明平台,按淘宝的大促、转化周期和转化延迟处理;可在 shop.toml 写 shop.platform。"
    notices = () if settings.shop.platform else (Notice("PLATFORM_ASSUMED", en, zh),)
    return ShopData(
        shop_id=shop_id,
        platform=platform,
        currency=settings.shop.currency or PLATFORMS[platform].currency,
        targets=targets,
        inactive_targets=Targets.create_empty(),
        history=history,
        landscape_points=LandscapePoints.create_empty(),
        products=products,
        product_report=ProductReport.create_empty(),
        bid_multipliers=BidMultipliers.create_empty(),
        order_arrivals=OrderArrivals.create_empty(),
        attribution_days=settings.estimate.attribution_window_days
        or PLATFORMS[platform].attribution_days,
        sources=sources,
        notices=notices,
    )


def _shown(estimate: ShopEstimate, show: Callable[[dict[str, Any]], object]) -> ShopEstimate:
    show(estimate.summary)
    return estimate


def _write_rates(
    estimates: Iterable[ShopEstimate], folder: Path
) -> tuple[dict[str, Any], tuple[Source, ...]]:
    """Write rates.parquet shop by shop; returns the summary and the files that were read."""
    summaries: list[dict[str, Any]] = []
    sources: tuple[Source, ...] = ()
    parts: list[Path] = []
    for number, one in enumerate(estimates):
        parts.append(folder / f"rates.part{number}.parquet")
        one.rates.write_parquet(parts[-1])
        summaries.append(one.summary)
        sources = one.sources
    pl.scan_parquet(parts).sink_parquet(folder / "rates.parquet")
    for part in parts:
        part.unlink()
    return {"shops": summaries}, sources

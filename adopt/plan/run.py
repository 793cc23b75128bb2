"""Read a shop, recommend, and write the run folder, whole or not at all."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

import adopt
from adopt.config import Settings, read_settings
from adopt.formats.shop import read_shop
from adopt.formats.shop_data import ShopData
from adopt.formats.spreadsheet_text import money_text, safe_text
from adopt.formats.upload import Written, upload_notices, write_rollback, write_upload
from adopt.formats.upload_guard import check_changes
from adopt.ledger.manifest import write_json, write_manifest
from adopt.ledger.run_folder import check_free, new_run
from adopt.plan.bid_changes import CHANGES, changes_of
from adopt.plan.recommend import Recommendation, recommend
from adopt.plan.start import Start
from adopt.platforms import PLATFORMS


def run_recommend(
    path: Path,
    folder: Path,
    settings: Settings,
    *,
    products: Path | None = None,
    start: Start | None = None,
    seed: int = 0,
    overwrite: bool = False,
    tell: Callable[[str], object] = str,
) -> dict[str, Any]:
    """The main job: from a folder of exports to a run folder; returns its summary.

    path: file or folder of exports; products: an operator's product sheet
    start: of an earlier run, by `read_start`
    tell: called with the name of each stage as it begins
    Raises InputError when the folder is taken, GuardrailError where a bid may not leave, and what
    reading and recommending raise.
    """
    check_free(folder, overwrite=overwrite)
    tell("read")
    data = read_shop(path, settings, products=products)
    result = recommend(data, settings, start=start, seed=seed, tell=tell)
    tell("write")
    with new_run(folder, overwrite=overwrite) as draft:
        summary = write_result(result, data, draft)
        write_manifest(
            draft,
            data=path,
            products=products,
            inputs=[asdict(source) for source in data.sources],
            settings=settings.model_dump(mode="json"),
            start=None if start is None else start.to_json(),
            seed=seed,
        )
    return summary


def demo_shop() -> Path:
    """Folder of the sample shop's exports that comes with the package."""
    return Path(adopt.__file__).parent / "data" / "demo_shop"


def settings_beside(data: Path, config: Path | None) -> Settings:
    """Settings of `config`, else of a ``shop.toml`` beside the data, else the defaults.

    Raises ConfigError as read_settings does.
    """
    folder = data if data.is_dir() else data.parent
    if config is None and not (folder / "shop.toml").is_file():
        return Settings()
    return read_settings(config or folder / "shop.toml")


def write_result(result: Recommendation, data: ShopData, folder: Path) -> dict[str, Any]:
    """Write every file of a run but its manifest; returns the summary as it was written.

    Raises GuardrailError, before anything is written, where a change may not leave.
    """
    changes = changes_of(result.recommendations, data.targets)
    check_changes(
        changes,
        data.inactive_targets,
        platform=PLATFORMS[data.platform],
    )
    written = _write_both_ways(changes, data.platform, folder)
    changes.write_parquet(folder / CHANGES)
    result.recommendations.write_parquet(folder / "recommendations.parquet")
    as_text(result.recommendations).write_csv(folder / "recommendations.csv", include_bom=True)
    result.products.write_parquet(folder / "products.parquet")
    as_text(result.products).write_csv(folder / "products.csv", include_bom=True)
    result.frontier.write_parquet(folder / "frontier.parquet")
    result.response.write_parquet(folder / "response.parquet")
    result.rates.write_parquet(folder / "rates.parquet")
    notices = upload_notices(written, changes, platform=data.platform)
    told = [*result.summary["notices"], *map(asdict, notices)]
    summary = {**result.summary, "notices": told}
    write_json(folder / "summary.json", summary)
    return summary


def _write_both_ways(changes: pl.DataFrame, platform: str, folder: Path) -> Written:
    """Write ``upload`` and ``rollback``; returns what was written of the first."""
    for name in ("upload", "rollback"):
        (folder / name).mkdir()
    write_rollback(changes, folder / "rollback", platform=platform)
    return write_upload(changes, folder / "upload", platform=platform)


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame for a spreadsheet: bids in currency instead of micros, lists joined, no cell a formula."""
    bids = [name for name in ("current_bid", "recommended_bid") if name in frame.columns]
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    return frame.with_columns(
        *(money_text(pl.col(name)).alias(name) for name in bids),
        *(pl.col(name).list.join(";") for name in lists),
    ).with_columns(safe_text(pl.col(pl.String)))

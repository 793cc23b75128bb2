"""Read one shop: a file or a folder of exports as downloaded → its tables."""

from pathlib import Path

import dataframely as dy
import polars as pl

from adopt.config import Settings
from adopt.errors import DataError, InputError, Place
from adopt.formats.files import ShopFile, grids_of, read_file, shop_files
from adopt.formats.join import agree, settle, with_listed_ids
from adopt.formats.landscape_rows import landscape_notices
from adopt.formats.multiplier_table import multiplier_table
from adopt.formats.readers import READERS
from adopt.formats.reading import Reading
from adopt.formats.recognise import (
    BID_MULTIPLIER_SHEET,
    BID_SHEET,
    BID_SIMULATIONS,
    HISTORY,
    KEYWORD_REPORT,
    KINDS,
    LANDSCAPE,
    PRODUCT_REPORT,
    PRODUCT_SHEET,
    WITH_STATE,
    Kind,
    recognised,
)
from adopt.formats.shop_data import Notice, ShopData, Source
from adopt.formats.taobao.read_product_report import MEASURES
from adopt.formats.target_table import (
    bid_notices,
    from_results,
    no_targets,
    with_bids,
    with_simulations,
)
from adopt.platforms import PLATFORMS
from adopt.tables import (
    BidMultipliers,
    History,
    LandscapePoints,
    OrderArrivals,
    ProductReport,
    Products,
    Targets,
    check,
)
from adopt.tables.targets import LEVERS


def read_shop(path: Path, settings: Settings, *, products: Path | None = None) -> ShopData:
    """The tables of one shop, each file recognised from its headers.

    path: an export or a folder of exports; products: a product sheet besides
    Raises InputError when a path cannot be used, DataError when the data would mislead.
    """
    files = shop_files(path)
    if products is not None:
        _check_is_file(products)
    sources, readings = _read_files(files)
    if products is not None:
        source, extra = _read_product_file(products)
        if products.resolve().parent != path.resolve():
            sources, readings = [*sources, source], [*readings, *extra]
    if all(reading.kind in {PRODUCT_SHEET, BID_MULTIPLIER_SHEET} for reading in readings):
        titles = ", ".join(kind.title for kind in KINDS)
        raise DataError(
            "holds no report.",
            place=Place(str(path)),
            remedy=f"Put exports in; readable are: {titles}.",
        )
    return _shop_data(path, settings, readings, tuple(sources))


def read_products(path: Path) -> dy.DataFrame[Products]:
    """Table PRODUCTS of a product sheet.

    Raises InputError when there is no such file, DataError when it is something else or cannot be.
    """
    _check_is_file(path)
    return _products(_read_product_file(path)[1])


def _check_is_file(products: Path) -> None:
    if not products.is_file():
        raise InputError(
            "there is no such product sheet.", place=Place(str(products)), remedy="Check the path."
        )


def _read_files(files: list[ShopFile]) -> tuple[list[Source], list[Reading]]:
    sources, readings = [], []
    for file in files:
        if not file.is_table:
            sources.append(Source(file.name, "ignored", file.sha256, 0))
            continue
        source, found = _read_tables(file)
        sources.append(source)
        readings.extend(found)
    return sources, readings


def _read_tables(file: ShopFile) -> tuple[Source, list[Reading]]:
    """Source and readings of one file.

    Raises DataError when a table in it is unknown or has no rows.
    """
    readings, rows = [], 0
    for kind, sheet in recognised(grids_of(file)):
        if sheet.frame.is_empty():
            raise DataError(
                "has a header and no rows.",
                place=Place(sheet.file),
                remedy="Export the report again for days with data.",
            )
        readings.append(READERS[kind](sheet))
        rows += sheet.frame.height
    kinds = "+".join(dict.fromkeys(reading.kind.name for reading in readings))
    return Source(file.name, kinds, file.sha256, rows), readings


def _read_product_file(products: Path) -> tuple[Source, list[Reading]]:
    """The file given as a product sheet.

    Raises DataError when it is something else.
    """
    source, readings = _read_tables(read_file(products))
    if source.kind != PRODUCT_SHEET.name:
        raise DataError(
            f"is no product sheet but: {source.kind.replace('_', ' ')}.",
            place=Place(products.name),
            remedy="A product sheet has 商品ID and one of 品类, 售价, 毛利率, 退款率, 库存, 预售, DSR.",
        )
    return source, readings


def _shop_data(
    path: Path, settings: Settings, readings: list[Reading], sources: tuple[Source, ...]
) -> ShopData:
    platform, assumed = _platform(readings, settings)
    currency = _currency(readings, settings, platform)
    targets, history, points, arrivals, notices = _target_tables(readings)
    report, report_notices = _product_report(readings)
    if targets.is_empty() and report.is_empty():
        raise DataError(
            "no row is left that carries a bid.",
            place=Place(str(path)),
            remedy="Export the report of 关键词推广 with single keywords.",
        )
    multipliers, multiplier_notices = _bid_multipliers(readings, targets, platform)
    shop_id = settings.shop.id or (path.resolve().name if path.is_dir() else path.stem)
    full = targets.with_columns(
        pl.lit(shop_id).alias("shop_id"), pl.col("lever").cast(pl.Enum(LEVERS))
    ).sort("target_id")
    is_on = pl.col("is_active").fill_null(value=True)
    on, off = (full.filter(rows).select(Targets.column_names()) for rows in (is_on, ~is_on))
    return ShopData(
        shop_id=shop_id,
        platform=platform,
        currency=currency,
        targets=check(on, Targets),
        inactive_targets=check(off, Targets),
        history=check(_of_targets(history, off), History),
        landscape_points=check(_of_targets(points, off), LandscapePoints),
        products=_products(readings),
        product_report=report,
        bid_multipliers=multipliers,
        order_arrivals=arrivals,
        attribution_days=_attribution_days(readings, settings, platform),
        sources=sources,
        notices=(
            *assumed,
            *(notice for reading in readings for notice in reading.notices),
            *notices,
            *report_notices,
            *multiplier_notices,
            *_inactive_notice(off),
        ),
    )


def _of_targets(table: pl.DataFrame, off: pl.DataFrame) -> pl.DataFrame:
    """The table without the targets that are off."""
    return table.filter(~pl.col("target_id").is_in(off["target_id"].implode()))


def _inactive_notice(off: pl.DataFrame) -> tuple[Notice, ...]:
    if off.is_empty():
        return ()
    en = f"{off.height} keywords that are paused, removed or archived (or whose campaign or ad group is) were left alone."
    zh = f"{off.height} 个词已暂停、删除或归档(或所在计划、单元如此),不作调整。"
    return (Notice("INACTIVE_TARGETS", en, zh),)


def _listings(readings: list[Reading]) -> pl.DataFrame:
    """What is in force by the reports that tell it, and by the operator's sheets."""
    listings = [reading.listing for reading in readings if reading.listing is not None]
    # A sheet is the operator's own word, a bulk file the platform's; a report may have been made long before.
    bulk = [one for one in listings if one["is_bid_inherited"].count()]
    rest = [one for one in listings if not one["is_bid_inherited"].count()]
    sheets = [r.frame for r in readings if r.kind == BID_SHEET]
    ranked = enumerate((sheets, bulk, rest))
    frames = [one.with_columns(pl.lit(rank).alias("rank")) for rank, ones in ranked for one in ones]
    if not frames:
        return pl.DataFrame()
    states = pl.DataFrame(schema={"is_bid_inherited": pl.Boolean, "is_active": pl.Boolean})
    return pl.concat([*frames, states], how="diagonal")


def _of(readings: list[Reading], *kinds: Kind) -> pl.DataFrame:
    """Rows of all tables of some kinds, without columns where there is none."""
    frames = [reading.frame for reading in readings if reading.kind in kinds]
    return pl.concat(frames, how="diagonal") if frames else pl.DataFrame()


def _target_tables(
    readings: list[Reading],
) -> tuple[
    pl.DataFrame,
    dy.DataFrame[History],
    dy.DataFrame[LandscapePoints],
    dy.DataFrame[OrderArrivals],
    list[Notice],
]:
    targets = no_targets()
    history, points = History.create_empty(), LandscapePoints.create_empty()
    arrivals = OrderArrivals.create_empty()
    notices: list[Notice] = []
    listing = _listings(readings)
    if len(rows := _of(readings, KEYWORD_REPORT, HISTORY, *WITH_STATE)):
        if len(listing):
            rows, unknown = with_listed_ids(rows, listing)
            listing, _ = with_listed_ids(listing, listing)
            notices += _unlisted_notice(unknown)
        targets, history, arrivals, more = from_results(rows)
        notices += more
    if len(rows := _of(readings, BID_SIMULATIONS, LANDSCAPE)):
        targets, points, more = with_simulations(targets, rows)
        names = targets.select(
            "target_id", pl.coalesce("keyword_id", "target_id").alias("keyword_id")
        )
        notices += [*more, *landscape_notices(points, names)]
    if len(listing):
        targets, more = with_bids(targets, listing)
        notices += more
    return targets, history, points, arrivals, [*notices, *bid_notices(targets)]


def _unlisted_notice(unknown: int) -> list[Notice]:
    if not unknown:
        return []
    en = f"{unknown} keywords of the reports fit no single keyword of the files that tell ids; they keep their names, and no bulk file can carry their bids."
    zh = (
        f"报表中有 {unknown} 个词在含 ID 的文件里对不上唯一的词,只能以名称区分,批量文件里没有它们。"
    )
    return [Notice("KEYWORDS_UNLISTED", en, zh)]


def _bid_multipliers(
    readings: list[Reading], targets: pl.DataFrame, platform: str
) -> tuple[dy.DataFrame[BidMultipliers], list[Notice]]:
    rows = _of(readings, BID_MULTIPLIER_SHEET)
    if rows.is_empty():
        return BidMultipliers.create_empty(), []
    return multiplier_table(rows, targets, PLATFORMS[platform])


def _product_report(
    readings: list[Reading],
) -> tuple[dy.DataFrame[ProductReport], list[Notice]]:
    rows = _of(readings, PRODUCT_REPORT)
    if rows.is_empty():
        return ProductReport.create_empty(), []
    rows, dropped = settle(
        rows, ("product_id", "date"), ("days", *MEASURES), what="the same product and day"
    )
    notices = []
    if dropped:
        en = f"{dropped} rows of product reports occur twice and were read once."
        notices.append(
            Notice("REPEATED_PRODUCT_ROWS", en, f"商品报表中 {dropped} 行重复,只计一次。")
        )
    frame = rows.select(ProductReport.column_names()).sort("product_id", "date")
    return check(frame, ProductReport), notices


def _products(readings: list[Reading]) -> dy.DataFrame[Products]:
    rows = _of(readings, PRODUCT_SHEET)
    if rows.is_empty():
        return Products.create_empty()
    names = tuple(name for name in Products.column_names() if name != "product_id")
    return check(agree(rows, "product_id", names, what="product"), Products)


def _platform(readings: list[Reading], settings: Settings) -> tuple[str, tuple[Notice, ...]]:
    """The one platform of the files, else of the settings, else Taobao with a notice."""
    found = {
        reading.kind.platform: reading.kind.title for reading in readings if reading.kind.platform
    }
    given = settings.shop.platform
    if len(found) > 1 or (given and found and given not in found):
        titles = " and ".join(found.values())
        stated = f" and shop.toml says {given}" if given else ""
        raise DataError(
            f"the files are of more than one platform: {titles}{stated}.",
            remedy="Give each platform a folder of its own.",
        )
    if found or given:
        return given or next(iter(found)), ()
    en = "no file tells the platform; its limits are read as Taobao's. Set shop.platform in shop.toml."
    zh = "文件没有说明平台,按淘宝的规则处理;可在 shop.toml 写 shop.platform。"
    return "taobao", (Notice("PLATFORM_ASSUMED", en, zh),)


def _attribution_days(readings: list[Reading], settings: Settings, platform: str) -> int:
    """Days of the settings, else those that the reports tell, else the platform's.

    Raises DataError when the reports tell several.
    """
    found = sorted({reading.attribution_days for reading in readings if reading.attribution_days})
    if len(found) > 1:
        windows = ", ".join(f"{days} days" for days in found)
        raise DataError(
            f"the reports count orders over different attribution windows: {windows}.",
            remedy="Download all reports again with one window (转化周期).",
        )
    stated = found[0] if found else PLATFORMS[platform].attribution_days
    return settings.estimate.attribution_window_days or stated


def _currency(readings: list[Reading], settings: Settings, platform: str) -> str:
    found = sorted({reading.currency for reading in readings if reading.currency})
    given = settings.shop.currency
    if len(found) > 1 or (given and found and given not in found):
        stated = f"; shop.toml says {given}" if given else ""
        raise DataError(
            f"the files are in more than one currency: {', '.join(found)}{stated}.",
            remedy="Give each currency a folder of its own.",
        )
    return given or (found[0] if found else PLATFORMS[platform].currency)

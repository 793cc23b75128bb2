"""Products, their sheet and their bids: what is missing, sold out, on presale or beyond a limit."""

import polars as pl

from adopt.formats.cells import COUNT, FLAG, FRACTION, ID, MONEY, TEXT, Parser, readable
from adopt.formats.checks.files import ShopTables
from adopt.formats.checks.finding import Finding, finding, listed
from adopt.formats.checks.result_rows import counted_once
from adopt.formats.recognise import BID_SHEET, HISTORY, KEYWORD_REPORT, PRODUCT_SHEET
from adopt.platforms import MICROS, Platform
from adopt.tables import total

RECENT_DAYS = 7
EVIDENCE_CLICKS = 30
"""So many clicks without an order are no accident at a usual conversion of some percent."""
SHEET: dict[str, Parser] = {
    "product_id": ID,
    "product": TEXT,
    "margin": FRACTION,
    "stock": COUNT,
    "is_presale": FLAG,
}


def check_products(shop: ShopTables, rows: pl.DataFrame, *, has_margin: bool) -> list[Finding]:
    """Findings on the advertised products and their sheet.

    rows: of result_rows; has_margin: whether shop.toml gives a margin for all products
    """
    once = counted_once(rows).filter(pl.col("product_id").is_not_null())
    if once.is_empty():
        return []
    advertised = once.group_by("product_id").agg(
        pl.col("product").drop_nulls().last(),
        pl.col("clicks", "cost", "orders", "presale_orders").sum(),
    )
    sheets = shop.of(PRODUCT_SHEET)
    findings = _presale_zeros(advertised)
    if not sheets:
        return [*findings, finding("PRODUCT_SHEET_MISSING", count=advertised.height)]
    sheet = pl.concat([readable(part, SHEET) for part in sheets]).unique(
        "product_id", keep="first", maintain_order=True
    )
    joined = advertised.join(sheet.drop("product"), on="product_id", how="left").sort(
        "cost", "product_id", descending=[True, False]
    )
    file = sheets[0].file
    return [
        *findings,
        *_unseen_presales(shop, joined),
        *_not_in_sheet(joined, sheet, file),
        *([] if has_margin else _without_margin(joined, sheet, file)),
        *_stock(joined, once, sheet, file),
    ]


def _names(products: pl.DataFrame) -> str:
    return listed(products.select(pl.coalesce("product", "product_id")).to_series())


def _presale_zeros(advertised: pl.DataFrame) -> list[Finding]:
    zeros = advertised.filter(
        pl.col("clicks") > 0, pl.col("orders") == 0, pl.col("presale_orders") > 0
    ).sort("product_id")
    if zeros.is_empty():
        return []
    return [
        finding(
            "PRESALE_ZERO",
            count=zeros.height,
            presale=f"{zeros['presale_orders'].sum():,.0f}",
            example=_names(zeros),
        )
    ]


def _unseen_presales(shop: ShopTables, joined: pl.DataFrame) -> list[Finding]:
    reports = shop.of(KEYWORD_REPORT, HISTORY)
    if any(sheet.has("presale_orders") for sheet in reports):
        return []
    unseen = joined.filter(
        pl.col("is_presale").fill_null(value=False),
        pl.col("clicks") >= EVIDENCE_CLICKS,
        pl.col("orders") == 0,
    )
    if unseen.is_empty():
        return []
    return [
        finding(
            "PRESALE_UNSEEN",
            file=reports[0].file,
            count=unseen.height,
            clicks=f"{unseen['clicks'].sum():,.0f}",
            example=_names(unseen),
        )
    ]


def _not_in_sheet(joined: pl.DataFrame, sheet: pl.DataFrame, file: str) -> list[Finding]:
    missing = joined.join(sheet, on="product_id", how="anti").sort("product_id")
    if missing.is_empty():
        return []
    cost = total(joined["cost"])
    return [
        finding(
            "PRODUCTS_WITHOUT_SHEET",
            file=file,
            count=missing.height,
            share=f"{total(missing['cost']) / cost:.0%}" if cost else "0%",
            example=_names(missing),
        )
    ]


def _without_margin(joined: pl.DataFrame, sheet: pl.DataFrame, file: str) -> list[Finding]:
    missing = joined.join(sheet, on="product_id", how="semi").filter(pl.col("margin").is_null())
    if missing.is_empty():
        return []
    return [finding("MARGIN_MISSING", file=file, count=missing.height, example=_names(missing))]


def _stock(
    joined: pl.DataFrame, once: pl.DataFrame, sheet: pl.DataFrame, file: str
) -> list[Finding]:
    findings = []
    age = (pl.col("date").max() - pl.col("date")).dt.total_days()
    recent = (
        once.filter(age < RECENT_DAYS)
        .group_by("product_id")
        .agg(pl.col("cost").sum().alias("recent_cost"))
    )
    out = (
        joined.filter(pl.col("stock") == 0)
        .join(recent, on="product_id", how="left")
        .filter(pl.col("recent_cost") > 0)
        .sort("product_id")
    )
    if out.height:
        findings.append(
            finding(
                "STOCK_OUT",
                file=file,
                count=out.height,
                cost=f"{out['recent_cost'].sum():,.2f}",
                days=RECENT_DAYS,
                example=_names(out),
            )
        )
    known = joined.join(sheet, on="product_id", how="semi")
    unknown = known.filter(pl.col("stock").is_null(), ~pl.col("is_presale").fill_null(value=False))
    if unknown.height:
        findings.append(
            finding("STOCK_UNKNOWN", file=file, count=unknown.height, example=_names(unknown))
        )
    return findings


def check_bids(shop: ShopTables, platform: Platform) -> list[Finding]:
    """Bids of the operator's sheet that the platform does not take."""
    low, high = platform.bid_minimum_micros / MICROS, platform.bid_maximum_micros / MICROS
    findings = []
    for sheet in shop.of(BID_SHEET):
        if sheet.has("lever"):
            # A target cost or a bid modifier has other limits.
            continue
        bids = readable(sheet, {"bid": MONEY}).filter(
            pl.col("bid") > 0, ~pl.col("bid").is_between(low, high)
        )
        if bids.height:
            findings.append(
                finding(
                    "BID_OUTSIDE_LIMITS",
                    file=sheet.file,
                    column=sheet.headers["bid"],
                    rows=bids["row"],
                    count=bids.height,
                    low=f"{low:g}",
                    high=f"{high:g}",
                    example=listed(bids["bid"]),
                )
            )
    return findings

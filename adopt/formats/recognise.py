"""Which kind of report a table is, from its headers alone; the name of the file means nothing."""

from typing import NamedTuple

from adopt.errors import DataError, Place
from adopt.formats.grid import Grid
from adopt.formats.headers import first_spelling, spellings
from adopt.formats.sheet import Sheet, canonical_names, sheet_of


class Kind(NamedTuple):
    """A kind of table.

    reports: (platform, report) tables that name its columns
    needs: groups of canonical names, one of each group must be there; lacks: none may be there
    """

    name: str
    title: str
    platform: str | None
    reports: tuple[tuple[str, str], ...]
    needs: tuple[tuple[str, ...], ...]
    lacks: tuple[str, ...] = ()


_WORD = ("keyword_id", "keyword", "target_id")
_RESULT = (("impressions",), ("clicks",), ("cost",))

BID_SIMULATIONS = Kind(
    "google_bid_simulations",
    "Google bid simulations",
    "google",
    (("google", "bid_simulations"),),
    (("cpc_bid", "target_cpa", "bid_modifier"), *_RESULT),
)
LANDSCAPE = Kind(
    "landscape",
    "bid landscape",
    None,
    (("canonical", "landscape"),),
    (_WORD, ("bid", "bid_micros"), *_RESULT, ("window_days",)),
)
BID_SHEET = Kind(
    "bid_sheet",
    "sheet of current bids",
    None,
    (("canonical", "bids"), ("taobao", "ztc_legacy")),
    (("keyword_id", "keyword"), ("bid", "bid_micros", "quality_score")),
    ("date", "window_days"),
)
BID_MULTIPLIER_SHEET = Kind(
    "bid_multiplier_sheet",
    "sheet of bid multipliers (时段, 设备, 人群)",
    None,
    (("canonical", "multipliers"),),
    (
        ("campaign_id", "campaign"),
        ("dimension",),
        ("segment",),
        ("multiplier", "discount", "premium"),
    ),
)
KEYWORD_REPORT = Kind(
    "taobao_keyword_report",
    "直通车 / 万相台 keyword report (关键词报表)",
    "taobao",
    (("taobao", "wxt_keyword"), ("taobao", "ztc_legacy")),
    (("keyword_id", "keyword"), *_RESULT),
)
GOOGLE_KEYWORD_REPORT = Kind(
    "google_keyword_report",
    "Google Ads search keyword report",
    "google",
    (("google", "search_keyword_report"),),
    (
        ("keyword",),
        ("campaign", "ad_group"),
        *_RESULT,
        ("orders", "status", "serving_status", "bid", "interactions"),
    ),
)
AMAZON_BULKSHEET = Kind(
    "amazon_bulksheet",
    "Amazon Sponsored Products bulksheet",
    "amazon",
    (("amazon", "sp_bulksheet_2"),),
    (("entity",), ("keyword_id",), ("ad_group_id",), ("bid",)),
)
_CONSOLE = (("amazon", "sp_console_reports"), ("amazon", "reporting_v3_json"))
AMAZON_SEARCH_TERM_REPORT = Kind(
    "amazon_search_term_report",
    "Amazon search term report",
    "amazon",
    _CONSOLE,
    (("search_term",), *_RESULT),
)
AMAZON_TARGETING_REPORT = Kind(
    "amazon_targeting_report",
    "Amazon targeting report",
    "amazon",
    _CONSOLE,
    (("keyword", "target"), ("campaign", "campaign_id"), ("match_type",), *_RESULT),
    ("search_term",),
)
AMAZON_ADVERTISED_REPORT = Kind(
    "amazon_advertised_report",
    "Amazon advertised product report",
    "amazon",
    _CONSOLE,
    (("product_id",), ("campaign", "campaign_id"), *_RESULT),
    ("keyword", "target", "search_term"),
)
AMAZON_TARGETING_TAB = Kind(
    "amazon_targeting_tab",
    "Amazon Targeting tab",
    "amazon",
    (("amazon", "console_targeting_csv"),),
    (("keyword",), ("match_type",), ("status",), ("bid", "suggested_bid_median")),
    ("campaign",),
)
MICROSOFT_BULK = Kind(
    "microsoft_bulk",
    "Microsoft Advertising bulk file",
    "microsoft",
    (("microsoft", "bulk_v6_keyword"),),
    (("record_type",), ("id",), ("parent_id",), ("bid",)),
)
MICROSOFT_KEYWORD_REPORT = Kind(
    "microsoft_keyword_report",
    "Microsoft Advertising keyword performance report",
    "microsoft",
    (("microsoft", "keyword_performance_report"),),
    (("keyword_id", "keyword"), ("campaign", "campaign_id", "ad_group_id", "ad_group"), *_RESULT),
)
JD_KEYWORD_REPORT = Kind(
    "jd_keyword_report",
    "JD 京东快车 keyword report",
    "jd",
    (("jd", "kuaiche"),),
    (("keyword",), ("orders", "orders_direct"), *_RESULT),
)
PDD_PROMOTION_REPORT = Kind(
    "pdd_promotion_report",
    "Pinduoduo promotion report (多多搜索)",
    "pdd",
    (("pdd", "promo"),),
    (
        ("product_id", "campaign"),
        ("cost",),
        ("revenue", "orders_net"),
        ("impressions",),
        ("clicks",),
    ),
)
CROWD_REPORT = Kind(
    "taobao_crowd_report",
    "万相台 crowd report (人群报表)",
    "taobao",
    (("taobao", "wxt_crowd"), ("taobao", "wxt_keyword")),
    (("crowd",), *_RESULT),
    ("keyword", "keyword_id"),
)
ITEM_REPORT = Kind(
    "taobao_item_report",
    "万相台 product report (商品报表/主体报表)",
    "taobao",
    (("taobao", "wxt_keyword"),),
    (("product_id",), *_RESULT),
    ("keyword", "keyword_id"),
)
HISTORY = Kind(
    "history",
    "history in adopt's own columns",
    None,
    (("canonical", "history"),),
    (_WORD, *_RESULT),
)
PRODUCT_REPORT = Kind(
    "taobao_product_report",
    "生意参谋 product report (商品排行)",
    "taobao",
    (("taobao", "sycm_item"),),
    (("product_id",), ("visitors", "buyers", "units", "revenue")),
)
PRODUCT_SHEET = Kind(
    "product_sheet",
    "product sheet",
    None,
    (("canonical", "products"),),
    (("product_id",), ("category", "price", "margin", "refund_rate", "stock", "is_presale", "dsr")),
)
KINDS = (
    BID_SIMULATIONS,
    LANDSCAPE,
    AMAZON_BULKSHEET,
    MICROSOFT_BULK,
    AMAZON_SEARCH_TERM_REPORT,
    AMAZON_TARGETING_REPORT,
    AMAZON_ADVERTISED_REPORT,
    AMAZON_TARGETING_TAB,
    GOOGLE_KEYWORD_REPORT,
    MICROSOFT_KEYWORD_REPORT,
    JD_KEYWORD_REPORT,
    BID_SHEET,
    BID_MULTIPLIER_SHEET,
    KEYWORD_REPORT,
    HISTORY,
    PDD_PROMOTION_REPORT,
    CROWD_REPORT,
    ITEM_REPORT,
    PRODUCT_REPORT,
    PRODUCT_SHEET,
)
"""In the order they are tried."""

WITH_STATE = (
    GOOGLE_KEYWORD_REPORT,
    AMAZON_BULKSHEET,
    AMAZON_TARGETING_REPORT,
    AMAZON_TARGETING_TAB,
    MICROSOFT_BULK,
    MICROSOFT_KEYWORD_REPORT,
    JD_KEYWORD_REPORT,
    PDD_PROMOTION_REPORT,
)
"""Kinds that tell results and what is in force in one table."""


def recognise(grid: Grid) -> tuple[Kind, Sheet]:
    """The kind of a table and its columns under canonical names.

    Raises DataError naming the headers found, and what the nearest kind lacks.
    """
    nearest: tuple[int, Kind, list[str]] | None = None
    for kind in KINDS:
        known = spellings(kind.reports)
        found = set(canonical_names(grid.header, known))
        missing = [group for group in kind.needs if not found.intersection(group)]
        if not missing and not found.intersection(kind.lacks):
            return kind, sheet_of(grid, known)
        if missing and found and (nearest is None or len(found) > nearest[0]):
            words = [
                " / ".join(dict.fromkeys(first_spelling(n, kind.reports) for n in g))
                for g in missing
            ]
            nearest = (len(found), kind, words)
    raise _unknown(grid, nearest)


def recognised(grids: list[Grid]) -> list[tuple[Kind, Sheet]]:
    """Kind and columns of each table of one file; a workbook's other sheets are let be beside a known one.

    Raises DataError where no table is known, as recognise does.
    """
    known, fault = [], None
    for grid in grids:
        try:
            known.append(recognise(grid))
        except DataError as error:
            fault = fault or error
    if fault is not None and not known:
        raise fault
    return known


def _unknown(grid: Grid, nearest: tuple[int, Kind, list[str]] | None) -> DataError:
    headers = ", ".join(header.strip() for header in grid.header if header.strip())
    near = f" A {nearest[1].title} would need {', '.join(nearest[2])}." if nearest else ""
    kinds = ", ".join(kind.title for kind in KINDS)
    return DataError(
        f"is no report that can be read; its headers are: {headers[:300]}.{near}",
        place=Place(grid.file),
        remedy=f"Readable are: {kinds}. Move other tables out of the folder.",
    )

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
    BID_SHEET,
    BID_MULTIPLIER_SHEET,
    KEYWORD_REPORT,
    HISTORY,
    PRODUCT_REPORT,
    PRODUCT_SHEET,
)
"""In the order they are tried."""


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


def _unknown(grid: Grid, nearest: tuple[int, Kind, list[str]] | None) -> DataError:
    headers = ", ".join(header.strip() for header in grid.header if header.strip())
    near = f" A {nearest[1].title} would need {', '.join(nearest[2])}." if nearest else ""
    kinds = ", ".join(kind.title for kind in KINDS)
    return DataError(
        f"is no report that can be read; its headers are: {headers[:300]}.{near}",
        place=Place(grid.file),
        remedy=f"Readable are: {kinds}. Move other tables out of the folder.",
    )

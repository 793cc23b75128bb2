"""Look a shop's files over before anything is decided from them: what is wrong, where, and what to do.

Reads like the order in which an operator would look: files, cells, mixtures, repeats, counts, days,
products; then what ``recommend`` itself would say.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from adopt.config import Settings, event_calendar
from adopt.errors import DataError
from adopt.formats.checks.code import SEVERITIES, Severity
from adopt.formats.checks.counts import check_counts
from adopt.formats.checks.damaged_cells import check_cells
from adopt.formats.checks.days import check_days
from adopt.formats.checks.files import ShopTables, read_tables
from adopt.formats.checks.finding import Finding, finding, refusal
from adopt.formats.checks.mixtures import check_currencies, check_totals, check_windows
from adopt.formats.checks.products import check_bids, check_products
from adopt.formats.checks.ratios import check_ratios
from adopt.formats.checks.repeats import check_copies, check_repeats
from adopt.formats.checks.result_rows import result_rows
from adopt.formats.checks.unreadable_cells import check_readable
from adopt.formats.shop import read_shop
from adopt.formats.shop_data import Notice, ShopData
from adopt.plan.goal import exhausted_budgets
from adopt.platforms import PLATFORMS, Platform


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found, the worst first; files: every table that was looked at."""

    files: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> dict[Severity, int]:
        """How many findings of each severity."""
        counts = Counter(found.severity for found in self.findings)
        return {severity: counts[severity] for severity in SEVERITIES}

    @property
    def is_blocked(self) -> bool:
        """Whether an estimate from these files would be wrong."""
        return self.counts["error"] > 0


def examine(
    path: Path, settings: Settings, *, products: Path | None = None, today: date | None = None
) -> Diagnosis:
    """Every finding on a file or folder of exports.

    products: a product sheet besides; today: the day to judge dates by, by default this one
    Raises InputError when a path cannot be used.
    """
    shop = read_tables(path, products)
    rows = result_rows(shop)
    platform = _platform(shop, settings)
    findings = [
        *shop.findings,
        *(found for table in shop.tables for found in check_cells(table.sheet)),
        *(found for table in shop.tables for found in check_readable(table)),
        *(found for table in shop.tables for found in check_ratios(table.sheet)),
        *check_totals(shop),
        *check_currencies(shop, settings.shop.currency),
        *check_windows(shop),
        *check_repeats(rows),
        *check_copies(rows),
        *check_counts(rows, platform),
        *check_days(
            rows,
            platform,
            event_calendar(settings, platform),
            today or datetime.now(tz=UTC).astimezone().date(),
        ),
        *check_products(shop, rows, has_margin=settings.value.margin is not None),
        *check_bids(shop, platform),
    ]
    data, refused = _read(path, settings, products)
    findings += _not_told_yet([*shop.refusals, *refused], findings)
    if data is not None:
        findings += _of_recommend(data)
    order = {severity: at for at, severity in enumerate(SEVERITIES)}
    return Diagnosis(shop.files, tuple(sorted(findings, key=lambda found: order[found.severity])))


def _platform(shop: ShopTables, settings: Settings) -> Platform:
    """The platform of shop.toml, else of the first file that tells it, else Taobao."""
    told = next((table.kind.platform for table in shop.tables if table.kind.platform), "taobao")
    return PLATFORMS[settings.shop.platform or told]


def _read(
    path: Path, settings: Settings, products: Path | None
) -> tuple[ShopData | None, list[DataError]]:
    """The shop as ``recommend`` reads it, or what stops it."""
    try:
        return read_shop(path, settings, products=products), []
    except DataError as error:
        return None, [error]


def _not_told_yet(refusals: Iterable[DataError], findings: list[Finding]) -> list[Finding]:
    """Refusals of the readers, each once, that no finding of an error explains."""
    errors = [found for found in findings if found.severity == "error"]
    distinct = {str(error): error for error in refusals}.values()
    return [
        refusal("REFUSED", error)
        for error in distinct
        if not any(_explains(found, error) for found in errors)
    ]


_CONTRADICTIONS = frozenset({"ROWS_CONTRADICT", "EXPORTS_CONTRADICT", "CURRENCY_MIXED"})


def _explains(found: Finding, error: DataError) -> bool:
    """Whether a finding tells what a reader refused: the same place, or rows that contradict."""
    if found.code in {"FILE_UNREADABLE", "REPORT_UNKNOWN", "REPORT_EMPTY"}:
        return error.place is not None and found.file == error.place.file
    if found.code == "CURRENCY_MISMATCH" or found.code in _CONTRADICTIONS:
        return error.place is None
    if found.code == "ATTRIBUTION_MIXED" and found.file is None:
        return error.place is None
    if error.place is None or found.file != error.place.file:
        return False
    return found.column is not None and found.column == error.place.column


def _of_recommend(data: ShopData) -> list[Finding]:
    """What recommend would tell of the files, and campaigns whose days end early."""
    empty = data.history.is_empty() and data.landscape_points.is_empty()
    dry = [
        finding("BUDGET_EXHAUSTED", words_en=notice.en, words_zh=notice.zh)
        for notice in exhausted_budgets(data.history, data.targets)
    ]
    files = [source.file for source in data.sources]
    passed_on = [
        _passed_on(notice, files) for notice in data.notices if notice.code not in _COUNTED_BEFORE
    ]
    return [*([finding("NO_RESULTS")] if empty else []), *dry, *passed_on]


_WARNINGS = frozenset(
    {
        "BLANK_RESULTS",
        "IDS_MISSING",
        "LANDSCAPE_WINDOW_ASSUMED",
        "LANDSCAPE_WITHOUT_VALUE",
        "PLATFORM_ASSUMED",
        "SCENE_UNKNOWN",
    }
)
"""Notices of the readers that may move an estimate; the others are good to know."""

_COUNTED_BEFORE = frozenset({"REPEATED_ROWS", "REPEATED_EXPORTS"})
"""Notices that a check tells with more detail."""


def _passed_on(notice: Notice, files: list[str]) -> Finding:
    """A notice of the readers, under its own code."""
    file = next((name for name in files if notice.en.startswith(f"{name}: ")), None)
    en, zh = notice.en, notice.zh
    if file is not None:
        en, zh = en.removeprefix(f"{file}: "), zh.removeprefix(f"{file}:")
    severity: Severity = "warning" if notice.code in _WARNINGS else "note"
    return Finding(notice.code, severity, file, None, 0, (), en, zh, "", "")

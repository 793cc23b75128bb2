"""Cells that a spreadsheet has damaged: rounded ids, ####, #REF!, and keywords that became dates."""

import math

import polars as pl

from adopt.formats.checks.finding import Finding, finding
from adopt.formats.checks.ratios import RATIOS
from adopt.formats.sheet import Sheet

ID_COLUMNS = ("campaign_id", "ad_group_id", "product_id", "keyword_id", "parent_product_id")
_SCIENTIFIC = r"^\d+(?:\.\d+)?[eE]\+?\d+$"
HASHES = r"^#{2,}$"
FORMULA_ERRORS = r"^#(?:REF!|NAME\?|VALUE!|DIV/0!|N/A|NUM!|NULL!)$"
_DATES = r"^(?:\d{1,2}月\d{1,2}日|\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}-(?:[A-Z][a-z]{2}))$"
_PRINTED_ONLY = frozenset(ratio.name for ratio in RATIOS)
"""Columns that are checked and not used."""
_ROUNDED = r"^(?:\d{15}0+|\d{6,11}0{4,})$"
"""More than 15 digits with zeros after the 15th, or four zeros and more at the end of 10 to 15."""

KEPT_DIGITS = 15
CHANCE = 1e-3
"""So seldom chance alone may give so many ids with such ends."""


def check_cells(sheet: Sheet) -> list[Finding]:
    """Damaged cells of one sheet, by column."""
    findings = []
    for name in sheet.headers:
        findings += _found(sheet, name, HASHES, "CELL_HASHES")
        findings += _found(sheet, name, FORMULA_ERRORS, "CELL_FORMULA_ERROR")
        if name in ID_COLUMNS:
            findings += _damaged_ids(sheet, name)
    if sheet.has("keyword"):
        findings += _found(sheet, "keyword", _DATES, "KEYWORD_AS_DATE")
    return [*findings, *_ids_with_several_names(sheet)]


def _found(sheet: Sheet, name: str, pattern: str, code: str) -> list[Finding]:
    """Cells of one column that match a pattern; where the column is not used, they only warn."""
    cells = sheet.frame.select("row", cell=name).filter(pl.col("cell").str.contains(pattern))
    if cells.is_empty():
        return []
    return [
        finding(
            code,
            file=sheet.file,
            column=sheet.headers[name],
            rows=cells["row"],
            severity="warning" if name in _PRINTED_ONLY else None,
            cell=cells["cell"][0],
        )
    ]


def _damaged_ids(sheet: Sheet, name: str) -> list[Finding]:
    bare = sheet.frame.select(
        "row",
        id=pl.col(name).str.replace(r'^="(.*)"$', "$1").str.replace(r"^(\d+)\.0+$", "$1"),
    ).drop_nulls()
    column = sheet.headers[name]
    findings = []
    scientific = bare.filter(pl.col("id").str.contains(_SCIENTIFIC))
    if scientific.height:
        findings.append(
            finding(
                "ID_SCIENTIFIC",
                file=sheet.file,
                column=column,
                rows=scientific["row"],
                example=scientific["id"][0],
            )
        )
    rounded = bare.filter(pl.col("id").str.contains(_ROUNDED))
    distinct, suspicious = bare["id"].unique(), rounded["id"].unique()
    if rounded.height and _chance(distinct, suspicious) < CHANCE:
        findings.append(
            finding(
                "ID_ROUNDED",
                file=sheet.file,
                column=column,
                rows=rounded["row"],
                count=suspicious.len(),
                distinct=distinct.len(),
                example=rounded["id"][0],
            )
        )
    return findings


def _chance(distinct: pl.Series, rounded: pl.Series) -> float:
    """Bound on the chance that so many of the ids end in zeros, their last digits being random."""
    digits = distinct.str.len_chars().cast(pl.Int64)
    beyond = digits.filter(digits > KEPT_DIGITS) - KEPT_DIGITS
    expected = math.fsum(10.0**-k for k in beyond.to_list())
    zeros = rounded.filter(rounded.str.len_chars() <= KEPT_DIGITS).str.extract("(0+)$")
    fewest = zeros.str.len_chars().min()
    if isinstance(fewest, int):
        expected += 10.0**-fewest * int(digits.is_between(10, KEPT_DIGITS).sum())
    count = rounded.len()
    if count <= expected:
        return 1.0
    return math.exp(count * math.log(expected) - math.lgamma(count + 1))


def _ids_with_several_names(sheet: Sheet) -> list[Finding]:
    """Keyword ids with more than one text; of one damaged by a spreadsheet, its own code tells."""
    if not sheet.has("keyword_id", "keyword"):
        return []
    plain = sheet.frame.filter(~pl.col("keyword_id").str.contains(_SCIENTIFIC))
    several = (
        plain.group_by("keyword_id")
        .agg(pl.col("keyword").drop_nulls().unique().sort())
        .filter(pl.col("keyword").list.len() > 1)
        .sort("keyword_id")
    )
    if several.is_empty():
        return []
    first = several.row(0, named=True)
    return [
        finding(
            "ID_WITH_SEVERAL_NAMES",
            file=sheet.file,
            column=sheet.headers["keyword_id"],
            rows=plain.filter(pl.col("keyword_id").is_in(several["keyword_id"].to_list()))["row"],
            count=several.height,
            example=f"{first['keyword_id']} ({' / '.join(first['keyword'][:2])})",
        )
    ]

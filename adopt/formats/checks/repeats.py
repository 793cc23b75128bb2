"""The same keyword and day twice: within a file, or in exports that overlap."""

from typing import Any

import polars as pl

from adopt.formats.checks.finding import Finding, finding
from adopt.formats.checks.result_rows import DIRECT, PRESALE
from adopt.formats.export_days import with_last_days
from adopt.formats.repeated_exports import KEY, consecutive_looks, contradicts, differs
from adopt.formats.result_rows import RESULTS
from adopt.tables import total

COMPARED = (*RESULTS, *PRESALE, *DIRECT)
_LOOKS = ("date", "keyword", "impressions", "clicks", "cost")
MOST = 0.5
"""From this share of a file's rows on, rows that look the same are no chance."""


def check_repeats(rows: pl.DataFrame) -> list[Finding]:
    """Rows of one target and day: twice in a file, or in exports that agree, have grown or contradict.

    rows: of result_rows
    """
    known = rows.filter(pl.col("date").is_not_null(), ~pl.col("target_id").str.ends_with("/-"))
    repeated = with_last_days(known).filter(pl.struct(KEY).is_duplicated())
    if repeated.is_empty():
        return []
    repeated = repeated.with_columns(pl.col(*RESULTS).fill_null(0.0))
    return [*_within_files(repeated), *_between_files(repeated)]


def _within_files(rows: pl.DataFrame) -> list[Finding]:
    """Rows beside the first of their target and day in the same file."""
    key = [*KEY, "file"]
    before = pl.exclude(*key).first().over(key).name.suffix("_before")
    pairs = rows.with_columns(before).filter(pl.col("row") != pl.col("row_before"))
    wrong = [differs(name).alias(name) for name in RESULTS]
    findings = []
    for is_same, group, numbers in _groups(pairs, ["file"], wrong):
        code = "ROWS_REPEATED" if is_same else "ROWS_CONTRADICT"
        findings.append(
            finding(
                code,
                rows=group["row"],
                row=group["row"][0],
                other=group["row_before"][0],
                **numbers,
            )
        )
    return findings


def _between_files(rows: pl.DataFrame) -> list[Finding]:
    """Rows of an export beside those of the one before it, each file's first of its target and day."""
    of_file = rows.unique([*KEY, "file"], keep="first", maintain_order=True)
    pairs = consecutive_looks(of_file, COMPARED)
    agree = ~pl.any_horizontal(differs(name) for name in COMPARED)
    findings = []
    for is_fine, group, numbers in _groups(pairs, ["file", "file_before"], _CONTRADICTS):
        other, grown = group["file_before"][0], group.filter(~agree)
        if not is_fine:
            found = finding("EXPORTS_CONTRADICT", rows=group["row"], other=other, **numbers)
        elif grown.is_empty():
            found = finding("EXPORTS_OVERLAP", rows=group["row"], other=other, **numbers)
        else:
            orders = _figure(total(grown["orders"]) - total(grown["orders_before"]))
            found = finding(
                "EXPORTS_GROWN",
                file=numbers["file"],
                rows=grown["row"],
                other=other,
                orders=orders,
            )
        findings.append(found)
    return findings


_CONTRADICTS = [contradicts(name) for name in COMPARED]


def _groups(
    pairs: pl.DataFrame, by: list[str], wrong: list[pl.Expr]
) -> list[tuple[bool, pl.DataFrame, dict[str, Any]]]:
    """Pairs by their files and by whether nothing is wrong, each with the words of its first row."""
    judged = pairs.with_columns(is_fine=~pl.any_horizontal(wrong))
    groups = []
    for group in judged.partition_by(*by, "is_fine", maintain_order=True):
        found = group.row(0, named=True)
        broken = group.head(1).select(wrong).row(0, named=True)
        column = next((name for name, is_wrong in broken.items() if is_wrong), None)
        numbers = {
            "file": found["file"],
            "column": column,
            "key": f"{found['keyword'] or found['keyword_id']} {found['date']}",
            "here": _figure(found[column]) if column else "",
            "there": _figure(found[f"{column}_before"]) if column else "",
        }
        groups.append((bool(found["is_fine"]), group, numbers))
    return groups


def check_copies(rows: pl.DataFrame) -> list[Finding]:
    """Files that are a copy of another under other ids: one saved by a spreadsheet, or without ids.

    rows: of result_rows
    """
    clicked = rows.filter(pl.col("clicks") > 0, pl.col("date").is_not_null())
    looks = clicked.select("file", "target_id", "row", *_LOOKS)
    pairs = (
        looks.join(looks, on=list(_LOOKS), suffix="_other")
        .filter(pl.col("file_other") < pl.col("file"))
        .filter(pl.col("target_id") != pl.col("target_id_other"))
        .unique(["file", "row", "file_other"], keep="first", maintain_order=True)
        .sort("file", "file_other", "row")
    )
    findings = []
    for group in pairs.partition_by("file", "file_other", maintain_order=True):
        file, other = group["file"][0], group["file_other"][0]
        fewest = min(clicked.filter(pl.col("file") == name).height for name in (file, other))
        share = group.height / fewest
        if share >= MOST and group.height > 1:
            findings.append(
                finding(
                    "EXPORTS_COPIED",
                    file=file,
                    rows=group["row"],
                    other=other,
                    share=f"{min(share, 1.0):.0%}",
                    key=f"{group['keyword'][0]} {group['date'][0]}",
                )
            )
    return findings


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:,.10g}"

"""The same keyword and day twice: within a file, or in exports that overlap."""

import polars as pl

from adopt.formats.checks.finding import Finding, finding
from adopt.formats.result_rows import RESULTS

_KEY = ("target_id", "date")
_LOOKS = ("date", "keyword", "impressions", "clicks", "cost")
MOST = 0.5
"""From this share of a file's rows on, rows that look the same are no chance."""


def check_repeats(rows: pl.DataFrame) -> list[Finding]:
    """Rows of one target and day, told by whether they agree and whether they are in one file.

    rows: of result_rows
    """
    known = rows.filter(pl.col("date").is_not_null(), ~pl.col("target_id").str.ends_with("/-"))
    repeated = known.filter(pl.struct(_KEY).is_duplicated()).with_row_index("at")
    if repeated.is_empty():
        return []
    first = repeated.unique(list(_KEY), keep="first", maintain_order=True)
    pairs = repeated.join(
        first.select(*_KEY, pl.exclude(*_KEY).name.suffix("_first")), on=list(_KEY), how="left"
    ).filter(pl.col("at") != pl.col("at_first"))
    same = pl.all_horizontal(
        pl.col(name).fill_null(0.0) == pl.col(f"{name}_first").fill_null(0.0) for name in RESULTS
    )
    findings = []
    groups = (
        pairs.with_columns(same=same)
        .sort("at")
        .partition_by("file", "file_first", "same", maintain_order=True)
    )
    for group in groups:
        found = group.row(0, named=True)
        column = next((n for n in RESULTS if (found[n] or 0) != (found[f"{n}_first"] or 0)), None)
        is_within = found["file"] == found["file_first"]
        findings.append(
            finding(
                _code(is_within=is_within, is_same=found["same"]),
                file=found["file"],
                column=None if found["same"] else column,
                rows=group["row"],
                row=found["row"],
                other=found["row_first"] if is_within else found["file_first"],
                key=f"{found['keyword'] or found['keyword_id']} {found['date']}",
                here=_figure(found[column]) if column else "",
                there=_figure(found[f"{column}_first"]) if column else "",
            )
        )
    return findings


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


def _code(*, is_within: bool, is_same: bool) -> str:
    if is_within:
        return "ROWS_REPEATED" if is_same else "ROWS_CONTRADICT"
    return "EXPORTS_OVERLAP" if is_same else "EXPORTS_CONTRADICT"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:,.10g}"

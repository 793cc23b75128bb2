"""The findings of ``doctor`` as a table by severity, or as JSON."""

import json
from dataclasses import asdict

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from adopt.cli.printing import WIDTH
from adopt.formats.checks.finding import Finding
from adopt.plan.doctor import Diagnosis

PLACE_WIDTH = 36
STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan"}
WORDS = {
    "en": {
        "error": "error",
        "warning": "warning",
        "note": "note",
        "place": "code and place",
        "found": "what, and what to do",
        "rows": "rows: {count} ({first})",
        "column": "column {column}",
        "clean": "Files: {files}. Nothing found.",
        "blocked": "Blocked: an estimate from these files would be wrong. Correct the errors first.",
        "passed": "Nothing blocks: adopt recommend can read these files.",
        "summary": "Files: {files}. Errors: {error}, warnings: {warning}, notes: {note}.",
    },
    "zh": {
        "error": "错误",
        "warning": "警告",
        "note": "提示",
        "place": "代码与位置",
        "found": "问题与处理",
        "rows": "{count} 行:{first}",
        "column": "列 {column}",
        "clean": "{files} 个文件:没有发现问题。",
        "blocked": "不能用:用这些文件估计会出错,请先处理错误。",
        "passed": "没有阻断性问题:adopt recommend 可以读取这些文件。",
        "summary": "{files} 个文件:{error} 个错误,{warning} 个警告,{note} 个提示。",
    },
}


def print_diagnosis(diagnosis: Diagnosis, *, lang: str, as_json: bool) -> None:
    """Print every finding, the worst first, and whether the data is blocked."""
    if as_json:
        print(json.dumps(as_record(diagnosis), ensure_ascii=False, indent=2))
        return
    words = WORDS[lang]
    console = Console(width=None if Console().is_terminal else max(WIDTH, Console().width))
    if diagnosis.findings:
        console.print(_table(diagnosis, lang))
        counts = {key: str(count) for key, count in diagnosis.counts.items()}
        console.print(words["summary"].format(files=len(diagnosis.files), **counts))
    else:
        console.print(words["clean"].format(files=len(diagnosis.files)))
    verdict = "blocked" if diagnosis.is_blocked else "passed"
    console.print(words[verdict], style="bold red" if diagnosis.is_blocked else "green")


def as_record(diagnosis: Diagnosis) -> dict[str, object]:
    """The diagnosis for machines: blocked, counts, files, findings."""
    return {
        "blocked": diagnosis.is_blocked,
        "counts": diagnosis.counts,
        "files": list(diagnosis.files),
        "findings": [asdict(found) for found in diagnosis.findings],
    }


def _table(diagnosis: Diagnosis, lang: str) -> Table:
    words = WORDS[lang]
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column(words["place"], overflow="fold", max_width=PLACE_WIDTH)
    table.add_column(words["found"], ratio=1, overflow="fold")
    for found in diagnosis.findings:
        place = Text(found.code, style="bold")
        place.append(_place(found, lang), style="not bold dim")
        table.add_row(
            Text(words[found.severity], style=STYLES[found.severity]),
            place,
            _sentence(found, lang),
        )
    return table


def _place(found: Finding, lang: str) -> str:
    """Lines with file, column and first rows, as far as a finding has them."""
    words = WORDS[lang]
    parts = [found.file] if found.file else []
    if found.column:
        parts.append(words["column"].format(column=found.column))
    if found.rows:
        first = ", ".join(str(row) for row in found.first_rows)
        more = ", …" if found.rows > len(found.first_rows) else ""
        parts.append(words["rows"].format(count=f"{found.rows:,}", first=first + more))
    return "".join(f"\n{part}" for part in parts)


def _sentence(found: Finding, lang: str) -> Text:
    said, remedy = (found.en, found.remedy_en) if lang == "en" else (found.zh, found.remedy_zh)
    text = Text(said[:1].upper() + said[1:])
    if remedy:
        text.append(f"\n→ {remedy}", style="dim")
    return text

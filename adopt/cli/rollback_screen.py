"""What a rollback takes back and what it leaves alone, on one screen."""

from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

SHOWN = 10
ENGLISH = {
    "headline": "{shop}: {back} of {changes} changes of {run} can be taken back",
    "back": "{count} stand as the run set them: in rollback/",
    "already": "{count} are as before the run: nothing to do",
    "changed": "{count} were changed by hand since: left alone",
    "missing": "{count} are not in the new export: left alone",
    "unknown": "{count} have a bid or a state that the files do not tell: left alone",
    "left_out": "{count} stand in rollback/bids.csv and pause.csv alone, as {file} cannot carry them.",
    "fixed": "{count} had no bid of their own: the ad group's default of the day of the run becomes theirs.",
    "keyword": "keyword",
    "old": "old bid",
    "recommended": "recommended",
    "present": "bid today",
    "reason": "why it is left alone",
    "off": "pause",
    "more": "and {count} more: see skipped.csv",
    "nothing": "Nothing is taken back.",
    "written": "Written to {path}: {files}, skipped.csv, summary.json",
}
CHINESE = {
    "headline": "{shop}:{run}的{changes}处变动中,{back}处可以撤回",
    "back": "{count}处仍是建议的状态:写入rollback/",
    "already": "{count}处已与原来一样:无需操作",
    "changed": "{count}处之后被人工改过:保持不动",
    "missing": "{count}处不在新导出的文件里:保持不动",
    "unknown": "{count}处的出价或状态文件没有说明:保持不动",
    "left_out": "{count}处只在rollback/bids.csv和pause.csv里,{file}写不下。",
    "fixed": "{count}个词原来没有单独出价:运行当天的单元默认出价成为它们的出价。",
    "keyword": "关键词",
    "old": "原出价",
    "recommended": "建议出价",
    "present": "今天出价",
    "reason": "不动的原因",
    "off": "暂停",
    "more": "另有{count}处,见skipped.csv",
    "nothing": "没有可撤回的。",
    "written": "已写入{path}:{files}、skipped.csv、summary.json",
}
WORDS = {"en": ENGLISH, "zh": CHINESE}


def print_rollback(summary: dict[str, Any], folder: Path, *, lang: str) -> None:
    """Print the counts, the first of what is left alone, and where the files are."""
    words, counts = WORDS[lang], summary["counts"]
    console = Console()
    console.print(
        Text(
            words["headline"].format(
                shop=summary["shop_id"],
                run=Path(summary["run"]).resolve().name,
                back=counts["back"],
                changes=summary["changes"],
            ),
            style="bold",
        )
    )
    for verdict, count in counts.items():
        if count:
            console.print(Text("  " + words[verdict].format(count=count)))
    if not counts["back"]:
        console.print(Text(words["nothing"], style="yellow"))
    for file, count in summary["left_out"].items():
        if count:
            console.print(Text(words["left_out"].format(count=count, file=file), style="yellow"))
    if summary["defaults_fixed"]:
        fixed = words["fixed"].format(count=summary["defaults_fixed"])
        console.print(Text(fixed, style="yellow"))
    if summary["skipped"]:
        _print_skipped(console, summary["skipped"], lang, words)
    separator = ", " if lang == "en" else "、"
    files = separator.join(summary["files"])
    console.print(Text(words["written"].format(path=folder, files=files), style="green"))


def _print_skipped(
    console: Console, skipped: list[dict[str, Any]], lang: str, words: dict[str, str]
) -> None:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column(words["keyword"])
    for name in ("old", "recommended", "present"):
        table.add_column(words[name], justify="right")
    table.add_column(words["reason"])
    for row in skipped[:SHOWN]:
        is_off = row["recommended_bid"] == "0.00"
        table.add_row(
            Text(row["keyword"] or row["keyword_id"] or row["target_id"]),
            row["old_bid"] or "–",
            words["off"] if is_off else row["recommended_bid"],
            row["present_bid"] or "–",
            row[f"reason_{lang}"],
        )
    console.print(table)
    if len(skipped) > SHOWN:
        console.print(words["more"].format(count=len(skipped) - SHOWN))

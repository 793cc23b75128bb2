"""Three families of hostile files, each made from a seed: raw bytes, headers, cells."""

import io
import random
import zipfile
from functools import cache
from importlib import resources
from typing import NamedTuple

import polars as pl
import xlsxwriter

from adopt.formats.headers import header_table
from sims import platform_exports

FAMILIES = ("bytes", "headers", "cells")

_PIECES = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b'""', b"\n", b"\r\n", b"\r", b",", b"\t", b";", b",,,,,", b"\\N",
    b"1e999", b"NaN", b"-inf", b"\xe5\x90\x88\xe8\xae\xa1", b"Total: ", b"=1+1", b"<html>", b'{"a":[', b"\x1f\x8b", b"PK",
    b"\xa3\xac", b"\x81\x30\x81\x30", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"9" * 40, b"A" * 300, b"\x1a", b"\xc2\xa0",
)  # fmt: skip

_DIGITS = (
    *"0123456789",
    *"0123456789",
    *"٠٣۹",
    *"０１９",
    "²",
    "⁵",
    "①",
    "Ⅷ",
    "½",
    "𝟗",
    "〇",
    "三",
)
_MARKS = (
    ",", ".", ",", ".", "-", "+", "%", "％", "e", "E", " ", "\u00a0", "\u2009", "'", "’", "_", "¥", "$", "€", "￥", "元", "万",
    "亿", "\n", "\t", '"', "=", "(", ")", "/", "、", "，", "．", "−", "\u200b", "\ufeff", "x", "d", "f", "rs.", "USD", "~", "#",
)  # fmt: skip
_WORDS = (
    "NaN", "inf", "-Infinity", "1e308", "1e309", "1e-400", "0x1F", "1_000", "1.234,56", "1 234", "1'234", "12,34,567",
    "1,23", "0,123", "1,234", "1,234.5", "-1", "--1", "+-5", "-+5", "(5)", "5-", "5%", "5％", "5%元", "1,5%", "1万", "1.5亿元",
    "¥ 1,234.50", "-¥5", "¥-5", "rs.5", "1e3", "1E+05", "1e٣", "5²", "12⁵", "½", "=1+1", '="123"', "'123", "9" * 30,
    "0.1" + "0" * 30 + "1", "99999999999999.999999", "9223372036854.775808", "0.0000001", "1e-7", "1.0000001e-6", "1e-13", "12500e-4", "1.5e2", ".5", "5.", ".", "1.2.3",
    "6.12346E+18", "True", "null", "2026-01-18", "46040", "1,234,567.89", "1,,234", ",123", "1,234,", "0001", "1.0000000",
)  # fmt: skip


class Case(NamedTuple):
    """One file."""

    name: str
    data: bytes


@cache
def samples() -> tuple[Case, ...]:
    """Files as a shop has them: the demo shop's, and the same in other encodings and formats."""
    folder = resources.files("adopt") / "data" / "demo_shop"
    found = []
    for name in ("bids.csv", "keyword_report_20260927.csv", "products.csv"):
        data = (folder / name).read_bytes()
        text = data.decode("gb18030" if "report" in name else "utf-8-sig")
        head = "\n".join(text.replace("\r", "").split("\n")[:40]) + "\n"
        found += [
            Case(name, head.encode("gb18030")),
            Case(name, head.encode()),
            Case(name, b"\xef\xbb\xbf" + head.replace("\n", "\r\n").encode()),
            Case(name, head.replace(",", "\t").encode("utf-16")),
            Case(name, _workbook([line.split(",") for line in head.splitlines()])),
        ]
    frame = pl.DataFrame({"keyword_id": ["1", "2"], "keyword": ["a", "b"], "bid": [1.5, None]})
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    report = (folder / "product_report_20260927.xlsx").read_bytes()
    found += [Case(name, data) for name, data in platform_exports.FILES.items()]
    return (*found, Case("bids.parquet", buffer.getvalue()), Case("product_report.xlsx", report))


def _workbook(rows: list[list[str]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def hostile_file(family: str, seed: int) -> Case:
    """The file of a family (``bytes``, ``headers`` or ``cells``) that a seed makes."""
    rng = random.Random(f"{family} {seed}")
    return {"bytes": _bytes, "headers": _headers, "cells": _cells}[family](rng)


def _bytes(rng: random.Random) -> Case:
    """A real export with some bytes changed, cut, doubled or put in; of a workbook also inside its archive."""
    if rng.random() < 0.05:
        return Case("noise.csv", rng.randbytes(rng.randint(0, 400)))
    case = rng.choice(samples())
    if case.data.startswith(b"PK") and rng.random() < 0.8:
        return Case(case.name, _changed_archive(case.data, rng))
    return Case(case.name, _changed(case.data, rng))


def _changed(data: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 1, 1, 2, 4, 10))):
        at = rng.randint(0, len(data))
        to = min(len(data), at + rng.choice((0, 1, 1, 4, 60, 2000)))
        put = rng.choice((b"", rng.choice(_PIECES), rng.randbytes(1), data[at:to] * 2))
        data = data[:at] + put + data[to:]
    return data


def _changed_archive(data: bytes, rng: random.Random) -> bytes:
    old = zipfile.ZipFile(io.BytesIO(data))
    parts = {name: old.read(name) for name in old.namelist()}
    name = rng.choice([name for name in parts if name.startswith("xl/")])
    parts[name] = _changed(parts[name], rng)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for path, content in parts.items():
            if rng.random() > 0.01:
                new.writestr(path, content)
    return buffer.getvalue()


def _headers(rng: random.Random) -> Case:
    """A small table under permuted, doubled, localised, misspelt, invented or very many headers."""
    table = list(header_table(rng.choice(("taobao", "google", "canonical"))))
    report = rng.choice([header.report for header in table])
    names = [rng.choice(h.spellings) for h in table if h.report == report]
    rng.shuffle(names)
    names = names[: rng.randint(1, len(names))]
    for _ in range(rng.choice((0, 0, 1, 3))):
        other = rng.choice(
            (
                rng.choice(names),
                rng.choice(rng.choice(table).spellings),
                "",
                rng.choice(_WORDS),
                "列" * 50,
            )
        )
        names.insert(
            rng.randint(0, len(names)),
            rng.choice((other, other.upper(), f" {other}　", f"{other}(元)")),
        )
    if rng.random() < 0.02:
        names += [f"x{k}" for k in range(rng.choice((300, 999, 1000, 3000)))]
    rows = [names]
    some = ("1", "2026-01-18", "0.5", "连衣裙", "", "100", "12.50")
    rows += [[rng.choice(some) for _ in names] for _ in range(rng.randint(0, 3))]
    if rng.random() < 0.3:
        rows = [["标题"], *rows]
    if rng.random() < 0.2:
        return Case("h.xlsx", _workbook(rows))
    return Case(
        "h.csv", csv_text(rows).encode(rng.choice(("utf-8", "utf-8-sig", "gb18030")), "ignore")
    )


def _cells(rng: random.Random) -> Case:
    """A keyword report in which some cells hold what no report should."""
    header = [
        "日期",
        "计划ID",
        "单元ID",
        "宝贝ID",
        "关键词",
        "展现量",
        "点击量",
        "花费",
        "总成交金额",
        "总成交笔数",
    ]
    rows = [header]
    usual = ["111", "222", "333", "裙", "1000", "50", "25.5", "300.5", "3"]
    rows += [[f"2026-01-{day:02d}", *usual] for day in range(1, 4)]
    for _ in range(rng.choice((1, 1, 2))):
        rows[rng.randint(1, 3)][rng.randrange(len(header))] = hostile_cell(rng)
    return Case("c.csv", csv_text(rows).encode())


def hostile_cell(rng: random.Random) -> str:
    """A cell that looks much like a number."""
    if rng.random() < 0.3:
        return rng.choice(_WORDS)
    if rng.random() < 0.4:
        value = f"{rng.randrange(10 ** rng.randint(1, 18)):,}"
        return _with_change(
            rng.choice((value, value.replace(",", ""), value + ".5", f"{rng.random() * 1e4:.3f}")),
            rng,
        )
    return "".join(
        rng.choice(_DIGITS if rng.random() < 0.65 else _MARKS) for _ in range(rng.randint(1, 12))
    )


def _with_change(text: str, rng: random.Random) -> str:
    for _ in range(rng.choice((0, 1, 1, 2))):
        at = rng.randint(0, len(text))
        text = text[:at] + rng.choice(_MARKS + _DIGITS) + text[at + rng.randint(0, 1) :]
    return text


def csv_text(rows: list[list[str]]) -> str:
    """Rows as comma-separated text, quoted where it must be."""

    def field(text: str) -> str:
        must = any(mark in text for mark in ',"\n\r\t;')
        return '"' + text.replace('"', '""') + '"' if must else text

    return "".join(",".join(map(field, row)) + "\n" for row in rows)

"""A platform as far as its bulk file goes: an export as bytes, and the file applied to it cell by cell.

Lines that a bulk file does not name keep their bytes. A key that the account does not know is a fault:
some platforms would make a new keyword of it.
"""

import csv
import io
import json

import polars as pl

EXPORT = (
    *("campaign_id", "campaign", "ad_group_id", "ad_group", "keyword_id", "keyword"),
    *("match_type", "bid", "default_bid", "status", "note"),
)
DEFAULT = 700_000
"""Bid of every ad group, micros."""


def text_of(micros):
    return f"{micros // 1_000_000}.{micros % 1_000_000 // 10_000:02d}"


def line_of(cells):
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def export_of(keywords):
    """The account as its export; a keyword's bid None = its ad group's default."""
    lines = [line_of(EXPORT)]
    for keyword in keywords:
        bid = "" if keyword["bid"] is None else text_of(keyword["bid"])
        row = {**keyword, "bid": bid, "default_bid": text_of(DEFAULT), "status": "on"}
        lines.append(line_of([row[name] for name in EXPORT]))
    return "".join(lines).encode()


def rows_of(export):
    return list(csv.DictReader(io.StringIO(export.decode(), newline="")))


def _csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _edited(export, key, edits):
    """The export with the cells of the named rows changed.

    edits: list of (key, {column: text}); every key must be there, once
    """
    lines = export.decode().splitlines(keepends=True)
    rows = rows_of(export)
    places = {tuple(row[name] for name in key): at for at, row in enumerate(rows, start=1)}
    assert len(places) == len(rows)
    assert len({given for given, _ in edits}) == len(edits)
    for given, cells in edits:
        at = places[given]
        row = rows[at - 1]
        changed = {**row, **cells}
        if changed != row:
            lines[at] = line_of([changed[name] for name in EXPORT])
    return "".join(lines).encode()


def _cells(bid, status, words, erase=None):
    """What a row changes: blank is nothing, the word for it erases."""
    cells = {}
    if bid:
        cells["bid"] = "" if bid == erase else text_of(round(float(bid) * 1_000_000))
    if status:
        cells["status"] = words[status]
    return cells


def google_editor(export, folder):
    words = {"Paused": "off", "Enabled": "on"}
    edits = [
        (
            (row["Campaign"], row["Ad Group"], row["Keyword"], row["Criterion Type"].lower()),
            _cells(row["Max CPC"], row["Status"], words, erase="[]"),
        )
        for row in _csv(folder / "google_ads_editor.csv")
    ]
    return _edited(export, ("campaign", "ad_group", "keyword", "match_type"), edits)


def google_web(export, folder):
    words = {"Paused": "off", "Enabled": "on"}
    edits = []
    for row in _csv(folder / "google_ads_bulk.csv"):
        assert (row["Row Type"], row["Action"]) == ("Keyword", "Edit")
        assert row["Type"].endswith(" match")
        edits.append(
            (
                (row["Campaign ID"], row["Ad group ID"], row["Keyword ID"], row["Keyword"]),
                _cells(row["Max. CPC"], row["Keyword status"], words),
            )
        )
    return _edited(export, ("campaign_id", "ad_group_id", "keyword_id", "keyword"), edits)


def microsoft(export, folder):
    first, *rows = _csv(folder / "microsoft_bulk.csv")
    assert (first["Type"], first["Name"]) == ("Format Version", "6.0")
    words = {"Paused": "off", "Active": "on"}
    edits = []
    for row in rows:
        assert row["Type"] == "Keyword"
        cells = _cells(row["Bid"], row["Status"], words, erase="delete_value")
        edits.append(((row["Parent Id"], row["Id"]), cells))
    return _edited(export, ("ad_group_id", "keyword_id"), edits)


def amazon(export, folder):
    words = {"paused": "off", "enabled": "on"}
    edits = []
    for path in sorted(folder.glob("bulksheet*.xlsx")):
        sheet = pl.read_excel(
            path, sheet_name="Sponsored Products Campaigns", infer_schema_length=0
        )
        for row in sheet.to_dicts():
            said = (row["Product"], row["Entity"], row["Operation"])
            assert said == ("Sponsored Products", "Keyword", "Update")
            key = (row["Campaign Id"], row["Ad Group Id"], row["Keyword Id"])
            edits.append((key, _cells(row["Bid"], row["State"], words)))
    return _edited(export, ("campaign_id", "ad_group_id", "keyword_id"), edits)


def taobao(export, folder):
    """The API sets prices; pauses are a person's business."""
    payload = json.loads((folder / "keyword_prices.json").read_text())
    edits = [
        ((str(row["keywordId"]),), {"bid": text_of(row["maxPrice"] * 10_000)}) for row in payload
    ]
    return _edited(export, ("keyword_id",), edits)

"""From a platform's own export to its bulk file and back: recommend, upload, read again, roll back."""

import csv
import io
import json
from datetime import date, timedelta

import polars as pl
import pytest
import xlsxwriter

from adopt.config import settings_from
from adopt.formats.shop import read_shop
from adopt.plan.bid_changes import read_changes
from adopt.plan.rollback import run_rollback
from adopt.plan.run import run_recommend
from tests.formats import bulk_platforms
from tests.formats.bulk_platforms import DEFAULT, export_of, rows_of

DAYS = 21
WORDS = ("+red +shoes", "连衣裙 夏", 'robe "été"', "red shoes, size 9", "618", "blue shoes")
SETTINGS = {"goal": {"target_roi": 3.0, "objective": "revenue"}}


def account(*, inherits):
    """Keywords of two ad groups; where a platform tells it, every fourth has its group's bid."""
    return [
        {
            "campaign_id": str(9_000_000_000 + at % 2),
            "campaign": ("summer, new", "夏季")[at % 2],
            "ad_group_id": str(8_000_000_000 + at % 2),
            "ad_group": ("shoes", "裙子")[at % 2],
            "keyword_id": str(412_700_318_000 + at),
            "keyword": WORDS[at % len(WORDS)],
            "match_type": ("exact", "phrase", "broad")[at // len(WORDS) % 3],
            "bid": None if inherits and at % 4 == 0 else 600_000 + 50_000 * at,
            "note": "",
        }
        for at in range(3 * len(WORDS))
    ]


def results(at, day):
    """Results of a keyword's day that do not depend on its bid: the past stays what it was."""
    clicks = 12 + (at * 7 + day * 3) % 9
    orders = clicks * (1 + at % 5) // 20
    return {
        "impressions": clicks * 20,
        "clicks": clicks,
        "cost": f"{clicks * (0.40 + 0.03 * at):.2f}",
        "orders": orders,
        "revenue": f"{orders * 30.0:.2f}",
    }


def days():
    return [date(2026, 8, 3) + timedelta(days=day) for day in range(DAYS)]


def csv_of(header, rows, *preamble):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return "".join(f"{line}\r\n" for line in preamble) + out.getvalue()


GOOGLE = (
    *("Day", "Keyword status", "Keyword", "Match type", "Campaign", "Ad group", "Campaign ID"),
    *("Ad group ID", "Keyword ID", "Currency code", "Max. CPC", "Impr.", "Clicks", "Cost"),
    *("Conversions", "Conv. value"),
)


def write_google(export, folder, *, tells_ids=True):
    rows = []
    for at, row in enumerate(rows_of(export)):
        status = "Enabled" if row["status"] == "on" else "Paused"
        ids = (row["campaign"], row["ad_group"], row["campaign_id"], row["ad_group_id"])
        shown = (status, row["keyword"], f"{row['match_type'].title()} match", *ids)
        for day, when in enumerate(days()):
            told = results(at, day).values()
            rows.append((when, *shown, row["keyword_id"], "USD", row["bid"], *told))
    header = GOOGLE
    if not tells_ids:
        kept = [at for at, name in enumerate(header) if not name.endswith(" ID")]
        header, *rows = [[row[at] for at in kept] for row in (header, *rows)]
    text = csv_of(header, rows, "Search keyword report", '"August 3, 2026 - August 23, 2026"')
    (folder / "report.csv").write_text(text, encoding="utf-8", newline="")


def write_names(export, folder):
    """The report as most people download it: without the columns of ids."""
    write_google(export, folder, tells_ids=False)


BULK = ("Type", "Status", "Id", "Parent Id", "Campaign", "Ad Group", "Keyword", "Match Type", "Bid")
BULK = (*BULK, "Cpc Bid", "Budget", "Name")
PERFORMANCE = (
    *("TimePeriod", "CampaignId", "CampaignName", "AdGroupId", "AdGroupName", "KeywordId"),
    *("Keyword", "BidMatchType", "CurrencyCode", "Impressions", "Clicks", "Spend"),
    *("Conversions", "Revenue"),
)


def write_microsoft(export, folder):
    rows = rows_of(export)
    groups = {row["ad_group_id"]: row for row in rows}.values()
    records = [
        ("Format Version", *[""] * 10, "6.0"),
        *(
            ("Campaign", "Active", g["campaign_id"], "1", g["campaign"], *[""] * 5, "500.00", "")
            for g in groups
        ),
        *(
            (
                "Ad Group",
                "Active",
                g["ad_group_id"],
                g["campaign_id"],
                g["campaign"],
                g["ad_group"],
                "",
                "",
                "",
                g["default_bid"],
                "",
                "",
            )
            for g in groups
        ),
        *(
            (
                "Keyword",
                "Active" if row["status"] == "on" else "Paused",
                row["keyword_id"],
                row["ad_group_id"],
                row["campaign"],
                row["ad_group"],
                row["keyword"],
                row["match_type"].title(),
                row["bid"],
                "",
                "",
                "",
            )
            for row in rows
        ),
    ]
    (folder / "bulk.csv").write_text(csv_of(BULK, records), encoding="utf-8-sig", newline="")
    names = ["campaign_id", "campaign", "ad_group_id", "ad_group", "keyword_id", "keyword"]
    told = [
        (
            when,
            *(row[name] for name in names),
            row["match_type"].title(),
            "USD",
            *tuple(results(at, day).values()),
        )
        for at, row in enumerate(rows)
        for day, when in enumerate(days())
    ]
    text = csv_of(PERFORMANCE, told)
    (folder / "performance.csv").write_text(text, encoding="utf-8-sig", newline="")


AMAZON = (
    *("Product", "Entity", "Operation", "Campaign ID", "Ad Group ID", "Keyword ID"),
    *("Campaign Name", "Ad Group Name", "State", "Daily Budget", "ASIN", "Ad Group Default Bid"),
    *("Bid", "Keyword Text", "Match Type", "Impressions", "Clicks", "Spend", "Orders", "Sales"),
)


def write_amazon(export, folder):
    rows = rows_of(export)
    records = []
    for group in {row["ad_group_id"]: row for row in rows}.values():
        ids = {"Campaign ID": group["campaign_id"], "State": "enabled"}
        named = {**ids, "Ad Group ID": group["ad_group_id"]}
        asin = "B0" + group["ad_group_id"][-8:]
        records += [
            {
                "Entity": "Campaign",
                **ids,
                "Campaign Name": group["campaign"],
                "Daily Budget": "500",
            },
            {
                "Entity": "Ad Group",
                **named,
                "Ad Group Name": group["ad_group"],
                "Ad Group Default Bid": group["default_bid"],
            },
            {"Entity": "Product Ad", **named, "ASIN": asin},
        ]
    for at, row in enumerate(rows):
        told = pl.DataFrame([results(at, day) for day in range(DAYS)]).cast(pl.Float64).sum()
        shown = {"Entity": "Keyword", "Keyword Text": row["keyword"], "Bid": row["bid"]}
        shown |= {"State": "enabled" if row["status"] == "on" else "paused"}
        shown |= {"Campaign ID": row["campaign_id"], "Ad Group ID": row["ad_group_id"]}
        shown |= {"Keyword ID": row["keyword_id"], "Match Type": row["match_type"]}
        counts = ("Impressions", "Clicks", "Spend", "Orders", "Sales")
        records.append({**shown, **dict(zip(counts, map(str, told.row(0)), strict=True))})
    book = xlsxwriter.Workbook(folder / "bulk-a1-20260803-20260823.xlsx")
    sheet = book.add_worksheet("Sponsored Products Campaigns")
    sheet.write_row(0, 0, AMAZON)
    for at, record in enumerate(records, start=1):
        cells = {"Product": "Sponsored Products", **record}
        for column, name in enumerate(AMAZON):
            sheet.write_string(at, column, cells.get(name, ""))
    book.close()


PLATFORMS = {
    "google": (write_google, bulk_platforms.google_editor, False),
    "google_names": (write_names, bulk_platforms.google_editor, False),
    "microsoft": (write_microsoft, bulk_platforms.microsoft, True),
    "amazon": (write_amazon, bulk_platforms.amazon, False),
}


@pytest.fixture(scope="module", params=PLATFORMS)
def trip(request, tmp_path_factory):
    """A run on an account, and the account after its upload."""
    write, apply, inherits = PLATFORMS[request.param]
    root = tmp_path_factory.mktemp(request.param)
    start = export_of(account(inherits=inherits))
    before, after = root / "before", root / "after"
    before.mkdir()
    after.mkdir()
    write(start, before)
    run_recommend(before, root / "run", settings_from(SETTINGS))
    uploaded = apply(start, root / "run" / "upload")
    write(uploaded, after)
    return root, start, uploaded, apply


def test_the_account_has_what_was_recommended(trip):
    root, start, uploaded, _ = trip
    changes = read_changes(root / "run")
    assert changes.height > 5
    assert uploaded != start
    today = read_shop(root / "after", settings_from(SETTINGS))
    bids = dict(today.targets.select("target_id", "current_bid").rows())
    for row in changes.to_dicts():
        if row["recommended_bid"]:
            assert bids[row["target_id"]] == row["recommended_bid"]
        else:
            assert row["target_id"] in set(today.inactive_targets["target_id"])
    untouched = set(bids) - set(changes["target_id"])
    earlier = read_shop(root / "before", settings_from(SETTINGS)).targets
    then = dict(earlier.select("target_id", "current_bid").rows())
    assert all(bids[target] == then[target] for target in untouched)


def test_the_runs_own_rollback_is_the_exact_inverse(trip):
    root, start, uploaded, apply = trip
    assert apply(uploaded, root / "run" / "rollback") == start


def test_a_rollback_against_the_export_of_today_is_too(trip):
    root, start, uploaded, apply = trip
    changes = read_changes(root / "run")
    summary = run_rollback(root / "run", root / "after", root / "back")
    assert summary["counts"]["back"] == changes.height
    assert apply(uploaded, root / "back" / "rollback") == start
    own = {p.name: p.read_bytes() for p in (root / "run" / "rollback").iterdir()}
    assert {p.name: p.read_bytes() for p in (root / "back" / "rollback").iterdir()} == own


def test_nothing_is_left_out_and_no_default_is_fixed(trip):
    root, *_ = trip
    summary = json.loads((root / "run" / "summary.json").read_text(encoding="utf-8"))
    codes = {notice["code"] for notice in summary["notices"]}
    assert not codes & {"UPLOAD_LEFT_OUT", "DEFAULT_BID_FIXED"}


def test_amazon_fixes_the_default_of_the_day_and_says_so(tmp_path):
    start = export_of(account(inherits=True))
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
    write_amazon(start, tmp_path / "before")
    told = run_recommend(tmp_path / "before", tmp_path / "run", settings_from(SETTINGS))
    assert "DEFAULT_BID_FIXED" in {notice["code"] for notice in told["notices"]}
    uploaded = bulk_platforms.amazon(start, tmp_path / "run" / "upload")
    write_amazon(uploaded, tmp_path / "after")
    summary = run_rollback(tmp_path / "run", tmp_path / "after", tmp_path / "back")
    changes = read_changes(tmp_path / "run")
    inherited = set(changes.filter("is_bid_inherited", pl.col("recommended_bid") > 0)["keyword_id"])
    assert summary["defaults_fixed"] == len(inherited) > 0
    returned = rows_of(bulk_platforms.amazon(uploaded, tmp_path / "back" / "rollback"))
    assert returned == [
        {**row, "bid": row["default_bid"]} if row["keyword_id"] in inherited else row
        for row in rows_of(start)
    ]


def test_inherited_bids_are_told_where_the_platform_tells_them(trip):
    root, *_ = trip
    if root.name.startswith("microsoft"):
        changes = read_changes(root / "run")
        inherited = changes.filter("is_bid_inherited")
        assert inherited.height
        assert set(inherited["current_bid"]) == {DEFAULT}
        assert pl.Series(changes["is_bid_inherited"]).null_count() == 0

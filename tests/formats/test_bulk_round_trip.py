"""Upload, then roll back: the account is what the run said, then byte for byte what it was."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adopt.formats.upload import write_rollback, write_upload
from adopt.tables import BidChanges
from tests.formats import bulk_platforms
from tests.formats.bulk_platforms import DEFAULT, export_of, rows_of, text_of

PLATFORMS = {
    "google_editor": ("google", "google_ads_editor.csv", bulk_platforms.google_editor),
    "google_web": ("google", "google_ads_bulk.csv", bulk_platforms.google_web),
    "microsoft": ("microsoft", "microsoft_bulk.csv", bulk_platforms.microsoft),
    "amazon": ("amazon", "bulksheet.xlsx", bulk_platforms.amazon),
}
NAMES = ("夏季, 连衣裙", 'the "best" ones', "+red +shoes", "-20% sale", "=SUM(A1)", "@home", "été")
KEYWORDS = (
    *("+red +shoes", "-red shoes", "连衣裙 夏", "robe d'été", "618", 'say "hi", twice'),
    *("=1+1", "+cmd|' /C calc'!A0", "'quoted", "A/B & c", "[braces", "red shoes"),
)


def keyword(at, campaign, text, bid, match_type="broad"):
    return {
        "campaign_id": str(9_000_000_000 + campaign),
        "campaign": NAMES[campaign % len(NAMES)],
        "ad_group_id": str(8_000_000_000 + campaign),
        "ad_group": f"ad group {campaign}",
        "keyword_id": str(412_700_318_204_000_000 + at),
        "keyword": text,
        "match_type": match_type,
        "bid": bid,
        "note": "kept, as it is",
    }


def changes_of(keywords, news):
    """BID_CHANGES of an account: new bids in micros, 0 = pause, None = as it is."""
    rows = [
        {
            "target_id": "/".join((one["campaign_id"], one["ad_group_id"], one["keyword_id"])),
            **{name: value for name, value in one.items() if name not in {"bid", "note"}},
            "product_id": None,
            "lever": "cpc_bid",
            "current_bid": one["bid"] or DEFAULT,
            "recommended_bid": new,
            "is_bid_inherited": one["bid"] is None,
            "campaign_budget": None,
        }
        for one, new in zip(keywords, news, strict=True)
        if new not in {None, one["bid"] or DEFAULT}
    ]
    frame = pl.DataFrame(rows, schema_overrides={"current_bid": pl.Int64}, infer_schema_length=None)
    return BidChanges.validate(frame, cast=True) if rows else BidChanges.create_empty()


def expected(export, changes, carried):
    """Rows of the export with the bids and states of the changes that the file could carry."""
    new = dict(changes.select("keyword_id", "recommended_bid").rows())
    rows = []
    for row in rows_of(export):
        bid = new.get(row["keyword_id"]) if row["keyword_id"] in carried else None
        if bid == 0:
            rows.append({**row, "status": "off"})
        else:
            rows.append(row if bid is None else {**row, "bid": text_of(bid)})
    return rows


def carried_by(name, changes):
    """Keyword ids that a file can carry: all by id, those without a formula by text."""
    if not name.startswith("google"):
        return set(changes["keyword_id"])
    formulas = {"=1+1", "+cmd|' /C calc'!A0", "=SUM(A1)", "@home"}
    return {
        row["keyword_id"]
        for row in changes.to_dicts()
        if not formulas & {row["keyword"], row["campaign"]}
    }


def check(name, keywords, news, tmp_path):
    platform, file, apply = PLATFORMS[name]
    changes, start = changes_of(keywords, news), export_of(keywords)
    up, back = tmp_path / "upload", tmp_path / "rollback"
    up.mkdir()
    back.mkdir()
    carried = carried_by(name, changes)
    written = write_upload(changes, up, platform=platform)
    assert written.left_out[file] == changes.height - len(carried)
    uploaded = apply(start, up)
    assert rows_of(uploaded) == expected(start, changes, carried)
    write_rollback(changes, back, platform=platform)
    returned = apply(uploaded, back)
    sets_default = {
        row["keyword_id"]
        for row in changes.to_dicts()
        if row["is_bid_inherited"] and row["recommended_bid"] and row["keyword_id"] in carried
    }
    if not sets_default or name in {"google_editor", "microsoft"}:
        assert returned == start
    elif name == "amazon":
        # A blank changes nothing there: the default of that day becomes the keyword's own bid.
        assert rows_of(returned) == [
            {**row, "bid": text_of(DEFAULT)} if row["keyword_id"] in sets_default else row
            for row in rows_of(start)
        ]
    else:
        # The web upload has no word for "no bid of its own": the Editor file takes these back.
        others = [row for row in rows_of(returned) if row["keyword_id"] not in sets_default]
        assert others == [r for r in rows_of(start) if r["keyword_id"] not in sets_default]


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_odd_keyword_goes_there_and_back(name, tmp_path):
    keywords = [
        keyword(at, at % len(NAMES), text, None if at % 4 == 0 else 1_000_000 + at * 10_000)
        for at, text in enumerate(KEYWORDS)
    ]
    news = [0 if at % 5 == 0 else 1_230_000 for at in range(len(keywords))]
    check(name, keywords, news, tmp_path)


BIDS = st.integers(1, 9999).map(lambda cents: cents * 10_000)


@st.composite
def accounts(draw):
    texts = draw(st.lists(st.sampled_from(KEYWORDS), min_size=1, max_size=6))
    keywords = [
        keyword(
            at,
            draw(st.integers(0, 6)) * 100 + at,
            text,
            draw(st.none() | BIDS),
            draw(st.sampled_from(["exact", "phrase", "broad"])),
        )
        for at, text in enumerate(texts)
    ]
    return keywords, [draw(st.none() | st.just(0) | BIDS) for _ in keywords]


@pytest.mark.parametrize("name", PLATFORMS)
@given(account=accounts())
@settings(max_examples=25)
def test_any_account_goes_there_and_back(tmp_path_factory, name, account):
    check(name, *account, tmp_path_factory.mktemp("trip"))


def test_taobaos_prices_go_there_and_back(tmp_path):
    keywords = [keyword(at, at, text, 1_000_000) for at, text in enumerate(KEYWORDS)]
    changes, start = changes_of(keywords, [1_230_000] * len(keywords)), export_of(keywords)
    write_upload(changes, tmp_path, platform="taobao")
    uploaded = bulk_platforms.taobao(start, tmp_path)
    assert rows_of(uploaded) == expected(start, changes, set(changes["keyword_id"]))
    write_rollback(changes, tmp_path, platform="taobao")
    assert bulk_platforms.taobao(uploaded, tmp_path) == start

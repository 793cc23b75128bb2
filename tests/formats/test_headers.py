import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adopt.formats.headers import all_spellings, header_table, normalise, spellings
from adopt.platforms import PLATFORMS
from adopt.tables import BidMultipliers, History, ProductReport, Products, Targets

SHARED = Path(__file__).parents[3] / "shared" / "data" / "report_headers.csv"
RENAMED = {
    "adgroup_id": "ad_group_id",
    "adgroup": "ad_group",
    "item_id": "product_id",
    "item_name": "product",
    "avg_position": "avg_rank",
    "roas": "roi",
}
READ = {
    "wxt_keyword": ("taobao", "wxt_keyword"),
    "ztc_legacy": ("taobao", "ztc_legacy"),
    "sycm_item": ("taobao", "sycm_item"),
    "api_cpc_bid_simulation": ("google", "bid_simulations"),
    "search_keyword_report": ("google", "search_keyword_report"),
    "sp_bulksheet_2": ("amazon", "sp_bulksheet_2"),
    "sp_console_reports": ("amazon", "sp_console_reports"),
    "console_targeting_csv": ("amazon", "console_targeting_csv"),
    "reporting_v3_json": ("amazon", "reporting_v3_json"),
    "bulk_v6_keyword": ("microsoft", "bulk_v6_keyword"),
    "keyword_performance_report": ("microsoft", "keyword_performance_report"),
    "kuaiche": ("jd", "kuaiche"),
    "promo": ("pdd", "promo"),
}
TOLD = {
    "Ad Group Name (Informational only)": "ad_group_told",
    "ASIN (Informational only)": "product_id_told",
    "Parent Id": "parent_id",
    "跟单SKU ID": "ordered_sku",
}
"""What a row of a bulk file repeats from its ad group or ad, or an id that is another's, keeps a name of its own."""


@pytest.mark.skipif(not SHARED.exists(), reason=f"the list of report headers is not at {SHARED}")
@pytest.mark.parametrize("report", READ)
def test_every_header_and_alias_of_a_report_we_read_is_known(report):
    known = spellings((READ[report],))
    with SHARED.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["report"] == report]
    assert rows
    for row in rows:
        for header in (row["header"], *filter(None, row["aliases"].split("|"))):
            if header.startswith("...("):  # a hint of another spelling, not a header
                continue
            assert normalise(header) in known, header
            if row["canonical"] in RENAMED:
                wanted = TOLD.get(header, RENAMED[row["canonical"]])
                assert known[normalise(header)] == wanted


def test_net_results_are_never_read_as_gross_ones():
    known = spellings((("taobao", "wxt_keyword"),))
    assert known["净成交金额"] == "revenue_net"
    assert known["净成交笔数"] == "orders_net"
    assert known["总成交金额"] == "revenue"


@pytest.mark.parametrize("platform", [*PLATFORMS, "canonical"])
def test_one_spelling_has_one_meaning_within_a_report(platform):
    seen = {}
    for header in header_table(platform):
        for spelling in header.spellings:
            key = (header.report, normalise(spelling))
            assert seen.setdefault(key, header.canonical) == header.canonical, key


@pytest.mark.parametrize(
    ("report", "table"),
    [
        ("history", History),
        ("products", Products),
        ("multipliers", BidMultipliers),
        ("bids", None),
    ],
)
def test_canonical_reports_speak_the_words_of_the_tables(report, table):
    known = set(spellings((("canonical", report),)).values())
    names = table.column_names() if table else ("bid", "quality_score", "campaign_budget")
    assert set(names) <= known


def test_the_tables_words_are_used_for_platform_columns_too():
    names = {header.canonical for header in header_table("taobao")}
    assert not {"adgroup_id", "item_id", "avg_position", "roas"} & names
    wanted = {*ProductReport.column_names(), "campaign_id", "ad_group_id"} - {"days"}
    assert wanted <= names
    assert {"quality_score"} <= names & set(Targets.column_names())


@given(
    st.sampled_from(sorted(all_spellings())),
    st.sampled_from(["", "(元)", " (¥)", "(USD)", "(元)"]),
    st.sampled_from(["", " ", "\u3000", "\t"]),
)
def test_noise_around_a_header_does_not_matter(header, tag, space):
    assert normalise(f"{space}{header.upper()}{tag}{space}") in {header, normalise(header.upper())}


def test_tags_that_mean_something_are_kept():
    assert normalise("Search lost IS (rank)") == "search lost is (rank)"
    assert normalise("花费(万元)") == "花费(万元)"

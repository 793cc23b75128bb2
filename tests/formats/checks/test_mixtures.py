import pytest

from adopt.formats.checks.mixtures import check_currencies, check_totals, check_windows


def test_one_currency_is_no_finding(shop, tables):
    shop.keywords({"花费": "¥25.50"})
    shop.write("bids.csv", [{"keyword_id": "444", "出价": "0.5元"}], encoding="utf-8")
    assert not check_currencies(tables(), "CNY")
    assert not check_currencies(tables(), None)


def test_rows_in_two_currencies(shop, tables, codes):
    shop.history({"currency": "USD"}, {"currency": "EUR", "keyword_id": "k2"})
    found = check_currencies(tables(), None)
    assert codes(found) == ["CURRENCY_MIXED"]
    assert "EUR, USD" in found[0].en


@pytest.mark.parametrize("bid", [{"出价": "$0.50"}, {"出价(USD)": "0.50"}])
def test_files_in_two_currencies(shop, tables, codes, bid):
    shop.keywords({"花费": "¥25.50"})
    shop.write("bids.csv", [{"keyword_id": "444", **bid}], encoding="utf-8")
    assert codes(check_currencies(tables(), None)) == ["CURRENCY_MIXED"]


def test_a_currency_that_the_settings_deny(shop, tables, codes):
    shop.history({"currency": "USD"})
    assert codes(check_currencies(tables(), "GBP")) == ["CURRENCY_MISMATCH"]
    assert not check_currencies(tables(), "USD")


def test_attribution_windows_of_rows_and_of_files(shop, tables, codes):
    shop.keywords({"转化周期": "15天"}, {"转化周期": "15天", "日期": "2026-01-19"})
    assert not check_windows(tables())
    shop.keywords({"转化周期": "3天", "日期": "2026-01-20"}, name="b.csv")
    found = check_windows(tables())
    assert codes(found) == ["ATTRIBUTION_MIXED"]
    assert found[0].file is None
    shop.keywords({"转化周期": "1天"}, {"转化周期": "15天"})
    assert check_windows(tables())[0].file == "report.csv"


def test_a_total_by_name(shop, tables, codes):
    shop.keywords({}, {"计划名字": "合计"})
    found = check_totals(tables())
    assert codes(found) == ["TOTALS_ROW"]
    assert found[0].first_rows == (3,)


def test_a_total_by_its_sums(shop, tables):
    shop.keywords(
        {},
        {"词ID/词包ID": "445", "展现量": "500", "点击量": "10", "花费": "4.5"},
        {"词ID/词包ID": "446", "展现量": "1500", "点击量": "60", "花费": "30.00"},
    )
    assert check_totals(tables())[0].first_rows == (4,)


def test_a_buyer_may_search_for_total(shop, tables):
    shop.keywords({"词名字/词包名字": "total"}, {"词ID/词包ID": "445"})
    assert not check_totals(tables())

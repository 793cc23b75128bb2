import pytest

from adopt.formats.checks.products import check_bids, check_products
from adopt.platforms import PLATFORMS

FULL = {"商品ID": "333", "毛利率": "50%", "库存": "100", "预售": "否"}


def sheet(shop, *changes):
    shop.write("products.csv", [{**FULL, **change} for change in changes], encoding="utf-8")


def seen(tables, rows, **kwargs):
    return check_products(tables(), rows(), **{"has_margin": False, **kwargs})


def test_a_full_sheet_has_no_findings(shop, tables, rows):
    shop.keywords()
    sheet(shop, {})
    assert not seen(tables, rows)


def test_no_sheet_at_all(shop, tables, rows, codes):
    shop.keywords()
    assert codes(seen(tables, rows)) == ["PRODUCT_SHEET_MISSING"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"商品ID": "334"}, "PRODUCTS_WITHOUT_SHEET"),
        ({"毛利率": ""}, "MARGIN_MISSING"),
        ({"库存": "0"}, "STOCK_OUT"),
        ({"库存": ""}, "STOCK_UNKNOWN"),
    ],
)
def test_what_the_sheet_lacks(shop, tables, rows, codes, change, code):
    shop.keywords()
    sheet(shop, change)
    assert codes(seen(tables, rows)) == [code]


def test_a_margin_for_all_stands_for_missing_ones(shop, tables, rows):
    shop.keywords()
    sheet(shop, {"毛利率": ""})
    assert not seen(tables, rows, has_margin=True)


def test_a_product_without_stock_that_was_paused_long_ago_is_fine(shop, tables, rows):
    shop.keywords({"日期": "2026-01-01"}, {"日期": "2026-01-31", "宝贝ID": "334"})
    sheet(shop, {"库存": "0"}, {"商品ID": "334"})
    assert not seen(tables, rows)


def test_presale_orders_explain_a_conversion_of_zero(shop, tables, rows, codes):
    none = {"总成交笔数": "0", "总成交金额": "0"}
    shop.keywords({**none, "总预售成交笔数": "7", "总预售成交金额": "700"})
    sheet(shop, {"预售": "是"})
    found = seen(tables, rows)
    assert codes(found) == ["PRESALE_ZERO"]
    assert "7 orders" in found[0].en


@pytest.mark.parametrize(("presale", "expected"), [("是", ["PRESALE_UNSEEN"]), ("否", [])])
def test_presale_orders_that_no_column_tells(shop, tables, rows, codes, presale, expected):
    gone = {"总预售成交笔数": None, "总预售成交金额": None}
    shop.keywords({"总成交笔数": "0", "总成交金额": "0", **gone})
    sheet(shop, {"预售": presale})
    assert codes(seen(tables, rows)) == expected


@pytest.mark.parametrize(("bid", "expected"), [("0.55", []), ("55000", ["BID_OUTSIDE_LIMITS"])])
def test_bids_that_the_platform_does_not_take(shop, tables, codes, bid, expected):
    shop.write("bids.csv", [{"keyword_id": "444", "出价": bid}], encoding="utf-8")
    assert codes(check_bids(tables(), PLATFORMS["taobao"])) == expected

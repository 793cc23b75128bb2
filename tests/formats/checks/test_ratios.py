import pytest

from adopt.formats.checks.ratios import check_ratios

# Of the row: 1,000 impressions, 50 clicks, cost 25.50, 3 orders, revenue 300.50.
GOOD = {
    "点击率": ("5%", "5.00%", "0.05", "5.0"),
    "点击转化率": ("6%", "6.00%", "0.06", "6.0"),
    "平均点击花费": ("0.51", "0.5"),
    "千次展现花费": ("25.5", "25.50"),
    "总成交成本": ("8.5", "8.50"),
    "投入产出比": ("11.78", "11.8", "11.784"),
}
BAD = {
    "点击率": ("6%", "0.5%", "0.06"),
    "点击转化率": ("5%", "7%"),
    "平均点击花费": ("0.55", "51"),
    "千次展现花费": ("0.03",),
    "总成交成本": ("25.5",),
    "投入产出比": ("11.2", "1.18"),
}


def seen(tables):
    return [found for table in tables().tables for found in check_ratios(table.sheet)]


@pytest.mark.parametrize(("column", "cell"), [(c, t) for c, texts in GOOD.items() for t in texts])
def test_a_ratio_within_rounding(shop, tables, column, cell):
    shop.keywords({column: cell})
    assert not seen(tables)


@pytest.mark.parametrize(("column", "cell"), [(c, t) for c, texts in BAD.items() for t in texts])
def test_a_ratio_that_contradicts_its_counts(shop, tables, codes, column, cell):
    shop.keywords({column: cell})
    found = seen(tables)
    assert codes(found) == ["RATIO_CONTRADICTS_COUNTS"]
    assert (found[0].column, found[0].first_rows) == (column, (2,))
    assert cell in found[0].en


def test_a_return_net_of_refunds_is_no_contradiction(shop, tables):
    shop.keywords(
        {"净成交金额": "200", "净成交笔数": "2", "投入产出比": "7.84", "点击转化率": "4%"}
    )
    assert not seen(tables)


def test_cents_of_a_small_cost_are_rounding(shop, tables):
    shop.keywords({"花费": "0.05", "总成交金额": "20", "投入产出比": "380.00"})
    assert not seen(tables)


def test_nothing_is_divided_by_zero(shop, tables):
    shop.keywords(
        {"点击量": "0", "花费": "0", "点击率": "0%", "点击转化率": "0%", "投入产出比": "0"}
    )
    assert not seen(tables)

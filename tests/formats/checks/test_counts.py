import pytest

from adopt.formats.checks.counts import check_counts
from adopt.platforms import PLATFORMS

TAOBAO = PLATFORMS["taobao"]
PLENTY = {
    "展现量": "100000",
    "点击量": "5000",
    "花费": "5000",
    "总成交金额": "20000",
    "总成交笔数": "200",
}


def test_plain_counts_have_no_findings(shop, rows):
    shop.keywords({}, {"日期": "2026-01-19"})
    assert not check_counts(rows(), TAOBAO)


@pytest.mark.parametrize(
    ("change", "code", "severity"),
    [
        ({"展现量": "40"}, "CLICKS_ABOVE_IMPRESSIONS", "error"),
        ({"总成交笔数": "51"}, "ORDERS_ABOVE_CLICKS", "warning"),
        ({"点击量": "0", "总成交笔数": "0", "总成交金额": "0"}, "COST_WITHOUT_CLICKS", "error"),
        ({"花费": "0"}, "CLICKS_WITHOUT_COST", "error"),
        ({"花费": "5100"}, "CPC_ABOVE_LIMIT", "error"),
        ({"总成交笔数": "0", "直接成交笔数": "0"}, "REVENUE_WITHOUT_ORDERS", "error"),
        ({"直接成交金额": "999"}, "DIRECT_ABOVE_TOTAL", "warning"),
        ({"总成交金额": "25500", "花费": "25.50"}, "ROI_ABOVE_100", "error"),
    ],
)
def test_a_contradiction(shop, rows, codes, change, code, severity):
    shop.keywords({**change, "直接成交笔数": "0", "直接成交金额": change.get("直接成交金额", "0")})
    found = check_counts(rows(), TAOBAO)
    assert codes(found) == [code]
    assert found[0].severity == severity


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            {"点击量": "0", "花费": "0.5", "总成交笔数": "0", "总成交金额": "0"},
            "COST_WITHOUT_CLICKS",
        ),
        ({"点击量": "5", "花费": "0"}, "CLICKS_WITHOUT_COST"),
        ({"总成交笔数": "0"}, "REVENUE_WITHOUT_ORDERS"),
        ({"总成交金额": "25500"}, "ROI_ABOVE_100"),
    ],
)
def test_a_small_one_among_plenty_only_warns(shop, rows, codes, change, code):
    plenty = {**PLENTY, "总成交金额": "2000000"} if code == "ROI_ABOVE_100" else PLENTY
    plenty = {**plenty, "花费": "50000"} if code == "ROI_ABOVE_100" else plenty
    none = {"直接成交笔数": "0", "直接成交金额": "0"}
    shop.keywords({**plenty, **none}, {"词ID/词包ID": "445", **change, **none})
    found = check_counts(rows(), TAOBAO)
    assert codes(found) == [code]
    assert found[0].severity == "warning"


def test_an_order_of_an_earlier_click_is_a_note(shop, rows):
    days = [{"日期": f"2026-01-{day:02d}"} for day in range(1, 31)]
    shop.keywords(*days, {"日期": "2026-01-31", "点击量": "1", "总成交笔数": "3"})
    found = check_counts(rows(), TAOBAO)
    assert [(f.code, f.severity) for f in found] == [("ORDERS_ABOVE_CLICKS", "note")]


def test_one_lucky_day_is_no_impossible_return(shop, rows):
    shop.keywords({"点击量": "1", "花费": "0.5", "总成交金额": "300", "总成交笔数": "1"})
    assert "ROI_ABOVE_100" not in [f.code for f in check_counts(rows(), TAOBAO)]

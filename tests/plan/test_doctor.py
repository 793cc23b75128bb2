"""What doctor says of whole shops: the demo's is sound, and what a reader refuses is told once."""

from datetime import date

import pytest
from hypothesis import given, settings, strategies

from adopt.config import Settings, settings_from
from adopt.errors import DataError
from adopt.formats.shop import read_shop
from adopt.plan.doctor import examine
from adopt.plan.run import demo_shop, settings_beside

EXPORTED = date(2026, 9, 27)
RESULT = "日期,计划ID,单元ID,宝贝ID,词ID,关键词,展现量,点击量,花费,总成交笔数,总成交金额,场景名字"


def row(day, clicks="50", keyword="444"):
    return f"2026-01-{day:02d},1,2,333,{keyword},裙,1000,{clicks},25.5,3,300,关键词推广"


@pytest.fixture
def write(tmp_path):
    def write(name, *lines):
        (tmp_path / name).write_text("\n".join([RESULT, *lines, ""]), encoding="utf-8")
        return tmp_path

    return write


def codes(diagnosis, severity=None):
    return [f.code for f in diagnosis.findings if severity in {None, f.severity}]


@pytest.fixture(scope="module")
def demo_diagnosis():
    return examine(demo_shop(), settings_beside(demo_shop(), None), today=EXPORTED)


def test_the_demo_shop_is_sound(demo_diagnosis):
    assert not demo_diagnosis.is_blocked
    assert codes(demo_diagnosis, "warning") == ["BUDGET_EXHAUSTED"]
    assert {"PRESALE_ZERO", "ORDERS_PENDING"} <= set(codes(demo_diagnosis, "note"))


def test_what_recommend_tells_is_passed_on_with_its_file(demo_diagnosis):
    scenes = next(f for f in demo_diagnosis.findings if f.code == "OTHER_SCENES")
    assert scenes.file == "keyword_report_20260927.csv"
    assert scenes.en.startswith("30 rows")
    assert scenes.zh.startswith("其他场景")


def test_the_worst_comes_first(write):
    diagnosis = examine(write("a.csv", row(1), row(2, clicks="2000")), Settings())
    order = [finding.severity for finding in diagnosis.findings]
    assert order == sorted(order, key=["error", "warning", "note"].index)
    assert order[0] == "error"


def test_a_refusal_that_a_check_explains_is_told_once(write):
    diagnosis = examine(write("a.csv", row(1), row(1, clicks="60")), Settings())
    assert codes(diagnosis, "error") == ["ROWS_CONTRADICT"]


def test_a_refusal_that_no_check_explains_is_told_for_every_file(write):
    range_of_days = row(1).replace("2026-01-01", "20260101至20260107")
    write("a.csv", row(1, keyword=""), row(2))
    diagnosis = examine(write("b.csv", row(3).replace(",裙,", ",,").replace("444", "")), Settings())
    refused = [f for f in diagnosis.findings if f.code == "REFUSED"]
    assert [f.file for f in refused] == ["b.csv"]
    diagnosis = examine(write("b.csv", range_of_days), Settings())
    assert codes(diagnosis, "error") == ["CELL_UNREADABLE"]


def test_bids_alone_are_no_results(tmp_path):
    (tmp_path / "bids.csv").write_text("词ID,关键词,出价\n444,裙,0.5\n", encoding="utf-8")
    assert "NO_RESULTS" in codes(examine(tmp_path, Settings()), "error")


def test_a_product_sheet_alone_is_refused(tmp_path):
    (tmp_path / "products.csv").write_text("商品ID,毛利率\n333,50%\n", encoding="utf-8")
    assert codes(examine(tmp_path, Settings())) == ["REFUSED"]


def test_a_product_sheet_beside_the_folder_counts(write, tmp_path_factory):
    folder = write("a.csv", row(1))
    sheet = tmp_path_factory.mktemp("beside") / "products.csv"
    sheet.write_text("商品ID,毛利率,库存\n333,50%,0\n", encoding="utf-8")
    assert "PRODUCT_SHEET_MISSING" in codes(examine(folder, Settings()))
    assert "STOCK_OUT" in codes(examine(folder, Settings(), products=sheet))


def test_a_currency_that_shop_toml_denies_blocks(write):
    settings = settings_from({"shop": {"currency": "USD", "platform": "taobao"}})
    diagnosis = examine(write("a.csv", row(1)), settings)
    assert diagnosis.is_blocked


CELLS = (
    "",
    "-",
    "abc",
    "#####",
    "#REF!",
    "6.8E+11",
    "-5",
    "1e400",
    "NaN",
    "9" * 30,
    "合计",
    "5%",
    "$3",
    "\\N",
    "2026-02-30",
    "20261031",
    "关键词包",
    "'",
)
DAMAGES = strategies.lists(
    strategies.tuples(
        strategies.integers(0, 5), strategies.integers(0, 11), strategies.sampled_from(CELLS)
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=40)
@given(damages=DAMAGES)
def test_whatever_a_reader_refuses_doctor_blocks(tmp_path_factory, damages):
    rows = [row(day).split(",") for day in range(1, 6)]
    table = [RESULT.split(","), *rows]
    for at, column, cell in damages:
        table[at][column] = cell
    folder = tmp_path_factory.mktemp("shop")
    text = "\n".join(",".join(cells) for cells in table)
    (folder / "a.csv").write_text(text, encoding="utf-8")
    diagnosis = examine(folder, Settings(), today=EXPORTED)
    try:
        read_shop(folder, Settings())
    except DataError:
        assert diagnosis.is_blocked


def test_events_of_shop_toml_are_told(write):
    folder = write("report.csv", *(row(day) for day in range(5, 25)))
    own = settings_from({"events": {"年货节": {"first": "2026-01-10", "last": "2026-01-12"}}})
    found = examine(folder, own, today=date(2026, 1, 25)).findings
    assert ["(年货节): 3 of 20" in f.en for f in found if f.code == "EVENT_DAYS"] == [True]
    assert "EVENT_DAYS" not in codes(examine(folder, Settings(), today=date(2026, 1, 25)))

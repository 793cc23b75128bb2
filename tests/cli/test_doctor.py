"""Damaged copies of the demo shop through the command line: the code, the place, the exit code."""

import io
import json
import shutil
from datetime import date

import polars as pl
import pytest

from adopt.cli.main import _run
from adopt.plan.run import demo_shop

REPORT = "keyword_report_20260927.csv"
TODAY = ("--today", "2026-11-02")


@pytest.fixture
def shop(tmp_path):
    """A copy of the demo shop that a test may damage."""
    folder = tmp_path / "shop"
    shutil.copytree(demo_shop(), folder)
    return folder


def report_of(shop):
    text = (shop / REPORT).read_bytes().decode("gb18030")
    return pl.read_csv(io.StringIO(text), infer_schema=False)


def write(shop, frame, name=REPORT):
    (shop / name).write_bytes(frame.write_csv().encode("gb18030"))


def at(row, value, column):
    """The column with another cell in one row, as a spreadsheet counts them."""
    is_row = pl.int_range(pl.len()) + 2 == row
    return pl.when(is_row).then(pl.lit(value)).otherwise(column).alias(column)


def examined(capsys, shop, *options):
    """Exit code and findings by code."""
    code = _run(["doctor", str(shop), "--json", *TODAY, *options])
    captured = capsys.readouterr()
    assert not captured.err
    record = json.loads(captured.out)
    assert record["blocked"] == (code == 2) == (record["counts"]["error"] > 0)
    return code, {found["code"]: found for found in record["findings"]}


def test_the_demo_shop_passes(capsys, shop):
    code, found = examined(capsys, shop)
    assert code == 0
    assert "REFUSED" not in found


@pytest.mark.parametrize(
    ("row", "value", "column", "code"),
    [
        (5, "6.81E+11", "宝贝ID", "ID_SCIENTIFIC"),
        (5, "681204000000", "宝贝ID", "ID_ROUNDED"),
        (5, "#####", "花费", "CELL_HASHES"),
        (5, "#REF!", "点击量", "CELL_FORMULA_ERROR"),
        (5, "40.00%", "点击率", "RATIO_CONTRADICTS_COUNTS"),
        (5, "99.99", "投入产出比", "RATIO_CONTRADICTS_COUNTS"),
        (5, "99999", "点击量", "CLICKS_ABOVE_IMPRESSIONS"),
        (5, "合计", "计划名字", "TOTALS_ROW"),
        (5, "$78.33", "花费", "CURRENCY_MIXED"),
        (5, "2027-10-31", "日期", "DAY_IN_FUTURE"),
        (5, "2026-13-45", "日期", "CELL_UNREADABLE"),
        (5, "-3", "点击量", "CELL_NEGATIVE"),
        (5, "1.5.2", "展现量", "CELL_UNREADABLE"),
        (5, "", "日期", "REFUSED"),
    ],
)
def test_a_damaged_cell_blocks(capsys, shop, row, value, column, code):
    frame = report_of(shop)
    write(shop, frame.with_columns(at(row, value, column)))
    exit_code, found = examined(capsys, shop)
    assert exit_code == 2
    assert found[code]["severity"] == "error"
    assert found[code]["file"] in {REPORT, None}
    if code != "CURRENCY_MIXED":
        assert row in found[code]["first_rows"]


def test_an_older_export_may_lack_orders_and_never_hold_more(capsys, shop):
    days = report_of(shop).filter(pl.col("日期") == "2026-09-25").drop("点击转化率")
    write(shop, days, "keyword_report_20260926.csv")
    code, found = examined(capsys, shop)
    assert code == 0
    assert found["EXPORTS_OVERLAP"]["rows"] > 100
    orders = pl.col("总成交笔数").cast(pl.Int64)
    less = pl.when(orders > 1).then(orders - 1).otherwise(orders).cast(pl.String)
    write(shop, days.with_columns(less.alias("总成交笔数")), "keyword_report_20260926.csv")
    code, found = examined(capsys, shop)
    assert code == 0
    assert found["EXPORTS_GROWN"]["file"] == REPORT
    assert "keyword_report_20260926.csv" in found["EXPORTS_GROWN"]["en"]
    more = (orders + 1).cast(pl.String)
    write(shop, days.with_columns(more.alias("总成交笔数")), "keyword_report_20260926.csv")
    code, found = examined(capsys, shop)
    assert code == 2
    assert found["EXPORTS_CONTRADICT"]["file"] == REPORT
    assert found["EXPORTS_CONTRADICT"]["column"] == "orders"
    assert "REFUSED" not in found


def test_another_attribution_window_blocks(capsys, shop):
    frame = report_of(shop)
    for name, window, day in ((REPORT, "15天转化", "<"), ("b.csv", "1天转化", ">=")):
        late = pl.col("日期") >= "2026-09-15"
        part = frame.filter(late if day == ">=" else ~late)
        write(shop, part.with_columns(pl.lit(window).alias("转化周期")), name)
    code, found = examined(capsys, shop)
    assert code == 2
    assert "15天转化, 1天转化" in found["ATTRIBUTION_MIXED"]["en"]


def test_a_day_that_was_not_over_blocks(capsys, shop):
    frame = report_of(shop)
    names = ["展现量", "点击量", "花费", "总成交笔数", "总成交金额"]
    last = pl.col("日期") == "2026-09-26"
    half = [
        pl.when(last)
        .then((pl.col(name).cast(pl.Float64) / 2).floor().cast(pl.String))
        .otherwise(name)
        .alias(name)
        for name in names
    ]
    ratios = ["点击率", "平均点击花费", "点击转化率", "投入产出比"]
    halved = frame.with_columns(half).drop(ratios)
    write(shop, halved)
    code, found = examined(capsys, shop)
    assert (code, found["LAST_DAY_LOW"]["severity"]) == (0, "warning")
    (shop / REPORT).unlink()
    write(shop, halved, "keyword_report_20260926.csv")
    code, found = examined(capsys, shop)
    assert (code, found["DAY_PARTIAL"]["severity"]) == (2, "error")


def test_missing_days_warn(capsys, shop):
    write(shop, report_of(shop).filter(~pl.col("日期").is_in(["2026-09-05", "2026-09-06"])))
    code, found = examined(capsys, shop)
    assert code == 0
    assert "2026-09-05, 2026-09-06" in found["DAYS_MISSING"]["en"]


def test_presale_orders_that_were_not_downloaded_block(capsys, shop):
    write(shop, report_of(shop).drop("总预售成交金额", "总预售成交笔数"))
    code, found = examined(capsys, shop)
    assert code == 2
    assert "白鸭绒" in found["PRESALE_UNSEEN"]["en"]


def test_stock_and_margins_that_are_missing_warn(capsys, shop):
    path = shop / "products.csv"
    text = path.read_text(encoding="utf-8-sig").replace("52%,6%,2600", ",6%,0")
    path.write_text(text, encoding="utf-8")
    code, found = examined(capsys, shop)
    assert code == 0
    assert {"STOCK_OUT", "MARGIN_MISSING"} <= set(found)
    path.unlink()
    assert "PRODUCT_SHEET_MISSING" in examined(capsys, shop)[1]


def test_several_damages_are_told_at_once(capsys, shop):
    frame = report_of(shop)
    write(shop, frame.with_columns(at(5, "abc", "花费"), at(9, "6.81E+11", "宝贝ID")))
    (shop / "products.csv").write_bytes(b"")
    code, found = examined(capsys, shop)
    assert code == 2
    assert {"CELL_UNREADABLE", "ID_SCIENTIFIC", "FILE_UNREADABLE"} <= set(found)
    assert "REFUSED" not in found


def test_a_truncated_file_blocks(capsys, shop):
    path = shop / REPORT
    path.write_bytes(path.read_bytes()[:-40])
    code, found = examined(capsys, shop)
    assert code == 2
    assert found["FILE_UNREADABLE"]["file"] == REPORT


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "Nothing blocks: adopt recommend can read"), ("zh", "没有阻断性问题")],
)
def test_the_screen_is_in_the_operators_language(capsys, shop, lang, words):
    assert _run(["doctor", str(shop), "--lang", lang, *TODAY]) == 0
    printed = capsys.readouterr().out
    assert words in printed
    assert "BUDGET_EXHAUSTED" in printed


def test_the_screen_names_code_file_column_and_rows(capsys, shop):
    write(shop, report_of(shop).with_columns(at(5, "6.81E+11", "宝贝ID")))
    assert _run(["doctor", str(shop), *TODAY]) == 2
    printed = capsys.readouterr().out
    for words in ("ID_SCIENTIFIC", REPORT, "column 宝贝ID", "rows: 1 (5)", "Blocked"):
        assert words in printed


def test_a_path_that_is_not_there_is_an_error_not_blocked_data(capsys, tmp_path):
    assert _run(["doctor", str(tmp_path / "gone")]) == 1
    assert "gone" in capsys.readouterr().err


def test_today_is_this_day_where_nothing_is_given(capsys, shop):
    frame = report_of(shop).with_columns(at(5, str(date.today()), "日期"))  # noqa: DTZ011 -- as the clock on the wall says
    write(shop, frame)
    _run(["doctor", str(shop), "--json"])
    found = {f["code"] for f in json.loads(capsys.readouterr().out)["findings"]}
    assert "DAY_PARTIAL" in found

"""Write tables as Taobao writes its downloads: GB18030 CSV of 万相台, XLSX of 生意参谋, operators' sheets."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

Row = Mapping[str, object]

HIVE_NULL = "\\N"
DASH_NULL = "-"
DOWNLOADED = datetime(2026, 9, 27, 9, 0, 0, tzinfo=UTC)
"""Creation date in the workbook: the clock would change the bytes."""

KEYWORD_HEADERS = (
    "日期",
    "场景名字",
    "计划ID",
    "计划名字",
    "单元ID",
    "单元名字",
    "宝贝ID",
    "宝贝名称",
    "词类型",
    "词ID/词包ID",
    "词名字/词包名字",
    "展现量",
    "点击量",
    "花费",
    "点击率",
    "平均点击花费",
    "平均展现排名",
    "总成交金额",
    "直接成交金额",
    "间接成交金额",
    "总成交笔数",
    "直接成交笔数",
    "间接成交笔数",
    "总预售成交金额",
    "总预售成交笔数",
    "点击转化率",
    "投入产出比",
    "总购物车数",
)
PRODUCT_HEADERS = (
    "统计日期",
    "商品ID",
    "商品名称",
    "主商品ID",
    "商品类型",
    "货号",
    "商品状态",
    "商品访客数",
    "商品浏览量",
    "商品加购人数",
    "下单买家数",
    "下单件数",
    "下单金额",
    "下单转化率",
    "支付买家数",
    "支付件数",
    "支付金额",
    "商品支付转化率",
    "成功退款金额",
)
PRODUCT_PREAMBLE = (
    "生意参谋-商品排行",
    "统计周期：2026-08-28 ~ 2026-09-26（按日）",
    "终端：所有终端  类目：全部",
    "注：数据仅供参考，请勿对外传播",
)
BID_HEADERS = (
    "计划ID",
    "单元ID",
    "宝贝ID",
    "词ID",
    "关键词",
    "匹配方式",
    "出价",
    "质量分",
    "日限额",
)
SHEET_HEADERS = (
    "商品ID",
    "商品名称",
    "品类",
    "售价",
    "毛利率",
    "退款率",
    "库存",
    "预售",
    "DSR",
)


def yuan(fen: float) -> str:
    """Fen as yuan with two decimals."""
    return f"{fen / 100:.2f}"


def ratio(part: float, whole: float, *, digits: int = 2) -> str | None:
    """Quotient with fixed decimals; None without a whole."""
    return f"{part / whole:.{digits}f}" if whole else None


def percent(part: float, whole: float) -> str | None:
    """Quotient as ``12.34%``; None without a whole."""
    return f"{100 * part / whole:.2f}%" if whole else None


def write_csv(
    path: Path, headers: Sequence[str], rows: Iterable[Row], *, encoding: str, null: str = ""
) -> None:
    """Write rows (header → value) as CSV; None becomes the null token.

    Raises KeyError where a row lacks a header, UnicodeEncodeError where the encoding lacks a letter.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    for row in rows:
        cells = (row[name] for name in headers)
        writer.writerow([null if cell is None else cell for cell in cells])
    path.write_bytes(text.getvalue().encode(encoding))


def write_keyword_report(path: Path, rows: Iterable[Row]) -> None:
    """万相台 关键词报表: GB18030, header in the first row, null as Hive prints it."""
    write_csv(path, KEYWORD_HEADERS, rows, encoding="gb18030", null=HIVE_NULL)


def write_product_report(path: Path, rows: Iterable[Row]) -> None:
    """生意参谋 商品排行: four rows before the header, every cell a string, ``-`` for null."""
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        book.set_properties({"author": "生意参谋", "created": DOWNLOADED.replace(tzinfo=None)})
        sheet = book.add_worksheet("商品排行")
        for number, line in enumerate(PRODUCT_PREAMBLE):
            sheet.write_string(number, 0, line)
        start = len(PRODUCT_PREAMBLE)
        sheet.write_row(start, 0, PRODUCT_HEADERS)
        for number, row in enumerate(rows, start=start + 1):
            for column, name in enumerate(PRODUCT_HEADERS):
                cell = row[name]
                sheet.write_string(number, column, DASH_NULL if cell is None else str(cell))


def write_bids(path: Path, rows: Iterable[Row]) -> None:
    """The operator's sheet of bids: UTF-8 with a byte order mark, as a spreadsheet saves it."""
    write_csv(path, BID_HEADERS, rows, encoding="utf-8-sig")


def write_products(path: Path, rows: Iterable[Row]) -> None:
    """The operator's sheet of products: UTF-8."""
    write_csv(path, SHEET_HEADERS, rows, encoding="utf-8")

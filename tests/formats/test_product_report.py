import base64
import datetime as dt
import zlib

import pytest
import xlsxwriter

HEADER = [
    "统计日期",
    "商品ID",
    "商品名称",
    "商品类型",
    "商品访客数",
    "支付买家数",
    "支付件数",
    "支付金额",
    "成功退款金额",
]
ROW = ["2026-01-18", "6001", "裙", "主商品", "1,234", "12", "13", "2,345.60", "-"]
BIFF = (
    rb"c-rk)TSydP6h8m%%&fb)x?W2I6Co>8+g(kRu&pR1s71>#GAJ)Yg`y(9SfQ2)f&^V&D(XS;r5CFgD+<cD9s;{Obb&"
    rb"~Vo_Z;$h)}0<&dmO~wGRp<6?2CF%=ylL&OhJGf18;{6G@XpH!`Q-C)o&2m^Iv>&G88=?g;P!)*A+yk#igt!<K(a+"
    rb";P~EnhJNk4_(xU)ZbI!fa}UQYJfLb_Cq^_+gkPPMU*Yfp<WP&a?}DYqbC6}m{l_CM%F2;uW{sE)|=RKnsqtGPKtd"
    rb"n5eny(TBCTcBZun}fZDyuIWO50fHZhOqqygcFk@BN+;OD7<?pP>QsQ9*u-_{6R=uOXWfD@c14rPqkqz)EGE?to+y"
    rb"2G%3qb$ZXum6l|GYy1=mp~-5Ac2*kUfey33ngX_0GUF4$Dl$%djXQD)x-moNL@MfWgys->T8`x_fBwoxb9bRk<Cu"
    rb"M&i6RAG$2_*zv(y)im!74%fBo2-fM(!|mZQ1d0j1gr)iT?3D{1fS^BEQs5611WJ)piQgX(AYKeOL2L+9Q!37u{9s"
    rb"WrPMbgwhh+h-{=xjB;`N0kelsEHpoHOWOsT4)6pSju62R)R!ZN>ywi8}{d{N7fm#1Ys>Ly5JJBcT!4>y?Us~?~2Y"
    rb"^VwyU{5b^Ip)T+lAa|PaDp;0Ie}}qQI5*vjJ2#!a;wYP&Sag6Qwq<yRcV${(Z?~TxHcDCC}MdUS~bUBjduV0>RVa"
    rb";Z$oR)9<7`@nmYO{Gz2-gQ8r;d9et25^2Mc#B)3D6v#=JiSFAIBS<vDfKI`5LYxhlr8St=~WZo4<h!_!qBZL*9@c"
    rb"l<eC>%joF%dmsr$i1!ibPICszeGRO(GSMOCk+XoJ1}}Zi|B&gM-Q(JXXBQ9F|B#9O5M+4ql0fLxM!aAyFdY;FE|r"
    rb"Bv~A^7#y@H4jOYvmWVi{NJJb`B_a-K5)p@ViL@w09G21xl_MF(=#k_0^g}#gi!HX;Vv8-d*s{n%uZi?l;^a>Z;MX"
    rb"$EdU2-zIx|>i?cXH-t?Ys}JUa2ibQ`qdxdXZuG=9=S6_K{YJaZ!d3rTA6>K)Jw4a}o?!Q&S{qQu<$nRlY^_f4UNU"
    rb"VnBWJpb_ZzXP7$5EB"
)


def workbook(path, *rows, preamble=4):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for index in range(preamble):
            sheet.write(index, 0, "生意参谋 商品排行")
        for index, row in enumerate([HEADER, *rows]):
            sheet.write_row(preamble + index, 0, row)


@pytest.mark.parametrize(
    ("name", "preamble"), [("商品.xlsx", 4), ("商品.xls", 5), ("商品.xlsx", 0)]
)
def test_a_workbook_with_preamble_is_read(shop, codes_of, name, preamble):
    workbook(
        shop.folder / name, ROW, [*ROW[:1], "6002", "裙 红", "子商品", *ROW[4:]], preamble=preamble
    )
    data = shop.read()
    assert data.product_report.rows(named=True) == [
        {
            "product_id": "6001",
            "date": dt.date(2026, 1, 18),
            "product": "裙",
            "days": 1,
            "visitors": 1234.0,
            "buyers": 12.0,
            "buyers_placed": None,
            "units": 13.0,
            "revenue": 2345.6,
            "refunds": None,
        }
    ]
    assert "CHILD_PRODUCTS" in codes_of(data)
    assert data.sources[0].kind == "taobao_product_report"


def test_a_real_xls_is_read(shop):
    (shop.folder / "商品.xls").write_bytes(zlib.decompress(base64.b85decode(BIFF)))
    assert shop.read().product_report["revenue"].to_list() == [2345.6]


def test_a_csv_named_xls_is_read(shop):
    shop.write("商品.xls", [dict(zip(HEADER, ROW, strict=True))])
    assert shop.read().product_report["visitors"].to_list() == [1234.0]


def test_a_period_ends_on_its_last_day(shop):
    workbook(shop.folder / "a.xlsx", ["2026-01-01 ~ 2026-01-07", *ROW[1:]])
    assert shop.read().product_report.select("date", "days").row(0) == (dt.date(2026, 1, 7), 7)


def test_ids_that_a_workbook_holds_as_rounded_numbers_are_refused(shop):
    workbook(shop.folder / "a.xlsx", [ROW[0], 6123456789012345678, *ROW[2:]])
    assert "column 商品ID: holds ids of more than 15 digits as numbers" in str(shop.refusal())


def test_long_ids_as_text_are_kept(shop):
    workbook(shop.folder / "a.xlsx", [ROW[0], "6123456789012345678", *ROW[2:]])
    assert shop.read().product_report["product_id"].to_list() == ["6123456789012345678"]


def test_a_bad_cell_of_a_workbook_is_named_by_its_row(shop):
    workbook(shop.folder / "a.xlsx", ROW, [*ROW[:1], "6003", *ROW[2:4], "twelve", *ROW[5:]])
    assert "a.xlsx, row 7, column 商品访客数: 'twelve' is not a number." in str(shop.refusal())


def test_a_range_that_ends_before_it_begins_is_refused(shop):
    workbook(shop.folder / "a.xlsx", ["2026-01-07~2026-01-01", *ROW[1:]])
    assert "ends before it begins" in str(shop.refusal())


def test_a_damaged_workbook_is_refused(shop):
    (shop.folder / "a.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    assert "cannot be opened as a workbook" in str(shop.refusal())


def test_two_known_sheets_of_a_workbook_are_both_read(shop):
    with xlsxwriter.Workbook(shop.folder / "a.xlsx") as book:
        for name, row in (("一月", ROW), ("说明", None), ("二月", ["2026-02-18", *ROW[1:]])):
            sheet = book.add_worksheet(name)
            for index, cells in enumerate([HEADER, row] if row else [["only words"]]):
                sheet.write_row(index, 0, cells)
    assert shop.read().product_report.height == 2

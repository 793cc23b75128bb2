import pytest

from adopt.formats.checks.unreadable_cells import check_readable


def seen(tables):
    return [found for table in tables().tables for found in check_readable(table)]


def test_every_spelling_that_is_known_is_readable(shop, tables):
    shop.keywords(
        {"展现量": "1.2万", "花费": "￥25.50元", "日期": "2026年1月18日", "总成交笔数": "--"}
    )
    shop.write("p.csv", [{"商品ID": "333", "毛利率": "-5%", "预售": "是"}], encoding="utf-8")
    assert not seen(tables)


def test_other_scenes_are_not_read(shop, tables):
    shop.keywords({}, {"场景名字": "人群推广", "花费": "free"})
    assert not seen(tables)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"花费": "free"}, "CELL_UNREADABLE"),
        ({"点击量": "5%"}, "CELL_UNREADABLE"),
        ({"日期": "18.1.2026"}, "CELL_UNREADABLE"),
        ({"日期": "20260101至20260107"}, "CELL_UNREADABLE"),
        ({"总成交笔数": "-1"}, "CELL_NEGATIVE"),
    ],
)
def test_a_cell_that_cannot_be(shop, tables, codes, change, code):
    shop.keywords({}, change)
    found = seen(tables)
    assert codes(found) == [code]
    assert (found[0].column, found[0].first_rows) == (next(iter(change)), (3,))
    assert next(iter(change.values())) in found[0].en


def test_every_column_tells_its_own(shop, tables, codes):
    shop.keywords({"花费": "free", "点击量": "many"})
    assert codes(seen(tables)) == ["CELL_UNREADABLE", "CELL_UNREADABLE"]

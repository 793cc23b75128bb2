import pytest

SHEET = {
    "商品ID": "333",
    "商品名称": "裙",
    "品类": "连衣裙",
    "售价": "¥199.00",
    "毛利率": "35%",
    "退款率": "0.12",
    "库存": "1,200",
    "预售": "否",
    "DSR": "4.8",
}
EXPECTED = {
    "product_id": "333",
    "product": "裙",
    "category": "连衣裙",
    "price": 199.0,
    "margin": 0.35,
    "refund_rate": 0.12,
    "stock": 1200.0,
    "is_presale": False,
    "dsr": 4.8,
}


def test_a_product_sheet_in_the_folder_is_read(shop):
    shop.keywords()
    shop.write("商品.csv", [SHEET])
    assert shop.read().products.rows(named=True) == [EXPECTED]


def test_a_product_sheet_may_lie_elsewhere(shop, tmp_path):
    shop.keywords()
    path = shop.write("商品.csv", [SHEET]).rename(tmp_path / "商品.csv")
    data = shop.read(products=path)
    assert data.products.rows(named=True) == [EXPECTED]
    assert [source.kind for source in data.sources] == ["taobao_keyword_report", "product_sheet"]


def test_a_product_sheet_of_the_folder_may_be_named_too(shop):
    shop.keywords()
    data = shop.read(products=shop.write("商品.csv", [SHEET]))
    assert len(data.sources) == 2


def test_english_headers_are_understood(shop):
    shop.keywords()
    shop.write(
        "p.csv", [{"product_id": "333", "margin": "0.35", "is_presale": "true", "stock": ""}]
    )
    row = shop.read().products.row(0, named=True)
    assert (row["margin"], row["is_presale"], row["stock"], row["dsr"]) == (0.35, True, None, None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"毛利率": "35"},
            "column 毛利率: '35' is not a fraction or a percentage. Write 35 % as 35% or 0.35.",
        ),
        ({"毛利率": "120%"}, "'120%' is outside -10 to 1"),
        ({"退款率": "-5%"}, "'-5%' is outside 0 to 1"),
        ({"库存": "-3"}, "'-3' is below 0"),
        ({"DSR": "48"}, "'48' is outside 0 to 5"),
        ({"预售": "也许"}, "column 预售: '也许' is not yes or no"),
        ({"商品ID": ""}, "the product's id is missing"),
    ],
)
def test_bad_cells_are_refused(shop, change, words):
    shop.keywords()
    shop.write("商品.csv", [{**SHEET, **change}])
    assert words in str(shop.refusal())


def test_sheets_that_contradict_each_other_are_refused(shop):
    shop.keywords()
    shop.write("a.csv", [SHEET])
    shop.write("b.csv", [{**SHEET, "库存": "7"}])
    assert "a.csv row 2 and b.csv row 2 contradict each other on product '333': stock" in str(
        shop.refusal()
    )


def test_sheets_complete_each_other(shop):
    shop.keywords()
    shop.write("a.csv", [{"商品ID": "333", "库存": "7"}])
    shop.write("b.csv", [{"商品ID": "333", "毛利率": "30%"}])
    assert shop.read().products.select("stock", "margin").row(0) == (7.0, 0.3)


def test_a_file_that_is_no_product_sheet_is_refused(shop, tmp_path):
    path = shop.keywords().rename(tmp_path / "x.csv")
    shop.keywords()
    assert "is no product sheet but: taobao keyword report" in str(shop.refusal(products=path))

import contextlib
import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adopt.config import Settings
from adopt.errors import AdoptError, InputError
from adopt.formats.shop import read_shop


def test_a_single_file_is_a_shop(shop):
    path = shop.keywords(name="女装.csv")
    data = read_shop(path, Settings())
    assert data.shop_id == "女装"
    assert data.sources[0].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_name_of_a_file_means_nothing(shop):
    shop.keywords(name="products.tsv")
    assert shop.read().sources[0].kind == "taobao_keyword_report"


def test_other_files_are_let_be(shop):
    shop.keywords()
    for name in ("LICENSE", "NOTICE.txt", "shop.toml", "图.png", ".hidden.csv", "~$open.xlsx"):
        (shop.folder / name).write_bytes(b"\x00\x01")
    (shop.folder / "older").mkdir()
    kinds = {source.file: source.kind for source in shop.read().sources}
    assert kinds.pop("report.csv") == "taobao_keyword_report"
    assert set(kinds.values()) == {"ignored"}
    assert len(kinds) == 6


def test_a_missing_path_is_an_input_error(shop):
    with pytest.raises(InputError, match="no such file or folder") as caught:
        shop.read(path=shop.folder / "nowhere")
    assert caught.value.exit_code == 1
    shop.keywords()
    with pytest.raises(InputError, match="no such product sheet"):
        shop.read(products=shop.folder / "nowhere.csv")


def test_an_empty_folder_is_refused(shop):
    assert "holds no report. Put exports in" in str(shop.refusal())


def test_a_product_sheet_alone_is_no_report(shop):
    shop.write("p.csv", [{"商品ID": "1", "库存": "3"}])
    assert "holds no report" in str(shop.refusal())


@pytest.mark.parametrize("text", ["", "  \n\n"])
def test_an_empty_file_is_refused(shop, text):
    shop.write("report.csv", text)
    assert "report.csv: is empty" in str(shop.refusal())


def test_a_header_alone_is_refused(shop):
    path = shop.keywords()
    header = path.read_bytes().split(b"\n")[0]
    path.write_bytes(header + b"\n")
    assert "has a header and no rows" in str(shop.refusal())


def test_an_unknown_table_is_refused_with_its_headers(shop):
    shop.keywords()
    shop.write("x.csv", [{"城市": "杭州", "人口": "1"}])
    error = str(shop.refusal())
    assert "x.csv: is no report that can be read; its headers are: 城市, 人口." in error
    assert "生意参谋 product report" in error


def test_a_report_that_lacks_one_column_is_told_which(shop):
    shop.keywords({"点击量": None})
    assert "would need 点击量" in str(shop.refusal())


def test_two_platforms_in_a_folder_are_refused(shop):
    shop.keywords()
    point = dict.fromkeys(
        ("cpc_bid_micros", "impressions", "clicks", "cost_micros", "biddable_conversions"), "1"
    )
    shop.write("sim.csv", [{"sim_id": "S1", **point, "biddable_conversions_value": "1"}])
    assert "more than one platform" in str(shop.refusal())


def test_a_platform_that_shop_toml_denies_is_refused(shop):
    shop.keywords()
    error = str(shop.refusal(settings={"shop": {"platform": "google"}}))
    assert "shop.toml says google" in error


DAMAGE = st.tuples(st.integers(0, 10_000), st.binary(max_size=4), st.integers(0, 4))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150
)
@given(st.lists(DAMAGE, min_size=1, max_size=4), st.sampled_from(["gb18030", "utf-8", "utf-16"]))
def test_a_damaged_report_is_read_or_refused_in_words(shop, damages, encoding):
    separator = "\t" if encoding == "utf-16" else ","
    data = shop.keywords(
        {}, {"日期": "2026-01-19"}, encoding=encoding, separator=separator
    ).read_bytes()
    for place, added, removed in damages:
        at = place % len(data)
        data = data[:at] + added + data[at + removed :]
    (shop.folder / "report.csv").write_bytes(data)
    with contextlib.suppress(AdoptError):
        shop.read()

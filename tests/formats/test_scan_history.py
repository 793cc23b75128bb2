"""Typed history of several shops: read shop by shop, in any order of rows, and refused where it would mislead."""

from datetime import date, timedelta

import polars as pl
import pytest

from adopt.errors import DataError
from adopt.formats.canonical.scan_history import is_typed_history, open_histories

FIRST = date(2026, 3, 1)


def history(shop="a", targets=3, days=4):
    return pl.DataFrame(
        [
            {
                "shop_id": shop,
                "campaign_id": "c",
                "product_id": f"p{t % 2}",
                "keyword_id": f"k{t}",
                "keyword": f"word {t}",
                "date": FIRST + timedelta(days=d),
                "impressions": 100 + t,
                "clicks": 10 + d,
                "cost": 5.5,
                "orders": 1,
                "revenue": 80.0,
                "note": "never read",
            }
            for t in range(targets)
            for d in range(days)
        ]
    )


def read(frame, tmp_path):
    path = tmp_path / "history.parquet"
    frame.write_parquet(path)
    with open_histories(path, shop_id="own") as shops:
        tables = {shop: shops.read(shop) for shop in shops.shops}
        return shops.in_stretches, tables


def test_each_shop_has_its_own_rows(tmp_path):
    in_stretches, tables = read(pl.concat([history("b", 2), history("a", 3)]), tmp_path)
    assert in_stretches
    assert list(tables) == ["a", "b"]
    assert [len(tables[shop].history) for shop in "ab"] == [12, 8]
    targets = tables["a"].targets
    assert targets["target_id"].to_list() == ["c/-/p0/k0", "c/-/p0/k2", "c/-/p1/k1"]
    assert targets["keyword"].to_list() == ["word 0", "word 2", "word 1"]
    assert targets["shop_id"].unique().to_list() == ["a"]


def test_mixed_rows_tell_the_same(tmp_path):
    whole = pl.concat([history("a"), history("b")])
    _, sorted_tables = read(whole, tmp_path)
    in_stretches, mixed = read(whole.sample(fraction=1.0, shuffle=True, seed=1), tmp_path)
    assert not in_stretches
    for shop, tables in sorted_tables.items():
        assert tables.history.equals(mixed[shop].history)
        assert tables.targets.equals(mixed[shop].targets)


def test_without_a_column_the_shop_is_the_callers(tmp_path):
    _, tables = read(history().drop("shop_id"), tmp_path)
    assert list(tables) == ["own"]


def test_categories_and_numbers_are_ids_too(tmp_path):
    frame = history().with_columns(
        pl.col("keyword").cast(pl.Categorical), pl.int_range(pl.len()).alias("keyword_id")
    )
    _, tables = read(frame, tmp_path)
    assert "c/-/p0/0" in tables["a"].targets["target_id"].to_list()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.drop("cost", "date"), "lacks date, cost"),
        (lambda f: f.drop("keyword_id", "keyword"), "lacks target_id"),
        (lambda f: f.with_columns(pl.col("date").cast(pl.String)), "column date: .* be Date"),
        (lambda f: f.with_columns(pl.col("clicks").cast(pl.String)), "column clicks: .* a number"),
        (lambda f: f.with_columns(pl.lit(1.5).alias("keyword_id")), "keyword_id: .* String"),
        (lambda f: f.with_columns(cost=-pl.col("cost")), "column cost: .* negative"),
        (lambda f: f.with_columns(revenue=pl.lit(float("nan"))), "column revenue: .* no number"),
        (lambda f: f.with_columns(orders=pl.lit(None, pl.Int64)), "orders: the value is missing"),
        (lambda f: f.with_columns(clicks=pl.lit(500)), "more clicks than impressions: 12 rows"),
        (lambda f: pl.concat([f, f.head(2)]), "stands twice: 2 rows of shop a.*2026-03-01"),
        (lambda f: f.with_columns(shop_id=pl.lit(None, pl.String)), "do not name their shop"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, change, said):
    with pytest.raises(DataError, match=said):
        read(change(history()), tmp_path)


def test_only_parquet_with_the_tables_columns_is_typed_history(tmp_path):
    for name, frame in (("a", history()), ("b", history().rename({"date": "日期"}))):
        frame.write_parquet(tmp_path / f"{name}.parquet")
    (tmp_path / "c.parquet").write_bytes(b"PAR1 damaged")
    found = [is_typed_history(tmp_path / f"{name}.parquet") for name in "abcd"]
    assert found == [True, False, False, False]

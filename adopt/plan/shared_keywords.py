"""Keywords that several products carry: where one is to have each of them, which targets stand against each other."""

import polars as pl

from adopt.formats.shop_data import Notice

KEYWORD_SCOPE = pl.concat_str(
    pl.coalesce("keyword", "keyword_id"),
    pl.when(pl.col("match_type").is_not_null())
    .then(pl.concat_str(pl.lit(" ["), "match_type", pl.lit("]")))
    .otherwise(pl.lit("")),
).alias("keyword_scope")
"""Text of a keyword (its id where there is none) with its match type; null where there is neither."""

SHOWN = 5
"""Keywords that a notice names."""


def with_shared_keywords(targets: pl.DataFrame, *, is_asked: bool) -> pl.DataFrame:
    """The targets with `keyword_scope`, null where nothing is shared, and `is_kept_twice`.

    targets: product_id, keyword_id, keyword, match_type, is_pinned (it cannot be switched off)
    is_asked: whether one product a keyword is asked for
    Where two targets of a keyword are pinned, the keyword is left as it is: is_kept_twice.
    """
    scope = pl.when(pl.col("product_id").is_not_null()).then(KEYWORD_SCOPE)
    frame = targets.with_columns(scope.alias("keyword_scope"))
    is_shared = (
        pl.col("keyword_scope").is_not_null()
        & (pl.col("product_id").n_unique().over("keyword_scope") >= 2)
        & pl.lit(is_asked)
    )
    is_kept_twice = is_shared & (pl.col("is_pinned").sum().over("keyword_scope") >= 2)
    return frame.with_columns(
        pl.when(is_shared & ~is_kept_twice).then("keyword_scope").alias("keyword_scope"),
        is_kept_twice.alias("is_kept_twice"),
        pl.when(is_kept_twice).then("keyword_scope").alias("kept_keyword"),
    )


def kept_twice(guarded: pl.DataFrame) -> list[Notice]:
    """A notice of the keywords that stay with several products, as two of their bids may not move.

    guarded: of plan.guards
    """
    words = guarded["kept_keyword"].drop_nulls().unique().sort().to_list()
    if not words:
        return []
    more = "" if len(words) <= SHOWN else " …"
    names = ", ".join(words[:SHOWN]) + more
    en = f"{len(words)} keywords stay with several products, as two of their bids are frozen or unknown: {names}."
    zh = f"{len(words)}个关键词仍由多个商品投放,因为其中两个出价被冻结或未知:{names}。"
    return [Notice("KEYWORD_KEPT_TWICE", en, zh)]

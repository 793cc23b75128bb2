"""Why a product, or a keyword of it, is off though its own evidence does not ask for it."""

import polars as pl

from adopt.config import Settings
from adopt.platforms import MICROS

IS_OFF = (pl.col("recommended_bid") == 0).fill_null(value=False)
IS_LIVE = ~IS_OFF & (pl.col("cost_recommended") > 0)


def product_causes(plan: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Products that are switched off whole by a limit on products: product_id, product_cause, minimum_spend.

    plan: one row a target: product_id, recommended_bid (micros), cost_recommended (currency per day)
    product_cause: ``most`` where as many products as may be are on, else ``minimum`` where the product
    has a minimum spend; minimum_spend: currency per day, null where the product has none
    """
    floors = {p: own.minimum_spend for p, own in settings.products.items() if own.minimum_spend}
    most = settings.goal.most_products
    by_product = (
        plan.filter(pl.col("product_id").is_not_null())
        .group_by("product_id")
        .agg(IS_OFF.all().alias("is_off"), IS_LIVE.any().alias("is_live"))
        .sort("product_id")
    )
    is_full = most is not None and int(by_product["is_live"].sum()) >= most
    floor = pl.DataFrame(
        {
            "product_id": list(floors),
            "minimum_spend": [amount / MICROS for amount in floors.values()],
        },
        schema={"product_id": pl.String, "minimum_spend": pl.Float64},
    )
    return (
        by_product.filter("is_off")
        .join(floor, on="product_id", how="left", validate="1:1", maintain_order="left")
        .select(
            "product_id",
            pl.when(pl.lit(is_full))
            .then(pl.lit("most"))
            .when(pl.col("minimum_spend").is_not_null())
            .then(pl.lit("minimum"))
            .alias("product_cause"),
            "minimum_spend",
        )
        .filter(pl.col("product_cause").is_not_null())
    )


def with_causes(plan: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """The targets with `product_cause`, `minimum_spend` and `carrier`: the product that has their keyword.

    plan: with keyword_scope and is_switched of plan.guards; carrier is null where nobody has it, or the
    keyword is not shared
    """
    carriers = (
        plan.filter(IS_LIVE, pl.col("keyword_scope").is_not_null())
        .sort("target_id")
        .group_by("keyword_scope")
        .agg(pl.coalesce("product", "product_id").first().alias("carrier"))
    )
    frame = plan
    for other, key in ((product_causes(plan, settings), "product_id"), (carriers, "keyword_scope")):
        frame = frame.join(other, on=key, how="left", validate="m:1", maintain_order="left")
    return frame

"""What a unit of revenue leaves: net margin = margin x (1 - refund rate) - fee rate."""

import polars as pl

from adopt.config import Settings

NET_MARGIN = (pl.col("margin") * (1.0 - pl.col("refund_rate")) - pl.col("fee_rate")).alias(
    "net_margin"
)
BREAK_EVEN_ROI = (
    pl.when(pl.col("net_margin") > 0).then(1.0 / pl.col("net_margin")).alias("break_even_roi")
)


def product_economics(
    product_ids: pl.Series, products: pl.DataFrame, settings: Settings
) -> pl.DataFrame:
    """Economics of each product: shop.toml's word before the sheet's before the shop's default.

    product_ids: every product that is advertised or sold; products: table PRODUCTS
    Returns product_id, product, category, price, margin, refund_rate, fee_rate, net_margin (fractions
    of revenue), break_even_roi, stock (units), is_presale, dsr, own_target_roi; unknown is null.
    """
    own = pl.DataFrame(
        [
            {"product_id": key, **{f"own_{name}": value for name, value in product}}
            for key, product in settings.products.items()
        ],
        schema={
            "product_id": pl.String,
            "own_margin": pl.Float64,
            "own_refund_rate": pl.Float64,
            "own_stock": pl.Float64,
            "own_category": pl.String,
            "own_target_roi": pl.Float64,
        },
    )
    return (
        pl.DataFrame({"product_id": product_ids.drop_nulls().unique().sort()})
        .join(products, on="product_id", how="left", validate="1:1", maintain_order="left")
        .join(own, on="product_id", how="left", validate="1:1", maintain_order="left")
        .with_columns(
            pl.coalesce(
                "own_margin", "margin", pl.lit(settings.value.margin, dtype=pl.Float64)
            ).alias("margin"),
            pl.coalesce("own_refund_rate", "refund_rate", pl.lit(settings.value.refund_rate)).alias(
                "refund_rate"
            ),
            pl.lit(settings.value.fee_rate).alias("fee_rate"),
            pl.coalesce("own_stock", "stock").alias("stock"),
            pl.coalesce("own_category", "category").alias("category"),
            pl.col("is_presale").fill_null(value=False),
        )
        .with_columns(NET_MARGIN)
        .with_columns(BREAK_EVEN_ROI)
        .drop("own_margin", "own_refund_rate", "own_stock", "own_category")
    )

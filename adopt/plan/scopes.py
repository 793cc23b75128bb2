"""What the named sections of ``shop.toml`` hold: their targets, the bounds on their bids, names that fit nothing."""

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from adopt.config import Bounds, Settings
from adopt.errors import ConfigError
from adopt.formats.shop_data import Notice, ShopData
from adopt.platforms import MICROS

DIVIDER = "/"
"""Between the steps of a category's path: a section holds what lies below it too."""


def scope_members(targets: pl.DataFrame, column: str) -> dict[str, tuple[str, ...]]:
    """Ids of the targets of each campaign, category or product, ascending; categories hold those below them.

    targets: target_id and the column (null = in none)
    """
    members: dict[str, list[str]] = {}
    for name, ids in targets.drop_nulls(column).group_by(column).agg("target_id").rows():
        for scope in _with_those_above(name) if column == "category" else (name,):
            members.setdefault(scope, []).extend(ids)
    return {name: tuple(sorted(ids)) for name, ids in sorted(members.items())}


def _with_those_above(path: str) -> list[str]:
    steps = path.split(DIVIDER)
    return [DIVIDER.join(steps[:depth]) for depth in range(1, len(steps) + 1)]


def with_bounds(targets: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """The targets with `bid_minimum`, `bid_maximum` (micros) and `frozen_by` (a section), null where none.

    targets: target_id, lever, campaign_id, category, product_id, keyword_id, keyword
    Of several sections that hold a target the largest minimum and the smallest maximum count.
    Raises ConfigError where a minimum is above a maximum.
    """
    rules = settings.guardrails
    frame = targets.with_columns(
        pl.lit(rules.bid_minimum, dtype=pl.Int64).alias("bid_minimum"),
        pl.lit(rules.bid_maximum or None, dtype=pl.Int64).alias("bid_maximum"),
        pl.lit(None, dtype=pl.String).alias("frozen_by"),
    )
    for column, sections in _sections_by_column(settings).items():
        table = _bounds_table(frame[column].drop_nulls().unique(), column, sections)
        if not table.is_empty():
            frame = _narrowed(frame, table, column)
    crossed = frame.filter(
        pl.col("bid_minimum") > pl.col("bid_maximum"), pl.col("lever") != "bid_modifier"
    )
    if crossed.height:
        raise _crossed(crossed.row(0, named=True), settings)
    return frame


def _sections_by_column(settings: Settings) -> dict[str, dict[str, tuple[str, Bounds]]]:
    """For each column of targets: name → its section's title and bounds."""
    keywords = _titled("keywords", settings.keywords)
    return {
        "campaign_id": _titled("campaigns", settings.campaigns),
        "category": _titled("categories", settings.categories),
        "product_id": _titled("products", settings.products),
        "keyword_id": keywords,
        "keyword": keywords,
    }


def _titled(kind: str, sections: Mapping[str, Bounds]) -> dict[str, tuple[str, Bounds]]:
    return {name: (section_title(kind, name), own) for name, own in sorted(sections.items())}


def section_title(kind: str, name: str) -> str:
    """How a section stands in ``shop.toml``."""
    return f'[{kind}."{name}"]'


def _holding(
    name: str, column: str, sections: Mapping[str, tuple[str, Bounds]]
) -> list[tuple[str, Bounds]]:
    """The sections that hold a value of a column, the widest first."""
    names = _with_those_above(name) if column == "category" else [name]
    return [sections[each] for each in names if each in sections]


def _bounds_table(
    names: pl.Series, column: str, sections: Mapping[str, tuple[str, Bounds]]
) -> pl.DataFrame:
    """Value of the column → own_minimum, own_maximum, own_frozen_by; those with none left out."""
    rows = []
    for name in names.sort():
        held = _holding(name, column, sections)
        minimum = max((own.bid_minimum for _, own in held if own.bid_minimum), default=None)
        maximum = min((own.bid_maximum for _, own in held if own.bid_maximum), default=None)
        frozen_by = next((title for title, own in held if own.freeze), None)
        if minimum is not None or maximum is not None or frozen_by is not None:
            rows.append((name, minimum, maximum, frozen_by))
    schema = {column: pl.String, "own_minimum": pl.Int64, "own_maximum": pl.Int64}
    return pl.DataFrame(rows, schema={**schema, "own_frozen_by": pl.String}, orient="row")


def _narrowed(frame: pl.DataFrame, table: pl.DataFrame, column: str) -> pl.DataFrame:
    return (
        frame.join(table, on=column, how="left", validate="m:1", maintain_order="left")
        .with_columns(
            pl.max_horizontal("bid_minimum", "own_minimum").alias("bid_minimum"),
            pl.min_horizontal("bid_maximum", "own_maximum").alias("bid_maximum"),
            pl.coalesce("frozen_by", "own_frozen_by").alias("frozen_by"),
        )
        .drop("own_minimum", "own_maximum", "own_frozen_by")
    )


def _crossed(target: Mapping[str, object], settings: Settings) -> ConfigError:
    """The error that names both bounds of a target, and where they stand."""
    held: list[tuple[str, Bounds]] = [
        section
        for column, sections in _sections_by_column(settings).items()
        if target[column] is not None
        for section in _holding(str(target[column]), column, sections)
    ]
    stated = {"bid_minimum": "[guardrails]", "bid_maximum": "[guardrails]"}
    amount = {}
    for name in stated:
        for title, own in held:
            if getattr(own, name) == target[name]:
                stated[name] = title
        amount[name] = int(str(target[name])) / MICROS
    word = target["keyword"] or target["keyword_id"] or target["target_id"]
    return ConfigError(
        f"for '{word}' the bid_minimum {amount['bid_minimum']:g} of {stated['bid_minimum']} is above the "
        f"bid_maximum {amount['bid_maximum']:g} of {stated['bid_maximum']}.",
        remedy="Raise the one or lower the other: where several sections hold a bid, the narrowest counts.",
    )


def unknown_scopes(data: ShopData, economics: pl.DataFrame, settings: Settings) -> list[Notice]:
    """One notice that names the sections of ``shop.toml`` which hold nothing in the data.

    economics: of estimate.margin. A product whose section only tells its margin, stock or category need
    not be advertised: it may stand in the product sheet or report.
    """
    targets = data.targets
    known = {
        "campaigns": _values(targets["campaign_id"]),
        "categories": _values(economics["category"], data.products["category"]),
        "products": _values(targets["product_id"]),
        "keywords": _values(targets["keyword_id"], targets["keyword"]),
    }
    known["categories"] = {
        above for path in known["categories"] for above in _with_those_above(path)
    }
    sold = _values(data.products["product_id"], data.product_report["product_id"])
    unknown = [
        section_title(kind, name)
        for kind, name, is_limited in _named_sections(settings)
        if name not in known[kind] and (kind != "products" or is_limited or name not in sold)
    ]
    if not unknown:
        return []
    names = ", ".join(unknown)
    en = f"shop.toml names what the data do not have, so these sections change nothing: {names}."
    zh = f"shop.toml 里的这些名称在数据中找不到,未起作用:{names}。"
    return [Notice("UNKNOWN_SCOPE", en, zh)]


def _values(*columns: pl.Series) -> set[str]:
    return {value for column in columns for value in column.drop_nulls().unique().to_list()}


PRODUCT_FACTS = {"margin", "refund_rate", "stock", "category"}
"""Keys of a product's section that tell what it is, not what its ads may do."""


def _named_sections(settings: Settings) -> Iterator[tuple[str, str, bool]]:
    """Kind and name of every named section, and whether it limits or bounds anything."""
    kinds: Iterable[tuple[str, Mapping[str, Bounds]]] = (
        ("campaigns", settings.campaigns),
        ("categories", settings.categories),
        ("products", settings.products),
        ("keywords", settings.keywords),
    )
    for kind, sections in kinds:
        for name, own in sorted(sections.items()):
            yield kind, name, not own.model_fields_set <= PRODUCT_FACTS

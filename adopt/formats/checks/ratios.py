"""Printed ratios against the counts they are made of, beyond what rounding explains."""

from typing import NamedTuple

import polars as pl

from adopt.formats.cells import COUNT, DECIMAL, Parser, readable
from adopt.formats.checks.finding import Finding, finding
from adopt.formats.sheet import Sheet


class Ratio(NamedTuple):
    """A printed ratio and what it is made of; `scale` is 1000 for a price per thousand.

    instead: what some exports take for the numerator, such as results net of refunds
    """

    name: str
    numerator: str
    denominator: str
    scale: float = 1.0
    instead: tuple[str, ...] = ()


RATIOS = (
    Ratio("ctr", "clicks", "impressions"),
    Ratio("cvr", "orders", "clicks", instead=("orders_net",)),
    Ratio("cpc", "cost", "clicks"),
    Ratio("cpm", "cost", "impressions", 1000.0),
    Ratio("cpa", "cost", "orders"),
    Ratio("roi", "revenue", "cost", instead=("revenue_net",)),
    Ratio("acos", "cost", "revenue"),
    Ratio("product_cvr", "buyers", "visitors"),
    Ratio("cvr_placed", "buyers_placed", "visitors"),
    Ratio("uv_value", "revenue", "visitors"),
)
SHARES = frozenset({"ctr", "cvr", "acos", "product_cvr", "cvr_placed"})
"""Ratios that some exports print as a bare percentage: 3.26 for 3.26 %."""
_MONEY = frozenset({"cost", "revenue", "revenue_net"})
_HALF_CENT = 0.005
_PERCENT = "[%\uff05]"


def check_ratios(sheet: Sheet) -> list[Finding]:
    """Ratios of one sheet that contradict their counts, one finding a column."""
    findings = []
    for ratio in RATIOS:
        if sheet.has(ratio.name, ratio.numerator, ratio.denominator):
            wrong = _contradictions(sheet, ratio)
            if wrong.height:
                findings.append(_told(sheet, ratio, wrong))
    return findings


def _contradictions(sheet: Sheet, ratio: Ratio) -> pl.DataFrame:
    """Rows whose printed ratio no rounding of its counts can give: row, text, value (as counted)."""
    numerators = [name for name in (ratio.numerator, *ratio.instead) if sheet.has(name)]
    parsers: dict[str, Parser] = dict.fromkeys([*numerators, ratio.denominator], COUNT)
    frame = readable(sheet, {**parsers, ratio.name: DECIMAL}).with_columns(
        sheet.frame[ratio.name].alias("text")
    )
    slack = _HALF_CENT if ratio.denominator in _MONEY else 0.0
    fits = pl.any_horizontal(
        _fits(ratio, name, slack).fill_null(value=False) for name in numerators
    )
    known = (pl.col(name).is_not_null() for name in (ratio.name, ratio.numerator))
    value = ratio.scale * pl.col(ratio.numerator) / pl.col(ratio.denominator)
    return (
        frame.filter(pl.col(ratio.denominator) > slack, *known)
        .filter(~fits)
        .select("row", "text", value=value)
    )


def _fits(ratio: Ratio, numerator: str, slack_below: float) -> pl.Expr:
    """Whether the printed ratio can be this numerator over the denominator."""
    above, below = pl.col(numerator), pl.col(ratio.denominator)
    slack_above = _HALF_CENT if numerator in _MONEY else 0.0
    low = ratio.scale * (above - slack_above) / (below + slack_below)
    high = ratio.scale * (above + slack_above) / (below - slack_below)
    given, step = pl.col(ratio.name), _last_digit(pl.col("text"))
    fits = _within(given, low, high, step)
    if ratio.name in SHARES:
        # A bare number may be a percentage.
        bare = ~pl.col("text").str.contains(_PERCENT)
        fits |= bare & _within(given / 100, low, high, step / 100)
    return fits


def _within(given: pl.Expr, low: pl.Expr, high: pl.Expr, step: pl.Expr) -> pl.Expr:
    """Whether a printed number, rounded or cut off at its last digit, can lie between the bounds."""
    return (given > low - 0.999 * step - 1e-9) & (given < high + 0.501 * step + 1e-9)


def _last_digit(text: pl.Expr) -> pl.Expr:
    """Worth of the last printed digit: 0.01 for 1.45, 0.0001 for 3.26%."""
    decimals = text.str.extract(r"\.(\d+)").str.len_chars().fill_null(0).cast(pl.Float64)
    percent = pl.when(text.str.contains(_PERCENT)).then(2.0).otherwise(0.0)
    return pl.lit(10.0).pow(-(decimals + percent))


def _told(sheet: Sheet, ratio: Ratio, wrong: pl.DataFrame) -> Finding:
    first = wrong.row(0, named=True)
    is_percent = any(sign in first["text"] for sign in "%\uff05")
    return finding(
        "RATIO_CONTRADICTS_COUNTS",
        file=sheet.file,
        column=sheet.headers[ratio.name],
        rows=wrong["row"],
        numerator=sheet.headers[ratio.numerator],
        denominator=sheet.headers[ratio.denominator],
        row=first["row"],
        printed=first["text"],
        counted=f"{first['value']:.2%}" if is_percent else f"{first['value']:.4g}",
    )

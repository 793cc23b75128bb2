"""Text of a cell → number, exact money, fraction, date, id or flag, as polars expressions; null where it is none."""

import polars as pl

from adopt.platforms import MICROS

_NUMBER = (
    r"^(-?)\+?(?:(?:[¥$£€₹]|rs\.?|cny|rmb|usd|gbp|eur|inr)\s*)?(-?)"
    r"(\d{1,3}(?:,\d{3})+|\d+|)(\.\d*|)(?:e([+-]?\d{1,3}))?\s*(万|亿|%|)\s*元?$"
)
_POWERS = {"万": 4, "亿": 8, "%": -2}
_YMD = r"^(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?(?:[ t]00:00(?::00(?:\.0+)?)?)?$"
_COMPACT = r"^(\d{4})(\d{2})(\d{2})$"
_DAY = r"\d{4}[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?"
_RANGE = rf"^({_DAY})\s*(?:~|～|至|到|—|–|-|to)+\s*({_DAY})$"
_PERCENT = "[%\uff05]"
_TRUE = ("是", "true", "1", "yes", "y", "预售")
_FALSE = ("否", "false", "0", "no", "n", "现货")


def _plain(text: pl.Expr) -> pl.Expr:
    return text.str.normalize("NFKC").str.to_lowercase().str.strip_chars()


def decimal_text(text: pl.Expr) -> pl.Expr:
    """A printed number as plain decimal text such as ``-1234.5e4``; null where it is no number.

    Thousands commas, currency symbols, 元, 万, 亿 and percent are understood; nothing is rounded.
    """
    groups = _plain(text).str.extract_groups(_NUMBER).struct
    field = [groups.field(str(k)) for k in range(1, 7)]
    sign_before, sign_after, whole, fraction, power, unit = field
    digits = pl.concat_str(whole.str.replace_all(",", "", literal=True), fraction)
    exponent = power.cast(pl.Int64).fill_null(0) + unit.replace_strict(
        _POWERS, default=0, return_dtype=pl.Int64
    )
    is_number = (
        digits.str.contains(r"\d")
        & ~((sign_before == "-") & (sign_after == "-"))
        & ~(power.is_not_null() & (unit != ""))
    )
    exact = pl.concat_str(
        sign_before,
        sign_after,
        digits,
        pl.when(exponent != 0)
        .then(pl.concat_str(pl.lit("e"), exponent.cast(pl.String)))
        .otherwise(pl.lit("")),
    )
    return pl.when(is_number).then(exact)


def number(text: pl.Expr) -> pl.Expr:
    """Float64 nearest to the printed number; percent is a hundredth."""
    value = decimal_text(text).cast(pl.Float64, strict=False)
    return pl.when(value.is_finite()).then(value)


def count(text: pl.Expr) -> pl.Expr:
    """Float64 of a printed number that is no percentage."""
    return pl.when(~text.str.contains(_PERCENT)).then(number(text))


def micros(text: pl.Expr) -> pl.Expr:
    """Int64 micros of a printed amount, exact; null where it is finer than a millionth or no amount."""
    exact = decimal_text(text)
    amount = exact.str.to_decimal(scale=12)
    scaled = amount * pl.lit(MICROS)
    whole = scaled.cast(pl.Int64, strict=False)
    is_exact = (scaled == whole) & ~exact.str.contains(r"\.\d{13,}")
    return pl.when(is_exact & ~text.str.contains(_PERCENT)).then(whole)


def whole_number(text: pl.Expr) -> pl.Expr:
    """Int64 of a printed whole number, such as an amount in micros; ``123.0`` is whole."""
    value = micros(text)
    return pl.when(value % MICROS == 0).then(value // MICROS)


def fraction(text: pl.Expr) -> pl.Expr:
    """Float64 of a percentage or of a bare fraction; null where a bare number exceeds 1."""
    value = number(text)
    return pl.when(text.str.contains(_PERCENT) | (value <= 1)).then(value)


def date(text: pl.Expr) -> pl.Expr:
    """Date of one printed day; null where the calendar has no such day."""
    plain = _plain(text)
    groups = (
        pl.when(plain.str.contains(_COMPACT))
        .then(plain.str.extract_groups(_COMPACT))
        .otherwise(plain.str.extract_groups(_YMD))
    )
    parts = [groups.struct.field(str(k)) for k in (1, 2, 3)]
    padded = pl.concat_str(parts[0], parts[1].str.zfill(2), parts[2].str.zfill(2), separator="-")
    return padded.str.to_date("%Y-%m-%d", strict=False)


def range_start(text: pl.Expr) -> pl.Expr:
    """First day of a printed range such as ``20260101至20260107``; null where it is none."""
    return date(_plain(text).str.extract(_RANGE, 1))


def range_end(text: pl.Expr) -> pl.Expr:
    """Last day of a printed range; null where it is none."""
    return date(_plain(text).str.extract(_RANGE, 2))


def first_day(text: pl.Expr) -> pl.Expr:
    """The printed day, or the first one of a printed range."""
    return pl.coalesce(date(text), range_start(text))


def last_day(text: pl.Expr) -> pl.Expr:
    """The printed day, or the last one of a printed range."""
    return pl.coalesce(date(text), range_end(text))


def identifier(text: pl.Expr) -> pl.Expr:
    """An id as text, ``="123"`` unwrapped; null where a spreadsheet has turned it into ``6.1E+18``."""
    bare = plain_text(text).str.replace(r"^(\d+)\.0+$", "$1")
    return pl.when(~bare.str.contains(r"^\d+(\.\d+)?[eE]\+?\d+$")).then(bare)


def plain_text(text: pl.Expr) -> pl.Expr:
    """The text without a spreadsheet's wrapping: ``="…"`` or the apostrophe before a formula sign."""
    return text.str.replace(r'^="(.*)"$', "$1").str.replace(r"^'([=+\-@\t\r'])", "$1")


def flag(text: pl.Expr) -> pl.Expr:
    """Boolean of 是/否, true/false, yes/no, 1/0."""
    plain = _plain(text).str.replace(r"^([01])\.0+$", "$1")
    return (
        pl.when(plain.is_in(_TRUE))
        .then(pl.lit(value=True))
        .when(plain.is_in(_FALSE))
        .then(pl.lit(value=False))
    )

"""Text of a cell → number, exact money, fraction, date, id or flag, as polars expressions; null where it is none."""

import polars as pl

from adopt.platforms import MICROS

# Digits are those of a keyboard: ``\d`` would let Arabic ones by, which no cast reads. A leading 0 groups no
# thousands: 0,123 is a decimal comma.
_NUMBER = (
    r"^([+-]?)(?:(?:[¥$£€₹]|rs\.?|cny|rmb|usd|gbp|eur|inr)\s*)?([+-]?)"
    r"([1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+|)(\.[0-9]*|)(?:e([+-]?[0-9]{1,3}))?\s*(?:(%)|(万|亿|)\s*元?)$"
)
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {
    "\u3000": " ",
    "￥": "¥",
    "￡": "£",
}
"""Full-width letters and signs as a keyboard types them; NFKC would read 5² as 52."""
_POWERS = {"万": 4, "亿": 8, "%": -2}
_YMD = r"^([0-9]{4})(?:[-/.]|年)([0-9]{1,2})(?:[-/.]|月)([0-9]{1,2})日?(?:[ t]00:00(?::00(?:\.0+)?)?)?$"
MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
"""English months, whole or short, in lower case."""
_MDY = rf"^({MONTH})\.? ([0-9]{{1,2}}), ?([0-9]{{4}})$"
_DMY = rf"^([0-9]{{1,2}}) ({MONTH})\.?,? ([0-9]{{4}})$"
_MONTHS = {
    name: f"{k:02}"
    for k, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_COMPACT = r"^([0-9]{4})([0-9]{2})([0-9]{2})$"
_DAY = r"[0-9]{4}[-/.年]?[0-9]{1,2}[-/.月]?[0-9]{1,2}日?"
_RANGE = rf"^({_DAY})\s*(?:~|～|至|到|—|–|-|to)+\s*({_DAY})$"
_DECIMALS = 12
"""Of an exact amount while it is read; beyond them a decimal is cut off without a word."""
_MOST = 10**13
_PERCENT = "[%\uff05]"
_TRUE = ("是", "true", "1", "yes", "y", "预售")
_FALSE = ("否", "false", "0", "no", "n", "现货")


def _plain(text: pl.Expr) -> pl.Expr:
    # The cells that need it are few, and the replacement is not free.
    typed = (
        pl.when(text.str.contains(r"[\x{3000}\x{ff01}-\x{ff5e}\x{ffe1}\x{ffe5}]"))
        .then(text.str.replace_many(_FULL_WIDTH))
        .otherwise(text)
    )
    return typed.str.to_lowercase().str.strip_chars()


def decimal_text(text: pl.Expr) -> pl.Expr:
    """A printed number as plain decimal text such as ``-1234.5e4``; null where it is no number.

    Thousands commas, currency symbols, 元, 万, 亿 and percent are understood; nothing is rounded.
    """
    groups = _plain(text).str.extract_groups(_NUMBER).struct
    field = [groups.field(str(k)) for k in range(1, 8)]
    sign_before, sign_after, whole, fraction, power, percent, scale = field
    unit = pl.coalesce(percent, scale)
    digits = pl.concat_str(whole.str.replace_all(",", "", literal=True), fraction)
    exponent = power.cast(pl.Int64, strict=False).fill_null(0) + unit.replace_strict(
        _POWERS, default=0, return_dtype=pl.Int64
    )
    is_number = (
        digits.str.contains("[0-9]")
        & ((sign_before == "") | (sign_after == ""))
        & ~(power.is_not_null() & (unit != ""))
    )
    exact = pl.concat_str(
        pl.concat_str(sign_before, sign_after).str.replace("+", "", literal=True),
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
    amount = exact.str.to_decimal(scale=_DECIMALS)
    # More micros than 64 bits hold; much more would overflow the product, which is an error of its own.
    scaled = pl.when(amount.is_between(-_MOST, _MOST)).then(amount) * pl.lit(MICROS)
    whole = scaled.cast(pl.Int64, strict=False)
    is_exact = (scaled == whole) & (_decimals(exact) <= _DECIMALS)
    return pl.when(is_exact & ~text.str.contains(_PERCENT)).then(whole)


def _decimals(exact: pl.Expr) -> pl.Expr:
    """Decimals that a plain decimal text needs, its power of ten counted in."""
    printed = exact.str.extract(r"\.([0-9]*?)0*(?:e|$)", 1).fill_null("").str.len_chars()
    power = exact.str.extract("e(-?[0-9]+)$", 1).cast(pl.Int64, strict=False).fill_null(0)
    return printed.cast(pl.Int64) - power


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
    return pl.coalesce(padded, _worded_day(plain)).str.to_date("%Y-%m-%d", strict=False)


def _worded_day(plain: pl.Expr) -> pl.Expr:
    """``2020-02-01`` of ``feb 1, 2020`` or ``1 february 2020``; null where it is neither."""
    spelled = [(_MDY, "3", "1", "2"), (_DMY, "3", "2", "1")]
    return pl.coalesce(
        pl.concat_str(
            plain.str.extract(pattern, int(year)),
            plain.str.extract(pattern, int(month))
            .str.head(3)
            .replace_strict(_MONTHS, default=None),
            plain.str.extract(pattern, int(day)).str.zfill(2),
            separator="-",
        )
        for pattern, year, month, day in spelled
    )


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
    bare = plain_text(text).str.replace(r"^([0-9]+)\.0+$", "$1")
    return pl.when(~bare.str.contains(r"^[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+$")).then(bare)


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

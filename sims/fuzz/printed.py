"""What a printed cell says, in plain Python and exact decimals: the judge of the readers of cells.

Written apart from them and read letter by letter, so that both err together nowhere. None: no number, or one
that two people would read differently; such a cell must be refused.
"""

from decimal import Decimal

_CURRENCIES = ("¥", "$", "£", "€", "₹", "rs.", "rs", "cny", "rmb", "usd", "gbp", "eur", "inr")
_SCALES = {"万": 4, "亿": 8, "%": -2}
_DIGITS = frozenset("0123456789")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 32,
    0xFFE5: 0xA5,
    0xFFE1: 0xA3,
}


def printed_number(text: str) -> Decimal | None:
    """The number that a cell prints; percent is a hundredth."""
    rest = as_typed(text)
    rest, sign = _signed(rest, 1)
    for currency in _CURRENCIES:
        if rest.startswith(currency):
            rest = rest.removeprefix(currency).lstrip()
            break
    rest, sign = _signed(rest, sign)
    money = rest.endswith("元")
    rest = rest.removesuffix("元").rstrip()
    scale = _SCALES.get(rest[-1:], 0)
    if scale:
        rest = rest[:-1].rstrip()
        if money and scale < 0:
            return None
    digits, mark, power = rest.partition("e")
    exponent = _exponent(power) if mark else 0
    value = _plain(digits)
    if value is None or exponent is None or sign is None or (mark and scale):
        return None
    return (value * sign).scaleb(exponent + scale)


def is_percentage(text: str) -> bool:
    """Whether a cell prints a percentage."""
    return as_typed(text).endswith("%")


def as_typed(text: str) -> str:
    """The cell with full-width letters and signs as a keyboard types them, in lower case."""
    return text.translate(_FULL_WIDTH).strip().lower()


def _signed(text: str, sign: int | None) -> tuple[str, int | None]:
    """The text behind a sign, and the sign; two signs say nothing."""
    if text[:1] not in {"+", "-"}:
        return text, sign
    given = -1 if text[0] == "-" else 1
    # A sign before the currency and one behind it are two.
    return text[1:].lstrip() if text[1:2] != " " else text, given if sign == 1 else None


def _exponent(power: str) -> int | None:
    bare = power[1:] if power[:1] in {"+", "-"} else power
    is_plain = bool(bare) and len(bare.lstrip("0")) <= 3 and _DIGITS.issuperset(bare)
    return int(power) if is_plain else None


def _plain(digits: str) -> Decimal | None:
    """Digits with at most one point, and with commas only where they group thousands."""
    whole, _, fraction = digits.partition(".")
    groups = whole.split(",")
    if len(groups) > 1:
        first, *others = groups
        if not 1 <= len(first) <= 3 or first[0] == "0" or any(len(other) != 3 for other in others):
            return None
    bare = "".join(groups)
    if not (bare + fraction) or not _DIGITS.issuperset(bare + fraction):
        return None
    return Decimal(f"{bare or '0'}.{fraction or '0'}")

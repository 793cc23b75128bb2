"""Amounts that a person typed: exact integer micros, never through a float."""

from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

from adopt.platforms import MICROS

MOST_MICROS = 10**18
"""A million millions of currency: what 64 bits hold, with room to add."""


def money_micros(text: object) -> int:
    """Integer micros of an amount that a person typed; exact, never through a float.

    Raises ValueError on a float, on text that is no amount, and below one micro.
    """
    if isinstance(text, bool | float) or not isinstance(text, str | int | Decimal):
        raise ValueError('write money as a quoted decimal, such as "1500.00"')  # noqa: TRY004 -- pydantic collects ValueErrors only
    try:
        amount = Decimal(text.replace(",", "").strip() if isinstance(text, str) else text)
    except InvalidOperation as error:
        raise ValueError(f"'{text}' is not an amount of money") from error
    if not amount.is_finite():
        raise ValueError(f"'{text}' is not an amount of money")
    micros = amount * MICROS
    if micros != micros.to_integral_value():
        raise ValueError(f"'{text}' is finer than a millionth")
    if micros < 0:
        raise ValueError("an amount of money cannot be negative")
    if micros > MOST_MICROS:
        raise ValueError(f"'{text}' is more money than there is")
    return int(micros)


def _money_text(micros: int | None) -> str | None:
    """Micros as the decimal that money_micros reads."""
    return None if micros is None else str(Decimal(micros) / MICROS)


Money = Annotated[
    int,
    BeforeValidator(money_micros),
    PlainSerializer(_money_text, return_type=str | None, when_used="json"),
]

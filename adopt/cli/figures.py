"""Figures for a person: money with its sign, ratios and counts plain."""

SYMBOLS = {"CNY": "¥", "USD": "$", "GBP": "£", "EUR": "€"}


def money(amount: float | None, currency: str) -> str:
    """Amount for a person: two decimals, thousands commas."""
    if amount is None:
        return "–"
    symbol = SYMBOLS.get(currency, f"{currency} ")
    sign = "−" if amount < 0 and round(amount, 2) != 0 else ""
    return f"{sign}{symbol}{abs(amount):,.2f}"


def number(name: str, value: float | None, currency: str) -> str:
    """Figure of a metric for a person: money with its sign, a ratio or a count plain."""
    if value is None:
        return "–"
    if name in {"cost", "revenue", "profit"}:
        return money(value, currency)
    return f"{value:,.2f}" if name == "roi" else f"{value:,.1f}"

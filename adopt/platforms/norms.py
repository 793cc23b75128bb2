"""What is usual: returns by industry, searches by hour."""

NORM_ROI: dict[str, float] = {"clothing": 7.0, "home_appliances": 9.0, "general": 8.0}
"""Return norms by industry (DOMAIN K1): what a direct-train shop is expected to earn per yuan."""

_BY_HOUR = (
    22,
    12,
    7,
    5,
    4,
    6,
    12,
    22,
    34,
    46,
    54,
    52,
    50,
    52,
    54,
    54,
    52,
    48,
    48,
    58,
    70,
    76,
    66,
    42,
)
SHOPPING_HOURS: tuple[float, ...] = tuple(share / sum(_BY_HOUR) for share in _BY_HOUR)
"""Share of a day's searches by hour: a valley before dawn, a peak in the evening. Assumed."""

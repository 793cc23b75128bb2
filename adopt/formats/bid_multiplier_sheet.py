"""The operator's sheet of multipliers on the bid, by hour, device and audience.

A factor (系数: 80% or 0.8), a discount (折扣: 80% keeps 0.8) and a premium (溢价: +20% is 1.2) stand in
columns of their own; a cell that could be two of them is refused.
"""

from collections.abc import Mapping

import polars as pl

from adopt.formats import numbers
from adopt.formats.cells import FRACTION, ID, TEXT, parse, refuse, refuse_outside
from adopt.formats.reading import Reading, of_file
from adopt.formats.recognise import BID_MULTIPLIER_SHEET
from adopt.formats.sheet import Sheet
from adopt.formats.week_hours import week_hours

DIMENSION_WORDS = {
    "hour": ("时段", "小时", "分时", "hour", "hours"),
    "device": ("设备", "终端", "device", "devices"),
    "audience": ("人群", "audience", "audiences"),
}
DEVICE_WORDS = {
    "mobile": ("mobile", "移动", "无线", "手机", "移动端", "无线端", "mobile phones"),
    "pc": ("pc", "电脑", "计算机", "pc端", "电脑端", "desktop", "computers"),
}
LARGEST_FACTOR = 10.0
"""A bare number above this is no factor: 80 may be 80 % or a slip."""

_TENTHS = r"^([1-9](?:\.\d)?|[1-9][1-9])\s*折$"
_REMEDY = {
    "multiplier": "Write the factor as 80% or 0.8; a premium such as +20% belongs in a column 溢价 (Bid adjustment).",
    "discount": "Write what is kept of the bid as 80%, 0.8 or 8折; a factor above 1 as 120%.",
    "premium": "Write +20% for 1.2 times the bid; a factor such as 120% belongs in a column 系数.",
}
FACTORS = tuple(_REMEDY)


def read_bid_multiplier_sheet(sheet: Sheet) -> Reading:
    """Campaign, ad group, dimension, segment (text), hours (of the week, for hours), multiplier, share.

    X_header: what the sheet calls campaign, ad_group, segment, multiplier and share. Campaigns and the
    platform's limits are checked where they are known. Raises DataError where a cell is missing, unknown, or could mean two things.
    """
    texts = ("campaign", "ad_group", "dimension", "segment", *FACTORS)
    frame = parse(
        sheet,
        {
            "campaign_id": ID,
            "ad_group_id": ID,
            **dict.fromkeys(texts, TEXT),
            "share": FRACTION,
        },
    )
    _check_filled(sheet, frame)
    refuse_outside(sheet, frame, "share", low=0, high=1)
    frame = _with_segments(sheet, _with_dimension(sheet, frame))
    return Reading(
        BID_MULTIPLIER_SHEET,
        _with_multiplier(sheet, frame).with_columns(of_file(sheet), *_headers(sheet)),
    )


def _headers(sheet: Sheet) -> list[pl.Expr]:
    """What the sheet calls its columns, for errors that are found later."""
    printed = {
        "campaign": sheet.headers.get("campaign_id", sheet.headers.get("campaign")),
        "ad_group": sheet.headers.get("ad_group_id", sheet.headers.get("ad_group")),
        "segment": sheet.headers["segment"],
        "share": sheet.headers.get("share", "流量占比"),
    }
    return [pl.lit(text, pl.String).alias(f"{name}_header") for name, text in printed.items()]


def _check_filled(sheet: Sheet, frame: pl.DataFrame) -> None:
    refuse(
        sheet,
        frame,
        pl.col("campaign_id").is_null() & pl.col("campaign").is_null(),
        column="campaign_id" if sheet.has("campaign_id") else "campaign",
        what="the row names no campaign.",
        remedy="Fill in 计划ID or 计划名字, or delete the row.",
    )
    for name, example in (("dimension", "时段, 设备 or 人群"), ("segment", "8-12, mobile or 新客")):
        refuse(
            sheet,
            frame,
            pl.col(name).is_null(),
            column=name,
            what="is empty.",
            remedy=f"Write {example}, or delete the row.",
        )
    given = pl.sum_horizontal(pl.col(name).is_not_null() for name in FACTORS)
    present = [name for name in FACTORS if sheet.has(name)]
    titles = " or ".join(sheet.headers[name] for name in present)
    refuse(
        sheet,
        frame,
        given < 1,
        column=present[0],
        what="the multiplier is missing.",
        remedy=f"Fill in {titles}, or delete the row.",
    )
    refuse(
        sheet,
        frame,
        given > 1,
        column=present[0],
        what=f"only one of {titles} can say by what the bid is multiplied.",
        remedy="Leave the others empty.",
    )


def _with_dimension(sheet: Sheet, frame: pl.DataFrame) -> pl.DataFrame:
    frame = frame.with_columns(_word(pl.col("dimension"), DIMENSION_WORDS).alias("dimension"))
    refuse(
        sheet,
        frame,
        pl.col("dimension").is_null(),
        column="dimension",
        what="'{cell}' is no dimension of multipliers.",
        remedy="Write 时段 (hour), 设备 (device) or 人群 (audience).",
    )
    return frame


def _word(text: pl.Expr, words: Mapping[str, tuple[str, ...]]) -> pl.Expr:
    """The canonical word of a text; null where it is none of the words."""
    canonical = {word: name for name, spellings in words.items() for word in spellings}
    plain = text.str.normalize("NFKC").str.strip_chars().str.to_lowercase()
    return plain.replace_strict(canonical, default=None, return_dtype=pl.String)


def _with_segments(sheet: Sheet, frame: pl.DataFrame) -> pl.DataFrame:
    """`segment` of devices in canonical words; `hours` of the week, null elsewhere."""
    is_hour, is_device = (pl.col("dimension") == name for name in ("hour", "device"))
    written = frame.filter(is_hour)["segment"].unique().sort()
    known = pl.DataFrame(
        {"segment": written, "hours": [week_hours(text) for text in written]},
        schema={"segment": pl.String, "hours": pl.List(pl.Int64)},
    )
    frame = frame.join(
        known, on="segment", how="left", validate="m:1", maintain_order="left"
    ).with_columns(pl.when(is_hour).then("hours").alias("hours"))
    refuse(
        sheet,
        frame,
        is_hour & pl.col("hours").is_null(),
        column="segment",
        what="'{cell}' names no hours.",
        remedy="Write 0-7 for 0:00 to 7:00, 8 for one hour, or Mon-Fri 8-12; format the column as text, "
        "and split what runs past midnight into 22-24 and 0-6.",
    )
    device = _word(pl.col("segment"), DEVICE_WORDS)
    refuse(
        sheet,
        frame,
        is_device & device.is_null(),
        column="segment",
        what="'{cell}' is no device.",
        remedy="Write mobile (移动) or pc (电脑).",
    )
    return frame.with_columns(pl.when(is_device).then(device).otherwise("segment").alias("segment"))


def _with_multiplier(sheet: Sheet, frame: pl.DataFrame) -> pl.DataFrame:
    """The one multiplier of each row, and the header it stood under."""
    readers = {"multiplier": _factor, "discount": _discount, "premium": _premium}
    for name, read in readers.items():
        if sheet.has(name):
            value = read(pl.col(name).str.normalize("NFKC").str.strip_chars())
            frame = frame.with_columns(value.alias(f"{name}_read"))
            refuse(
                sheet,
                frame,
                pl.col(name).is_not_null() & ~(pl.col(f"{name}_read") > 0).fill_null(value=False),
                column=name,
                what=f"it is not clear by what '{{cell}}' under {sheet.headers[name]} multiplies the bid.",
                remedy=_REMEDY[name],
            )
    present = [name for name in FACTORS if sheet.has(name)]
    headers = [
        pl.when(pl.col(name).is_not_null()).then(pl.lit(sheet.headers[name])) for name in present
    ]
    return frame.with_columns(
        pl.coalesce(headers).alias("multiplier_header"),
        pl.coalesce(f"{name}_read" for name in present).alias("multiplier"),
    ).drop(*(f"{name}_read" for name in present), *FACTORS[1:])


def _is_signed(text: pl.Expr) -> pl.Expr:
    return text.str.contains(r"^[+-]")


def _is_percent(text: pl.Expr) -> pl.Expr:
    return text.str.contains("%", literal=True)


def _tenths(text: pl.Expr) -> pl.Expr:
    """``8折`` is 0.8, ``85折`` is 0.85."""
    digits = text.str.extract(_TENTHS, 1)
    value = digits.cast(pl.Float64, strict=False)
    return pl.when(digits.str.contains(r"^\d\d$")).then(value / 100).otherwise(value / 10)


def _factor(text: pl.Expr) -> pl.Expr:
    """80% or 0.8; null where signed, or a bare number too large to be a factor."""
    value = numbers.number(text)
    is_plain = ~_is_signed(text) & (_is_percent(text) | (value <= LARGEST_FACTOR))
    return pl.coalesce(pl.when(is_plain).then(value), _tenths(text))


def _discount(text: pl.Expr) -> pl.Expr:
    """80%, 0.8 or 8折 keep 0.8; null where signed, or a bare number above 1."""
    value = numbers.number(text)
    is_plain = ~_is_signed(text) & (_is_percent(text) | (value <= 1.0))
    return pl.coalesce(pl.when(is_plain).then(value), _tenths(text))


def _premium(text: pl.Expr) -> pl.Expr:
    """+20%, 20% or 溢价20% is 1.2; null for 120% without a sign, which may be a factor.

    An audience's premium is always added to the bid, on every platform: there 120% is 2.2.
    """
    text = text.str.replace(r"^溢价\s*", "")
    value = numbers.number(text)
    is_added = _is_signed(text) | (pl.col("dimension") == "audience")
    is_plain = (value.abs() < 1.0) | (_is_percent(text) & is_added)
    return pl.when(is_plain).then(1.0 + value)

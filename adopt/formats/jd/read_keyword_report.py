"""JD 京东快车 keyword report; orders are order lines (订单行)."""

from adopt.errors import DataError
from adopt.formats.current_state import read_with_state
from adopt.formats.reading import Reading
from adopt.formats.recognise import JD_KEYWORD_REPORT
from adopt.formats.sheet import Sheet


def read_keyword_report(sheet: Sheet) -> Reading:
    """Results by keyword and day.

    Raises DataError where rows are split by the product that was ordered, or a cell cannot be read.
    """
    if sheet.has("ordered_sku"):
        raise DataError(
            "splits each keyword by the SKU that was ordered, so its clicks cannot be added up.",
            place=sheet.place(column="ordered_sku"),
            remedy="Download it again without 跟单SKU ID.",
        )
    results, listing, notices = read_with_state(sheet, orders="总订单行", revenue="总订单金额")
    return Reading(JD_KEYWORD_REPORT, results, "CNY", notices, listing=listing)

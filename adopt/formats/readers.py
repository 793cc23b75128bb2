"""Which reader reads which kind of table."""

from collections.abc import Callable

from adopt.formats.amazon.read_bulksheet import read_bulksheet
from adopt.formats.amazon.read_targeting_report import read_targeting_report, read_targeting_tab
from adopt.formats.bid_multiplier_sheet import read_bid_multiplier_sheet
from adopt.formats.bid_sheet import read_bid_sheet
from adopt.formats.canonical.read_history import read_history
from adopt.formats.canonical.read_landscape import read_landscape
from adopt.formats.google import read_keyword_report as google_keywords
from adopt.formats.google.read_bid_simulations import read_bid_simulations
from adopt.formats.jd import read_keyword_report as jd_keywords
from adopt.formats.microsoft import read_keyword_report as microsoft_keywords
from adopt.formats.microsoft.read_bulk import read_bulk
from adopt.formats.pdd.read_promotion_report import read_promotion_report
from adopt.formats.product_sheet import read_product_sheet
from adopt.formats.reading import Reading
from adopt.formats.recognise import (
    AMAZON_ADVERTISED_REPORT,
    AMAZON_BULKSHEET,
    AMAZON_SEARCH_TERM_REPORT,
    AMAZON_TARGETING_REPORT,
    AMAZON_TARGETING_TAB,
    BID_MULTIPLIER_SHEET,
    BID_SHEET,
    BID_SIMULATIONS,
    CROWD_REPORT,
    GOOGLE_KEYWORD_REPORT,
    HISTORY,
    ITEM_REPORT,
    JD_KEYWORD_REPORT,
    KEYWORD_REPORT,
    LANDSCAPE,
    MICROSOFT_BULK,
    MICROSOFT_KEYWORD_REPORT,
    PDD_PROMOTION_REPORT,
    PRODUCT_REPORT,
    PRODUCT_SHEET,
    Kind,
)
from adopt.formats.sheet import Sheet
from adopt.formats.taobao.read_keyword_report import read_keyword_report
from adopt.formats.taobao.read_product_report import read_product_report
from adopt.formats.told_reports import (
    read_advertised_report,
    read_crowd_report,
    read_item_report,
    read_search_term_report,
)

READERS: dict[Kind, Callable[[Sheet], Reading]] = {
    BID_SIMULATIONS: read_bid_simulations,
    LANDSCAPE: read_landscape,
    BID_SHEET: read_bid_sheet,
    BID_MULTIPLIER_SHEET: read_bid_multiplier_sheet,
    KEYWORD_REPORT: read_keyword_report,
    HISTORY: read_history,
    CROWD_REPORT: read_crowd_report,
    ITEM_REPORT: read_item_report,
    PRODUCT_REPORT: read_product_report,
    PRODUCT_SHEET: read_product_sheet,
    GOOGLE_KEYWORD_REPORT: google_keywords.read_keyword_report,
    AMAZON_BULKSHEET: read_bulksheet,
    AMAZON_TARGETING_REPORT: read_targeting_report,
    AMAZON_TARGETING_TAB: read_targeting_tab,
    AMAZON_ADVERTISED_REPORT: read_advertised_report,
    AMAZON_SEARCH_TERM_REPORT: read_search_term_report,
    MICROSOFT_BULK: read_bulk,
    MICROSOFT_KEYWORD_REPORT: microsoft_keywords.read_keyword_report,
    JD_KEYWORD_REPORT: jd_keywords.read_keyword_report,
    PDD_PROMOTION_REPORT: read_promotion_report,
}

"""The canonical tables: column names, types, units, rules. A schema class is the contract of a frame."""

from adopt.tables.bid_changes import BidChanges
from adopt.tables.bid_multipliers import BidMultipliers
from adopt.tables.check import check
from adopt.tables.cvr_changes import CvrChanges
from adopt.tables.frontier import Frontier, RoiFrontier
from adopt.tables.history import History
from adopt.tables.landscape import Landscape
from adopt.tables.landscape_points import LandscapePoints
from adopt.tables.order import places, sorted_by
from adopt.tables.order_arrivals import OrderArrivals
from adopt.tables.product_decisions import ProductDecisions
from adopt.tables.product_report import ProductReport
from adopt.tables.products import Products
from adopt.tables.rate_nodes import RateNodes
from adopt.tables.rates import Rates
from adopt.tables.recommendations import ACTIONS, METRICS, Recommendations
from adopt.tables.response import Response
from adopt.tables.targets import ID_COLUMNS, Targets, target_id
from adopt.tables.totals import total, totals_by

__all__ = [
    "ACTIONS",
    "ID_COLUMNS",
    "METRICS",
    "BidChanges",
    "BidMultipliers",
    "CvrChanges",
    "Frontier",
    "History",
    "Landscape",
    "LandscapePoints",
    "OrderArrivals",
    "ProductDecisions",
    "ProductReport",
    "Products",
    "RateNodes",
    "Rates",
    "Recommendations",
    "Response",
    "RoiFrontier",
    "Targets",
    "check",
    "places",
    "sorted_by",
    "target_id",
    "total",
    "totals_by",
]

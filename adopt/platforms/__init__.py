"""What each platform allows, as data: one file a platform."""

from adopt.platforms.amazon import AMAZON
from adopt.platforms.events import Event, EventCalendar, Span, YearlyEvent
from adopt.platforms.google import GOOGLE
from adopt.platforms.jd import JD
from adopt.platforms.microsoft import MICROSOFT
from adopt.platforms.norms import NORM_ROI
from adopt.platforms.pdd import PDD
from adopt.platforms.platform import MICROS, OrderLag, Platform
from adopt.platforms.taobao import TAOBAO

PLATFORMS: dict[str, Platform] = {p.name: p for p in (TAOBAO, GOOGLE, AMAZON, MICROSOFT, JD, PDD)}

__all__ = [
    "MICROS",
    "NORM_ROI",
    "PLATFORMS",
    "Event",
    "EventCalendar",
    "OrderLag",
    "Platform",
    "Span",
    "YearlyEvent",
]

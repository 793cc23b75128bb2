"""What the operator should know of sales events: days left out, days that had to stay, days ahead."""

from datetime import date, timedelta

from adopt.formats.shop_data import Notice
from adopt.platforms import EventCalendar
from adopt.platforms.event_days import BaselineDays


def event_notices(
    baseline: BaselineDays, calendar: EventCalendar, *, horizon_days: int
) -> list[Notice]:
    """Notices on the events of a history and of the days that a forecast speaks of.

    baseline: of baseline_days; horizon_days: days after the last day of the history, days
    """
    if baseline.days.is_empty():
        return []
    return [
        *_history_notices(baseline),
        *_ahead(calendar, baseline.days["date"][-1], horizon_days),
    ]


def _history_notices(baseline: BaselineDays) -> list[Notice]:
    count, days = baseline.event_days, baseline.days.height
    if not count:
        return []
    names_en, names_zh = ", ".join(baseline.events), "、".join(baseline.events)
    if baseline.contains_events:
        en = (
            f"the baseline contains event days: {count} of {days} days belong to {names_en}, and the others "
            "are too few to go by. Give a history that reaches beyond the event."
        )
        zh = f"基准里含大促:{days} 天中有 {count} 天属于{names_zh},其余日子太少。请提供大促之外的历史。"
        return [Notice("EVENT_DAYS_IN_BASELINE", en, zh)]
    en = (
        f"{count} of {days} days belong to {names_en}; they are no baseline, estimates rest on the other "
        f"{days - count}. Wrong days? Set [events] in shop.toml."
    )
    zh = (
        f"{days} 天中有 {count} 天属于{names_zh},不作基准,只用其余 {days - count} 天估计。"
        "日期不对可在 shop.toml 的 [events] 里改。"
    )
    return [Notice("EVENT_DAYS_LEFT_OUT", en, zh)]


def _ahead(calendar: EventCalendar, last: date, horizon_days: int) -> list[Notice]:
    coming = calendar.between(last + timedelta(days=1), last + timedelta(days=horizon_days))
    if not coming:
        return []
    spans_en = ", ".join(f"{e.name} ({e.first} to {e.last})" for e in coming)
    spans_zh = "、".join(f"{e.name}({e.first} 至 {e.last})" for e in coming)
    en = (
        f"the next {horizon_days} days touch {spans_en}. Forecasts are of ordinary days: traffic, prices "
        "and conversion will be others."
    )
    zh = f"今后 {horizon_days} 天碰上{spans_zh}。预测按平常日子算,届时流量、点击价和转化都会不同。"
    return [Notice("EVENT_AHEAD", en, zh)]

"""One simulated day of a shop, auction by auction, in the model of auction.py.

Searches. The searches of a group's keywords are independent Poisson streams; their union is one stream
whose next search is of keyword k with the share of its rate (Walker's alias table), so auctions come in
the order of time without a sort. A group holds all keywords and campaigns that could touch one
another, through a budget, a stock or a common search; groups run in parallel.

Rivals. Seen from the top, Lambda at the rivals' scores is a Poisson process of rate 1 on (0, m). Hence
rank = 1 + Poisson(Lambda(own score)), and the next score below is Lambda^-1 at the own Lambda plus an
Exp(1) gap: two draws instead of m, exactly. Nobody follows where the sum passes m.

Own products. Of the targets on a searched keyword that may serve, the `own_items` of highest score
enter; those below meet the same rivals: none in between where the gap passes them, else 1 + Poisson.

Smooth delivery. In each hour a campaign enters with the chance that spends what is left evenly over the
searches to come: what is left / (forecast of the rest of the day x spent so far / planned so far).

Every draw is philox(seed, shop; group, day, purpose, auction): no draw depends on a bid, a budget or a
thread, so two sets of bids meet the same searches, rivals and shoppers.
Source: Edelman, Ostrovsky & Schwarz (2007) for the price; Walker (1977) for the alias table.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.alias_table import fill_alias_table
from adopt.kernels.auction import rivals_above
from adopt.kernels.jit import kernel, parallel_kernel, prange
from adopt.kernels.random import (
    HALF_WORD,
    TRY,
    fine_unit,
    gamma,
    normal,
    normal_quantile,
    philox,
    poisson,
    poisson_count,
    unit,
)

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

HOURS = 24
DRAW_ARRIVALS, DRAW_DAY, DRAW_SEARCH, DRAW_PRICE, DRAW_RANK, DRAW_TURN, DRAW_VALUE = range(1, 8)

IMPRESSIONS, CLICKS, COST, ORDERS, REVENUE, RANKS, LATE_ORDERS, LATE_REVENUE = range(8)
TOTALS = 8
"""Columns of `totals`: counts and micros; ranks summed; late = known only after the last day."""

EVENT_TARGET, EVENT_HOUR, EVENT_AUCTION, EVENT_RANK, EVENT_PRICE, EVENT_VALUE, EVENT_LAG = range(7)
EVENTS = 7
"""Columns of `events`, one row a click; value: micros of its order, 0 = none; lag: days."""

MICROS = 1e6
TRUST = 0.05
"""Weight of a smooth campaign's forecast against what it was seen to spend, in days."""


class Layout(NamedTuple):
    """Who belongs where. Keywords and campaigns are sorted by group, targets by keyword and falling score.

    group_keywords, group_campaigns: (groups + 1,) first keyword and campaign of each group
    keyword_targets: (keywords + 1,) first target of each keyword
    campaign, product: (targets,)
    """

    group_keywords: I64
    group_campaigns: I64
    keyword_targets: I64
    campaign: I64
    product: I64


class Searches(NamedTuple):
    """Searches per day and rivals of each keyword (keywords,); mu, sigma of log rank scores."""

    queries: F64
    m: F64
    mu: F64
    sigma: F64


class Offers(NamedTuple):
    """What each target brings (targets,): log rank score, bid, quality, and rates.

    bid: micros; click_rate: clicks an examined impression; cvr: orders a click; aov: micros an order
    above: expected rivals above; unseen: exp(-above); shown: P(rank within the slots)
    """

    log_score: F64
    bid: I64
    quality: F64
    click_rate: F64
    cvr: F64
    aov: F64
    above: F64
    unseen: F64
    shown: F64


class Rules(NamedTuple):
    """How the platform and its shoppers behave.

    examination: (slots,) P(rank is looked at); hour_share: (24,), sums to 1
    lag: (days,) share of orders known within 0, 1, .. days, ends at 1
    floor, step, price_unit: micros; own_items: most targets of the shop in one search
    order_shape: Gamma shape of an order's value; day_spread: sd of a keyword's log searches by day
    """

    examination: F64
    hour_share: F64
    lag: F64
    floor: float
    step: float
    price_unit: float
    own_items: int
    order_shape: float
    day_spread: float


@kernel
def rate_offers(layout: Layout, searches: Searches, slots: int, offers: Offers) -> None:
    """Fill `above`, `unseen` and `shown` of the offers."""
    for k in range(layout.keyword_targets.size - 1):
        for i in range(layout.keyword_targets[k], layout.keyword_targets[k + 1]):
            above = rivals_above(
                offers.log_score[i], searches.m[k], searches.mu[k], searches.sigma[k]
            )
            chance = math.exp(-above)
            offers.above[i] = above
            offers.unseen[i] = chance
            shown = 0.0
            for r in range(slots):
                shown += chance
                chance *= above / (r + 1)
            offers.shown[i] = shown


@kernel
def price_below(
    next_above: float, i: int, k: int, searches: Searches, offers: Offers, rules: Rules
) -> float:
    """Price, micros, before rounding, where the next rival below stands at this Lambda."""
    if next_above >= searches.m[k]:
        return rules.floor
    score = searches.mu[k] - searches.sigma[k] * normal_quantile(next_above / searches.m[k])
    asked: float = math.exp(score) / offers.quality[i] * MICROS + rules.step
    return asked


@kernel
def whole_price(asked: float, bid: int, rules: Rules) -> int:
    """Price of a click in whole price units, between the floor and the bid, micros."""
    unit_micros = int(rules.price_unit)
    micros = math.floor(max(asked, rules.floor) / unit_micros + 0.5) * unit_micros
    return min(micros, bid)


@kernel
def _play_group(
    g: int,
    day: int,
    days_left: int,
    seed: int,
    shop: int,
    layout: Layout,
    searches: Searches,
    offers: Offers,
    rules: Rules,
    budget: I64,
    expected_cost: F64,
    stock: I64,
    totals: I64,
    searched: I64,
    closed_hour: I64,
    events: I64,
    event_start: I64,
) -> None:
    first = layout.group_keywords[g]
    count = layout.group_keywords[g + 1] - first
    rate = np.empty(count)
    accept = np.empty(count)
    alias = np.empty(count, dtype=np.int64)
    for k in range(count):
        rate[k] = searches.queries[first + k]
        if rules.day_spread > 0.0:
            noise = normal(seed, shop, first + k, day, DRAW_DAY, 0) * rules.day_spread
            rate[k] *= math.exp(noise - 0.5 * rules.day_spread**2)
    total = fill_alias_table(rate, accept, alias)
    own = np.empty(rules.own_items, dtype=np.int64)
    slots = rules.examination.size
    first_campaign = layout.group_campaigns[g]
    campaigns = layout.group_campaigns[g + 1] - first_campaign
    turn = np.ones(campaigns)
    planned = np.zeros(campaigns)
    morning = budget[first_campaign : first_campaign + campaigns].copy()
    row = event_start[g]
    auction = 0
    rest = 1.0
    for hour in range(HOURS):
        for at in range(campaigns):
            hope = expected_cost[first_campaign + at]
            if hope <= 0.0:
                continue
            # What was spent over what was planned corrects the plan; a little of it comes for free.
            left = budget[first_campaign + at]
            seen = (morning[at] - left + TRUST * hope) / (planned[at] + TRUST * hope)
            turn[at] = min(1.0, left / max(hope * rest * seen, 1.0))
            planned[at] += turn[at] * hope * rules.hour_share[hour]
        rest -= rules.hour_share[hour]
        arrivals = poisson(
            total * rules.hour_share[hour], seed, shop, first, day, DRAW_ARRIVALS, hour
        )
        for _ in range(arrivals):
            w0, w1, w2, w3 = philox(seed, shop, first, day, DRAW_SEARCH, auction)
            auction += 1
            # int64 by name: int() of an unsigned word stays unsigned, and mixed signs become floats.
            column = np.int64((w0 * np.uint64(count)) >> HALF_WORD)
            k = first + (column if unit(w1) < accept[column] else alias[column])
            searched[k] += 1
            entered = 0
            for i in range(layout.keyword_targets[k], layout.keyword_targets[k + 1]):
                c = layout.campaign[i]
                if closed_hour[c] < HOURS or stock[layout.product[i]] == 0:
                    continue
                if offers.bid[i] < rules.floor:
                    continue
                chance = turn[c - first_campaign]
                if chance < 1.0:
                    place = i - layout.keyword_targets[k]
                    lot, _, _, _ = philox(seed, shop, first, day, DRAW_TURN + TRY * place, auction)
                    if unit(lot) >= chance:
                        continue
                own[entered] = i
                entered += 1
                if entered == rules.own_items:
                    break
            rivals = 0
            gap = 0.0
            for j in range(entered):
                i = own[j]
                if j == 0:
                    if unit(w2) >= offers.shown[i]:
                        break
                    rivals = poisson_count(offers.above[i], offers.unseen[i], unit(w2), slots)
                else:
                    w2, w3, _, _ = philox(seed, shop, first, day, DRAW_RANK + TRY * j, auction)
                    between = offers.above[i] - offers.above[own[j - 1]] - gap
                    if between > 0.0:
                        more = poisson_count(between, math.exp(-between), unit(w2), slots)
                        rivals += 1 + more
                rank = rivals + j
                if rank >= slots:
                    break
                is_click = unit(w3) < rules.examination[rank] * offers.click_rate[i]
                totals[i, IMPRESSIONS] += 1
                totals[i, RANKS] += rank + 1
                if not is_click and j + 1 == entered:
                    break
                p0, p1, p2, p3 = philox(seed, shop, first, day, DRAW_PRICE + TRY * j, auction)
                gap = -math.log(fine_unit(p0, p1))
                if not is_click:
                    continue
                following = offers.above[i] + gap
                if j + 1 < entered and offers.above[own[j + 1]] <= following:
                    score = offers.log_score[own[j + 1]]
                    asked = math.exp(score) / offers.quality[i] * MICROS + rules.step
                else:
                    asked = price_below(following, i, k, searches, offers, rules)
                price = whole_price(asked, offers.bid[i], rules)
                c = layout.campaign[i]
                if price > budget[c]:
                    closed_hour[c] = hour
                    continue
                budget[c] -= price
                totals[i, CLICKS] += 1
                totals[i, COST] += price
                value = 0
                lag = 0
                product = layout.product[i]
                if unit(p2) < offers.cvr[i] and stock[product] != 0:
                    if stock[product] > 0:
                        stock[product] -= 1
                    drawn = gamma(
                        rules.order_shape, seed, shop, first, day, DRAW_VALUE + j, auction
                    )
                    value = (
                        int(
                            max(
                                1.0,
                                math.floor(offers.aov[i] * drawn / rules.order_shape / 1e4 + 0.5),
                            )
                        )
                        * 10_000
                    )
                    while lag + 1 < rules.lag.size and unit(p3) >= rules.lag[lag]:
                        lag += 1
                    if lag > days_left:
                        totals[i, LATE_ORDERS] += 1
                        totals[i, LATE_REVENUE] += value
                    else:
                        totals[i, ORDERS] += 1
                        totals[i, REVENUE] += value
                if row < events.shape[0]:
                    events[row, EVENT_TARGET] = i
                    events[row, EVENT_HOUR] = hour
                    events[row, EVENT_AUCTION] = auction
                    events[row, EVENT_RANK] = rank + 1
                    events[row, EVENT_PRICE] = price
                    events[row, EVENT_VALUE] = value
                    events[row, EVENT_LAG] = lag
                    row += 1


@parallel_kernel
def play_day(
    day: int,
    days_left: int,
    seed: int,
    shop: int,
    layout: Layout,
    searches: Searches,
    offers: Offers,
    rules: Rules,
    budget: I64,
    expected_cost: F64,
    stock: I64,
    totals: I64,
    searched: I64,
    closed_hour: I64,
    events: I64,
    event_start: I64,
) -> None:
    """Play one day of every group.

    days_left: days of the simulation after this one; an order that takes longer is late
    budget: (campaigns,) micros, what is left, in and out; a click it cannot pay ends the day's delivery
    expected_cost: (campaigns,) micros a day without a budget, where delivery is smooth; 0 = standard
    stock: (products,) units, in and out; -1 = endless. A buyer takes the unit at the click
    totals: (targets, 8) added to; searched: (keywords,) added to
    closed_hour: (campaigns,) 24 in, hour in which the budget ended out
    events: (rows, 7); event_start: (groups + 1,) first row of each group. (0, 7) = none wanted
    """
    for g in prange(layout.group_keywords.size - 1):
        _play_group(
            g,
            day,
            days_left,
            seed,
            shop,
            layout,
            searches,
            offers,
            rules,
            budget,
            expected_cost,
            stock,
            totals,
            searched,
            closed_hour,
            events,
            event_start,
        )

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

Multipliers. The hour of the week and the search's device and audience say which of a target's bids it
enters with. They come with the search, from what the choice of its keyword left of a random word.

Rivals' budgets. In each hour the share of the rivals is there that `staying` says: of a Poisson process
a share at random is one again, with Lambda and m that much smaller.

Smooth delivery. In each hour a campaign enters with the chance that spends what is left evenly over the
searches to come: what is left / (forecast of the rest of the day x spent so far / planned so far).

Every draw is philox(seed, shop; group, day, purpose, auction): no draw depends on a bid, a budget or a
thread, so two sets of bids meet the same searches, rivals and shoppers.
Source: Edelman, Ostrovsky & Schwarz (2007) for the price; Walker (1977) for the alias table.
"""

import math

import numpy as np

from adopt.kernels.alias_table import fill_alias_table
from adopt.kernels.jit import kernel, parallel_kernel, prange
from adopt.kernels.offers import (
    F64,
    HOURS,
    I64,
    MICROS,
    Layout,
    Multiples,
    Offers,
    Rules,
    Searches,
    cell_of,
    column_of,
    price_below,
    whole_price,
)
from adopt.kernels.random import (
    TRY,
    fine_unit,
    gamma,
    normal,
    philox,
    poisson,
    poisson_count,
    unit,
)

DRAW_ARRIVALS, DRAW_DAY, DRAW_SEARCH, DRAW_PRICE, DRAW_RANK, DRAW_TURN, DRAW_VALUE = range(1, 8)

IMPRESSIONS, CLICKS, COST, ORDERS, REVENUE, RANKS, LATE_ORDERS, LATE_REVENUE = range(8)
TOTALS = 8
"""Columns of `totals`: counts and micros; ranks summed; late = known only after the last day."""

EVENT_TARGET, EVENT_HOUR, EVENT_AUCTION, EVENT_RANK, EVENT_PRICE, EVENT_VALUE, EVENT_LAG = range(7)
EVENT_CELL, EVENTS = 7, 8
"""Columns of `events`, one row a click; value: micros of its order, 0 = none; lag: days; cell: -1 = none."""

TRUST = 0.05
"""Weight of a smooth campaign's forecast against what it was seen to spend, in days."""


@kernel
def _insert(i: int, row: int, entered: int, offers: Offers, own: I64, own_row: I64) -> int:
    """Put a target among the own ones by falling score, an equal one behind; returns how many there are."""
    place = entered
    while place > 0 and offers.log_score[own_row[place - 1]] < offers.log_score[row]:
        place -= 1
    count = min(entered + 1, own.size)
    for j in range(count - 1, place, -1):
        own[j] = own[j - 1]
        own_row[j] = own_row[j - 1]
    if place < own.size:
        own[place] = i
        own_row[place] = row
    return count


@kernel
def _play_group(
    g: int,
    day: int,
    weekday: int,
    days_left: int,
    seed: int,
    shop: int,
    layout: Layout,
    searches: Searches,
    offers: Offers,
    multiples: Multiples,
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
    own_row = np.empty(rules.own_items, dtype=np.int64)
    slots = rules.examination.size
    is_thinning = searches.staying.shape[0] > 0
    has_multiples = multiples.cells_upto.size > 0
    first_campaign = layout.group_campaigns[g]
    campaigns = layout.group_campaigns[g + 1] - first_campaign
    turn = np.ones(campaigns)
    planned = np.zeros(campaigns)
    hope = np.zeros(campaigns)
    midnight = weekday * HOURS
    for at in range(campaigns):
        for week_hour in range(midnight, midnight + HOURS):
            hope[at] += expected_cost[first_campaign + at, week_hour]
    ahead = hope.copy()
    morning = budget[first_campaign : first_campaign + campaigns].copy()
    row = event_start[g]
    auction = 0
    for hour in range(HOURS):
        week_hour = midnight + hour
        for at in range(campaigns):
            if hope[at] <= 0.0:
                continue
            # What was spent over what was planned corrects the plan; a little of it comes for free.
            left = budget[first_campaign + at]
            free = TRUST * hope[at]
            seen = (morning[at] - left + free) / (planned[at] + free)
            turn[at] = min(1.0, left / max(ahead[at] * seen, 1.0))
            planned[at] += turn[at] * expected_cost[first_campaign + at, week_hour]
            ahead[at] -= expected_cost[first_campaign + at, week_hour]
        arrivals = poisson(
            total * rules.hour_share[hour], seed, shop, first, day, DRAW_ARRIVALS, hour
        )
        for _ in range(arrivals):
            w0, w1, w2, w3 = philox(seed, shop, first, day, DRAW_SEARCH, auction)
            auction += 1
            column = column_of(w0, count)
            k = first + (column if unit(w1) < accept[column] else alias[column])
            searched[k] += 1
            staying = searches.staying[k, hour] if is_thinning else 1.0
            first_target = layout.keyword_targets[k]
            entered = 0
            is_multiplied = has_multiples and multiples.is_multiplied[k]
            cell = cell_of(w0, count, multiples) if is_multiplied else 0
            for i in range(first_target, layout.keyword_targets[k + 1]):
                c = layout.campaign[i]
                if closed_hour[c] < HOURS or stock[layout.product[i]] == 0:
                    continue
                at_row = i
                if is_multiplied:
                    level = multiples.level[multiples.profile[i], week_hour, cell]
                    at_row = i if level == 0 else multiples.extra[i] + level
                    if entered == own.size:
                        last = offers.log_score[own_row[entered - 1]]
                        if offers.log_score[at_row] <= last:
                            continue
                if offers.bid[at_row] < rules.floor:
                    continue
                chance = turn[c - first_campaign]
                if chance < 1.0:
                    place = i - first_target
                    lot, _, _, _ = philox(seed, shop, first, day, DRAW_TURN + TRY * place, auction)
                    if unit(lot) >= chance:
                        continue
                if is_multiplied:
                    entered = _insert(i, at_row, entered, offers, own, own_row)
                else:
                    own[entered] = i
                    own_row[entered] = i
                    entered += 1
                    if entered == own.size:
                        break
            rivals = 0
            gap = 0.0
            for j in range(entered):
                i = own[j]
                at_row = own_row[j]
                above = offers.above[at_row] * staying
                if j == 0:
                    unseen = offers.unseen[at_row]
                    if staying < 1.0:
                        unseen = math.exp(-above)
                    elif unit(w2) >= offers.shown[at_row]:
                        break
                    rivals = poisson_count(above, unseen, unit(w2), slots)
                else:
                    w2, w3, _, _ = philox(seed, shop, first, day, DRAW_RANK + TRY * j, auction)
                    between = above - offers.above[own_row[j - 1]] * staying - gap
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
                following = above + gap
                if j + 1 < entered and offers.above[own_row[j + 1]] * staying <= following:
                    score = offers.log_score[own_row[j + 1]]
                    asked = math.exp(score) / offers.quality[i] * MICROS + rules.step
                else:
                    asked = price_below(following, staying, i, k, searches, offers, rules)
                price = whole_price(asked, offers.bid[at_row], rules)
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
                    events[row, EVENT_CELL] = cell_of(w0, count, multiples)
                    row += 1


@parallel_kernel
def play_day(
    day: int,
    weekday: int,
    days_left: int,
    seed: int,
    shop: int,
    layout: Layout,
    searches: Searches,
    offers: Offers,
    multiples: Multiples,
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

    weekday: 0 = Monday; days_left: days of the simulation after this one; a longer lag is late
    budget: (campaigns,) micros, what is left, in and out; a click it cannot pay ends the day's delivery
    expected_cost: (campaigns, 168) micros by hour of the week without a budget, 0 where not smooth
    stock: (products,) units, in and out; -1 = endless. A buyer takes the unit at the click
    totals: (targets, 8) added to; searched: (keywords,) added to
    closed_hour: (campaigns,) 24 in, hour in which the budget ended out
    events: (rows, 8); event_start: (groups + 1,) first row of each group. (0, 8) = none wanted
    """
    for g in prange(layout.group_keywords.size - 1):
        _play_group(
            g,
            day,
            weekday,
            days_left,
            seed,
            shop,
            layout,
            searches,
            offers,
            multiples,
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

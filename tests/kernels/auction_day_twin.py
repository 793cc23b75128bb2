"""A shop's day in plain Python: one search after another, the same random numbers as the kernel."""

import math

import numpy as np
from scipy.special import ndtri

from adopt.kernels import auction_day as rules_of
from adopt.kernels.random import TRY, gamma, normal, poisson

MASK = 0xFFFFFFFF


def philox(key, counter):
    """Philox4x32-10 in Python's own integers."""
    k0, k1 = key
    c0, c1, c2, c3 = counter
    for _ in range(10):
        a, b = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (b >> 32) ^ c1 ^ k0, b & MASK, (a >> 32) ^ c3 ^ k1, a & MASK
        k0, k1 = (k0 + 0x9E3779B9) & MASK, (k1 + 0xBB67AE85) & MASK
    return c0, c1, c2, c3


def unit(word):
    return (word + 0.5) / 2**32


def fine_unit(high, low):
    return ((high << 20) + (low >> 12) + 0.5) / 2**52


def rank_at(uniform, above, slots):
    """Rivals above by the distribution function of the Poisson count, at most `slots`."""
    passed, chance = 0.0, math.exp(-above)
    for count in range(slots):
        passed += chance
        if uniform < passed:
            return count
        chance *= above / (count + 1)
    return slots


def arrivals_of(k_first, rates, hours, seed, shop, day):
    """(hour, keyword, auction, words) of every search, by Walker's table built the slow way."""
    n, total = len(rates), sum(rates)
    accept = [rate * n / total for rate in rates]
    alias = list(range(n))
    small = [k for k in range(n) if accept[k] < 1.0]
    large = [k for k in range(n) if accept[k] >= 1.0]
    while small and large:
        low, high = small.pop(), large[-1]
        alias[low] = high
        accept[high] -= 1.0 - accept[low]
        if accept[high] < 1.0:
            small.append(large.pop())
    for k in small + large:
        accept[k] = 1.0
    auction = 0
    for hour, share in enumerate(hours):
        purpose = rules_of.DRAW_ARRIVALS
        for _ in range(poisson(total * share, seed, shop, k_first, day, purpose, hour)):
            words = philox((seed, shop), (k_first, day, rules_of.DRAW_SEARCH, auction))
            column = words[0] * n >> 32
            k = column if unit(words[1]) < accept[column] else alias[column]
            auction += 1
            yield hour, k_first + k, auction, words


def play_group(  # noqa: C901, PLR0912, PLR0915, PLR0917 -- read beside the kernel, in one piece
    g, day, weekday, days_left, seed, shop, played, budget, stock
):
    """Totals by target, searches by keyword, closed hour by campaign, and the click log of one group."""
    layout, searches, offers, rules = played.layout, played.searches, played.offers, played.rules
    multiples, today = played.multiples, slice(24 * weekday, 24 * weekday + 24)
    first, last = layout.group_keywords[g], layout.group_keywords[g + 1]
    first = int(first)
    rates = []
    for k in range(first, last):
        noise = normal(seed, shop, k, day, rules_of.DRAW_DAY, 0) * rules.day_spread
        grown = math.exp(noise - 0.5 * rules.day_spread**2) if rules.day_spread > 0 else 1.0
        rates.append(float(searches.queries[k]) * grown)
    totals, searched, closed, log = {}, {}, {}, []
    campaigns = range(layout.group_campaigns[g], layout.group_campaigns[g + 1])
    morning, planned, turn = list(budget), dict.fromkeys(campaigns, 0.0), {}
    next_hour = 0

    def draw(purpose, auction):
        return philox((seed, shop), (first, day, purpose, auction))

    for hour, k, auction, words in arrivals_of(first, rates, rules.hour_share, seed, shop, day):
        while next_hour <= hour:
            for c in campaigns:
                plan = played.expected_cost[c, today]
                trust = rules_of.TRUST * plan.sum()
                turn[c] = 1.0
                if plan.sum() > 0:
                    seen = (morning[c] - budget[c] + trust) / (planned[c] + trust)
                    turn[c] = min(1.0, budget[c] / max(plan[next_hour:].sum() * seen, 1.0))
                    planned[c] += turn[c] * plan[next_hour]
            next_hour += 1
        searched[k] = searched.get(k, 0) + 1
        staying = float(searches.staying[k, hour]) if len(searches.staying) else 1.0
        m = searches.m[k] * staying
        cell = -1
        if len(multiples.cells_upto):
            left = unit(words[0] * len(rates) & MASK)
            cell = min(int(np.sum(left >= multiples.cells_upto)), len(multiples.cells_upto) - 1)
        start = int(layout.keyword_targets[k])
        entrants = []
        for i in range(start, layout.keyword_targets[k + 1]):
            c, product = layout.campaign[i], layout.product[i]
            level = multiples.level[multiples.profile[i], 24 * weekday + hour, cell]
            row = multiples.extra[i] + level if level > 0 else i
            serves = c not in closed and stock[product] != 0 and offers.bid[row] >= rules.floor
            if serves and turn[c] < 1.0:
                lot = draw(rules_of.DRAW_TURN + TRY * (i - start), auction)[0]
                serves = unit(lot) < turn[c]
            if serves:
                entrants.append((i, row))
        entrants.sort(key=lambda one: -offers.log_score[one[1]])
        entrants = entrants[: rules.own_items]
        aboves = [float(offers.above[row]) * staying for _, row in entrants]
        rivals, gap = 0, 0.0
        for j, (i, row_of_bid) in enumerate(entrants):
            slots = len(rules.examination)
            if j == 0:
                lot, look = words[2], words[3]
                rivals = rank_at(unit(lot), aboves[j], slots)
            else:
                lot, look, _, _ = draw(rules_of.DRAW_RANK + TRY * j, auction)
                between = aboves[j] - aboves[j - 1] - gap
                if between > 0:
                    rivals += 1 + rank_at(unit(lot), between, slots)
            rank = rivals + j
            if rank >= slots:
                break
            row = totals.setdefault(i, [0] * rules_of.TOTALS)
            row[0] += 1
            row[5] += rank + 1
            p0, p1, p2, p3 = draw(rules_of.DRAW_PRICE + TRY * j, auction)
            gap = -math.log(fine_unit(p0, p1))
            if unit(look) >= rules.examination[rank] * offers.click_rate[i]:
                continue
            following = aboves[j] + gap
            if j + 1 < len(entrants) and aboves[j + 1] <= following:
                score = math.exp(offers.log_score[entrants[j + 1][1]])
            elif following < m:
                z = -ndtri(following / m)
                score = math.exp(searches.mu[k] + searches.sigma[k] * z)
            else:
                score = 0.0
            asked = max(score / offers.quality[i] * 1e6 + rules.step, rules.floor)
            asked = rules.floor if score == 0.0 else asked
            price = math.floor(asked / rules.price_unit + 0.5) * int(rules.price_unit)
            price = min(price, int(offers.bid[row_of_bid]))
            c, product = layout.campaign[i], layout.product[i]
            if price > budget[c]:
                closed[c] = hour
                continue
            budget[c] -= price
            row[1] += 1
            row[2] += price
            value = lag = 0
            if unit(p2) < offers.cvr[i] and stock[product] != 0:
                stock[product] -= stock[product] > 0
                purpose = rules_of.DRAW_VALUE + j
                drawn = gamma(rules.order_shape, seed, shop, first, day, purpose, auction)
                fen = math.floor(offers.aov[i] * drawn / rules.order_shape / 1e4 + 0.5)
                value = int(max(1, fen)) * 10_000
                lag = next(d for d, known in enumerate(rules.lag) if unit(p3) < known)
                late = 6 if lag > days_left else 3
                row[late] += 1
                row[late + 1] += value
            log.append([i, hour, auction, rank + 1, price, value, lag, cell])
    return totals, searched, closed, log

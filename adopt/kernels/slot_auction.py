"""Auctions of given bids for three slots: rank, next price, exposure and conversion.

The three highest bids win slots 1 to 3, the earlier bidder first among equals; each pays the next
bid, at least the reserve; a bid below the reserve wins nothing. Bids are compared by their bits:
non-negative float32 order as int32 does, and integers vectorise where floats, for NaN's sake, do not.
LANES auctions are transposed and sorted side by side, so the processor's lanes hold auctions.

A slot is seen with its exposure rate, slot 3 only where slot 2 was; a seen slot converts with a
normal rate, clipped to 0 and 1.
Source: Su et al., AuctionNet (NeurIPS 2024), for the rules; Philox as in random.py.
"""

import numpy as np
from numpy.typing import NDArray

from adopt.kernels.jit import kernel
from adopt.kernels.random import (
    HALF_WORD,
    MASK,
    MULTIPLIER_0,
    MULTIPLIER_1,
    ROUNDS,
    WEYL_0,
    WEYL_1,
    normal,
    unit,
)

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
I8 = NDArray[np.int8]
F64 = NDArray[np.float64]

SLOTS = 3
LANES = 128
NOBODY = np.int32(-1)
FARTHEST = 8.7
"""No normal of random.py lies farther out: sqrt(2 * 53 * ln 2)."""
DRAW_SLOTS, DRAW_RATE = 1, 2


@kernel
def _merge(
    v1: np.int32,
    v2: np.int32,
    v3: np.int32,
    v4: np.int32,
    x1: np.int32,
    x2: np.int32,
    x3: np.int32,
    x4: np.int32,
) -> tuple[np.int32, np.int32, np.int32, np.int32]:
    """The four highest of eight, in falling order as x1 to x4 are: sort four, halve, sort a bitonic row."""
    a1, a2 = max(v1, v2), min(v1, v2)
    a3, a4 = max(v3, v4), min(v3, v4)
    b1, b3 = max(a1, a3), min(a1, a3)
    b2, b4 = max(a2, a4), min(a2, a4)
    c2, c3 = max(b2, b3), min(b2, b3)
    d1, d2, d3, d4 = max(x1, b4), max(x2, c3), max(x3, c2), max(x4, b1)
    e1, e3 = max(d1, d3), min(d1, d3)
    e2, e4 = max(d2, d4), min(d2, d4)
    return max(e1, e2), min(e1, e2), max(e3, e4), min(e3, e4)


@kernel
def _rank_equal_bids(row: I32, winner: I32) -> None:
    """Winners of one auction by a plain scan, the earlier bidder first among equals."""
    for r in range(SLOTS):
        best = NOBODY
        for j in range(row.size):
            taken = False
            for before in range(r):
                taken = taken or winner[before] == j
            if not taken and row[j] > best:
                best = row[j]
                winner[r] = j


@kernel
def rank_and_price(bid_bits: I32, reserve_bits: np.int32, winner: I32, price_bits: I32) -> None:
    """Winner of each slot and what it pays; winner -1 and price 0 where a slot stays empty.

    bid_bits: (auctions, bidders) non-negative float32 seen as int32; reserve_bits: the same, positive
    winner, price_bits: (auctions, 3) outputs; prices are float32 seen as int32
    """
    auctions, bidders = bid_bits.shape
    rows = (bidders + 3) // 4 * 4
    lane = np.full((rows, LANES), NOBODY, dtype=np.int32)
    m1 = np.empty(LANES, dtype=np.int32)
    m2 = np.empty(LANES, dtype=np.int32)
    m3 = np.empty(LANES, dtype=np.int32)
    m4 = np.empty(LANES, dtype=np.int32)
    i1 = np.empty(LANES, dtype=np.int32)
    i2 = np.empty(LANES, dtype=np.int32)
    i3 = np.empty(LANES, dtype=np.int32)
    for start in range(0, auctions, LANES):
        width = min(LANES, auctions - start)
        # Four auctions at once: their bids leave in one store instead of four.
        whole = width - width % 4
        for at in range(0, whole, 4):
            r0, r1 = bid_bits[start + at], bid_bits[start + at + 1]
            r2, r3 = bid_bits[start + at + 2], bid_bits[start + at + 3]
            for j in range(bidders):
                lanes = lane[j]
                lanes[at] = r0[j]
                lanes[at + 1] = r1[j]
                lanes[at + 2] = r2[j]
                lanes[at + 3] = r3[j]
        for at in range(whole, width):
            for j in range(bidders):
                lane[j, at] = bid_bits[start + at, j]
        m1[:] = NOBODY
        m2[:] = NOBODY
        m3[:] = NOBODY
        m4[:] = NOBODY
        # Four bidders a sweep: the running four stay in registers in between.
        for j in range(0, rows, 4):
            s0, s1, s2, s3 = lane[j], lane[j + 1], lane[j + 2], lane[j + 3]
            for at in range(LANES):
                x1, x2, x3, x4 = _merge(
                    s0[at], s1[at], s2[at], s3[at], m1[at], m2[at], m3[at], m4[at]
                )
                m1[at] = x1
                m2[at] = x2
                m3[at] = x3
                m4[at] = x4
        for j in range(0, rows, 4):
            s0, s1, s2, s3 = lane[j], lane[j + 1], lane[j + 2], lane[j + 3]
            j0, j1, j2, j3 = np.int32(j), np.int32(j + 1), np.int32(j + 2), np.int32(j + 3)
            for at in range(LANES):
                x1, x2, x3 = m1[at], m2[at], m3[at]
                y1, y2, y3 = i1[at], i2[at], i3[at]
                v0, v1, v2, v3 = s0[at], s1[at], s2[at], s3[at]
                y1 = j3 if v3 == x1 else y1
                y2 = j3 if v3 == x2 else y2
                y3 = j3 if v3 == x3 else y3
                y1 = j2 if v2 == x1 else y1
                y2 = j2 if v2 == x2 else y2
                y3 = j2 if v2 == x3 else y3
                y1 = j1 if v1 == x1 else y1
                y2 = j1 if v1 == x2 else y2
                y3 = j1 if v1 == x3 else y3
                y1 = j0 if v0 == x1 else y1
                y2 = j0 if v0 == x2 else y2
                y3 = j0 if v0 == x3 else y3
                i1[at] = y1
                i2[at] = y2
                i3[at] = y3
        for at in range(width):
            a = start + at
            x1, x2, x3, x4 = m1[at], m2[at], m3[at], m4[at]
            winner[a, 0] = i1[at]
            winner[a, 1] = i2[at]
            winner[a, 2] = i3[at]
            if not x1 > x2 > x3 > x4:
                _rank_equal_bids(bid_bits[a], winner[a])
            price_bits[a, 0] = max(x2, reserve_bits)
            price_bits[a, 1] = max(x3, reserve_bits)
            price_bits[a, 2] = max(x4, reserve_bits)
            if x3 < reserve_bits:
                winner[a, 2] = NOBODY
                price_bits[a, 2] = 0
                if x2 < reserve_bits:
                    winner[a, 1] = NOBODY
                    price_bits[a, 1] = 0
                    if x1 < reserve_bits:
                        winner[a, 0] = NOBODY
                        price_bits[a, 0] = 0


@kernel
def _draw_chances(first: int, seed: int, exposure: F32, c1: F64, c2: F64, c3: F64) -> None:
    """Lot of each slot over its exposure, for the auctions from the first on; below 1 it is exposed.

    Given that it is, this is uniform again. The words are those of philox(seed, 0, auction, 0,
    DRAW_SLOTS, 0), round after round over all lanes, for a call of philox would not vectorise.
    """
    w0 = np.empty(LANES, dtype=np.uint64)
    w1 = np.empty(LANES, dtype=np.uint64)
    w2 = np.empty(LANES, dtype=np.uint64)
    w3 = np.empty(LANES, dtype=np.uint64)
    for at in range(LANES):
        w0[at] = np.uint64(first + at) & MASK
    w1[:] = np.uint64(0)
    w2[:] = np.uint64(DRAW_SLOTS)
    w3[:] = np.uint64(0)
    k0 = np.uint64(seed) & MASK
    k1 = np.uint64(0)
    for _ in range(ROUNDS):
        for at in range(LANES):
            product_0 = MULTIPLIER_0 * (w0[at] & MASK)
            product_1 = MULTIPLIER_1 * (w2[at] & MASK)
            w0[at] = (product_1 >> HALF_WORD) ^ w1[at] ^ k0
            w1[at] = product_1 & MASK
            w2[at] = (product_0 >> HALF_WORD) ^ w3[at] ^ k1
            w3[at] = product_0 & MASK
        k0 = (k0 + WEYL_0) & MASK
        k1 = (k1 + WEYL_1) & MASK
    e1, e2, e3 = float(exposure[0]), float(exposure[1]), float(exposure[2])
    for at in range(c1.size):
        c1[at] = unit(w0[at]) / e1
        c2[at] = unit(w1[at]) / e2
        c3[at] = unit(w2[at]) / e3


@kernel
def draw_conversions(
    winner: I32, rate: F32, spread: F32, exposure: F32, seed: int, seen: I8, converted: I8
) -> None:
    """Draw what each slot's winner gets: seen or not, converted or not.

    rate, spread: (auctions, bidders) mean and sd of the conversion rate; exposure: (3,), above 0
    winner: (auctions, 3); seen, converted: (auctions, 3) outputs, 0 or 1
    """
    auctions = winner.shape[0]
    chances = np.empty((SLOTS, LANES))
    for start in range(0, auctions, LANES):
        width = min(LANES, auctions - start)
        _draw_chances(
            start, seed, exposure, chances[0, :width], chances[1, :width], chances[2, :width]
        )
        for at in range(width):
            a = start + at
            is_before_seen = True
            for r in range(SLOTS):
                j = winner[a, r]
                chance = chances[r, at]
                # No branch: which slots are exposed cannot be foretold.
                is_seen = (j >= 0) & (chance < 1.0) & (is_before_seen | (r < SLOTS - 1))
                is_before_seen = is_seen
                seen[a, r] = is_seen
                converted[a, r] = 0
                own = max(j, 0)
                # Most conversions fail at any rate the normal could reach: then it need not be drawn.
                if is_seen & (chance < rate[a, own] + FARTHEST * spread[a, own]):
                    drawn = rate[a, own] + spread[a, own] * normal(seed, r, a, 0, DRAW_RATE, 0)
                    converted[a, r] = chance < drawn

"""Random numbers by counter, Philox4x32-10: a draw is a function of where it stands, not of when.

Key = (seed, shop); counter = (entity, day, purpose, draw). No state is shared, so any thread may draw
any number in any order, and a changed bid leaves every other draw as it was. A draw that rejects
and tries again counts its tries in the purpose, from bit 8 upwards.
Source: Salmon, Moraes, Dror & Shaw (2011); Box & Muller (1958); Hörmann (1993), PTRS; Marsaglia &
Tsang (2000); Wichura (1988), AS 241 (PPND16).
"""

import math

import numpy as np

from adopt.kernels.jit import kernel

MASK = np.uint64(0xFFFFFFFF)
HALF_WORD = np.uint64(32)
MULTIPLIER_0 = np.uint64(0xD2511F53)
MULTIPLIER_1 = np.uint64(0xCD9E8D57)
WEYL_0 = np.uint64(0x9E3779B9)
WEYL_1 = np.uint64(0xBB67AE85)
ROUNDS = 10

TRY = 256
"""Step of the purpose from one try of a rejecting draw to the next; purposes stand below it."""

TWO_PI = 2.0 * math.pi


@kernel
def philox(
    key_0: int, key_1: int, entity: int, day: int, purpose: int, draw: int
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Four words of 32 random bits; of each argument the low 32 bits count."""
    k0 = np.uint64(key_0) & MASK
    k1 = np.uint64(key_1) & MASK
    c0 = np.uint64(entity) & MASK
    c1 = np.uint64(day) & MASK
    c2 = np.uint64(purpose) & MASK
    c3 = np.uint64(draw) & MASK
    for _ in range(ROUNDS):
        product_0 = MULTIPLIER_0 * c0
        product_1 = MULTIPLIER_1 * c2
        c0 = (product_1 >> HALF_WORD) ^ c1 ^ k0
        c1 = product_1 & MASK
        c2 = (product_0 >> HALF_WORD) ^ c3 ^ k1
        c3 = product_0 & MASK
        k0 = (k0 + WEYL_0) & MASK
        k1 = (k1 + WEYL_1) & MASK
    return c0, c1, c2, c3


@kernel
def unit(word: np.uint64) -> float:
    """Uniform in (0, 1) of 32 bits, never an end."""
    return (float(word) + 0.5) * 2.0**-32


@kernel
def fine_unit(high: np.uint64, low: np.uint64) -> float:
    """Uniform in (0, 1) of 52 bits, never an end: for draws whose far tail matters."""
    return (float(high) * 2.0**20 + float(low >> np.uint64(12)) + 0.5) * 2.0**-52


@kernel
def normal(key_0: int, key_1: int, entity: int, day: int, purpose: int, draw: int) -> float:
    """Standard normal (Box-Muller, the cosine half)."""
    w0, w1, w2, w3 = philox(key_0, key_1, entity, day, purpose, draw)
    radius = math.sqrt(-2.0 * math.log(fine_unit(w0, w1)))
    return radius * math.cos(TWO_PI * fine_unit(w2, w3))


@kernel
def poisson(
    mean: float, key_0: int, key_1: int, entity: int, day: int, purpose: int, draw: int
) -> int:
    """Poisson count: by inversion below a mean of 10, else by transformed rejection."""
    if mean <= 0.0:
        return 0
    if mean < 10.0:
        w0, w1, _, _ = philox(key_0, key_1, entity, day, purpose, draw)
        return poisson_count(mean, math.exp(-mean), fine_unit(w0, w1), 200)
    b = 0.931 + 2.53 * math.sqrt(mean)
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    v_r = 0.9277 - 3.6224 / (b - 2.0)
    log_mean = math.log(mean)
    attempt = 0
    while True:
        w0, w1, w2, w3 = philox(key_0, key_1, entity, day, purpose + TRY * attempt, draw)
        attempt += 1
        u = fine_unit(w0, w1) - 0.5
        v = fine_unit(w2, w3)
        us = 0.5 - abs(u)
        count = math.floor((2.0 * a / us + b) * u + mean + 0.43)
        if us >= 0.07 and v <= v_r:
            return int(count)
        if count < 0 or (us < 0.013 and v > us):
            continue
        accepted = math.log(v * inverse_alpha / (a / (us * us) + b))
        if accepted <= count * log_mean - mean - math.lgamma(count + 1.0):
            return int(count)


@kernel
def poisson_count(mean: float, nothing: float, uniform: float, most: int) -> int:
    """Poisson count at a uniform number, by inversion; `most` stands for itself and all above.

    nothing: exp(-mean)
    """
    chance = nothing
    left = uniform - chance
    count = 0
    while left >= 0.0 and count < most:
        count += 1
        chance *= mean / count
        left -= chance
    return count


@kernel
def gamma(
    shape: float, key_0: int, key_1: int, entity: int, day: int, purpose: int, draw: int
) -> float:
    """Gamma of scale 1; a shape below 1 is lifted by one and thinned by a power."""
    lifted = shape if shape >= 1.0 else shape + 1.0
    d = lifted - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    attempt = 0
    while True:
        x = normal(key_0, key_1, entity, day, purpose + TRY * attempt, draw)
        w0, w1, w2, w3 = philox(key_0, key_1, entity, day, purpose + TRY * (attempt + 1), draw)
        attempt += 2
        v = (1.0 + c * x) ** 3
        if v <= 0.0:
            continue
        if math.log(fine_unit(w0, w1)) < 0.5 * x * x + d - d * v + d * math.log(v):
            value = d * v
            if shape < 1.0:
                value *= fine_unit(w2, w3) ** (1.0 / shape)
            return value


@kernel
def _polynomial(x: float, coefficients: tuple[float, ...]) -> float:
    total = 0.0
    for coefficient in coefficients:
        total = total * x + coefficient
    return total


# Numerators and denominators of AS 241: the middle, the tail, the far tail; highest power first.
_A = (
    2509.0809287301226727,
    33430.575583588128105,
    67265.770927008700853,
    45921.953931549871457,
    13731.693765509461125,
    1971.5909503065514427,
    133.14166789178437745,
    3.387132872796366608,
)
_B = (
    5226.495278852854561,
    28729.085735721942674,
    39307.89580009271061,
    21213.794301586595867,
    5394.1960214247511077,
    687.1870074920579083,
    42.313330701600911252,
    1.0,
)
_C = (
    7.7454501427834140764e-4,
    0.0227238449892691845833,
    0.24178072517745061177,
    1.27045825245236838258,
    3.64784832476320460504,
    5.7694972214606914055,
    4.6303378461565452959,
    1.42343711074968357734,
)
_D = (
    1.05075007164441684324e-9,
    5.475938084995344946e-4,
    0.0151986665636164571966,
    0.14810397642748007459,
    0.68976733498510000455,
    1.6763848301838038494,
    2.05319162663775882187,
    1.0,
)
_E = (
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    0.0012426609473880784386,
    0.026532189526576123093,
    0.29656057182850489123,
    1.7848265399172913358,
    5.4637849111641143699,
    6.6579046435011037772,
)
_F = (
    2.04426310338993978564e-15,
    1.4215117583164458887e-7,
    1.8463183175100546818e-5,
    7.868691311456132591e-4,
    0.0148753612908506148525,
    0.13692988092273580531,
    0.59983220655588793769,
    1.0,
)


@kernel
def normal_quantile(chance: float) -> float:
    """Standard normal that is exceeded downwards with this chance, 0 < chance < 1; error 1e-15."""
    q = chance - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _polynomial(r, _A) / _polynomial(r, _B)
    r = math.sqrt(-math.log(min(chance, 1.0 - chance)))
    if r <= 5.0:
        value = _polynomial(r - 1.6, _C) / _polynomial(r - 1.6, _D)
    else:
        value = _polynomial(r - 5.0, _E) / _polynomial(r - 5.0, _F)
    return -value if q < 0.0 else value

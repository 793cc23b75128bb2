"""Monotone cubic interpolation (PCHIP) of many curves at once, each through its own points.

Between two points the curve never leaves their values, so a rising sequence gives a rising curve.
Source: Fritsch & Butland (1984) for inner slopes; Moler (2004), Numerical Computing with MATLAB, 3.4
for the slopes at the ends.
"""

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def slopes_at_points(x: F64, y: F64, start: I64) -> F64:
    """Slope of every curve at its points.

    x: (points,) strictly ascending within a curve; y: (points,); start: (curves + 1,) first points
    A curve of one point is level.
    Source: Fritsch & Butland (1984).
    """
    slope = np.zeros(len(x))
    if len(x) < 2:
        return slope
    is_last = np.zeros(len(x), dtype=np.bool_)
    is_last[start[1:] - 1] = True
    first, last = start[:-1], start[1:] - 1
    # Steps to the next point; those that would lead into the next curve are never used.
    width = np.where(is_last[:-1], 1.0, np.diff(x))
    secant = np.where(is_last[:-1], 0.0, np.diff(y) / width)
    inner = np.flatnonzero(~is_last & ~np.isin(np.arange(len(x)), first))
    slope[inner] = _inner_slopes(width[inner - 1], width[inner], secant[inner - 1], secant[inner])
    pairs = last - first == 1
    slope[first[pairs]] = slope[last[pairs]] = secant[first[pairs]]
    many = last - first >= 2
    a, b = first[many], last[many]
    slope[a] = _end_slopes(width[a], width[a + 1], secant[a], secant[a + 1])
    slope[b] = _end_slopes(width[b - 1], width[b - 2], secant[b - 1], secant[b - 2])
    return slope


def _inner_slopes(h0: F64, h1: F64, d0: F64, d1: F64) -> F64:
    """Weighted harmonic mean of the secants on both sides; level where they differ in sign."""
    w0, w1 = 2.0 * h1 + h0, h1 + 2.0 * h0
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (w0 + w1) / (w0 / d0 + w1 / d1)
    return np.where(d0 * d1 > 0.0, mean, 0.0)


def _end_slopes(h0: F64, h1: F64, d0: F64, d1: F64) -> F64:
    """Slope of the parabola through three points, as far as it keeps the shape."""
    slope = ((2.0 * h0 + h1) * d0 - h0 * d1) / (h0 + h1)
    slope = np.where(np.sign(slope) == np.sign(d0), slope, 0.0)
    turns = np.sign(d0) != np.sign(d1)
    return np.where(turns & (np.abs(slope) > 3.0 * np.abs(d0)), 3.0 * d0, slope)


def between_points(x: F64, y: F64, slope: F64, left: I64, at: F64) -> F64:
    """Value at each `at`, between the points left and left + 1.

    x, y, slope: (points,); left: (cells,) index of a point; at: (cells,)
    Source: cubic Hermite interpolation.
    """
    h = x[left + 1] - x[left]
    t = (at - x[left]) / h
    low, high = y[left], y[left + 1]
    rise = high - low
    value = (
        low
        + t * t * (3.0 - 2.0 * t) * rise
        + h * t * (1.0 - t) * ((1.0 - t) * slope[left] - t * slope[left + 1])
    )
    return np.clip(value, np.minimum(low, high), np.maximum(low, high))

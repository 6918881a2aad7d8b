"""Intervals of a rate, from the standard library alone: Wilson's, the Beta distribution's, and a funnel's limits."""

from __future__ import annotations

import math
from functools import lru_cache

_Z95 = 1.959964


def wilson(s: float, n: float, z: float = _Z95) -> tuple[float, float]:
    """Wilson's score interval of a raw rate, 95 % by default; everything is possible where `n` is 0.

    >>> [round(bound, 4) for bound in wilson(18, 20)]
    [0.699, 0.9721]
    """
    if n <= 0:
        return 0.0, 1.0
    rate, zz = s / n, z * z / n
    middle, half = rate + zz / 2, z * math.sqrt(rate * (1 - rate) / n + zz / (4 * n))
    return max(0.0, (middle - half) / (1 + zz)), min(1.0, (middle + half) / (1 + zz))


def limits(mean: float, n: float, z: float) -> tuple[float, float]:
    """Between which rates chance alone puts `n` occasions around a mean: the control limits of a funnel plot
    (Spiegelhalter, Statistics in Medicine 2005), by the normal approximation."""
    half = z * math.sqrt(mean * (1 - mean) / n)
    return max(0.0, mean - half), min(1.0, mean + half)


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


@lru_cache(maxsize=4_096)
def beta_quantile(p: float, a: float, b: float) -> float:
    """Where I_x(a, b) is `p`, to twelve decimals: Newton's steps, halved where one would leave the bracket.

    Where all peers agree fully, a parameter is 0 and all lies at one end.
    """
    if a <= 0 or b <= 0:
        return float(b <= 0)
    low, high, x = 0.0, 1.0, a / (a + b)
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    while high - low > 1e-12:
        error = beta_cdf(x, a, b) - p
        low, high = (low, x) if error > 0 else (x, high)
        slope = math.exp(scale + (a - 1) * math.log(x) + (b - 1) * math.log1p(-x))
        step = x - error / slope if slope > 0 else low
        if abs(step - x) < 1e-13:
            return step
        x = step if low < step < high else (low + high) / 2
    return x


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method; converges quickly for
    x < (a + 1) / (a + b + 2)."""
    tiny = 1e-300
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or tiny)
    value = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / ((1 + term * d) or tiny)
            c = (1 + term / c) or tiny
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value

"""Incomplete beta and gamma functions and their inverses, to about 1e-13.

Each inverse works on the smaller tail, so that a probability near 1 loses no digits.
"""

import math
from statistics import NormalDist

STANDARD = NormalDist()
TINY = 1e-300
EPS = 1e-16


def beta_fraction(a, b, x):
    """The continued fraction of the incomplete beta function by Lentz's method."""
    c = 1.0
    d = 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > TINY else TINY)
    h = d
    for m in range(1, 100000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1.0 + step * d
            d = 1.0 / (d if abs(d) > TINY else TINY)
            c = 1.0 + step / c
            c = c if abs(c) > TINY else TINY
            h *= c * d
        if abs(c * d - 1.0) < EPS:
            return h
    raise ArithmeticError("the beta fraction does not converge")


def beta_log_front(a, b, x, y):
    """ln of x^a y^b / B(a, b), with y = 1 - x."""
    return (math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
            + a * math.log(x) + b * math.log(y))


def beta_tails(a, b, x):
    """(I_x(a, b), 1 - I_x(a, b)), the smaller of them to full relative accuracy."""
    if x <= 0.0:
        return 0.0, 1.0
    if x >= 1.0:
        return 1.0, 0.0
    front = math.exp(beta_log_front(a, b, x, 1.0 - x))
    if x < (a + 1.0) / (a + b + 2.0):
        lower = front * beta_fraction(a, b, x) / a
        return lower, 1.0 - lower
    upper = front * beta_fraction(b, a, 1.0 - x) / b
    return 1.0 - upper, upper


def solve_log(log_tail, slope, target, start):
    """Newton on ln tail(e^s) = ln target in s, kept inside a bracket; tail rises with s."""
    low, high, s = -math.inf, math.inf, start
    for _ in range(400):
        gap = log_tail(s) - target
        if gap > 0.0:
            high = min(high, s)
        else:
            low = max(low, s)
        new = s - gap / slope(s)
        if not low < new < high and math.isfinite(low) and math.isfinite(high):
            new = 0.5 * (low + high)
        new = min(max(new, s - 5.0), s + 5.0)
        if abs(new - s) <= 2e-16 * max(1.0, abs(s)):
            return new
        s = new
    return s


def beta_inverse(a, b, u):
    """x with I_x(a, b) = u."""
    median = (a / (a + b)) if a + b > 0 else 0.5
    if u > beta_tails(a, b, median)[0]:
        return 1.0 - beta_inverse_below(b, a, 1.0 - u, 1.0 - median)
    return beta_inverse_below(a, b, u, median)


def beta_inverse_below(a, b, u, mean):
    """The inverse for a probability not above that of the mean, by Newton in ln x."""
    def log_tail(s):
        return math.log(beta_tails(a, b, math.exp(s))[0])

    def slope(s):
        x = math.exp(s)
        front = math.exp(beta_log_front(a, b, x, 1.0 - x))
        return front / (1.0 - x) / beta_tails(a, b, x)[0]

    target = math.log(u)
    start = math.log(mean)
    s = min(start, start + (target - log_tail(start)) / slope(start))
    if s < start - 30.0:      # far in the tail x^a/(a B) holds, which Newton then only polishes
        s = (target + math.log(a) - math.lgamma(a + b) + math.lgamma(a) + math.lgamma(b)) / a
    return math.exp(solve_log(log_tail, slope, target, min(s, start)))


def gamma_tails(k, x):
    """(P(k, x), Q(k, x)) of the gamma distribution with shape k and scale 1."""
    if x <= 0.0:
        return 0.0, 1.0
    front = math.exp(k * math.log(x) - x - math.lgamma(k))
    if x < k + 1.0:
        term = total = 1.0 / k
        n = k
        while abs(term) > EPS * abs(total):
            n += 1.0
            term *= x / n
            total += term
        return front * total, 1.0 - front * total
    b = x + 1.0 - k
    c = 1.0 / TINY
    d = 1.0 / b
    h = d
    for i in range(1, 100000):
        an = -i * (i - k)
        b += 2.0
        d = an * d + b
        d = 1.0 / (d if abs(d) > TINY else TINY)
        c = b + an / c
        c = c if abs(c) > TINY else TINY
        h *= d * c
        if abs(d * c - 1.0) < EPS:
            break
    return 1.0 - front * h, front * h


def gamma_start(k, u):
    """ln of a first guess: Wilson and Hilferty's cube, or P < x^k / Gamma(k+1) for small x."""
    below = (math.log(u) + math.lgamma(k + 1.0)) / k
    cube = 1.0 - 1.0 / (9.0 * k) + STANDARD.inv_cdf(u) / (3.0 * math.sqrt(k))
    if k < 1.0 or cube < 0.2:
        return min(below, math.log(k))
    return math.log(k * cube ** 3)


def gamma_inverse(k, u):
    """x with P(k, x) = u, from the smaller tail: ln P and -ln Q both rise with ln x."""
    lower = u <= gamma_tails(k, k)[0]
    part, sign, p = (0, 1.0, u) if lower else (1, -1.0, 1.0 - u)

    def log_tail(s):
        return sign * math.log(max(gamma_tails(k, math.exp(s))[part], TINY))

    def slope(s):
        x = math.exp(s)
        return math.exp(k * s - x - math.lgamma(k)) / max(gamma_tails(k, x)[part], TINY)
    return math.exp(solve_log(log_tail, slope, sign * math.log(p), gamma_start(k, u)))

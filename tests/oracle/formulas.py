"""Small formulas that several steps share."""

import math


def omega(sigma, kappa, time):
    """Variance of an OU deviation after `time`: sigma^2 (1-e^{-2 kappa s})/(2 kappa)."""
    if kappa == 0.0:
        return sigma * sigma * time
    return sigma * sigma * -math.expm1(-2.0 * kappa * time) / (2.0 * kappa)


def ou_step(value, sigma, kappa, delta, z):
    """d <- e^{-kappa delta} d + sqrt(omega(sigma, kappa, delta)) z"""
    return math.exp(-kappa * delta) * value + math.sqrt(omega(sigma, kappa, delta)) * z


def times(*factors):
    """A product in which a factor 0 beats infinity."""
    product = 1.0
    for factor in factors:
        if factor == 0.0:
            return 0.0
        product *= factor
    return product


def logistic_normal(centre, sd, z):
    """logistic(logit centre + sd z), exact at 0 and 1."""
    if centre <= 0.0 or centre >= 1.0:
        return centre
    return 1.0 / (1.0 + math.exp(-(math.log(centre / (1.0 - centre)) + sd * z)))


def clip(value, limit):
    return max(-limit, min(limit, value))


def fraction_due(delta, mean_time):
    """1 - e^{-delta/mean_time}; all at once for a mean time of 0."""
    return 1.0 if mean_time == 0.0 else -math.expm1(-delta / mean_time)

"""Formulas that several steps share, for arrays whose last axis is the path."""

import numpy as np

TINY = 1e-300


def omega(sigma, kappa, time):
    """Variance of an OU deviation after `time`: sigma^2 (1-e^{-2 kappa s})/(2 kappa)."""
    safe = np.where(kappa == 0.0, 1.0, kappa)
    return sigma ** 2 * np.where(kappa == 0.0, time, -np.expm1(-2.0 * safe * time) / (2.0 * safe))


def fraction_due(delta, mean_time):
    """1 - e^{-delta/mean_time}; all at once for a mean time of 0."""
    return -np.expm1(-delta / np.maximum(mean_time, TINY))


def uniformised(rates, time, start, by_rows):
    """start' expm(G time), or expm(G time) start if not by_rows, for [state, path] arrays.

    G has the off-diagonal `rates` [from, to, path]. With q the largest rate of leaving,
    expm(G s) = e^{-qs} sum of ((G + qI) s)^k / k!; a path leaves the sum when its terms end.
    """
    leaving = rates.sum(axis=1)
    top = leaving.max(axis=0)
    jump = rates * time
    for k in range(len(jump)):
        jump[k, k] = (top - leaving[k]) * time
    if not by_rows:
        jump = jump.transpose(1, 0, 2)
    term, total, where = start, start.copy(), np.arange(start.shape[1])
    out = np.empty_like(start)
    for order in range(1, 5000):
        term = np.einsum("kn,kln->ln", term, jump) / order
        total += term
        if order % 4:
            continue
        live = term.max(axis=0) > 1e-17 * total.max(axis=0)
        if np.count_nonzero(live) < 0.7 * live.size:
            out[:, where] = total
            if not live.any():
                break
            where, term, total = where[live], term[:, live], total[:, live]
            jump = jump[:, :, live]
    return out * np.exp(-top * time)


def logistic_normal(centre, sd, z):
    """logistic(logit centre + sd z), exact at 0 and 1."""
    with np.errstate(divide="ignore"):
        odds = (1.0 - centre) / centre
    return 1.0 / (1.0 + odds * np.exp(-sd * z))


def reciprocal(x):
    """1/x, and 0 where x is 0."""
    return np.where(x > 0.0, 1.0 / np.maximum(x, TINY), 0.0)


def lookup(array, rows):
    """array[rows] for [paths] rows of a [rows, paths] array."""
    return np.take_along_axis(array, rows[None], axis=0)[0]

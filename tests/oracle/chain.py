"""Markov chains in continuous time, picks by inversion, and the distance to the next branch."""

import math


class Margins:
    """The smallest relative distance of a path to a branch, and where it was."""

    def __init__(self):
        self.smallest, self.where = math.inf, ""

    def note(self, a, b, where, scale=None):
        """Two numbers whose order decides; `scale` is the size their rounding errors have."""
        scale = max(abs(a), abs(b)) if scale is None else scale
        if math.isinf(a) or math.isinf(b) or scale == 0.0:
            return
        distance = abs(a - b) / scale
        if distance < self.smallest:
            self.smallest, self.where = distance, where


def multiply(a, b):
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) for column in columns] for row in a]


def identity(n):
    return [[1.0 if k == l else 0.0 for l in range(n)] for k in range(n)]


def generator(states, rate):
    """G_kl = rate(k, l), the diagonal closes the row."""
    matrix = []
    for k in range(states):
        row = [rate(k, l) if l != k else 0.0 for l in range(states)]
        row[k] = -sum(row)
        matrix.append(row)
    return matrix


def expm(matrix, time):
    """exp(Q time) of a generator: with q = max |Q_kk|, exp(Q s) = e^{-qs} exp((Q + qI) s).

    Every term is non-negative, so small probabilities keep their digits; s is halved until the
    series is short and the result squared as often.
    """
    n = len(matrix)
    q = max(-matrix[k][k] for k in range(n))
    if q * time == 0.0:
        return identity(n)
    halvings = max(0, math.ceil(math.log2(q * time / 0.5)))
    s = time / 2.0 ** halvings
    step = [[(matrix[k][l] + (q if k == l else 0.0)) * s for l in range(n)] for k in range(n)]
    total, term = identity(n), identity(n)
    for order in range(1, 30):
        term = [[x / order for x in row] for row in multiply(term, step)]
        total = [[x + y for x, y in zip(a, b)] for a, b in zip(total, term)]
        if max(map(max, term)) < 1e-18:
            break
    shrink = math.exp(-q * s)
    total = [[x * shrink for x in row] for row in total]
    for _ in range(halvings):
        total = multiply(total, total)
    return total


def hit_probability(matrix, state, target, time):
    """P(the chain enters `target` within `time`): the target made absorbing; 0 if in it."""
    if target[state]:
        return 0.0
    absorbing = [[0.0] * len(row) if target[k] else row for k, row in enumerate(matrix)]
    row = expm(absorbing, time)[state]
    return sum(p for p, hit in zip(row, target) if hit)


def pick(probabilities, u, margins, where):
    """The first state whose cumulative probability is >= u; else the last that is possible."""
    last = max(k for k, p in enumerate(probabilities) if p > 0.0)
    cumulative = 0.0
    chosen = None
    for k, p in enumerate(probabilities):
        cumulative += p
        if k < last:
            margins.note(u, cumulative, where)
        if chosen is None and cumulative >= u:
            chosen = k
    return last if chosen is None else chosen


def poisson(mean, u, margins, where):
    """The smallest k with P(N <= k) >= u; the sum ends when a term no longer changes it."""
    if mean == 0.0:
        return 0
    term = cumulative = math.exp(-mean)
    margins.note(u, cumulative, where)
    k = 0
    while cumulative < u:
        k += 1
        term *= mean / k
        if cumulative + term == cumulative:
            break
        cumulative += term
        margins.note(u, cumulative, where)
    return k

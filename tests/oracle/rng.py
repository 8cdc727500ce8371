"""Random numbers that have an address (docs/model.md, A.3).

A uniform belongs to (seed, path, step, class, name) and to nothing else, so no draw depends on
what else was drawn.
"""

from functools import lru_cache
from statistics import NormalDist

MACRO, BUDGET, PRICE, SUPPLY, US, CN, INCIDENT, QUESTION, APPROVAL, LICENCE, TASTE, EVENT = \
    range(1, 13)
PARAM = 20

MASK32 = 0xFFFFFFFF
STANDARD = NormalDist()


def philox(counter, key):
    """Philox4x32-10 (Salmon et al. 2011): four 32-bit words for a counter and a key."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0 = 0xD2511F53 * c0
        p1 = 0xCD9E8D57 * c2
        c0, c1, c2, c3 = ((p1 >> 32) ^ c1 ^ k0, p1 & MASK32,
                          (p0 >> 32) ^ c3 ^ k1, p0 & MASK32)
        k0 = (k0 + 0x9E3779B9) & MASK32
        k1 = (k1 + 0xBB67AE85) & MASK32
    return c0, c1, c2, c3


@lru_cache(maxsize=None)
def fnv1a(text):
    """The 32-bit FNV-1a hash of the UTF-8 bytes of a name."""
    value = 0x811C9DC5
    for byte in text.encode("utf-8"):
        value = ((value ^ byte) * 0x01000193) & MASK32
    return value


def normal_quantile(u):
    """Phi^{-1}(u); the standard library uses Wichura's AS241 too."""
    return STANDARD.inv_cdf(u)


class Draws:
    """All draws of one path."""

    def __init__(self, seed, path):
        self.key = (seed & MASK32, (seed >> 32) & MASK32)
        self.low = path & MASK32
        self.high = (path >> 32) & MASK32

    def uniform(self, klass, t, name):
        """u = ((a>>6) 2^26 + (b>>6) + 1/2) / 2^52, words 0, 1 for even t and 2, 3 for odd t."""
        counter = (self.low, (klass << 16) + t // 2, fnv1a(name), self.high)
        words = philox(counter, self.key)
        a, b = words[0:2] if t % 2 == 0 else words[2:4]
        return (((a >> 6) << 26) + (b >> 6) + 0.5) / 4503599627370496.0

    def normal(self, klass, t, name):
        return normal_quantile(self.uniform(klass, t, name))

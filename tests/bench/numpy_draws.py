"""Random numbers of a chunk of paths: NumPy's own, or those of the program by their addresses
(docs/model.md, A.3), which makes the paths the program's."""

import numpy as np

from numpy_world import NODES, rng

# AS241 (Wichura 1988, PPND16): numerator and denominator of the middle, the tails and far out.
MIDDLE = ((3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
           1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
           3.3430575583588128105e+4, 2.5090809287301226727e+3),
          (1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
           2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4,
           5.2264952788528545610e+3))
TAIL = ((1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
         3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
         2.27238449892691845833e-2, 7.74545014278341407640e-4),
        (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
         1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
         1.05075007164441684324e-9))
FAR = ((6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
        2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
        2.71155556874348757815e-5, 2.01033439929228813265e-7),
       (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
        7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
        2.04426310338993978564e-15))


def rational(x, coefficients):
    top, bottom = (np.full_like(x, c[-1]) for c in coefficients)
    for a, b in zip(coefficients[0][-2::-1], coefficients[1][-2::-1]):
        top *= x
        top += a
        bottom *= x
        bottom += b
    top /= bottom
    return top


def normal_quantile(u):
    """Phi^{-1}(u); the tails, 15 % of the values, are computed apart."""
    q = u - 0.5
    z = q * rational(0.180625 - q * q, MIDDLE)
    outside = np.abs(q) > 0.425
    side = q[outside]
    r = np.sqrt(-np.log(np.minimum(u[outside], 1.0 - u[outside])))
    tail = rational(r - 1.6, TAIL)
    far = r > 5.0
    tail[far] = rational(r[far] - 5.0, FAR)
    z[outside] = np.copysign(tail, side)
    return z


def philox(counter, key):
    """Philox4x32-10 on arrays of 64-bit words that hold 32 bits: four arrays."""
    mask, half = np.uint64(rng.MASK32), np.uint64(32)
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0 = np.uint64(0xD2511F53) * c0
        p1 = np.uint64(0xCD9E8D57) * c2
        c0, c1, c2, c3 = ((p1 >> half) ^ c1 ^ np.uint64(k0), p1 & mask,
                          (p0 >> half) ^ c3 ^ np.uint64(k1), p0 & mask)
        k0 = (k0 + 0x9E3779B9) & rng.MASK32
        k1 = (k1 + 0xBB67AE85) & rng.MASK32
    return c0, c1, c2, c3


class FastDraws:
    """NumPy's fastest generator."""

    def __init__(self, world, seed, paths):
        self.world, self.paths = world, paths
        self.random = np.random.Generator(np.random.SFC64(seed))

    def priors(self):
        w = self.world
        scores = w.factor @ self.random.standard_normal((len(w.joined), self.paths))
        score = dict(zip(w.joined, scores))
        out = []
        for k, law in enumerate(w.laws):
            if law.table is None:
                out.append(law.sample(self.random, self.paths))
                continue
            z = score[k] if k in score else self.random.standard_normal(self.paths)
            out.append(np.interp(z, NODES, law.table))
        return out

    def normal(self, klass, t, names):
        return self.random.standard_normal((len(names), self.paths))

    def uniform(self, klass, t, names):
        return self.random.random((len(names), self.paths))


class AddressedDraws(FastDraws):
    """The program's numbers of paths 0 to paths - 1. Priors are those of `inputs` (address ->
    list, one number per path), or without it still NumPy's own."""

    def __init__(self, world, seed, paths, inputs=None):
        super().__init__(world, seed, paths)
        self.inputs = inputs
        self.key = (seed & rng.MASK32, seed >> 32 & rng.MASK32)
        self.path = np.arange(paths, dtype=np.uint64)
        self.later = {}                 # words 2 and 3 of a block belong to the next step

    def priors(self):
        if self.inputs is None:
            return super().priors()
        return [np.array(self.inputs[law.address]) for law in self.world.laws]

    def uniform(self, klass, t, names):
        place = (klass, tuple(names))
        if t % 2 == 0 or place not in self.later:
            name = np.array([[rng.fnv1a(text)] for text in names], dtype=np.uint64)
            low = np.broadcast_to(self.path, (len(names), self.paths))
            step = np.full_like(low, (klass << 16) + t // 2)
            words = philox((low, step, name + np.zeros_like(low), np.zeros_like(low)), self.key)
            self.later[place] = words[2:4]
            a, b = words[0:2] if t % 2 == 0 else words[2:4]
        else:
            a, b = self.later.pop(place)
        six = np.uint64(6)
        return (((a >> six) << np.uint64(26)) + (b >> six) + 0.5) / 4503599627370496.0

    def normal(self, klass, t, names):
        return normal_quantile(self.uniform(klass, t, names))

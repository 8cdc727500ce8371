"""The distributions of priors.csv by inversion (docs/model.md A.6, interface: priors.csv)."""

import math

from rng import normal_quantile
from special import beta_inverse, beta_tails, gamma_inverse, gamma_tails


def normal_cdf(z):
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


class Constant:
    def __init__(self, value):
        self.value = value

    def quantile(self, u):
        return self.value

    def cdf(self, x):
        return 1.0 if x >= self.value else 0.0


class Uniform:
    def __init__(self, low, high):
        self.low, self.high = low, high

    def quantile(self, u):
        return self.low + (self.high - self.low) * u

    def cdf(self, x):
        return min(1.0, max(0.0, (x - self.low) / (self.high - self.low)))


class Triangular:
    def __init__(self, low, mode, high):
        self.low, self.mode, self.high = low, mode, high

    def quantile(self, u):
        width = self.high - self.low
        if u <= (self.mode - self.low) / width:
            return self.low + math.sqrt(u * width * (self.mode - self.low))
        return self.high - math.sqrt((1.0 - u) * width * (self.high - self.mode))

    def cdf(self, x):
        width = self.high - self.low
        if x <= self.low:
            return 0.0
        if x >= self.high:
            return 1.0
        if x <= self.mode:
            return (x - self.low) ** 2 / (width * (self.mode - self.low))
        return 1.0 - (self.high - x) ** 2 / (width * (self.high - self.mode))


class ScaledBeta:
    """A beta distribution on [low, high]."""

    def __init__(self, a, b, low=0.0, high=1.0):
        self.a, self.b, self.low, self.high = a, b, low, high

    def quantile(self, u):
        return self.low + (self.high - self.low) * beta_inverse(self.a, self.b, u)

    def cdf(self, x):
        return beta_tails(self.a, self.b, (x - self.low) / (self.high - self.low))[0]


class Normal:
    def __init__(self, mean, sd):
        self.mean, self.sd = mean, sd

    def quantile(self, u):
        return self.mean + self.sd * normal_quantile(u)

    def cdf(self, x):
        return normal_cdf((x - self.mean) / self.sd)


class Lognormal:
    def __init__(self, mean, sd):
        self.log = Normal(mean, sd)

    def quantile(self, u):
        return math.exp(self.log.quantile(u))

    def cdf(self, x):
        return self.log.cdf(math.log(x)) if x > 0.0 else 0.0


class Gamma:
    def __init__(self, shape, scale):
        self.shape, self.scale = shape, scale

    def quantile(self, u):
        return self.scale * gamma_inverse(self.shape, u)

    def cdf(self, x):
        return gamma_tails(self.shape, x / self.scale)[0]


class Discrete:
    """Values with weights, inverted in ascending order of value."""

    def __init__(self, pairs):
        pairs = sorted(pairs)
        total = math.fsum(w for _, w in pairs)
        self.values = [v for v, _ in pairs]
        self.weights = [w / total for _, w in pairs]

    def boundaries(self):
        """Cumulative weights between two values that can both happen."""
        last = max(k for k, w in enumerate(self.weights) if w > 0.0)
        cumulative, out = 0.0, []
        for weight in self.weights[:last]:
            cumulative += weight
            out.append(cumulative)
        return out

    def quantile(self, u):
        cumulative = 0.0
        for value, weight in zip(self.values, self.weights):
            cumulative += weight
            if cumulative >= u and weight > 0.0:
                return value
        return max(v for v, w in zip(self.values, self.weights) if w > 0.0)

    def cdf(self, x):
        return math.fsum(w for v, w in zip(self.values, self.weights) if v <= x)


class Cut:
    """A distribution whose tails outside a cell's domain are cut: u goes to [F(lo), F(hi)]."""

    def __init__(self, inner, low, high):
        self.inner = inner
        self.low = inner.cdf(low) if math.isfinite(low) else 0.0
        self.high = inner.cdf(high) if math.isfinite(high) else 1.0
        if self.low + (1.0 - self.high) > 0.05:
            raise ValueError("tails outside the domain hold more than 5 %")

    def quantile(self, u):
        return self.inner.quantile(self.low + u * (self.high - self.low))


def fit_gamma(low, high, credibility):
    """Shape and scale that put the central interval at [low, high]; the ratio fixes the shape."""
    tail = 0.5 * (1.0 - credibility)
    target = math.log(high / low)

    def spread(log_shape):
        k = math.exp(log_shape)
        return math.log(gamma_inverse(k, 1.0 - tail) / gamma_inverse(k, tail))

    a, b = math.log(1e-2), math.log(1e6)
    for _ in range(200):
        middle = 0.5 * (a + b)
        if middle in (a, b):
            break
        if spread(middle) > target:
            a = middle
        else:
            b = middle
    shape = math.exp(0.5 * (a + b))
    return Gamma(shape, high / gamma_inverse(shape, 1.0 - tail))


def fit_beta(low, high, credibility):
    """Both shapes from both ends, Newton in the logarithms of shapes and of the two tails."""
    tail = 0.5 * (1.0 - credibility)
    mean = 0.5 * (low + high)
    sd = (high - low) / (2.0 * normal_quantile(1.0 - tail))
    size = max(0.5, mean * (1.0 - mean) / sd ** 2 - 1.0)
    point = [math.log(mean * size), math.log((1.0 - mean) * size)]

    def residual(p):
        a, b = math.exp(p[0]), math.exp(p[1])
        return (math.log(beta_tails(a, b, low)[0] / tail),
                math.log(beta_tails(a, b, high)[1] / tail))

    for _ in range(60):
        r = residual(point)
        step = newton_step(residual, point, r)
        size = max(abs(step[0]), abs(step[1]))
        damp = min(1.0, 0.5 / size) if size > 0.0 else 1.0
        point = [point[0] - damp * step[0], point[1] - damp * step[1]]
        if size < 1e-14:
            break
    return ScaledBeta(math.exp(point[0]), math.exp(point[1]))


def newton_step(residual, point, value):
    """The Newton step J^{-1} r of two equations, J by central differences."""
    h = 1e-5
    columns = []
    for k in (0, 1):
        up, down = list(point), list(point)
        up[k] += h
        down[k] -= h
        ru, rd = residual(up), residual(down)
        columns.append([(ru[n] - rd[n]) / (2.0 * h) for n in (0, 1)])
    (a, c), (b, d) = columns
    det = a * d - b * c
    return ((d * value[0] - b * value[1]) / det, (a * value[1] - c * value[0]) / det)


def build(kind, low, mode, high, credibility, values):
    """The distribution of one row of priors.csv; unused arguments are None."""
    if kind == "constant":
        return Constant(mode)
    if kind == "uniform":
        return Uniform(low, high)
    if kind == "triangular":
        return Triangular(low, mode, high)
    if kind == "pert":
        width = high - low
        return ScaledBeta(1.0 + 4.0 * (mode - low) / width, 1.0 + 4.0 * (high - mode) / width,
                          low, high)
    if kind == "gamma_rate":
        return Gamma(low, 1.0 / high)
    if kind == "discrete":
        pairs = [item.split(":") for item in values.split(";")]
        return Discrete([(float(v), float(w)) for v, w in pairs])
    return build_from_interval(kind, low, high, 0.9 if credibility is None else credibility)


def build_from_interval(kind, low, high, credibility):
    """Distributions given by the ends of their central `credibility` interval."""
    z = normal_quantile(0.5 * (1.0 + credibility))
    if kind == "normal":
        return Normal(0.5 * (low + high), (high - low) / (2.0 * z))
    if kind == "lognormal":
        a, b = math.log(low), math.log(high)
        return Lognormal(0.5 * (a + b), (b - a) / (2.0 * z))
    if kind == "gamma":
        return fit_gamma(low, high, credibility)
    if kind == "beta":
        return fit_beta(low, high, credibility)
    raise ValueError("unknown distribution " + kind)


def cut_to_domain(inner, low, high):
    """Cut only what can reach outside; bounded kinds are refused beforehand, not cut."""
    if isinstance(inner, (Normal, Lognormal, Gamma)):
        return Cut(inner, low, high)
    return inner

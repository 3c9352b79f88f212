"""Computes test/stats/special/oracle.json: the truth for the special functions and distributions of core/stats.

The truth is mpmath at 60 digits: plain series and continued fractions, whose rounding is 45 digits away from a double. scipy
is measured on the same points, and its worst error is kept: where that is above 1e-9, scipy cannot be the oracle.

    python -m venv /tmp/oracle && /tmp/oracle/bin/pip install scipy==1.17.1 mpmath==1.4.1 gmpy2
    /tmp/oracle/bin/python test/stats/special/oracle.py && npx biome format --write test/stats/special/oracle.json

It takes some minutes.
"""

import json
import math
import sys
import time
import warnings
from pathlib import Path

import mpmath as mp
import numpy as np
from scipy import special, stats

mp.mp.dps = 60
ONE = mp.mpf(1)
SMALL = mp.mpf(10) ** -70
warnings.filterwarnings("ignore")
np.seterr(all="ignore")


# --- the truth --------------------------------------------------------------------------------------------------------

def fraction(above, below):
    """above(1)/(below(1) + above(2)/(below(2) + …)) by the recurrence of Wallis, rescaled."""
    p0, q0, p1, q1, last = ONE, mp.mpf(0), mp.mpf(0), ONE, None
    for m in range(1, 3_000_000):
        a, b = above(m), below(m)
        p0, q0, p1, q1 = p1, q1, b * p1 + a * p0, b * q1 + a * q0
        if m % 8 == 0:
            value = p1 / q1
            if last is not None and abs(value - last) <= abs(value) * mp.mpf(10) ** -48:
                return value
            last = value
            p0, q0, p1, q1 = p0 / q1, q0 / q1, value, ONE
    raise AssertionError("no convergence")


def log_beta(a, b):
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def log_beta_near(a, b, x, y):
    """ln I_x(a, b) left of the mean, by DLMF 8.17.22."""

    def above(m):
        if m == 1:
            return ONE
        k, odd = divmod(m - 1, 2)
        if odd:
            return -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1))
        return k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k))

    return a * mp.log(x) + b * mp.log(y) - mp.log(a) - log_beta(a, b) + mp.log(fraction(above, lambda m: ONE))


def beta_logs(a, b, x, y=None):
    """ln P(X <= x) and ln P(X > x)."""
    a, b, x = mp.mpf(a), mp.mpf(b), mp.mpf(x)
    y = 1 - x if y is None else y
    if x <= (a + 1) / (a + b + 2):
        near = log_beta_near(a, b, x, y)
        return near, mp.log1p(-mp.exp(near))
    near = log_beta_near(b, a, y, x)
    return mp.log1p(-mp.exp(near)), near


def gamma_logs(a, x):
    """ln P(a, x) and ln Q(a, x)."""
    a, x = mp.mpf(a), mp.mpf(x)
    power = a * mp.log(x) - x
    if x < a + 1:
        term, total, k = ONE, ONE, 1
        while term > total * mp.mpf(10) ** -50:
            term *= x / (a + k)
            total += term
            k += 1
        near = power - mp.loggamma(a + 1) + mp.log(total)
        return near, mp.log1p(-mp.exp(near))
    tail = fraction(lambda m: ONE if m == 1 else -(m - 1) * (m - 1 - a), lambda m: x + 2 * m - 1 - a)
    near = power - mp.loggamma(a) + mp.log(tail)
    return mp.log1p(-mp.exp(near)), near


def t_logs(t, df):
    """ln P(T <= t) and ln P(T > t) for t > 0."""
    t, df = mp.mpf(t), mp.mpf(df)
    near = beta_logs(df / 2, mp.mpf(1) / 2, df / (df + t * t), t * t / (df + t * t))[0] - mp.log(2)
    return mp.log1p(-mp.exp(near)), near


def normal_log_tail(x):
    return mp.log(mp.erfc(mp.mpf(x) / mp.sqrt(2)) / 2)


def solve(target, is_upper, start, logs, log_density):
    """The u with the given logarithm of a tail; the end is what counts: there the tail agrees to 20 digits."""
    u = mp.mpf(start)
    for _ in range(400):
        value = logs(u)[1 if is_upper else 0]
        step = (value - target) * mp.exp(value - log_density(u)) * (1 if is_upper else -1)
        u += step
        if abs(step) < mp.mpf(10) ** -25:
            return u
    raise AssertionError("no quantile")


def beta_quantile(log, is_upper, a, b):
    """ln(x/y) for the logarithm of a tail."""
    if is_upper:
        return -beta_quantile(log, False, b, a)
    a, b = mp.mpf(a), mp.mpf(b)
    first = (log + mp.log(a) + log_beta(a, b)) / a
    if first < -1500:
        return first
    parts = lambda u: (1 / (1 + mp.exp(-u)), 1 / (1 + mp.exp(u)))

    def density(u):
        x, y = parts(u)
        return a * mp.log(x) + b * mp.log(y) - log_beta(a, b)

    z = min(0.0, float(special.ndtri_exp(float(log))))
    start = mp.log(a / b) + z * mp.sqrt(1 / a + 1 / b)
    return solve(log, False, start, lambda u: beta_logs(a, b, *parts(u)), density)


def gamma_quantile(log, is_upper, a):
    a = mp.mpf(a)
    first = (log + mp.loggamma(a + 1)) / a
    if not is_upper and first < -1500:
        return mp.exp(first)
    start = first if not is_upper else mp.log(a + mp.sqrt(-2 * log * a) - log)
    density = lambda u: a * u - mp.exp(u) - mp.loggamma(a)
    return mp.exp(solve(log, is_upper, start, lambda u: gamma_logs(a, mp.exp(u)), density))


def normal_upper_quantile(log):
    log, x = mp.mpf(log), mp.sqrt(-2 * mp.mpf(log))
    for _ in range(100):
        tail = normal_log_tail(x)
        step = (tail - log) * mp.exp(tail + x * x / 2) * mp.sqrt(2 * mp.pi)
        x += step
        if abs(step) < abs(x) * mp.mpf(10) ** -25:
            return x
    raise AssertionError("no quantile")


def tail_of(p):
    """The smaller tail of P(X <= p), exactly: its logarithm, and whether it is the upper one."""
    return (mp.log(mp.mpf(p)), False) if p <= 0.5 else (mp.log(1 - mp.mpf(p)), True)


# --- points -----------------------------------------------------------------------------------------------------------

FUNCTIONS = {}


def add(name, arguments, truth, other):
    """Keeps a point unless the truth is too small or too large for the digits of a double."""
    value = float(truth)
    if value == 0 or not math.isfinite(value) or abs(value) < 1e-305:
        return
    points = FUNCTIONS.setdefault(name, {"points": [], "scipy": 0.0, "scipyAt": None})
    points["points"].append([*arguments, value])
    other = float(other)
    error = float(abs((mp.mpf(other) - truth) / truth)) if math.isfinite(other) else math.inf
    if error > points["scipy"] or math.isnan(other):
        points["scipy"], points["scipyAt"] = error, list(arguments)


PROBABILITIES = [1e-300, 1e-100, 1e-12, 1e-3, 0.05, 0.3, 0.5, 0.9, 0.999, 1 - 1e-12]
PARAMETERS = [1e-3, 0.1, 0.5, 1, 2.5, 40, 1e3, 1e5, 1e6]


def log_gammas():
    xs = [5e-324, 1e-300, 1e-12, 1e-3, 0.1, 0.4999, 0.5, 0.75, 0.999999, 1 + 1e-10, 1.2, 1.4616, 1.5, 1.9, 2 - 1e-9, 2 + 1e-12,
          2.2, 2.4999, 2.5, 3, 4.2, 7.25, 9.999, 10, 33, 1e3, 5e5, 1e9, 1e15, 1e100, 1e300]
    for x in xs:
        add("logGamma", [x], mp.loggamma(mp.mpf(x)), special.gammaln(x))


def log_betas():
    for a in PARAMETERS:
        for b in PARAMETERS:
            add("logBeta", [a, b], log_beta(mp.mpf(a), mp.mpf(b)), special.betaln(a, b))


def normals():
    xs = [1e-300, 1e-9, 0.1, 0.5, 1, 1.4, 1.41421356, 1.4142136, 1.6448536269514722, 1.999999, 2, 2.000001, 3, 5, 8, 12, 20, 26.5]
    for x in [*xs, *(-x for x in xs)]:
        add("erfc", [x], mp.erfc(mp.mpf(x)), special.erfc(x))
    for x in [0, *xs, 30, 37, 38, 100, 1e4, 1e8, 1e150]:
        for signed in {x, -x}:
            tail = mp.erfc(mp.mpf(signed) / mp.sqrt(2)) / 2
            # Beyond, 60 digits of the tail are no longer 60 of 1 - tail.
            truth = mp.log(tail) if signed > -15 else -mp.erfc(mp.mpf(-signed) / mp.sqrt(2)) / 2
            add("normalSurvival", [signed], tail, stats.norm.sf(signed))
            if signed < 1e9:
                add("normalLogSurvival", [signed], truth, stats.norm.logsf(signed))
    for p in [*PROBABILITIES, 1e-200, 1e-50, 1e-20, 1e-6, 0.02, 0.0227, 0.0228, 0.1, 0.2, 0.4, 0.49, 0.6, 0.7]:
        if p != 0.5:
            log, is_upper = tail_of(p)
            truth = normal_upper_quantile(log) * (1 if is_upper else -1)
            add("normalQuantile", [p], truth, stats.norm.ppf(p))
    for log in [-1e300, -1e100, -1e9, -1e4, -1000, -690, -100, -10, -4, -3.8, -3.7, -3.6, -2, -1, -0.5, -0.1, -1e-3, -1e-12, -1e-300]:
        is_upper = log > -math.log(2)
        small = mp.log(-mp.expm1(mp.mpf(log))) if is_upper else mp.mpf(log)
        truth = mp.sqrt(-2 * small) if log < -1e40 else normal_upper_quantile(small)
        add("normalQuantileOfLog", [log], truth * (1 if is_upper else -1), special.ndtri_exp(log))


def betas():
    for a in PARAMETERS:
        for b in PARAMETERS:
            mean, sd = a / (a + b), math.sqrt(a * b / (a + b + 1)) / (a + b)
            near = [mean + k * sd for k in (-30, -6, -2, -0.3, 0.3, 2, 6, 30)]
            for x in sorted({*near, 1e-300, 1e-9, mean / 100, 0.2, 0.5, 0.9, 1 - (1 - mean) / 100}):
                if 0 < x < 1 and float(1 - x) > 0:
                    low, high = beta_logs(a, b, x)
                    law = stats.beta(a, b)
                    add("betaCdf", [x, a, b], mp.exp(low), law.cdf(x))
                    add("betaSurvival", [x, a, b], mp.exp(high), law.sf(x))
                    add("betaLogCdf", [x, a, b], low, law.logcdf(x))
                    add("betaLogSurvival", [x, a, b], high, law.logsf(x))


def beta_quantiles():
    for a in PARAMETERS:
        for b in PARAMETERS:
            law = stats.beta(a, b)
            for p in PROBABILITIES:
                log, is_upper = tail_of(p)
                at = beta_quantile(log, is_upper, a, b)
                add("betaQuantile", [p, a, b], 1 / (1 + mp.exp(-at)), law.ppf(p))
                at = beta_quantile(log, not is_upper, a, b)
                add("betaUpperQuantile", [p, a, b], 1 / (1 + mp.exp(-at)), law.isf(p))


def gammas():
    for a in [1e-3, 0.05, 0.25, 0.5, 1, 2.5, 15, 100, 1e3, 5e4, 5e5]:
        sd = math.sqrt(a)
        near = [a + k * sd for k in (-30, -6, -2, -0.3, 0.3, 1.5, 2, 6, 30)]
        for x in sorted({*near, 1e-300, 1e-9, a / 100, a * 3, 50.0, 700.0, 1e5}):
            if x <= 0:
                continue
            low, high = gamma_logs(a, x)
            law, df = stats.chi2(2 * a), 2 * a
            add("gammaP", [x, a], mp.exp(low), special.gammainc(a, x))
            add("gammaQ", [x, a], mp.exp(high), special.gammaincc(a, x))
            add("logGammaP", [x, a], low, np.log(special.gammainc(a, x)))
            add("logGammaQ", [x, a], high, np.log(special.gammaincc(a, x)))
            add("chiSquareCdf", [2 * x, df], mp.exp(low), law.cdf(2 * x))
            add("chiSquareSurvival", [2 * x, df], mp.exp(high), law.sf(2 * x))
            add("chiSquareLogSurvival", [2 * x, df], high, law.logsf(2 * x))
        for p in PROBABILITIES:
            log, is_upper = tail_of(p)
            add("chiSquareQuantile", [p, df], 2 * gamma_quantile(log, is_upper, a), law.ppf(p))
            add("chiSquareUpperQuantile", [p, df], 2 * gamma_quantile(log, not is_upper, a), law.isf(p))


def student():
    for df in [0.5, 1, 1.5, 2, 3, 4, 7, 10, 29, 49, 100, 500, 999, 1e4, 1e5, 1e6]:
        law = stats.t(df)
        for t in [1e-200, 1e-8, 0.1, 0.7, 1, 1.8, 2.5, 4, 7, 15, 40, 1e3, 1e6, 1e50, 1e200]:
            low, high = t_logs(t, df)
            add("studentTSurvival", [t, df], mp.exp(high), law.sf(t))
            add("studentTSurvival", [-t, df], mp.exp(low), law.sf(-t))
            add("studentTCdf", [-t, df], mp.exp(high), law.cdf(-t))
            add("studentTLogSurvival", [t, df], high, law.logsf(t))
            add("studentTLogSurvival", [-t, df], low, law.logsf(-t))
        for p in [*PROBABILITIES, 0.2, 0.249, 0.251, 0.45, 0.499999]:
            if p == 0.5:
                continue
            log, is_upper = tail_of(p)
            small = 2 * (mp.mpf(p) if not is_upper else 1 - mp.mpf(p))
            logit = beta_quantile(mp.log(small) if small < 0.5 else mp.log(1 - small), small >= 0.5, mp.mpf(df) / 2, mp.mpf(1) / 2)
            truth = mp.sqrt(mp.mpf(df)) * mp.exp(-logit / 2) * (1 if is_upper else -1)
            add("studentTQuantile", [p, df], truth, law.ppf(p))
            add("studentTUpperQuantile", [p, df], -truth, law.isf(p))


def binomial_logs(k, n, p):
    """ln P(X <= k) and ln P(X > k) for 0 <= k < n."""
    above, below = beta_logs(k + 1, n - k, p)
    return below, above


def binomial_mass(k, n, p):
    p = mp.mpf(p)
    choose = mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)
    return choose + k * mp.log(p) + (n - k) * mp.log(1 - p)


def smallest_count(log, is_upper, n, p):
    def reached(k):
        if k < 0 or k >= n:
            return k >= n
        low, high = binomial_logs(k, n, p)
        return high <= log if is_upper else low >= log

    below, above = -1, n
    guess = stats.binom.isf(float(mp.exp(log)), n, p) if is_upper else stats.binom.ppf(float(mp.exp(log)), n, p)
    guess = int(guess) if math.isfinite(guess) else int(n * p)
    reach = 2 + int(math.sqrt(n) / 50)
    if guess - reach > below and not reached(guess - reach):
        below = guess - reach
    if guess + reach < above and reached(guess + reach):
        above = guess + reach
    while above - below > 1:
        middle = (above + below) // 2
        below, above = (below, middle) if reached(middle) else (middle, above)
    return above


def binomials():
    for n in [1, 2, 10, 299, 1000, 100_000, 1_000_000]:
        for p in [1e-9, 1e-4, 0.01, 0.3, 0.5, 0.95, 0.9999]:
            law, sd = stats.binom(n, p), math.sqrt(n * p * (1 - p))
            near = [math.floor(n * p + k * sd) for k in (-30, -6, -2, 0, 2, 6, 30)]
            for k in sorted({*near, 0, n // 3, n - 1, n}):
                if not 0 <= k <= n:
                    continue
                mass = binomial_mass(k, n, p)
                add("binomialMass", [k, n, p], mp.exp(mass), law.pmf(k))
                add("binomialLogMass", [k, n, p], mass, law.logpmf(k))
                if k < n:
                    low, high = binomial_logs(k, n, p)
                    add("binomialCdf", [k, n, p], mp.exp(low), law.cdf(k))
                    add("binomialSurvival", [k, n, p], mp.exp(high), law.sf(k))
                    add("binomialLogCdf", [k, n, p], low, law.logcdf(k))
                    add("binomialLogSurvival", [k, n, p], high, law.logsf(k))
            for q in [1e-300, 1e-12, 0.025, 0.4, 0.95, 1 - 1e-12] if n < 1e6 or p in (1e-4, 0.3, 0.95) else []:
                log, is_upper = tail_of(q)
                add("binomialQuantile", [q, n, p], mp.mpf(smallest_count(log, is_upper, n, p)), law.ppf(q))
                add("binomialUpperQuantile", [q, n, p], mp.mpf(smallest_count(log, not is_upper, n, p)), law.isf(q))


def check():
    """The two ways here to the same values, and mpmath's own functions where they are quick."""
    for a, b, x in [(2.5, 3, 0.2), (0.001, 40, 1e-5), (40, 0.1, 0.7), (100, 200, 0.1), (7, 1e5, 1e-4)]:
        truth = mp.log(mp.betainc(a, b, 0, mp.mpf(x), regularized=True))
        assert abs(beta_logs(a, b, x)[0] - truth) < mp.mpf(10) ** -40 * max(1, abs(truth)), (a, b, x)
    for a, x in [(0.05, 0.5), (2.5, 9), (40, 20), (100, 180)]:
        truth = mp.log(mp.gammainc(a, mp.mpf(x), mp.inf, regularized=True))
        assert abs(gamma_logs(a, x)[1] - truth) < mp.mpf(10) ** -40 * max(1, abs(truth)), (a, x)


check()
for part in [log_gammas, log_betas, normals, betas, gammas, student, binomials, beta_quantiles]:
    begin = time.time()
    part()
    print(f"{part.__name__}: {time.time() - begin:.0f} s", file=sys.stderr)
for entry in FUNCTIONS.values():
    # JSON knows no infinity: scipy's answer is then 0, infinite or not a number where the truth is neither.
    if not math.isfinite(entry["scipy"]):
        entry["scipy"] = None

target = Path(__file__).with_name("oracle.json")
target.write_text(json.dumps(FUNCTIONS, separators=(",", ":"), allow_nan=False) + "\n")
print(f"{target}: {target.stat().st_size} bytes, {sum(len(e['points']) for e in FUNCTIONS.values())} points")

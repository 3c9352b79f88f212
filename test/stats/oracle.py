"""Computes test/stats/oracle.json, the values that the tests of core/stats are held against.

Nothing here shares a line of thought with the TypeScript: special functions come from mpmath at 60 digits and are checked
against scipy; intervals come from scipy and numpy, or from root finding on the defining likelihood.

    python -m venv /tmp/oracle && /tmp/oracle/bin/pip install scipy==1.17.1 mpmath==1.4.1 scikit-learn==1.9.1
    /tmp/oracle/bin/python test/stats/oracle.py && npx biome format --write test/stats/oracle.json
"""

import json
import math
from pathlib import Path

import mpmath as mp
import numpy as np
from scipy import optimize, special, stats
from sklearn import metrics as sk

mp.mp.dps = 60


def close(a, b, tolerance):
    assert math.isclose(a, b, rel_tol=tolerance, abs_tol=0), (a, b)


# --- special functions ------------------------------------------------------------------------------------------------

def log_gamma():
    points = [1e-6, 0.01, 0.5, 0.9, 1.1, 1.5, 2.5, 3, 7.25, 9.999, 10, 10.001, 33, 1e3, 5e5, 1e9]
    return [{"x": x, "value": float(mp.loggamma(mp.mpf(x)))} for x in points]


def normal():
    rows = []
    for x in [0, 1e-300, 1e-9, 0.1, 0.5, 1, 1.6448536269514722, 1.9, 1.999999, 2, 2.000001, 2.5, 3, 5, 8, 12, 20, 30, 37.5]:
        for signed in {x, -x}:
            value = float(mp.erfc(mp.mpf(signed) / mp.sqrt(2)) / 2)
            close(value, stats.norm.sf(signed), 1e-12)
            rows.append({"x": signed, "survival": value})
    return sorted(rows, key=lambda row: row["x"])


def normal_quantile():
    points = [1e-300, 1e-100, 1e-20, 1e-12, 1e-9, 1e-6, 1e-4, 0.001, 0.01, 0.02, 0.023, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4,
              0.49, 0.4999, 0.5 - 1e-10, 0.5, 0.5 + 2**-50, 0.6, 0.8, 0.9, 0.95, 0.975, 0.99, 0.999999, 1 - 1e-12]
    rows = []
    for p in points:
        q = mp.mpf(p) if p < 0.5 else 1 - mp.mpf(p)
        start = -stats.norm.ppf(float(q))
        if p == 0.5:
            value = mp.mpf(0)
        else:
            value = mp.findroot(lambda x: mp.log(mp.erfc(x / mp.sqrt(2)) / 2 / q), mp.mpf(start))
        value = float(value if p > 0.5 else -value)
        if p != 0.5:
            close(value, stats.norm.ppf(p), 1e-12)
        rows.append({"p": p, "value": value})
    return rows


def t_tail(t, df):
    """P(T > t) by the Gauss hypergeometric form of the incomplete beta function, at 60 digits."""
    t, df = mp.mpf(t), mp.mpf(df)
    return mp.betainc(df / 2, mp.mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2


DFS = [0.5, 1, 1.5, 2, 3, 4, 7, 10, 29, 49, 100, 500, 999, 1e4, 1e5, 1e6]


def student_t():
    rows = []
    for df in DFS:
        for t in [0, 1e-8, 0.1, 0.7, 1, 1.645, 1.8, 2.5, 4, 7, 15, 40, 1e3, 1e6]:
            value = t_tail(t, df) if t else mp.mpf(1) / 2
            if value > mp.mpf(10) ** -100:
                close(float(value), stats.t.sf(t, df), 1e-8)
                rows.append({"t": t, "df": df, "survival": float(value)})
    return rows


def student_t_quantile():
    rows = []
    for df in DFS[1:]:
        for q in [1e-12, 1e-9, 1e-6, 1e-4, 0.005, 0.025, 0.05, 0.1, 0.2, 0.249, 0.251, 0.3, 0.45, 0.499999]:
            start = -special.stdtrit(df, q)
            t = mp.findroot(lambda u: mp.log(t_tail(mp.exp(u), df) / mp.mpf(q)), mp.log(mp.mpf(start)))
            value = float(-mp.exp(t))
            # scipy itself is loose close to the median.
            close(value, special.stdtrit(df, q), 1e-8 if q < 0.49 else 1e-4)
            rows.append({"p": q, "df": df, "value": value})
    return rows


def incomplete_beta():
    rows = []
    shapes = [(0.5, 0.5), (0.01, 3), (2, 3), (10, 0.5), (40, 60), (1, 1), (1000, 1000), (5e5, 0.5), (0.5, 5e5), (300, 7)]
    for a, b in shapes:
        mean, sd = a / (a + b), math.sqrt(a * b / (a + b + 1)) / (a + b)
        for x in [mean / 1000, mean - 2 * sd, mean, mean + 2 * sd, 0.5]:
            if 0 < x < 1:
                value = mp.betainc(a, b, 0, mp.mpf(x), regularized=True)
                if value > mp.mpf(10) ** -250:
                    close(float(value), special.betainc(a, b, x), 1e-8)
                    rows.append({"a": a, "b": b, "x": x, "value": float(value)})
    return rows


# --- paired proportions -----------------------------------------------------------------------------------------------

def halve(is_left, low, high, steps):
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if is_left(middle) else (low, middle)
    return (low + high) / 2


def constrained_loss(n, b, c, difference):
    """The maximum likelihood estimate of p(c) under p(b) - p(c) = difference: where the trinomial likelihood is flat."""

    def rises(q):
        concordant = n - b - c
        gain = (b / (q + difference) if b else 0) + (c / q if c else 0)
        return gain > (2 * concordant / (1 - 2 * q - difference) if concordant else 0)

    return halve(rises, max(mp.mpf(0), -difference), (1 - difference) / 2, 90)


def tango_score(n, b, c, difference):
    q = constrained_loss(n, b, c, difference)
    variance = n * (2 * q + difference - difference**2)
    return (b - c - n * difference) / mp.sqrt(variance)


def tango():
    mp.mp.dps = 30
    cases = [(10, 0, 0), (1, 1, 0), (2, 1, 1), (21, 1, 7), (161, 6, 16), (618, 28, 25), (549, 50, 31), (50, 3, 0),
             (50, 0, 3), (44, 0, 1), (200, 20, 20), (1000, 25, 40), (27564, 700, 650), (1_000_000, 1000, 900), (5, 5, 0)]
    rows = []
    for n, b, c in cases:
        for alpha in [0.05, 0.025, 0.001]:
            z, estimate, one = stats.norm.isf(alpha), mp.mpf(b - c) / n, mp.mpf(1)
            lower = halve(lambda d: tango_score(n, b, c, d) > z, -one, estimate, 70)
            # Where one model wins every row its variance at the bound is zero.
            upper = one if estimate == 1 else halve(lambda d: tango_score(n, b, c, d) > -z, estimate, one, 70)
            score = tango_score(n, b, c, mp.mpf(-0.01))
            rows.append({"n": n, "b": b, "c": c, "alpha": alpha, "lower": float(lower), "upper": float(upper),
                         "margin": 0.01, "z": float(score), "p": float(stats.norm.sf(float(score)))})
    mp.mp.dps = 60
    return rows


def mcnemar():
    rows = []
    for b, c in [(0, 0), (0, 1), (1, 0), (1, 1), (0, 5), (6, 16), (7, 1), (25, 28), (100, 101), (3, 60), (40, 900),
                 (5000, 5200), (500_000, 501_500)]:
        n, few = b + c, min(b, c)
        exact = stats.binomtest(few, n).pvalue if n else 1.0
        mid = exact if n == 0 else 2 * stats.binom.cdf(few, n, 0.5) - stats.binom.pmf(few, n, 0.5)
        rows.append({"b": b, "c": c, "exact": exact, "midP": mid})
    return rows


def wilson():
    rows = []
    for k, n in [(0, 1), (1, 1), (0, 10), (10, 10), (3, 10), (90, 100), (999, 1000), (19_800, 27_564), (1, 1_000_000)]:
        for alpha in [0.05, 0.025, 0.001]:
            ci = stats.binomtest(k, n).proportion_ci(1 - 2 * alpha, "wilson")
            rows.append({"successes": k, "n": n, "alpha": alpha, "lower": ci.low, "upper": ci.high})
    return rows


# --- means ------------------------------------------------------------------------------------------------------------

def third_moment(values):
    return float(np.mean((np.asarray(values) - np.mean(values)) ** 3))


def without_skewness(t, skew):
    """Hall (1992): the transformation that takes the skewness out of a t statistic."""
    return t + skew * t**2 / 3 + skew**2 * t**3 / 27 + skew / 6


def bounds(estimate, se, quantile, skew):
    """The farther ones of Student's bounds and of Hall's, the latter by root finding."""
    def back(x):
        return optimize.brentq(lambda t: without_skewness(t, skew) - x, -1e4, 1e4, xtol=1e-13, rtol=1e-14)

    return estimate - max(quantile, back(quantile)) * se, estimate - min(-quantile, back(-quantile)) * se


def means():
    rng = np.random.default_rng(7)
    samples = {
        "two rows": [0.25, -0.5],
        "normal": rng.normal(0.1, 1, 40).tolist(),
        "skewed": rng.lognormal(0, 1.5, 60).tolist(),
        "huge offset": (1e9 + rng.normal(0, 1, 30)).tolist(),
        "tiny": (rng.normal(0, 1, 12) * 1e-12).tolist(),
    }
    rows = []
    for name, sample in samples.items():
        for alpha in [0.05, 0.001]:
            n, se = len(sample), float(stats.sem(sample))
            skew = third_moment(sample) / np.std(sample, ddof=1) ** 3 / math.sqrt(n)
            test = stats.ttest_1samp(sample, -0.1, alternative="greater")
            p = max(test.pvalue, stats.t.sf(without_skewness(test.statistic, skew), n - 1))
            lower, upper = bounds(float(np.mean(sample)), se, stats.t.isf(alpha, n - 1), skew)
            ci = stats.ttest_1samp(sample, 0).confidence_interval(1 - 2 * alpha)
            assert lower <= ci.low + 1e-9 * se and upper >= ci.high - 1e-9 * se
            rows.append({"name": name, "values": sample, "alpha": alpha, "estimate": float(np.mean(sample)),
                         "standardError": se, "skew": float(skew), "lower": float(lower), "upper": float(upper),
                         "margin": 0.1, "p": float(p)})
    return rows


def root_means():
    """The delta interval of a difference of RMSEs; the influence values by numeric differentiation of the weights."""
    rng = np.random.default_rng(11)
    first, second = rng.normal(0, 1, 25) ** 2, rng.normal(0, 1.2, 25) ** 2

    def statistic(weights):
        return math.sqrt(np.sum(weights * second)) - math.sqrt(np.sum(weights * first))

    n = 25
    even = np.full(n, 1 / n)
    influence = []
    for i in range(n):
        step = 1e-5
        point = np.zeros(n)
        point[i] = 1
        up, down = statistic(even + step * (point - even)), statistic(even - step * (point - even))
        influence.append((up - down) / (2 * step))
    se = float(np.std(influence, ddof=1) / math.sqrt(n))
    skew = third_moment(influence) / np.std(influence, ddof=1) ** 3 / math.sqrt(n)
    lower, _ = bounds(statistic(even), se, stats.t.isf(0.05, n - 1), skew)
    return {"candidate": first.tolist(), "champion": second.tolist(), "estimate": statistic(even), "standardError": se,
            "alpha": 0.05, "lower": lower}


# --- AUC --------------------------------------------------------------------------------------------------------------

def structural_components(labels, scores):
    """DeLong's V10 and V01 from the definition: all pairs."""
    x, y = scores[labels == 1], scores[labels == 0]
    wins = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
    return wins.mean(axis=1), wins.mean(axis=0)


def delong_case(name, labels, first, second, alpha=0.05):
    a10, a01 = structural_components(labels, first)
    b10, b01 = structural_components(labels, second)
    m, n = len(a10), len(a01)
    s = np.cov(np.array([a10, b10])) / m + np.cov(np.array([a01, b01])) / n
    fewest = min(m, n)
    df = fewest - 1 if fewest < 30 else None
    q = stats.t.isf(alpha, df) if df else stats.norm.isf(alpha)
    se, difference = math.sqrt(s[0, 0] + s[1, 1] - 2 * s[0, 1]), a10.mean() - b10.mean()
    third = third_moment(a10) / m**2 + third_moment(a01) / n**2
    lower, upper = bounds(a10.mean(), math.sqrt(s[0, 0]), q, third / s[0, 0] ** 1.5)
    third = third_moment(a10 - b10) / m**2 + third_moment(a01 - b01) / n**2
    difference_lower, difference_upper = bounds(difference, se, q, third / se**3)
    close(a10.mean(), sk.roc_auc_score(labels, first), 1e-12)
    return {"name": name, "labels": labels.tolist(), "candidate": first.tolist(), "champion": second.tolist(),
            "alpha": alpha, "auc": a10.mean(), "championAuc": b10.mean(), "standardError": math.sqrt(s[0, 0]),
            "lower": max(0, lower), "upper": min(1, upper),
            "difference": difference, "differenceError": se,
            "differenceLower": difference_lower, "differenceUpper": difference_upper}


def delong():
    rng = np.random.default_rng(3)
    cases = []
    for name, m, n, digits in [("no ties", 40, 90, 9), ("many ties", 35, 60, 1), ("few positives", 12, 80, 3)]:
        labels = np.array([1] * m + [0] * n)
        rng.shuffle(labels)
        first = np.round(rng.normal(labels * 1.2, 1), digits)
        second = np.round(0.5 * first + rng.normal(labels * 0.3, 1), digits)
        cases.append(delong_case(name, labels, first, second))
    return cases


# --- metrics ----------------------------------------------------------------------------------------------------------

def metric_values():
    rng = np.random.default_rng(5)
    n = 30
    labels = rng.integers(0, 2, n)
    p = np.clip(labels * 0.3 + rng.uniform(0, 0.7, n), 0, 1)
    classes = rng.integers(0, 3, n)
    matrix = rng.dirichlet([1, 2, 3], n)
    truth, value = rng.normal(0, 1, n), rng.normal(0, 1, n)
    onehot = np.eye(3)[classes]
    return {
        "labels": labels.tolist(), "probabilities": p.tolist(), "predicted": (p > 0.5).astype(int).tolist(),
        "classes": classes.tolist(), "matrix": matrix.ravel().tolist(), "predictedClasses": matrix.argmax(1).tolist(),
        "truth": truth.tolist(), "values": value.tolist(),
        "accuracy": sk.accuracy_score(labels, p > 0.5), "errorRate": sk.zero_one_loss(labels, p > 0.5),
        "multiclassAccuracy": sk.accuracy_score(classes, matrix.argmax(1)),
        "logLoss": sk.log_loss(labels, p), "multiclassLogLoss": sk.log_loss(classes, matrix),
        "brier": sk.brier_score_loss(labels, p), "multiclassBrier": float(((matrix - onehot) ** 2).sum(1).mean()),
        "mae": sk.mean_absolute_error(truth, value), "mse": sk.mean_squared_error(truth, value),
        "rmse": sk.root_mean_squared_error(truth, value), "auc": sk.roc_auc_score(labels, p),
    }


# --- random -----------------------------------------------------------------------------------------------------------

def split_mix(seed, count):
    out, mask = [], 2**64 - 1
    for _ in range(count):
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        out.append(z ^ (z >> 31))
    return out


def xoshiro(state, count):
    rotl = lambda x, k: ((x << k) | (x >> (32 - k))) & 0xFFFFFFFF
    s, out = list(state), []
    for _ in range(count):
        out.append((rotl((s[1] * 5) & 0xFFFFFFFF, 7) * 9) & 0xFFFFFFFF)
        t = (s[1] << 9) & 0xFFFFFFFF
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 11)
    return out


def random():
    seed = 20130401
    words = [part for value in split_mix(seed, 2) for part in (value & 0xFFFFFFFF, value >> 32)]
    raw = xoshiro(words, 12)
    uniform = [((raw[i] >> 5) * 2**26 + (raw[i + 1] >> 6)) / 2**53 for i in range(0, 12, 2)]
    return {"seed": seed, "splitMix": [str(v) for v in split_mix(1234567, 2)], "state": [1, 2, 3, 4],
            "words": xoshiro([1, 2, 3, 4], 10), "uniform": uniform}


ORACLE = {
    "logGamma": log_gamma(), "normal": normal(), "normalQuantile": normal_quantile(), "studentT": student_t(),
    "studentTQuantile": student_t_quantile(), "incompleteBeta": incomplete_beta(), "tango": tango(), "mcNemar": mcnemar(),
    "wilson": wilson(), "means": means(), "rootMean": root_means(), "delong": delong(), "metrics": metric_values(),
    "random": random(),
}

target = Path(__file__).with_name("oracle.json")
target.write_text(json.dumps(ORACLE, separators=(",", ":"), allow_nan=False) + "\n")
print(f"{target}: {target.stat().st_size} bytes")

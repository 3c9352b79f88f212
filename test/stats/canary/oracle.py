"""Computes test/stats/canary/oracle.json, the values that the tests of core/stats/canary are held against.

Nothing here shares a line of thought with the TypeScript: likelihood ratios are ratios of scipy's or mpmath's probabilities
instead of closed forms, tails come from full enumeration, bounds from scipy's root finder.

    python -m venv /tmp/oracle && /tmp/oracle/bin/pip install scipy==1.17.1 mpmath==1.4.1
    /tmp/oracle/bin/python test/stats/canary/oracle.py && npx biome format --write test/stats/canary/oracle.json
"""

import json
import math
from pathlib import Path

import mpmath as mp
import numpy as np
from scipy import optimize, stats

mp.mp.dps = 60


def close(a, b, tolerance):
    assert math.isclose(a, b, rel_tol=tolerance, abs_tol=0), (a, b)


# --- chi-square -------------------------------------------------------------------------------------------------------

FREEDOMS = [0.1, 0.5, 1, 2, 3, 7, 30, 59, 361, 1439, 1e5]


def lower(x, df):
    """The series of positive terms, with digits enough that 1 minus it is exact too."""
    with mp.workdps(330):
        a, half = mp.mpf(df) / 2, mp.mpf(x) / 2
        term, total, n = mp.mpf(1), mp.mpf(0), 0
        while term > total * mp.mpf(10) ** -330:
            total += term
            n += 1
            term *= half / (a + n)
        return total * mp.exp(a * mp.log(half) - half - mp.loggamma(a + 1))


def upper(x, df):
    with mp.workdps(330):
        return 1 - lower(x, df)


def chi_square():
    rows = []
    for df in FREEDOMS:
        for x in {1e-8, df / 100, df / 3, df * 0.9, df, df + 2, df + 2 * math.sqrt(2 * df), df * 1.5 + 5, df * 3 + 30}:
            p, q = lower(x, df), upper(x, df)
            if min(p, q) > mp.mpf(10) ** -250:
                close(float(p), stats.chi2.cdf(x, df), 1e-8)
                close(float(q), stats.chi2.sf(x, df), 1e-8)
                rows.append({"x": float(x), "df": df, "cdf": float(p), "survival": float(q)})
    return sorted(rows, key=lambda row: (row["df"], row["x"]))


def chi_square_quantile():
    rows = []
    for df in FREEDOMS:
        for p in [1e-12, 1e-6, 0.001, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.999]:
            start = stats.chi2.ppf(p, df)
            if start < 1e-200:
                continue
            # The equation in the logarithm is nearly straight, so that the secant method is at home.
            at = mp.findroot(lambda u: mp.log(lower(mp.exp(u), df) / mp.mpf(p)), (mp.log(start) - 1e-4, mp.log(start) + 1e-4))
            close(float(mp.exp(at)), start, 1e-8)
            rows.append({"p": p, "df": df, "value": float(mp.exp(at))})
    return rows


# --- e-processes ------------------------------------------------------------------------------------------------------

def batches(seed, count, canary, stable, rates):
    rng = np.random.default_rng(seed)
    rows = []
    for t in range(count):
        shared = rates[2] if t % 5 == 4 else 1.0
        n_c, n_s = int(rng.poisson(canary * (1 + t % 3))), int(rng.poisson(stable))
        rows.append([n_c, int(rng.binomial(n_c, min(1, rates[0] * shared))), n_s, int(rng.binomial(n_s, min(1, rates[1] * shared)))])
    return rows


SAMPLES = {
    "equal": batches(1, 12, 60, 540, (0.01, 0.01, 6)),
    "twice": batches(2, 20, 300, 2700, (0.02, 0.01, 1)),
    "half": batches(3, 10, 5000, 5000, (0.005, 0.01, 3)),
    "one side silent": [[0, 0, 500, 5], [40, 1, 0, 0], [50, 2, 450, 3], [60, 0, 440, 6]],
    "no errors": [[500, 0, 4500, 0]] * 8,
    "only the canary fails": [[100, 3, 900, 0], [90, 5, 910, 0]],
    "only stable fails": [[800, 0, 900, 9], [790, 0, 910, 7]],
    "everything fails": [[10, 10, 90, 88], [9, 9, 91, 91]],
}


def rate_log_ratio(row, boundary, alternative):
    """Given k errors, the canary's number is binomial: the ratio of its probabilities under both shares."""
    n_c, x_c, n_s, x_s = row
    if n_c == 0 or n_s == 0:
        return 0.0
    k = x_c + x_s
    share = lambda r: mp.mpf(r) * n_c / (mp.mpf(r) * n_c + n_s)
    log_pmf = lambda p: x_c * mp.log(p) + x_s * mp.log(1 - p)
    value = log_pmf(share(alternative)) - log_pmf(share(boundary))
    scipy_value = stats.binom.logpmf(x_c, k, float(share(alternative))) - stats.binom.logpmf(x_c, k, float(share(boundary)))
    assert abs(float(value) - scipy_value) < 1e-9 * max(1, abs(scipy_value)), (value, scipy_value)
    return value


def absolute_log_ratio(row, margin, tilt):
    """As a product of probability generating functions."""
    n_c, x_c, n_s, x_s = (mp.mpf(v) for v in row)
    if n_c == 0 or n_s == 0:
        return mp.mpf(0)
    z = mp.exp(-mp.mpf(tilt))
    return mp.log(z**x_c * (1 + n_c / n_s * (1 - z)) ** x_s * mp.exp(n_c * mp.mpf(margin) * (1 - z)))


def log_mean(sums, dispersion):
    return float(mp.log(sum(mp.exp(s / mp.mpf(dispersion)) for s in sums) / len(sums)))


HARM = np.linspace(math.log(1.15), math.log(16), 10)
SAFETY = -np.linspace(math.log(1.1), math.log(4), 10)
TILTS = [0.1, 0.2, 0.4, 0.7, 1, 1.5]


def ratio_log_e(rows, boundary, offsets, dispersion=1.0):
    sums = [sum((rate_log_ratio(row, boundary, boundary * math.exp(o)) for row in rows), mp.mpf(0)) for o in offsets]
    return log_mean(sums, dispersion)


def evidence():
    out = []
    for name, rows in SAMPLES.items():
        for dispersion in [1.0, 1.7]:
            out.append({
                "name": name, "batches": rows, "dispersion": dispersion,
                "harm": [{"ratio": r, "logE": ratio_log_e(rows, r, HARM, dispersion)} for r in [1.0, 3.0]],
                "safety": [{"ratio": r, "logE": ratio_log_e(rows, r, SAFETY, dispersion)} for r in [1.0, 1.5]],
                "absolute": [{
                    "margin": d,
                    "logE": log_mean([sum((absolute_log_ratio(row, d, l) for row in rows), mp.mpf(0)) for l in TILTS], dispersion),
                } for d in [0.002, 0.02]],
            })
    return out


def common_ratio():
    out = []
    for name, rows in SAMPLES.items():
        n_c, x_c, n_s, x_s = np.array([row for row in rows if row[0] > 0 and row[2] > 0], dtype=float).T
        above, below, share = np.sum(x_c * n_s / (n_c + n_s)), np.sum(x_s * n_c / (n_c + n_s)), n_c.sum() / (n_c + n_s).sum()
        out.append({"name": name, "estimate": above / below if below > 0 else None,
                    "smoothed": (above + 0.5 * (1 - share)) / (below + 0.5 * share)})
    return out


def ratio_sequence():
    mp.mp.dps = 25
    out = []
    for name, alpha, dispersion in [("equal", 0.05, 1.0), ("twice", 0.05, 1.0), ("twice", 0.05, 2.5), ("half", 0.01, 1.0),
                                    ("only the canary fails", 0.05, 1.0), ("only stable fails", 0.05, 1.0)]:
        rows, needed = SAMPLES[name], math.log(2 / alpha)

        def solve(offsets):
            gap = lambda u: ratio_log_e(rows, math.exp(u), offsets, dispersion) - needed
            edges = [gap(-8.0), gap(8.0)]
            return math.exp(optimize.brentq(gap, -8.0, 8.0, xtol=1e-9)) if edges[0] * edges[1] < 0 else None

        out.append({"name": name, "alpha": alpha, "dispersion": dispersion, "lower": solve(HARM), "upper": solve(SAFETY)})
    mp.mp.dps = 60
    return out


# --- dispersion and the test at the deadline --------------------------------------------------------------------------

def shares(rows, ratio):
    return [ratio * n_c / (ratio * n_c + n_s) for n_c, _, n_s, _ in rows]


def dispersion():
    out = []
    for name, size, ratio in [("equal", 1, 1.0), ("equal", 3, 1.3), ("twice", 2, 2.0), ("half", 5, 0.5), ("twice", 20, 2.0),
                              ("no errors", 2, 1.0),
                              ("twice", 10, 2.0)]:
        rows = SAMPLES[name]
        windows = [rows[i:i + size] for i in range(0, len(rows), size)]
        terms = []
        for window in windows:
            k = np.array([x_c + x_s for _, x_c, _, x_s in window], dtype=float)
            if k.sum() == 0:
                continue
            th = np.array(shares(window, ratio))
            seen = sum(x_c for _, x_c, _, _ in window)
            terms.append((seen - np.sum(k * th)) ** 2 / np.sum(k * th * (1 - th)))
        known = len(terms) >= 3
        out.append({"name": name, "size": size, "ratio": ratio, "windows": len(terms),
                    "estimate": max(1.0, sum(terms) / (len(terms) - 1)) if known else None,
                    "upper": max(1.0, sum(terms) / stats.chi2.ppf(0.1, len(terms) - 1)) if known else None})
    return out


def exact_test():
    out = []
    for name, ratio in [("equal", 1.0), ("equal", 1.5), ("twice", 1.0), ("twice", 1.5), ("half", 1.0), ("half", 1.5),
                        ("only the canary fails", 1.0), ("only stable fails", 1.5), ("everything fails", 1.0)]:
        rows = SAMPLES[name]
        mass = np.array([1.0])
        for (_, x_c, _, x_s), th in zip(rows, shares(rows, ratio)):
            mass = np.convolve(mass, stats.binom.pmf(np.arange(x_c + x_s + 1), x_c + x_s, th))
        seen = sum(row[1] for row in rows)
        out.append({"name": name, "ratio": ratio, "more": float(min(1, mass[seen:].sum())),
                    "fewer": float(min(1, mass[:seen + 1].sum()))})
    # With one batch it is the binomial test.
    x_c, x_s, th = 9, 31, 0.125
    out.append({"name": "binomial", "ratio": 1.0, "batches": [[100, x_c, 700, x_s]],
                "more": stats.binomtest(x_c, x_c + x_s, th, alternative="greater").pvalue,
                "fewer": stats.binomtest(x_c, x_c + x_s, th, alternative="less").pvalue})
    return out


def quasi_test():
    out = []
    for name, ratio, estimate, windows in [("twice", 1.0, 1.0, 20), ("twice", 1.5, 3.2, 5), ("half", 1.5, 1.4, 10), ("equal", 1.0, 1.1, 2)]:
        rows = SAMPLES[name]
        k = np.array([row[1] + row[3] for row in rows], dtype=float)
        th = np.array(shares(rows, ratio))
        x, mu, v = sum(row[1] for row in rows), np.sum(k * th), np.sum(k * th * (1 - th))
        sd = math.sqrt(estimate * v)
        out.append({"name": name, "ratio": ratio, "estimate": estimate, "windows": windows,
                    "more": stats.t.sf((x - mu - 0.5) / sd, windows - 1), "fewer": stats.t.cdf((x - mu + 0.5) / sd, windows - 1)})
    return out


# --- the split and the plan -------------------------------------------------------------------------------------------

def sample_ratio():
    out = []
    for splits in [[(0.1, 100, 900)], [(0.1, 1300, 8700)], [(0.05, 50, 950), (0.25, 700, 1750), (0.5, 2510, 2490)], [(0.5, 0, 0)],
                   [(0.01, 1_000_000, 99_000_000)], [(0.5, 9, 41)]]:
        total = mp.mpf(0)
        for share, c, s in splits:
            a, p = mp.mpf(200) * mp.mpf(share), mp.mpf(share)
            b = 200 - a
            total += mp.log(mp.beta(a + c, b + s)) - mp.log(mp.beta(a, b)) - c * mp.log(p) - s * mp.log(1 - p)
        out.append({"splits": splits, "logE": float(total)})
    return out


def planning():
    out = []
    for boundary, truth, share, alpha in [(1.0, 2.0, 0.1, 0.01), (1.5, 1.0, 0.1, 0.05), (1.5, 1.0, 0.05, 0.05), (3.0, 5.0, 0.5, 0.001)]:
        p, q = (r * share / (r * share + 1 - share) for r in (truth, boundary))
        divergence = stats.entropy([p, 1 - p], [q, 1 - q])
        out.append({"boundary": boundary, "truth": truth, "share": share, "alpha": alpha,
                    "errors": (math.log(1 / alpha) + math.log(10)) / divergence})
    return out


ORACLE = {
    "chiSquare": chi_square(), "chiSquareQuantile": chi_square_quantile(), "evidence": evidence(), "commonRatio": common_ratio(),
    "ratioSequence": ratio_sequence(), "samples": SAMPLES, "dispersion": dispersion(), "exactTest": exact_test(),
    "quasiTest": quasi_test(), "sampleRatio": sample_ratio(), "planning": planning(),
}

target = Path(__file__).with_name("oracle.json")
target.write_text(json.dumps(ORACLE, separators=(",", ":"), allow_nan=False) + "\n")
print(f"{target}: {target.stat().st_size} bytes")

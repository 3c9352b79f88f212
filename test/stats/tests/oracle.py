"""Computes test/stats/tests/oracle.json, the values that the tests and intervals of core/stats are held against.

Nothing here shares a line of thought with the TypeScript: values come from scipy and statsmodels, or from brute force
(all permutations, all sign flips, root finding on the defining likelihood) at 30 and more digits.

    python -m venv /tmp/oracle && /tmp/oracle/bin/pip install scipy==1.17.1 mpmath==1.4.1 statsmodels==0.15.0
    /tmp/oracle/bin/python test/stats/tests/oracle.py && npx biome format --write test/stats/tests/oracle.json
"""

import itertools
import json
import math
from pathlib import Path

import mpmath as mp
import numpy as np
import statsmodels.api as sm
from scipy import optimize, special, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep


def close(a, b, tolerance):
    assert math.isclose(a, b, rel_tol=tolerance, abs_tol=0), (a, b)


# --- clusters ---------------------------------------------------------------------------------------------------------

def left_out(values, weights, place):
    """The jackknife that leaves out one cluster at a time, from the definition; the estimate is a weighted mean."""
    estimate = np.average(values, weights=weights)
    groups = np.unique(place)
    without = [np.average(values[place != g], weights=weights[place != g]) for g in groups]
    error = math.sqrt((len(groups) - 1) / len(groups) * sum((w - estimate) ** 2 for w in without))
    sizes = np.array([weights[place == g].sum() for g in groups])
    moved = estimate - np.array(without)
    skew = (moved**3).sum() / (len(groups) / (len(groups) - 1) * (moved**2).sum()) ** 1.5
    return estimate, error, float(sizes.sum() ** 2 / (sizes**2).sum()), float(skew)


def unskewed_bounds(estimate, error, quantile, skew):
    """The farther ones of t's bounds and of those whose statistic is t after Hall's transformation (1992)."""
    hall = lambda t: t + skew * t**2 / 3 + skew**2 * t**3 / 27 + skew / 6
    root = lambda x: optimize.brentq(lambda t: hall(t) - x, -1e4, 1e4, xtol=1e-13, rtol=1e-14)
    return estimate - max(quantile, root(quantile)) * error, estimate + max(quantile, -root(-quantile)) * error


def clusters():
    """Where all clusters are of one size, statsmodels' CR1 with t of G - 1 must agree."""
    rng = np.random.default_rng(21)
    rows = []
    for name, groups, largest in [("equal sizes", 12, 1), ("unequal sizes", 40, 5), ("one row each", 20, 0), ("weights", 30, 4)]:
        sizes = np.full(groups, 4) if largest == 1 else rng.integers(1, largest + 1, groups) if largest else np.ones(groups, int)
        place = np.repeat(np.arange(groups), sizes)
        values = rng.normal(0.1, 1, len(place)) + rng.normal(0, 1, groups)[place]
        weights = rng.uniform(0.5, 2, len(place)) if name == "weights" else np.ones(len(place))
        order = rng.permutation(len(place))
        place, values, weights = place[order], values[order], weights[order]
        estimate, error, effective, skew = left_out(values, weights, place)
        quantile = stats.t.isf(0.05, effective - 1)
        lower, upper = unskewed_bounds(estimate, error, quantile, skew)
        if largest <= 1:
            fit = sm.OLS(values, np.ones(len(values))).fit(cov_type="cluster", cov_kwds={"groups": place}, use_t=True)
            close(float(fit.bse[0]), error, 1e-12)
            close(float(fit.conf_int(0.1)[0][0]), estimate - quantile * error, 1e-10)
        influence = len(values) * weights * (values - estimate) / weights.sum()
        rows.append({"name": name, "influence": influence.tolist(), "clusters": place.tolist(), "weights": weights.tolist(),
                     "alpha": 0.05, "estimate": estimate, "standardError": error, "groups": groups,
                     "effective": effective, "skew": skew, "lower": lower, "upper": upper})
    return rows


# --- proportions ------------------------------------------------------------------------------------------------------

def one_proportion():
    rows = []
    for successes, n in [(0, 1), (1, 1), (0, 10), (10, 10), (3, 7), (81, 263), (1, 1_000_000), (999_999, 1_000_000),
                         (500_123, 1_000_000), (15, 148), (250, 250)]:
        for alpha in [0.05, 0.025, 0.001, 1e-12]:
            lower = float(stats.beta.ppf(alpha, successes, n - successes + 1)) if successes else 0.0
            upper = float(stats.beta.isf(alpha, successes + 1, n - successes)) if successes < n else 1.0
            if alpha > 1e-6:
                exact = stats.binomtest(successes, n).proportion_ci(1 - 2 * alpha)
                assert math.isclose(exact.low, lower, abs_tol=1e-9) and math.isclose(exact.high, upper, abs_tol=1e-9)
            rows.append({"successes": successes, "n": n, "alpha": alpha, "lower": lower, "upper": upper})
    return rows


def halve(is_left, low, high, steps=100):
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if is_left(middle) else (low, middle)
    return (low + high) / 2


def mn_score(x1, n1, x2, n2, difference):
    """The constrained likelihood is maximised by its own slope, at 40 digits."""
    gain = lambda p: ((x1 / (p + difference) if x1 else 0) + (x2 / p if x2 else 0)
                      - ((n1 - x1) / (1 - p - difference) if n1 - x1 else 0) - ((n2 - x2) / (1 - p) if n2 - x2 else 0))
    p2 = halve(lambda p: gain(p) > 0, max(mp.mpf(0), -difference), min(mp.mpf(1), 1 - difference), 130)
    p1 = p2 + difference
    variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * mp.mpf(n1 + n2) / (n1 + n2 - 1)
    return (mp.mpf(x1) / n1 - mp.mpf(x2) / n2 - difference) / mp.sqrt(variance)


def mn_closed(x1, n1, x2, n2, d):
    """The same by the closed solution of the cubic (Miettinen & Nurminen 1985, appendix). statsmodels 0.15 is no check: its
    score interval for 56/70 - 48/80 is 0.0526, 0.3440, where Newcombe (1998) publishes 0.0528, 0.3382, as do we."""
    n = n1 + n2
    a3, a2 = n, (n1 + 2 * n2) * d - n - x1 - x2
    a1, a0 = (n2 * d - n - 2 * x2) * d + x1 + x2, x2 * d * (1 - d)
    q = a2**3 / (27 * a3**3) - a1 * a2 / (6 * mp.mpf(a3) ** 2) + a0 / (2 * mp.mpf(a3))
    p = mp.sign(q) * mp.sqrt(a2**2 / (9 * mp.mpf(a3) ** 2) - a1 / (3 * mp.mpf(a3))) if q else mp.sqrt(a2**2 / (9 * mp.mpf(a3) ** 2) - a1 / (3 * mp.mpf(a3)))
    angle = (mp.pi + mp.acos(min(mp.mpf(1), q / p**3) if p else 0)) / 3
    p2 = 2 * p * mp.cos(angle) - a2 / (3 * mp.mpf(a3))
    p1 = p2 + d
    variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * mp.mpf(n) / (n - 1)
    return (mp.mpf(x1) / n1 - mp.mpf(x2) / n2 - d) / mp.sqrt(variance)


def two_proportions():
    mp.mp.dps = 40
    rows = []
    for x1, n1, x2, n2 in [(56, 70, 48, 80), (9, 10, 3, 10), (6, 7, 2, 7), (5, 56, 0, 29), (0, 10, 0, 20), (0, 10, 0, 10),
                           (10, 10, 0, 20), (10, 10, 0, 10), (1, 1, 0, 1), (0, 1, 0, 1), (1, 2, 2, 2), (1, 50, 20, 20),
                           (7123, 10_000, 7001, 10_000), (3, 1_000_000, 5, 900_000), (999_990, 1_000_000, 900, 1000)]:
        for alpha in [0.05, 0.025, 0.0001]:
            estimate, one = mp.mpf(x1) / n1 - mp.mpf(x2) / n2, mp.mpf(1)
            z = stats.norm.isf(alpha)
            lower = -one if estimate == -1 else halve(lambda d: mn_score(x1, n1, x2, n2, d) > z, -one, estimate)
            upper = one if estimate == 1 else halve(lambda d: mn_score(x1, n1, x2, n2, d) > -z, estimate, one)
            score = mn_score(x1, n1, x2, n2, mp.mpf(-0.1))
            newcombe = confint_proportions_2indep(x1, n1, x2, n2, method="newcomb", alpha=2 * alpha)
            close(float(mn_closed(x1, n1, x2, n2, mp.mpf(-0.1))), float(score), 1e-15)
            rows.append({"candidate": {"successes": x1, "n": n1}, "champion": {"successes": x2, "n": n2}, "alpha": alpha,
                         "newcombe": [max(-1.0, float(newcombe[0])), min(1.0, float(newcombe[1]))],
                         "lower": float(lower), "upper": float(upper), "margin": 0.1, "z": float(score)})
    return rows


# --- Welch ------------------------------------------------------------------------------------------------------------

def welch():
    rng = np.random.default_rng(22)
    pairs = [("two rows each", [0.25, -0.5], [3.0, 3.5]), ("unequal", rng.normal(0.5, 1, 9), rng.normal(0, 4, 31)),
             ("huge offset", 1e9 + rng.normal(0, 1, 12), 1e9 + rng.normal(0.3, 2, 14)),
             ("one side constant", [2.0, 2.0, 2.0], [1.0, 1.5, 1.9, 0.2]), ("far apart", rng.normal(40, 1, 12), rng.normal(0, 1, 15))]
    rows = []
    for name, first, second in pairs:
        first, second = np.asarray(first, float), np.asarray(second, float)
        test = stats.ttest_ind(first, second, equal_var=False)
        interval = test.confidence_interval(0.9)
        tail = lambda alternative: float(stats.ttest_ind(first, second, equal_var=False, alternative=alternative).pvalue)
        rows.append({"name": name, "candidate": first.tolist(), "champion": second.tolist(), "statistic": float(test.statistic),
                     "df": float(test.df), "greater": tail("greater"), "less": tail("less"), "twoSided": float(test.pvalue),
                     "alpha": 0.05, "lower": float(interval.low), "upper": float(interval.high)})
    return rows


# --- many tests -------------------------------------------------------------------------------------------------------

def adjusted():
    rng = np.random.default_rng(23)
    rows = []
    for ps in [[0.01, 0.04, 0.03, 0.005], rng.uniform(0, 1, 25).tolist(), (rng.uniform(0, 1, 40) ** 4).tolist(),
               [0.02, 0.02, 0.02], [1e-300, 1.0, 0.0, 0.5], [0.3]]:
        rows.append({"p": ps, "holm": multipletests(ps, method="holm")[1].tolist(),
                     "benjaminiHochberg": multipletests(ps, method="fdr_bh")[1].tolist()})
    return rows


# --- ranks ------------------------------------------------------------------------------------------------------------

def midranks(values):
    return stats.rankdata(values)


def all_signs(values):
    """Both tails of Wilcoxon's statistic over all choices of signs, from the definition."""
    values = np.array([v for v in values if v != 0])
    ranks, n = midranks(np.abs(values)), len(values)
    observed = ranks[values > 0].sum()
    sums = np.array([sum(r for r, s in zip(ranks, signs) if s) for signs in itertools.product([0, 1], repeat=n)])
    return observed, float((sums >= observed).mean()), float((sums <= observed).mean())


def signed_rank():
    rng = np.random.default_rng(24)
    rows = []
    small = [("one", [0.5]), ("two", [-0.5, 1.0]), ("ties", [1, 1, -1, 2, 2, 3, -2, 5]), ("zeros", [0, 0, 1, -2, 3, 0, 4, 4]),
             ("all positive", list(range(1, 13))), ("all equal", [2.0] * 10)]
    for name, values in small:
        statistic, greater, less = all_signs(values)
        rows.append({"name": name, "values": values, "statistic": statistic, "greater": greater, "less": less, "exact": True})
    for name, n, digits in [("50, exact", 50, 9), ("20, exact", 20, 9), ("normal", 80, 9), ("normal with ties", 120, 1)]:
        values = np.round(rng.normal(0.15, 1, n), digits)
        exact = name.endswith("exact")
        tail = lambda side: stats.wilcoxon(values, correction=not exact, alternative=side, method="exact" if exact else "asymptotic")
        rows.append({"name": name, "values": values.tolist(), "statistic": float(tail("greater").statistic),
                     "greater": float(tail("greater").pvalue), "less": float(tail("less").pvalue), "exact": exact})
    return rows


def all_choices(first, second):
    ranks = midranks(np.concatenate([first, second]))
    n, observed = len(first), ranks[: len(first)].sum()
    sums = np.array([sum(c) for c in itertools.combinations(ranks, n)])
    u = observed - n * (n + 1) / 2
    return float(u), float((sums >= observed - 1e-9).mean()), float((sums <= observed + 1e-9).mean())


def mann_whitney():
    rng = np.random.default_rng(25)
    rows = []
    for name, first, second in [("one each", [1.0], [2.0]), ("one and four", [3.0], [1.0, 2.0, 3.0, 4.0]), ("all equal", [1.0] * 3, [1.0] * 4),
                                ("ties", [1, 2, 2, 3, 5, 5], [1, 1, 2, 4, 5, 6, 6]), ("apart", [5, 6, 7, 8], [1, 2, 3, 4, 4.5])]:
        u, greater, less = all_choices(np.array(first, float), np.array(second, float))
        rows.append({"name": name, "first": first, "second": second, "statistic": u, "greater": greater, "less": less, "exact": True})
    for name, n, m, digits in [("8 and 12, exact", 8, 12, 9), ("25 and 25, exact", 25, 25, 9), ("3 and 300, exact", 3, 300, 9),
                               ("normal", 60, 45, 9), ("normal with ties", 50, 80, 1)]:
        first, second = np.round(rng.normal(0.2, 1, n), digits), np.round(rng.normal(0, 1, m), digits)
        exact = name.endswith("exact")
        tail = lambda side: stats.mannwhitneyu(first, second, alternative=side, method="exact" if exact else "asymptotic")
        rows.append({"name": name, "first": first.tolist(), "second": second.tolist(), "statistic": float(tail("less").statistic),
                     "greater": float(tail("greater").pvalue), "less": float(tail("less").pvalue), "exact": exact})
    return rows


def sign_flip():
    rng = np.random.default_rng(26)
    rows = []
    for name, values, mean in [("one", [0.5], 0), ("two", [0.5, -0.25], 0), ("ties", [1, 1, -1, 2, -3, 2], 0.0), ("zeros", [0, 0, 1, -2, 3], 0),
                               ("shifted", rng.normal(0.4, 1, 12), -0.1), ("skewed", rng.lognormal(0, 1, 14) - 1.2, 0.3)]:
        values = np.asarray(values, float)
        shifted, n = values - mean, len(values)
        sums = np.array([(shifted * np.array(s)).sum() for s in itertools.product([-1, 1], repeat=n)])
        slack = 1e-12 * np.abs(shifted).sum()
        means = sorted(values[[bool(s >> i & 1) for i in range(n)]].mean() for s in range(1, 2**n))
        k = math.floor(0.05 * 2**n + 1e-9)
        rows.append({"name": name, "values": values.tolist(), "mean": mean, "greater": float((sums >= shifted.sum() - slack).mean()),
                     "less": float((sums <= shifted.sum() + slack).mean()), "alpha": 0.05,
                     "lower": means[k - 1] if k else None, "upper": means[-k] if k else None})
    return rows


def kolmogorov_smirnov():
    rng = np.random.default_rng(27)
    rows = []
    for name, first, second in [("one each", [1.0], [2.0]), ("ties", [1, 1, 2, 3], [1, 2, 2, 2, 5]), ("all equal", [1.0] * 4, [1.0] * 3),
                                ("apart", list(range(40)), list(range(100, 150)))] + [
            (f"{n} and {m}", rng.normal(shift, 1, n).round(6).tolist(), rng.normal(0, 1.3, m).round(6).tolist())
            for n, m, shift in [(7, 11, 0.2), (40, 40, 0.1), (64, 100, 1.0), (120, 90, 0.3)]]:
        test = stats.ks_2samp(first, second, method="exact")
        rows.append({"name": name, "first": first, "second": second, "statistic": float(test.statistic), "p": float(test.pvalue)})
    return rows


def kolmogorov():
    def survival(x):
        x = mp.mpf(x)
        return 2 * mp.nsum(lambda k: (-1) ** (int(k) - 1) * mp.exp(-2 * k * k * x * x), [1, mp.inf], method="d") if x > 0.3 else \
            1 - mp.sqrt(2 * mp.pi) / x * sum(mp.exp(-((2 * k - 1) * mp.pi) ** 2 / (8 * x * x)) for k in range(1, 40))
    rows = []
    for x in [0.05, 0.2, 0.4, 0.79, 0.8, 0.81, 1, 1.36, 2, 5, 15]:
        value = float(survival(x))
        assert math.isclose(value, special.kolmogorov(x), rel_tol=1e-12), (x, value, special.kolmogorov(x))
        rows.append({"x": x, "survival": value})
    return rows


def chi_square_two_sample():
    rows = []
    for first, second in [([30, 20], [25, 45]), ([100, 200, 300], [90, 240, 310]), ([1000, 7, 90, 60], [3000, 18, 330, 150]), ([50, 60, 0], [40, 80, 0])]:
        table = np.array([first, second])
        test = stats.chi2_contingency(table[:, table.sum(0) > 0], correction=False)
        assert test.expected_freq.min() >= 5
        rows.append({"first": first, "second": second, "statistic": float(test.statistic), "df": int(test.dof), "p": float(test.pvalue)})
    return rows


# --- resampling -------------------------------------------------------------------------------------------------------

def left_out_rows(rows, statistic):
    return np.array([statistic(np.delete(rows, i, axis=0)) for i in range(len(rows))])


def jackknife():
    rng = np.random.default_rng(28)
    rows = rng.normal(0, 1, (24, 2))
    rows[:, 1] += 0.6 * rows[:, 0]
    statistic = lambda r: np.corrcoef(r.T)[0, 1]
    estimate, without, n = statistic(rows), left_out_rows(rows, statistic), 24
    error = math.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())
    blocks = np.array([statistic(rows[np.arange(n) % 6 != block]) for block in range(6)])
    return {"rows": rows.tolist(), "estimate": float(estimate), "influence": ((n - 1) * (estimate - without)).tolist(),
            "standardError": error, "blocks": 6, "blockInfluence": (5 * (estimate - blocks)).tolist()}


def bca():
    """Bounds of given replicates: z0 and a from scipy's formulas, the ranks by counting."""
    rng = np.random.default_rng(29)
    rows = []
    for name, values, statistic in [("variance", rng.lognormal(0, 0.7, 26), np.var), ("mean with ties", rng.integers(0, 3, 30), np.mean)]:
        values = np.asarray(values, float)
        estimate = statistic(values)
        replicates = np.array([statistic(rng.choice(values, len(values))) for _ in range(999)])
        without = left_out_rows(values, statistic)
        influence = (len(values) - 1) * (estimate - without)
        z0 = stats.norm.ppf(((replicates < estimate).sum() + (replicates <= estimate).sum()) / (2 * len(replicates)))
        numerator = ((without.mean() - without) ** 3).sum()
        a = numerator / (6 * ((without.mean() - without) ** 2).sum() ** 1.5)
        level = lambda z: stats.norm.cdf(z0 + (z0 + z) / (1 - a * (z0 + z)))
        ordered = np.sort(replicates)
        low, high = level(stats.norm.ppf(0.05)), level(stats.norm.ppf(0.95))
        rows.append({"name": name, "estimate": float(estimate), "replicates": replicates.tolist(), "influence": influence.tolist(),
                     "bias": float(z0), "acceleration": float(a), "alpha": 0.05,
                     "lower": float(ordered[math.floor(1000 * low) - 1]), "upper": float(ordered[math.ceil(1000 * high) - 1])})
    return rows


def quantile_ranks():
    """scipy's binomial quantiles, and scipy.stats.quantile_test's own interval where it has one."""
    rows = []
    for n, p in [(1, 0.5), (5, 0.5), (10, 0.25), (59, 0.95), (58, 0.95), (299, 0.99), (298, 0.99), (2995, 0.999), (2994, 0.999),
                 (100, 0.1), (1000, 0.5), (2000, 0.99), (1_000_000, 0.999), (1_000_000, 1e-6), (44, 0.05)]:
        for alpha in [0.05, 0.025, 0.001]:
            lower, upper = int(stats.binom.ppf(alpha, n, p)), int(stats.binom.ppf(1 - alpha, n, p)) + 1
            if n <= 3000:
                test = stats.quantile_test(np.arange(1, n + 1), p=p, q=0).confidence_interval(1 - 2 * alpha)
                assert (lower or None) == (None if np.isnan(test.low) else int(test.low)), (n, p, alpha, lower, test)
                assert (upper if upper <= n else None) == (None if np.isnan(test.high) else int(test.high)), (n, p, alpha, upper, test)
            rows.append({"n": n, "p": p, "alpha": alpha, "lower": lower or None, "upper": upper if upper <= n else None})
    return rows


ORACLE = {
    "clusters": clusters(), "oneProportion": one_proportion(), "twoProportions": two_proportions(), "welch": welch(),
    "adjusted": adjusted(), "signedRank": signed_rank(), "mannWhitney": mann_whitney(), "signFlip": sign_flip(),
    "kolmogorovSmirnov": kolmogorov_smirnov(), "kolmogorov": kolmogorov(), "chiSquareTwoSample": chi_square_two_sample(),
    "jackknife": jackknife(), "bca": bca(), "quantileRanks": quantile_ranks(),
}

target = Path(__file__).with_name("oracle.json")
target.write_text(json.dumps(ORACLE, separators=(",", ":"), allow_nan=False) + "\n")
print(f"{target}: {target.stat().st_size} bytes")

"""Computes test/stats/tests/oracle.json, the values that the tests and intervals of core/stats are held against.

Nothing here shares a line of thought with the TypeScript: values come from scipy and statsmodels, or from brute force
(all permutations, all sign flips, root finding on the defining likelihood) at 30 and more digits.

    python -m venv /tmp/oracle && /tmp/oracle/bin/pip install scipy==1.17.1 mpmath==1.4.1 statsmodels==0.15.0
    /tmp/oracle/bin/python test/stats/tests/oracle.py && npx biome format --write test/stats/tests/oracle.json
"""

import json
import math
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from scipy import stats


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
    return estimate, error, float(sizes.sum() ** 2 / (sizes**2).sum())


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
        estimate, error, effective = left_out(values, weights, place)
        reach = stats.t.isf(0.05, effective - 1) * error
        if largest <= 1:
            fit = sm.OLS(values, np.ones(len(values))).fit(cov_type="cluster", cov_kwds={"groups": place}, use_t=True)
            close(float(fit.bse[0]), error, 1e-12)
            close(float(fit.conf_int(0.1)[0][0]), estimate - reach, 1e-10)
        influence = len(values) * weights * (values - estimate) / weights.sum()
        rows.append({"name": name, "influence": influence.tolist(), "clusters": place.tolist(), "weights": weights.tolist(),
                     "alpha": 0.05, "estimate": estimate, "standardError": error, "groups": groups,
                     "effective": effective, "lower": estimate - reach, "upper": estimate + reach})
    return rows


ORACLE = {"clusters": clusters()}

target = Path(__file__).with_name("oracle.json")
target.write_text(json.dumps(ORACLE, separators=(",", ":"), allow_nan=False) + "\n")
print(f"{target}: {target.stat().st_size} bytes")

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

def clusters():
    """The mean as a regression on a constant, with statsmodels' cluster-robust covariance (CR1) and t of G - 1."""
    rng = np.random.default_rng(21)
    rows = []
    for name, groups, largest in [("equal sizes", 12, 1), ("unequal sizes", 15, 9), ("one row each", 20, 0)]:
        sizes = np.full(groups, 4) if largest == 1 else rng.integers(1, largest + 1, groups) if largest else np.ones(groups, int)
        place = np.repeat(np.arange(groups), sizes)
        values = rng.normal(0.1, 1, len(place)) + rng.normal(0, 1, groups)[place]
        order = rng.permutation(len(place))
        place, values = place[order], values[order]
        fit = sm.OLS(values, np.ones(len(values))).fit(cov_type="cluster", cov_kwds={"groups": place}, use_t=True)
        low, high = fit.conf_int(0.1)[0]
        rows.append({"name": name, "values": values.tolist(), "clusters": place.tolist(), "alpha": 0.05,
                     "estimate": float(fit.params[0]), "standardError": float(fit.bse[0]), "df": groups - 1,
                     "lower": float(low), "upper": float(high)})
    return rows


ORACLE = {"clusters": clusters()}

target = Path(__file__).with_name("oracle.json")
target.write_text(json.dumps(ORACLE, separators=(",", ":"), allow_nan=False) + "\n")
print(f"{target}: {target.stat().st_size} bytes")

"""Computes test/stats/paired-ratio-oracle.json: score statistics of the ratio of two shares on the same rows.

    python -m venv /tmp/oracle && /tmp/oracle/bin/pip install scipy==1.17.0 numpy
    /tmp/oracle/bin/python test/stats/paired-ratio-oracle.py && npx biome format --write test/stats/paired-ratio-oracle.json

No closed form is known here: the likelihood of the table is maximised under the hypothesis by numeric search, and the variance
of x1 - ratio·x2 is that of a multinomial with those shares.
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar

CASES = [(40, 5, 8, 100, 0.98), (40, 0, 0, 100, 0.98), (40, 3, 0, 60, 0.95), (40, 0, 3, 60, 0.95), (10, 4, 4, 20, 1.1),
         (800, 30, 50, 1000, 0.99), (0, 4, 6, 30, 0.9), (0, 0, 5, 10, 0.8), (7, 5, 0, 14, 1.25), (90, 1, 2, 1000, 1.02)]


def score(both, mine, theirs, n, ratio):
    total = (both + mine + theirs) / n

    def shares(q):
        return (total - (1 + ratio) * q) / ratio, (q - total * (1 - ratio)) / ratio, q

    def loss(q):
        pairs = [(k, p) for k, p in zip((both, mine, theirs), shares(q)) if k > 0]
        return np.inf if any(p <= 0 for _, p in pairs) else -sum(k * np.log(p) for k, p in pairs)

    low, high = max(0.0, total * (1 - ratio)), total / (1 + ratio)
    inner = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-14}).x
    best = min((inner, low, high), key=loss)
    p11, p10, p01 = shares(best)
    variance = n * (p11 * (1 - ratio) ** 2 + p10 + ratio**2 * p01 - ((p11 + p10) - ratio * (p11 + p01)) ** 2)
    return float(((both + mine) - ratio * (both + theirs)) / np.sqrt(variance))


rows = [{"both": b, "onlyCandidate": m, "onlyChampion": t, "ratio": r, "score": score(b, m, t, n, r)} for b, m, t, n, r in CASES]
target = Path(__file__).with_name("paired-ratio-oracle.json")
target.write_text(json.dumps(rows, separators=(",", ":"), allow_nan=False) + "\n")
print(rows)

"""Computes test/stats/calibration-error-oracle.json: the expected calibration error in plain numpy.

    python -m venv /tmp/oracle && /tmp/oracle/bin/pip install numpy==2.4.6
    /tmp/oracle/bin/python test/stats/calibration-error-oracle.py && npx biome format --write test/stats/calibration-error-oracle.json
"""

import json
from pathlib import Path

import numpy as np

rng = np.random.default_rng(4)
N, BINS = 200, 15


def error(sure, right, weight):
    """Each row goes to the bin of the last row with its confidence, by the sorted place of that."""
    last = np.searchsorted(np.sort(sure), sure, side="right")  # how many rows are no surer
    ends = np.floor(N * np.arange(1, BINS + 1) / BINS)
    # The first bin whose end takes a row of this confidence in: one that ends after the first such row.
    first = np.searchsorted(np.sort(sure), sure, side="left")
    bin_of = np.array([np.argmax(ends > f) for f in first])
    assert all((bin_of[sure == s] == bin_of[sure == s][0]).all() for s in np.unique(sure)) and (last > first).all()
    w = weight / weight.sum()
    return float(sum(abs(((right - sure) * w)[bin_of == b].sum()) for b in range(BINS)))


labels = rng.integers(0, 2, N)
probability = np.clip(rng.uniform(0, 1, N) * 0.7 + labels * 0.2, 0, 1)
tied = np.round(probability, 1)
classes = rng.integers(0, 3, N)
matrix = rng.dirichlet([1, 2, 3], N)
weights = rng.uniform(0.5, 2, N)
one = np.ones(N)
oracle = {
    "labels": labels.tolist(), "probability": probability.tolist(), "tied": tied.tolist(),
    "classes": classes.tolist(), "matrix": matrix.ravel().tolist(), "weights": weights.tolist(),
    "binary": error(probability, labels, one), "weighted": error(probability, labels, weights),
    "ties": error(tied, labels, one),
    "multiclass": error(matrix.max(1), (matrix.argmax(1) == classes).astype(float), one),
}
target = Path(__file__).with_name("calibration-error-oracle.json")
target.write_text(json.dumps(oracle, separators=(",", ":"), allow_nan=False) + "\n")
print({key: value for key, value in oracle.items() if isinstance(value, float)})

"""Computes test/stats/metrics-oracle.json: metrics by scikit-learn, and their standard errors by the infinitesimal jackknife.

    python -m venv /tmp/oracle && /tmp/oracle/bin/pip install scikit-learn==1.9.1
    /tmp/oracle/bin/python test/stats/metrics-oracle.py && npx biome format --write test/stats/metrics-oracle.json

The standard errors know no formula of ours: scikit-learn computes each metric with the weight of one row moved up and down,
and the slope is the influence of that row.
"""

import json
from pathlib import Path

import numpy as np
from sklearn import metrics as sk

rng = np.random.default_rng(11)
N, STEP = 80, 1e-4
binary = rng.integers(0, 2, N)
score = np.round(np.clip(binary * 0.25 + rng.uniform(0, 0.75, N), 0, 1), 2)
said = (score > 0.5).astype(int)
classes = rng.integers(0, 3, N)
matrix = rng.dirichlet([1, 2, 3], N)
matrix[np.arange(N), classes] += 0.4
matrix = matrix / matrix.sum(1, keepdims=True)
picked = matrix.argmax(1)
truth = rng.normal(3, 1, N)
value = truth + rng.normal(0, 0.7, N)

cost = np.array([[0.0, 1.0, 4.0], [2.0, 0.0, 1.0], [10.0, 3.0, -1.0]])
METRICS = {
    "balancedAccuracy": lambda w: sk.balanced_accuracy_score(binary, said, sample_weight=w),
    "balancedAccuracy3": lambda w: sk.balanced_accuracy_score(classes, picked, sample_weight=w),
    "precision": lambda w: sk.precision_score(binary, said, sample_weight=w),
    "recall": lambda w: sk.recall_score(binary, said, sample_weight=w),
    "f1": lambda w: sk.f1_score(binary, said, sample_weight=w),
    "macroPrecision3": lambda w: sk.precision_score(classes, picked, average="macro", sample_weight=w),
    "macroF13": lambda w: sk.f1_score(classes, picked, average="macro", sample_weight=w),
    "weightedF13": lambda w: sk.f1_score(classes, picked, average="weighted", sample_weight=w),
    "mcc": lambda w: sk.matthews_corrcoef(binary, said, sample_weight=w),
    "mcc3": lambda w: sk.matthews_corrcoef(classes, picked, sample_weight=w),
    "topK3": lambda w: sk.top_k_accuracy_score(classes, matrix, k=2, sample_weight=w),
    "prAuc": lambda w: sk.average_precision_score(binary, score, sample_weight=w),
    "r2": lambda w: sk.r2_score(truth, value, sample_weight=w),
    "mape": lambda w: sk.mean_absolute_percentage_error(truth, value, sample_weight=w),
    "pinball": lambda w: sk.mean_pinball_loss(truth, value, alpha=0.9, sample_weight=w),
    "cost3": lambda w: float((sk.confusion_matrix(classes, picked, sample_weight=w) * cost).sum() / w.sum()),
}


def moved(metric, row, by):
    weights = np.ones(N)
    weights[row] += by
    return metric(weights)


def standard_error(metric):
    slopes = np.array([(moved(metric, row, STEP) - moved(metric, row, -STEP)) / (2 * STEP) for row in range(N)]) * N
    return float(np.sqrt(((slopes - slopes.mean()) ** 2).sum() / (N * (N - 1))))


oracle = {
    "binary": binary.tolist(), "score": score.tolist(), "said": said.tolist(), "classes": classes.tolist(),
    "matrix": matrix.ravel().tolist(), "picked": picked.tolist(), "truth": truth.tolist(), "value": value.tolist(),
    "cost": cost.tolist(), "k": 2, "quantile": 0.9,
    "metrics": {name: {"value": float(metric(np.ones(N))), "standardError": standard_error(metric)}
                for name, metric in METRICS.items()},
}
target = Path(__file__).with_name("metrics-oracle.json")
target.write_text(json.dumps(oracle, separators=(",", ":"), allow_nan=False) + "\n")
print(json.dumps(oracle["metrics"], indent=1))

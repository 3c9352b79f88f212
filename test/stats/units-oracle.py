"""Computes test/stats/units-oracle.json: metrics with weights by scikit-learn, and what each row does to them.

    python -m venv /tmp/oracle && /tmp/oracle/bin/pip install scikit-learn==1.9.1
    /tmp/oracle/bin/python test/stats/units-oracle.py && npx biome format --write test/stats/units-oracle.json

Values by scikit-learn's `sample_weight`. The influence of a row is the slope of scikit-learn's value when that row's weight
is moved up and down, times the weight and the number of rows: no formula of ours is known here. Standard errors with weights
and clusters follow from those slopes by their definition in core/stats/cluster.ts, written again with numpy.
"""

import json
from pathlib import Path

import numpy as np
from oracle_rows import COST, draw, listed, slopes
from sklearn import metrics as sk

rng = np.random.default_rng(29)
N, STEP, CLUSTERS = 90, 1e-4, 30
weights = np.round(np.exp(0.8 * rng.standard_normal(N)), 6)
clusters = rng.integers(0, CLUSTERS, N)
rows = draw(rng, N, scores=(0.01, 0.99), sure=0.1)
METRICS = {
    "accuracy": lambda w: sk.accuracy_score(rows.binary, rows.said, sample_weight=w),
    "errorRate": lambda w: sk.zero_one_loss(rows.binary, rows.said, sample_weight=w),
    "balancedAccuracy": lambda w: sk.balanced_accuracy_score(rows.classes, rows.picked, sample_weight=w),
    "precision": lambda w: sk.precision_score(rows.binary, rows.said, sample_weight=w),
    "recall": lambda w: sk.recall_score(rows.binary, rows.said, sample_weight=w),
    "f1": lambda w: sk.f1_score(rows.binary, rows.said, sample_weight=w),
    "macroPrecision": lambda w: sk.precision_score(rows.classes, rows.picked, average="macro", sample_weight=w),
    "macroF1": lambda w: sk.f1_score(rows.classes, rows.picked, average="macro", sample_weight=w),
    "weightedPrecision": lambda w: sk.precision_score(rows.classes, rows.picked, average="weighted", sample_weight=w),
    "weightedF1": lambda w: sk.f1_score(rows.classes, rows.picked, average="weighted", sample_weight=w),
    "mcc": lambda w: sk.matthews_corrcoef(rows.classes, rows.picked, sample_weight=w),
    "cost": lambda w: float((sk.confusion_matrix(rows.classes, rows.picked, sample_weight=w) * COST).sum() / w.sum()),
    "topK": lambda w: sk.top_k_accuracy_score(rows.classes, rows.matrix, k=2, sample_weight=w),
    "logLoss": lambda w: sk.log_loss(rows.binary, rows.score, sample_weight=w),
    "brier": lambda w: sk.brier_score_loss(rows.binary, rows.score, sample_weight=w),
    "auc": lambda w: sk.roc_auc_score(rows.binary, rows.score, sample_weight=w),
    "prAuc": lambda w: sk.average_precision_score(rows.binary, rows.score, sample_weight=w),
    "mae": lambda w: sk.mean_absolute_error(rows.truth, rows.value, sample_weight=w),
    "mse": lambda w: sk.mean_squared_error(rows.truth, rows.value, sample_weight=w),
    "rmse": lambda w: sk.root_mean_squared_error(rows.truth, rows.value, sample_weight=w),
    "r2": lambda w: sk.r2_score(rows.truth, rows.value, sample_weight=w),
    "mape": lambda w: sk.mean_absolute_percentage_error(rows.truth, rows.value, sample_weight=w),
    "pinball": lambda w: sk.mean_pinball_loss(rows.truth, rows.value, alpha=0.9, sample_weight=w),
}


def influence(metric, base):
    return slopes(metric, base, STEP) * base * N


def standard_error(psi, base, groups):
    _, unit = np.unique(groups, return_inverse=True)
    sums = np.bincount(unit, psi / N)
    parts = np.bincount(unit, base / base.sum())
    return float(np.sqrt(((sums / (1 - parts)) ** 2).sum() * (len(sums) - 1) / len(sums)))


def facts(metric):
    psi = influence(metric, weights)
    plain = influence(metric, np.ones(N))
    return {
        "value": float(metric(weights)),
        "influence": [float(f"{one:.9g}") for one in psi],
        "weighted": standard_error(psi, weights, np.arange(N)),
        "clustered": standard_error(plain, np.ones(N), clusters),
        "both": standard_error(psi, weights, clusters),
    }


parts = np.bincount(clusters, weights)
oracle = {
    "weights": weights.tolist(), "clusters": clusters.tolist(),
    **listed(rows),
    "cost": COST.tolist(), "k": 2, "quantile": 0.9,
    "effective": {"weighted": float(weights.sum() ** 2 / (weights**2).sum()), "both": float(parts.sum() ** 2 / (parts**2).sum())},
    "metrics": {name: facts(metric) for name, metric in METRICS.items()},
}
target = Path(__file__).with_name("units-oracle.json")
target.write_text(json.dumps(oracle, separators=(",", ":"), allow_nan=False) + "\n")
print({name: (one["value"], one["weighted"], one["both"]) for name, one in oracle["metrics"].items()})

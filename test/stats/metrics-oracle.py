"""Computes test/stats/metrics-oracle.json: metrics by scikit-learn, and their standard errors by the infinitesimal jackknife.

    python -m venv /tmp/oracle && /tmp/oracle/bin/pip install scikit-learn==1.9.1
    /tmp/oracle/bin/python test/stats/metrics-oracle.py && npx biome format --write test/stats/metrics-oracle.json

The standard errors know no formula of ours: scikit-learn computes each metric with the weight of one row moved up and down,
and the slope is the influence of that row.
"""

import json
from pathlib import Path

import numpy as np
from oracle_rows import COST, draw, listed, slopes
from sklearn import metrics as sk

rng = np.random.default_rng(11)
N, STEP = 80, 1e-4
rows = draw(rng, N, scores=(0, 1), sure=0.4)
METRICS = {
    "balancedAccuracy": lambda w: sk.balanced_accuracy_score(rows.binary, rows.said, sample_weight=w),
    "balancedAccuracy3": lambda w: sk.balanced_accuracy_score(rows.classes, rows.picked, sample_weight=w),
    "precision": lambda w: sk.precision_score(rows.binary, rows.said, sample_weight=w),
    "recall": lambda w: sk.recall_score(rows.binary, rows.said, sample_weight=w),
    "f1": lambda w: sk.f1_score(rows.binary, rows.said, sample_weight=w),
    "macroPrecision3": lambda w: sk.precision_score(rows.classes, rows.picked, average="macro", sample_weight=w),
    "macroF13": lambda w: sk.f1_score(rows.classes, rows.picked, average="macro", sample_weight=w),
    "weightedPrecision3": lambda w: sk.precision_score(rows.classes, rows.picked, average="weighted", sample_weight=w),
    "precisionOf2": lambda w: sk.precision_score(rows.classes, rows.picked, labels=[2], average="macro", sample_weight=w),
    "recallOf0": lambda w: sk.recall_score(rows.classes, rows.picked, labels=[0], average="macro", sample_weight=w),
    "f1Of2": lambda w: sk.f1_score(rows.classes, rows.picked, labels=[2], average="macro", sample_weight=w),
    "weightedF13": lambda w: sk.f1_score(rows.classes, rows.picked, average="weighted", sample_weight=w),
    "mcc": lambda w: sk.matthews_corrcoef(rows.binary, rows.said, sample_weight=w),
    "mcc3": lambda w: sk.matthews_corrcoef(rows.classes, rows.picked, sample_weight=w),
    "topK3": lambda w: sk.top_k_accuracy_score(rows.classes, rows.matrix, k=2, sample_weight=w),
    "prAuc": lambda w: sk.average_precision_score(rows.binary, rows.score, sample_weight=w),
    "r2": lambda w: sk.r2_score(rows.truth, rows.value, sample_weight=w),
    "mape": lambda w: sk.mean_absolute_percentage_error(rows.truth, rows.value, sample_weight=w),
    "pinball": lambda w: sk.mean_pinball_loss(rows.truth, rows.value, alpha=0.9, sample_weight=w),
    "cost3": lambda w: float((sk.confusion_matrix(rows.classes, rows.picked, sample_weight=w) * COST).sum() / w.sum()),
}


def standard_error(metric):
    influence = slopes(metric, np.ones(N), STEP) * N
    return float(np.sqrt(((influence - influence.mean()) ** 2).sum() / (N * (N - 1))))


oracle = {
    **listed(rows),
    "cost": COST.tolist(), "k": 2, "quantile": 0.9,
    "metrics": {name: {"value": float(metric(np.ones(N))), "standardError": standard_error(metric)}
                for name, metric in METRICS.items()},
}
target = Path(__file__).with_name("metrics-oracle.json")
target.write_text(json.dumps(oracle, separators=(",", ":"), allow_nan=False) + "\n")
print(json.dumps(oracle["metrics"], indent=1))

"""Computes test/compare-and-gate/shape/oracle.json: curves and matrices by scikit-learn.

    python -m venv /tmp/oracle && /tmp/oracle/bin/pip install scikit-learn==1.9.1
    /tmp/oracle/bin/python test/compare-and-gate/shape/oracle.py && npx biome format --write test/compare-and-gate/shape/oracle.json
"""

import json
from pathlib import Path

import numpy as np
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve

rng = np.random.default_rng(6)
N = 400
labels = (rng.uniform(size=N) < 0.35).astype(int)
tied = np.round(np.clip(labels * 0.25 + rng.beta(2, 3, N) * 0.75, 0, 1), 2)
# No two are equal, so that scikit-learn's bins, which know no ties, hold the same rows.
free = np.clip(labels * 0.2 + rng.uniform(0.001, 0.799, N), 0, 1)
classes = rng.integers(0, 4, N)
said = np.where(rng.uniform(size=N) < 0.6, classes, rng.integers(0, 4, N))


def roc(scores):
    fpr, tpr, _ = sk.roc_curve(labels, scores, drop_intermediate=False)
    return {"points": [[float(x), float(y)] for x, y in zip(fpr, tpr)], "auc": float(sk.roc_auc_score(labels, scores))}


weights = np.exp(rng.normal(size=N) * 0.7)
raw = np.exp(rng.normal(size=(N, 4)) + 1.5 * np.eye(4)[classes])
probabilities = raw / raw.sum(axis=1, keepdims=True)
fpr, tpr, _ = sk.roc_curve(labels, free, sample_weight=weights, drop_intermediate=False)
weighted_roc = {
    "points": [[float(x), float(y)] for x, y in zip(fpr, tpr)],
    "auc": float(sk.roc_auc_score(labels, free, sample_weight=weights)),
}
tenths = np.array_split(np.argsort(free), 10)
weighted_bins = {
    "predicted": [float(np.average(free[rows], weights=weights[rows])) for rows in tenths],
    "observed": [float(np.average(labels[rows], weights=weights[rows])) for rows in tenths],
}
of_classes = [
    {
        "auc": float(sk.roc_auc_score(classes == k, probabilities[:, k])),
        "weighted": float(sk.roc_auc_score(classes == k, probabilities[:, k], sample_weight=weights)),
    }
    for k in range(4)
]

observed, predicted = calibration_curve(labels, free, n_bins=10, strategy="quantile")
out = {
    "labels": labels.tolist(),
    "tied": tied.tolist(),
    "free": free.tolist(),
    "roc": {"tied": roc(tied), "free": roc(free)},
    "calibration": {"predicted": predicted.tolist(), "observed": observed.tolist()},
    "classes": classes.tolist(),
    "said": said.tolist(),
    "weights": weights.tolist(),
    "weighted": {"roc": weighted_roc, "calibration": weighted_bins},
    "probabilities": probabilities.ravel().tolist(),
    "oneVsRest": of_classes,
    "weightedConfusion": sk.confusion_matrix(classes, said, sample_weight=weights, normalize="true").tolist(),
    "confusion": sk.confusion_matrix(classes, said).tolist(),
}
Path(__file__).with_name("oracle.json").write_text(json.dumps(out) + "\n")

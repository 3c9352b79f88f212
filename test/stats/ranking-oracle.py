"""Computes test/stats/ranking-oracle.json: ranking metrics of each query by scikit-learn, else by plain numpy.

    python -m venv /tmp/oracle && /tmp/oracle/bin/pip install scikit-learn==1.9.1
    /tmp/oracle/bin/python test/stats/ranking-oracle.py && npx biome format --write test/stats/ranking-oracle.json
"""

import json
from pathlib import Path

import numpy as np
from sklearn import metrics as sk

rng = np.random.default_rng(6)
sizes = [2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30, 3, 4, 5, 6, 7, 8]
queries = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
labels = rng.choice([0, 0, 0, 1, 2, 3], len(queries)).astype(float)
labels[np.isin(queries, [3, 15])] = 0  # without relevant rows
labels[queries == 7] = [0.5] + [0] * 7  # one relevant row
# Few different scores, so that many tie.
scores = np.round(labels * 0.1 + rng.uniform(0, 1, len(queries)), 1)
scores[queries == 9] = 0.5  # all tie
K = 3


def worst_order(label, score):
    """From the highest score down; among equal scores the least relevant first."""
    return np.lexsort((label, -score))


def plain(label, score):
    ranked = label[worst_order(label, score)] > 0
    first = int(np.argmax(ranked)) + 1
    return {
        "mrr": 1 / first, "mrr@3": 1 / first if first <= K else 0.0,
        "hitAtK": float(ranked[:K].any()), "recallAtK": float(ranked[:K].sum() / ranked.sum()),
        "precisionAtK": float(ranked[:K].sum() / K),
    }


def by_query(query):
    label, score = labels[queries == query], scores[queries == query]
    return {
        "ndcg": sk.ndcg_score([label], [score]), "ndcg@3": sk.ndcg_score([label], [score], k=K),
        "map": sk.label_ranking_average_precision_score([label > 0], [score]), **plain(label, score),
    }


counted = [query for query in range(len(sizes)) if labels[queries == query].max() > 0]
values = [by_query(query) for query in counted]
# What each query weighs, and the means by scikit-learn's own sample_weight, which takes lists of one length.
weights = np.round(np.exp(0.8 * rng.standard_normal(len(sizes))), 6)
square_labels = rng.choice([0, 0, 1, 2], (30, 6)).astype(float)
square_labels[:, 0] = 1
square_scores = np.round(rng.uniform(0, 1, (30, 6)), 1)
square_weights = np.round(np.exp(0.8 * rng.standard_normal(30)), 6)
square = {
    "labels": square_labels.ravel().tolist(), "scores": square_scores.ravel().tolist(), "width": 6,
    "weights": square_weights.tolist(),
    "ndcg": sk.ndcg_score(square_labels, square_scores, sample_weight=square_weights),
    "ndcg@3": sk.ndcg_score(square_labels, square_scores, k=K, sample_weight=square_weights),
    "map": sk.label_ranking_average_precision_score(square_labels > 0, square_scores, sample_weight=square_weights),
}
by_name = {name: np.array([each[name] for each in values]) for name in values[0]}
own = weights[counted]


def weighted(each):
    mean = float(np.average(each, weights=own))
    psi = own * (each - mean) / own.sum()  # what a query moves the mean by
    left_out = psi / (1 - own / own.sum())
    return {"mean": mean, "standardError": float(np.sqrt((left_out**2).sum() * (len(own) - 1) / len(own)))}


oracle = {
    "weights": weights.tolist(), "square": square, "weighted": {name: weighted(each) for name, each in by_name.items()},
    "k": K, "queries": queries.tolist(), "labels": labels.tolist(), "scores": scores.tolist(), "counted": counted,
    "values": {name: [float(each[name]) for each in values] for name in values[0]},
}
target = Path(__file__).with_name("ranking-oracle.json")
target.write_text(json.dumps(oracle, separators=(",", ":"), allow_nan=False) + "\n")
print({name: float(np.mean(each)) for name, each in oracle["values"].items()})

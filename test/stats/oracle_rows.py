"""Rows of two and of three classes and of numbers, with what a model says of them, for oracles by scikit-learn."""

from types import SimpleNamespace

import numpy as np

# What it costs to predict a class (column) for a class (row) of three.
COST = np.array([[0.0, 1.0, 4.0], [2.0, 0.0, 1.0], [10.0, 3.0, -1.0]])


def draw(rng, n, *, scores, sure):
    """`n` rows: scores of two classes within `scores`, and probabilities of three with `sure` added to the true one."""
    rows = SimpleNamespace()
    rows.binary = rng.integers(0, 2, n)
    rows.score = np.round(np.clip(rows.binary * 0.25 + rng.uniform(0, 0.75, n), *scores), 2)
    rows.said = (rows.score > 0.5).astype(int)
    rows.classes = rng.integers(0, 3, n)
    rows.matrix = rng.dirichlet([1, 2, 3], n)
    rows.matrix[np.arange(n), rows.classes] += sure
    rows.matrix = rows.matrix / rows.matrix.sum(1, keepdims=True)
    rows.picked = rows.matrix.argmax(1)
    rows.truth = rng.normal(3, 1, n)
    rows.value = rows.truth + rng.normal(0, 0.7, n)
    return rows


def listed(rows):
    """The rows as they stand in an oracle's JSON."""
    return {name: column.ravel().tolist() for name, column in vars(rows).items()}


def slopes(metric, base, step):
    """How fast a metric moves with the weight of each row, by moving that weight up and down."""
    found = np.empty(len(base))
    for row in range(len(base)):
        up, down = base.copy(), base.copy()
        up[row] += step
        down[row] -= step
        found[row] = (metric(up) - metric(down)) / (2 * step)
    return found

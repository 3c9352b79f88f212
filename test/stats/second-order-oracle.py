"""Values for second-order.test.ts: python test/stats/second-order-oracle.py > test/stats/second-order-oracle.json

AUC and average precision by their definitions over all pairs of rows, in fractions; every derivative by a central difference of
those, whose error is of the order of STEP squared. The bounds of DiCiccio and Efron (1992), with what Hall (1988) says of
an estimated skewness, Satterthwaite's degrees of freedom, and the logit for a single model, by scipy. A difference of root mean squares without any bend.
"""
import json
from fractions import Fraction

import numpy as np
from scipy.optimize import brentq
from scipy.stats import t as student

STEP = Fraction(1, 10**7)
ALPHA = 0.05


def area(labels, scores, weights):
    ones = [i for i, y in enumerate(labels) if y == 1]
    zeros = [i for i, y in enumerate(labels) if y == 0]
    right = sum(
        weights[i] * weights[j] * (2 if scores[i] > scores[j] else 1 if scores[i] == scores[j] else 0)
        for i in ones
        for j in zeros
    )
    return right / 2 / sum(weights[i] for i in ones) / sum(weights[j] for j in zeros)


def average_precision(labels, scores, weights):
    rows = range(len(labels))
    total = 0
    for i in rows:
        if labels[i] == 1:
            above = [j for j in rows if scores[j] >= scores[i]]
            found = sum(weights[j] for j in above if labels[j] == 1)
            total += weights[i] * found / sum(weights[j] for j in above)
    return total / sum(weights[i] for i in rows if labels[i] == 1)


def moved(value, weights, direction):
    """Value and half the second derivative along a direction of relative weights."""
    up, here, down = (value([w * (1 + s * STEP * d) for w, d in zip(weights, direction)]) for s in (1, 0, -1))
    return (up - down) / (2 * STEP), (up - 2 * here + down) / STEP**2 / 2


def facts(value, weights):
    n = len(weights)
    share = [w / sum(weights) for w in weights]
    influence, bias = [], Fraction(0)
    for j in range(n):
        first, bent = moved(value, share, [int(i == j) for i in range(n)])
        influence.append(float(first))
        # By the row's own share, half the second derivative is bent / share²; its variance is share².
        bias += bent
    along = lambda direction: float(moved(value, share, [Fraction(d) for d in direction])[1])
    return float(value(share)), np.array(influence), float(bias), along


def bounds(estimate, influence, bias, along, fewest, is_share):
    n = len(influence)
    own = influence - influence.mean()
    error = np.sqrt((own**2).sum() * n / (n - 1))
    a = (own**3).sum() / (own**2).sum() ** 1.5
    fourth = (own**4).sum() / (own**2).sum() ** 2
    unit = own / np.sqrt((own**2).sum())
    c = along(unit) / np.sqrt((own**2).sum())
    b = bias / np.sqrt((own**2).sum())
    df = min(fewest - 1, 2 / (2 / n + max(0, fourth - 3 / n)))
    allowed = max(0, fourth - 3 / n - 1.5 * a**2) * 1.645 + 2.5 * np.sqrt(6) / fewest
    if is_share:
        q = (estimate - 0.5) / (estimate * (1 - estimate)) * error
        c, b = c + q, b + q
    quantile = student.ppf(1 - ALPHA, df)

    def steps(sign):
        skew = sign * (a + 3 * c) - allowed
        shift = sign * (c / 2 - b)
        hall = lambda x: x + skew * x**2 / 3 + skew**2 * x**3 / 27 + skew / 6 + shift - quantile
        return max(quantile, brentq(hall, -1e4, 1e4, xtol=1e-14, rtol=1e-14))

    low, high = -steps(1) * error, steps(-1) * error
    if not is_share:
        return estimate + low, estimate + high, error, df
    logit = np.log(estimate / (1 - estimate))
    slope = estimate * (1 - estimate)
    back = lambda x: 1 / (1 + np.exp(-x))
    return back(logit + low / slope), back(logit + high / slope), error, df


def case(name, metric, rows, seed, decimals, is_weighted):
    random = np.random.default_rng(seed)
    labels = [int(y) for y in random.permutation([1] * (rows * 2 // 5) + [0] * (rows - rows * 2 // 5))]
    draw = lambda signal: [round(float(signal * y + random.normal()), decimals) for y in labels]
    candidate, champion = draw(1.2), draw(1.5)
    weights = [Fraction(int(w)) for w in random.choice([1, 2, 3], rows)] if is_weighted else [Fraction(1)] * rows
    kish = lambda y: float(sum(w for w, l in zip(weights, labels) if l == y)) ** 2 / float(
        sum(w * w for w, l in zip(weights, labels) if l == y)
    )
    fewest = min(kish(0), kish(1))
    mine = facts(lambda w: metric(labels, candidate, w), weights)
    theirs = facts(lambda w: metric(labels, champion, w), weights)
    out = dict(name=name, labels=labels, candidate=candidate, champion=champion, fewest=fewest)
    out["bias"], out["estimate"] = mine[2], mine[0]
    direction = [float(d) for d in random.normal(size=rows)]
    out["direction"], out["along"] = direction, mine[3](direction)
    if is_weighted:
        out["weights"] = [float(w) for w in weights]
        return out
    out["single"] = bounds(*mine, fewest, True)
    both = lambda u: mine[3](u) - theirs[3](u)
    out["paired"] = bounds(mine[0] - theirs[0], mine[1] - theirs[1], mine[2] - theirs[2], both, fewest, False)
    return out


cases = [
    case("auc", area, 30, 1, 6, False),
    case("auc", area, 40, 2, 1, False),
    case("auc", area, 30, 3, 1, True),
    case("prAuc", average_precision, 30, 4, 6, False),
    case("prAuc", average_precision, 40, 5, 1, False),
    case("prAuc", average_precision, 30, 6, 1, True),
]
def root_mean(rows):
    """The difference of two root mean squares of the same rows, without its bend."""
    random = np.random.default_rng(7)
    squares = [[round(float(x), 6) for x in size * random.chisquare(1, rows)] for size in (1, 1.3)]
    root = lambda side: lambda w: np.sqrt(sum(float(v) * y for v, y in zip(w, side)) / float(sum(w)))
    share = np.full(rows, 1 / rows)
    slopes = [
        [(root(side)(share * (1 + 1e-6 * at)) - root(side)(share * (1 - 1e-6 * at))) / 2e-6 for at in np.eye(rows)]
        for side in squares
    ]
    estimate = root(squares[1])(share) - root(squares[0])(share)
    straight = bounds(estimate, np.subtract(slopes[1], slopes[0]), 0, lambda _: 0.0, rows, False)
    return dict(candidate=squares[0], champion=squares[1], estimate=estimate, paired=straight)


print(json.dumps({"areas": cases, "rootMean": root_mean(40)}, indent=1))

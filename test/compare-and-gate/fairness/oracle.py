"""Gaps between groups by scipy and numpy alone, for oracle.json: python oracle.py > oracle.json"""
import json
import numpy as np
from scipy import optimize, stats

rng = np.random.default_rng(20260)


def mn_bound(x1, n1, x2, n2, alpha, side):
    """Miettinen and Nurminen: the difference at which the score is +z or -z; the constrained likelihood by scipy."""
    def score(d):
        lo, hi = max(0.0, -d), min(1.0, 1 - d)
        def minus(p):
            q = p + d
            terms = [(x1, q), (n1 - x1, 1 - q), (x2, p), (n2 - x2, 1 - p)]
            return -sum(c * np.log(max(t, 1e-300)) for c, t in terms if c > 0)
        p = optimize.minimize_scalar(minus, bounds=(lo, hi), method='bounded', options={'xatol': 1e-13}).x
        q = p + d
        n = n1 + n2
        var = (q * (1 - q) / n1 + p * (1 - p) / n2) * n / (n - 1)
        return (x1 / n1 - x2 / n2 - d) / np.sqrt(max(var, 1e-300))
    z = stats.norm.isf(alpha)
    estimate = x1 / n1 - x2 / n2
    if side == 'lower':
        return optimize.brentq(lambda d: score(d) - z, -1 + 1e-9, estimate - 1e-9, xtol=1e-13)
    return optimize.brentq(lambda d: score(d) + z, estimate + 1e-9, 1 - 1e-9, xtol=1e-13)


def tango(b, c, n, alpha):
    """Tango's interval from the constrained likelihood itself, maximised by scipy."""
    def score(d):
        lo, hi = max(0.0, -d), (1 - d) / 2
        def minus(p21):
            p12 = p21 + d
            rest = 1 - p12 - p21
            terms = [(b, p12), (c, p21), (n - b - c, rest)]
            return -sum(k * np.log(max(t, 1e-300)) for k, t in terms if k > 0)
        p21 = optimize.minimize_scalar(minus, bounds=(lo, hi), method='bounded', options={'xatol': 1e-13}).x
        var = n * (2 * p21 + d - d * d)
        return (b - c - n * d) / np.sqrt(max(var, 1e-300))
    z = stats.norm.isf(alpha)
    estimate = (b - c) / n
    lower = optimize.brentq(lambda d: score(d) - z, -1 + 1e-9, estimate - 1e-9, xtol=1e-13)
    upper = optimize.brentq(lambda d: score(d) + z, estimate + 1e-9, 1 - 1e-9, xtol=1e-13)
    return estimate, lower, upper


def mover(one, other):
    d = one[0] - other[0]
    return (d - np.hypot(one[0] - one[1], other[2] - other[0]), d + np.hypot(one[2] - one[0], other[0] - other[1]))


def linearised_error(labels, group, sides, weights, hits, members):
    """The standard error of a sum of signed ratios, by the linearised rows (Särndal, Swensson, Wretman 1992, 5.5)."""
    n = len(labels)
    residual = np.zeros(n)
    for predicted, factor in sides:
        for g, sign in ((0, 1), (1, -1)):
            m = members(labels, predicted) & (group == g)
            ratio = np.sum(weights * m * hits(labels, predicted)) / np.sum(weights * m)
            residual += factor * sign * weights * m * (hits(labels, predicted) - ratio) / np.sum(weights * m)
    return float(np.sqrt(n / (n - 1) * np.sum((residual - residual.mean()) ** 2)))


cases = []
for n1, n2, quality in ((60, 90, 0.8), (400, 300, 0.9), (35, 35, 0.95)):
    n = n1 + n2
    group = np.repeat([0, 1], [n1, n2])
    labels = (rng.random(n) < 0.6).astype(int)
    champion = np.where(rng.random(n) < quality, labels, 1 - labels)
    candidate = np.where(rng.random(n) < 0.9, champion, 1 - champion)
    alpha = 0.05
    tp = [[int(np.sum((labels == 1) & (group == g) & (p == 1))) for g in (0, 1)] for p in (candidate, champion)]
    pos = [int(np.sum((labels == 1) & (group == g))) for g in (0, 1)]
    gap = [mn_bound(tp[0][0], pos[0], tp[0][1], pos[1], alpha, side) for side in ('lower', 'upper')]
    changes = []
    for g in (0, 1):
        own = (labels == 1) & (group == g)
        b = int(np.sum(own & (candidate == 1) & (champion == 0)))
        c = int(np.sum(own & (candidate == 0) & (champion == 1)))
        changes.append(tango(b, c, pos[g], alpha))
    ones = np.ones(n)
    precise = (lambda y, p: (y == 1).astype(float)), (lambda y, p: p == 1)
    found = (lambda y, p: (p == 1).astype(float)), (lambda y, p: y == 1)
    cases.append({
        'labels': labels.tolist(), 'candidate': candidate.tolist(), 'champion': champion.tolist(), 'group': group.tolist(),
        'alpha': alpha,
        'gap': gap,
        'change': list(mover(*changes)),
        'precisionChangeError': linearised_error(labels, group, ((candidate, 1), (champion, -1)), ones, *precise),
        'sumError': linearised_error(labels, group, ((candidate, 1), (champion, 1)), ones, *found),
    })
print(json.dumps(cases))

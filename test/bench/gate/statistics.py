"""The statistics of the gate in numpy and scipy, as a careful engineer would write them: arrays as a whole, ranks by sorting once.

Reads rows from the folder that it is given, and for every line on standard input computes everything once and answers with
one line of JSON: milliseconds, and the numbers, so that both sides can be seen to compute the same.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from scipy import optimize, stats

ALPHA, MARGIN, HARM = 0.05, 0.01, 0.02
COST = np.array([[0.0, 1.0], [10.0, 0.0]])
HIGHER = {"accuracy", "precision", "recall", "f1", "mcc", "auc", "prAuc"}

folder = Path(sys.argv[1])
labels = np.fromfile(folder / "labels")
sides = [np.fromfile(folder / name) for name in ("candidate", "champion")]
slices = np.fromfile(folder / "slice", dtype=np.int32)


def skew_of_mean(values, mean, deviation):
    return np.mean(((values - mean) / deviation) ** 3) / np.sqrt(len(values))


def unskewed(t, a):
    return t + a * t * t / 3 + a * a * t**3 / 27 + a / 6


def reskewed(x, a):
    return x if abs(a) < 1e-15 else 3 / a * (np.cbrt(1 + a * (x - a / 6)) - 1)


def t_interval(estimate, se, df, skew, low=-np.inf, high=np.inf):
    q = stats.t.isf(ALPHA, df) if np.isfinite(df) else stats.norm.isf(ALPHA)
    lower = max(low, estimate - max(q, reskewed(q, skew)) * se)
    upper = min(high, estimate + max(q, -reskewed(-q, skew)) * se)
    return lower, upper, (estimate, se, df, skew)


def harm_p(parts, margin):
    estimate, se, df, skew, *shift = parts
    t = (estimate + margin) / se
    least = max(t, unskewed(t, skew) + sum(shift))
    return float(stats.t.cdf(least, df) if np.isfinite(df) else stats.norm.cdf(least))


def influence_interval(estimate, influence, fewest, low=-np.inf, high=np.inf):
    n = len(influence)
    mean, deviation = influence.mean(), influence.std(ddof=1)
    return t_interval(estimate, deviation / np.sqrt(n), min(n, fewest) - 1, skew_of_mean(influence, mean, deviation), low, high)


def wilson(k, n):
    ci = stats.binomtest(int(k), n).proportion_ci(1 - 2 * ALPHA, "wilson")
    return ci.low, ci.high, None


def tango_score(b, c, n, d):
    a2, b2 = 2 * n, -b - c + (2 * n - b + c) * d
    q = (np.sqrt(b2 * b2 + 4 * a2 * c * d * (1 - d)) - b2) / (2 * a2)
    variance = n * (2 * q + d * (1 - d))
    return (b - c - n * d) / np.sqrt(variance)


def tango(b, c, n):
    z = stats.norm.isf(ALPHA)
    point = (b - c) / n
    lower = optimize.brentq(lambda d: tango_score(b, c, n, d) - z, -1 + 1e-9, point - 1e-12, xtol=1e-13)
    upper = optimize.brentq(lambda d: tango_score(b, c, n, d) + z, point + 1e-12, 1 - 1e-9, xtol=1e-13)
    return lower, upper, (b, c, n)


class Side:
    """One model on some rows; what several metrics need is computed once."""

    def __init__(self, y, p):
        self.y, self.p, self.n = y, p, len(y)
        self.said = (p >= 0.5).astype(float)
        self.positive = y == 1
        tp = float((y * self.said).sum())
        self.pi, self.tau, self.tp = y.mean(), self.said.mean(), tp / self.n
        self.order = np.argsort(p, kind="stable")
        s = p[self.order]
        self.last = np.append(np.flatnonzero(s[1:] != s[:-1]), self.n - 1)
        self.counts = np.diff(self.last, prepend=-1)

    def rows(self, metric):
        y, p = self.y, self.p
        if metric == "accuracy":
            return (y == self.said).astype(float)
        if metric == "recall":
            return self.said[self.positive]
        if metric == "cost":
            return COST[y.astype(int), self.said.astype(int)]
        if metric == "logLoss":
            return -np.log(np.maximum(np.where(self.positive, p, 1 - p), 1e-15))
        return (p - y) ** 2

    def influence(self, metric):
        y, said, n = self.y, self.said, self.n
        positives, predicted = self.pi * n, self.tau * n
        if metric == "precision":
            value = self.tp / self.tau
            return value, said * (y - value) / self.tau, predicted
        if metric == "f1":
            value = 2 * self.tp / (self.pi + self.tau)
            return value, (2 * y * said - value * (y + said)) / (self.pi + self.tau), positives
        if metric == "mcc":
            return self.matthews()
        return self.average_precision()

    def matthews(self):
        pi, tau, y, said = self.pi, self.tau, self.y, self.said
        scale = np.sqrt(pi * (1 - pi) * tau * (1 - tau))
        value = (self.tp - pi * tau) / scale
        influence = (y * said - tau * y - pi * said + pi * tau) / scale - (self.tp - pi * tau) / scale
        influence -= value / 2 * ((1 - 2 * pi) / (pi * (1 - pi)) * (y - pi) + (1 - 2 * tau) / (tau * (1 - tau)) * (said - tau))
        return value, influence, min(pi, 1 - pi) * self.n

    def average_precision(self):
        y, n = self.y, self.n
        ones = np.add.reduceat(y[self.order], self.last - self.counts + 1) / n
        above = np.cumsum(self.counts[::-1])[::-1] / n
        precision = np.cumsum(ones[::-1])[::-1] / above
        value = (ones * precision).sum() / self.pi
        weights, weighted = np.cumsum(ones / above), np.cumsum(ones / above * precision)
        step = np.empty(n, dtype=np.int64)
        step[self.order] = np.repeat(np.arange(len(self.last)), self.counts)
        influence = (y * (precision[step] - value) + y * weights[step] - weighted[step]) / self.pi
        squared, both = np.cumsum(ones / above**2), np.cumsum(ones / above**2 * precision)
        bent = y * (1 - precision[step]) / above[step] - (y * squared[step] - both[step]) - y * influence
        self.bias = bent.sum() / n**2 / self.pi
        self.steps = ones, above, precision
        return value, influence, min(self.pi, 1 - self.pi) * n

    def by_step(self, values):
        return np.add.reduceat(values[self.order], self.last - self.counts + 1) / self.n

    def precision_bend(self, direction):
        ones, above, precision = self.steps
        ones_by = self.by_step(direction * self.y)
        above_by = np.cumsum(self.by_step(direction)[::-1])[::-1]
        found_by = np.cumsum(ones_by[::-1])[::-1]
        by = (found_by - precision * above_by) / above
        total, total_by = (ones * precision).sum(), (ones_by * precision + ones * by).sum()
        relative = found_by[0] / self.pi
        bent = ((ones_by - ones * above_by / above) * by).sum()
        return (bent - total_by * relative + total * relative**2) / self.pi

    def area_bend(self, direction):
        ones, zeros = self.by_step(self.y), self.by_step(1 - self.y)
        ones_by, zeros_by = self.by_step(self.y * direction), self.by_step((1 - self.y) * direction)
        under, under_by = np.cumsum(zeros) - zeros / 2, np.cumsum(zeros_by) - zeros_by / 2
        total, total_by = (ones * under).sum(), (ones_by * under + ones * under_by).sum()
        p, q = ones_by.sum() / self.pi, zeros_by.sum() / (1 - self.pi)
        bent = (ones_by * under_by).sum()
        return (bent - total_by * (p + q) + total * (p * p + q * q + p * q)) / self.pi / (1 - self.pi)

    def area(self, metric):
        """Value, influence, rows of the rarer class, bias, and how the area bends."""
        if metric == "prAuc":
            return *self.average_precision(), self.bias, self.precision_bend
        ones, zeros = self.placements()
        value, influence = ones.mean(), np.empty(self.n)
        influence[self.positive] = (ones - value) / self.pi
        influence[~self.positive] = (zeros - value) / (1 - self.pi)
        return value, influence, min(self.pi, 1 - self.pi) * self.n, 0.0, self.area_bend

    def placements(self):
        y = self.y
        midrank = np.empty(self.n)
        midrank[self.order] = np.repeat(self.last - (self.counts - 1) / 2 + 1, self.counts)
        own = np.empty(self.n)
        for mask in (self.positive, ~self.positive):
            own[mask] = stats.rankdata(self.p[mask])
        m = int(self.positive.sum())
        ones = (midrank - own)[self.positive] / (self.n - m)
        zeros = 1 - (midrank - own)[~self.positive] / m
        return ones, zeros


def second_order(estimate, influence, bias, along, fewest, is_share=False, rests_on=None):
    """Bounds with the quadratic term of an area, as in core/stats/second-order.ts; on the logit for one model."""
    n = len(influence)
    rests_on = fewest if rests_on is None else rests_on
    own = (influence - influence.mean()) / n
    error = np.sqrt((own**2).sum())
    unit = own / error
    a, fourth = (unit**3).sum(), (unit**4).sum()
    c, shift_by = along(unit) / error, bias / error
    df = max(1, min(fewest - 1, 2 / (2 / n + max(0, fourth - 3 / n))))
    allowed = max(0, fourth - 3 / n - 1.5 * a * a) * 1.645 + 2.5 * np.sqrt(6) / rests_on
    se = error * np.sqrt(n / (n - 1))
    slope = estimate * (1 - estimate)
    if is_share:
        q = (estimate - 0.5) / slope * se
        c, shift_by = c + q, shift_by + q
    skew, shift = a + 3 * c, c / 2 - shift_by
    t = stats.t.isf(ALPHA, df)
    low = -max(t, reskewed(t - shift, skew - allowed)) * se
    high = max(t, -reskewed(-t - shift, skew + allowed)) * se
    about = (estimate, se, df, skew + allowed, shift)
    if not is_share:
        return estimate + low, estimate + high, about
    odds = np.log(estimate / (1 - estimate)) + np.array([low, high]) / slope
    return *(1 / (1 + np.exp(-odds))), about


def straight(estimate, influence, fewest, low=-np.inf, high=np.inf):
    """The same for what bends too little to matter: its skewness rests on all rows."""
    lower, upper, about = second_order(estimate, influence, 0.0, lambda _: 0.0, fewest, rests_on=len(influence))
    return max(low, lower), min(high, upper), about


def single(metric, side):
    if metric in ("accuracy", "recall"):
        rows = side.rows(metric)
        return rows.mean(), wilson(rows.sum(), len(rows))
    if metric in ("cost", "logLoss", "brier"):
        rows = side.rows(metric)
        return rows.mean(), influence_interval(rows.mean(), rows, np.inf)
    if metric in ("auc", "prAuc"):
        value, influence, fewest, bias, bend = side.area(metric)
        return value, second_order(value, influence, bias, bend, fewest, is_share=True)
    value, influence, fewest = side.influence(metric)
    return value, straight(value, influence, fewest, -1 if metric == "mcc" else 0, 1)


def paired(metric, candidate, champion):
    way = 1 if metric in HIGHER else -1
    if metric in ("accuracy", "recall"):
        mine, theirs = candidate.rows(metric), champion.rows(metric)
        b, c = int(((mine == 1) & (theirs == 0)).sum()), int(((mine == 0) & (theirs == 1)).sum())
        return tango(b, c, len(mine))
    if metric in ("cost", "logLoss", "brier"):
        difference = way * (candidate.rows(metric) - champion.rows(metric))
        return influence_interval(difference.mean(), difference, np.count_nonzero(difference))
    if metric in ("auc", "prAuc"):
        (a, mine, few, up, bend), (b, theirs, fewer, down, bow) = candidate.area(metric), champion.area(metric)
        return second_order(a - b, mine - theirs, up - down, lambda u: bend(u) - bow(u), min(few, fewer))
    (a, mine, few), (b, theirs, fewer) = candidate.influence(metric), champion.influence(metric)
    return straight(way * (a - b), way * (mine - theirs), min(few, fewer))


METRICS = ["accuracy", "precision", "recall", "f1", "mcc", "cost", "logLoss", "brier", "auc", "prAuc"]


def everything():
    whole = [Side(labels, p) for p in sides]
    numbers, p_values = [], []
    for metric in METRICS:
        value, (lower, upper, _) = single(metric, whole[0])
        low, high, _ = paired(metric, *whole)
        numbers.append([value, lower, upper, low, high])
    order = np.argsort(slices, kind="stable")
    bounds = np.searchsorted(slices[order], np.arange(slices.max() + 2))
    parts = [order[bounds[i]:bounds[i + 1]] for i in range(len(bounds) - 1)]
    cut = [[Side(labels[rows], p[rows]) for p in sides] for rows in parts]
    for metric in METRICS:
        for pair in cut:
            low, high, about = paired(metric, *pair)
            values = [single_value(metric, side) for side in pair]
            p = float(stats.norm.cdf(tango_score(*about, -HARM))) if len(about) == 3 else harm_p(about, HARM)
            numbers.append([*values, low, high])
            p_values.append(p)
    ranked = np.sort(p_values)
    holm = np.minimum(1, np.maximum.accumulate(ranked * np.arange(len(ranked), 0, -1)))
    return [float(x) for row in numbers for x in row], [float(p) for p in holm]


def single_value(metric, side):
    if metric in ("accuracy", "recall", "cost", "logLoss", "brier"):
        return side.rows(metric).mean()
    return side.placements()[0].mean() if metric == "auc" else side.influence(metric)[0]


for _ in sys.stdin:
    started = time.perf_counter()
    numbers, holm = everything()
    ms = (time.perf_counter() - started) * 1000
    print(json.dumps({"ms": ms, "numbers": numbers, "holm": holm}), flush=True)

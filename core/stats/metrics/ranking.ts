import type { Evaluated } from '../row-values.ts'
import { perQuery, type RankedQuery } from './queries.ts'

/**
 * Normalized discounted cumulative gain of each query, with the gains of the labels themselves (linear, not 2^label - 1) and
 * the discount 1/log2(1 + place). Rows of equal scores share the mean of their gains, as in scikit-learn's `ndcg_score`
 * (F. McSherry, M. Najork, ECIR 2008, 414-421). With `settings.k` the first k places alone count.
 * @throws RangeError as `perQuery`, and for a k that is no whole number from 1 on.
 */
export function ndcgRows(evaluated: Evaluated): Float64Array {
  const k = placesOf(evaluated) ?? Infinity
  return perQuery(evaluated, ({ labels, scores }) => {
    const best = labels.toSorted().reverse()
    return gainOf(labels, scores, k) / best.reduce((sum, label, at) => (at < k ? sum + label * discount(at) : sum), 0)
  })
}

/**
 * The reciprocal rank of each query, 1/place of its first relevant row; 0 where that is beyond `settings.k`. Among rows of
 * equal scores the relevant ones come last, so that a model gains nothing by saying the same of all.
 * @throws RangeError as `ndcgRows`.
 */
export function reciprocalRankRows(evaluated: Evaluated): Float64Array {
  const k = placesOf(evaluated) ?? Infinity
  return perQuery(evaluated, ({ labels }) => {
    const first = labels.findIndex((label) => label > 0)
    return first < k ? 1 / (first + 1) : 0
  })
}

/**
 * Average precision of each query: the mean, over its relevant rows, of the share of relevant rows among those that are
 * scored at least as high; as in scikit-learn's `label_ranking_average_precision_score`.
 * @throws RangeError as `perQuery`.
 */
export function averagePrecisionRows(evaluated: Evaluated): Float64Array {
  return perQuery(evaluated, ({ labels, scores, relevant }) => {
    let [found, sum] = [0, 0]
    for (const [from, to] of ties(scores)) {
      const own = labels.subarray(from, to).reduce((count, label) => count + (label > 0 ? 1 : 0), 0)
      found += own
      sum += (own * found) / to
    }
    return sum / relevant
  })
}

/**
 * 1 for a query with a relevant row among its first `settings.k`, else 0; equal scores as in `reciprocalRankRows`.
 * @throws RangeError as `perQuery`, and without a whole k from 1 on.
 */
export function hitRows(evaluated: Evaluated): Float64Array {
  return perQuery(
    evaluated,
    firstRelevant(evaluated, (count) => Math.min(1, count)),
  )
}

/**
 * The share of a query's relevant rows that are among its first `settings.k`; equal scores as in `reciprocalRankRows`.
 * @throws RangeError as `hitRows`.
 */
export function foundAtRows(evaluated: Evaluated): Float64Array {
  return perQuery(
    evaluated,
    firstRelevant(evaluated, (count, { relevant }) => count / relevant),
  )
}

/**
 * Relevant rows among a query's first `settings.k`, as a share of k, even where the query has fewer rows; equal scores as in
 * `reciprocalRankRows`.
 * @throws RangeError as `hitRows`.
 */
export function precisionAtRows(evaluated: Evaluated): Float64Array {
  return perQuery(
    evaluated,
    firstRelevant(evaluated, (count, _, k) => count / k),
  )
}

function firstRelevant(evaluated: Evaluated, value: (count: number, query: RankedQuery, k: number) => number) {
  const k = placesOf(evaluated) ?? Number.NaN
  if (Number.isNaN(k)) throw new RangeError('k must be given: how many of the first places count')
  return (query: RankedQuery) => {
    const first = query.labels.subarray(0, k)
    return value(
      first.reduce((count, label) => count + (label > 0 ? 1 : 0), 0),
      query,
      k,
    )
  }
}

/** The discounted gain of rows in the order of their scores. */
function gainOf(labels: Float64Array, scores: Float64Array, k: number): number {
  let total = 0
  for (const [from, to] of ties(scores)) {
    if (from >= k) break
    let [gain, discounts] = [0, 0]
    for (let at = from; at < to; at++) {
      gain += labels[at] ?? 0
      if (at < k) discounts += discount(at)
    }
    total += (gain / (to - from)) * discounts
  }
  return total
}

function discount(at: number): number {
  return 1 / Math.log2(at + 2)
}

/** Where rows of equal scores begin and end, from the highest score down. */
function* ties(scores: Float64Array): Generator<readonly [from: number, to: number]> {
  for (let from = 0; from < scores.length; ) {
    let to = from + 1
    while (to < scores.length && scores[to] === scores[from]) to++
    yield [from, to]
    from = to
  }
}

function placesOf({ settings }: Evaluated): number | undefined {
  const k = settings?.k
  if (k !== undefined && !(Number.isInteger(k) && k >= 1))
    throw new RangeError(`k must be a whole number from 1 on, got ${k}`)
  return k
}

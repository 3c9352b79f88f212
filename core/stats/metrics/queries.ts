import { checkPaired, finite } from '../check.ts'
import type { Evaluated } from '../row-values.ts'
import type { Units } from '../units.ts'
import { meanInfluence } from './means.ts'
import type { RowInfluence } from './row-influence.ts'

/** The rows of one query, from the highest score down; among equal scores those of the smallest label come first. */
export interface RankedQuery {
  readonly labels: Float64Array
  readonly scores: Float64Array
  /** How many labels are above 0. */
  readonly relevant: number
}

/**
 * One value for each query that has a relevant row, in the order of `evaluated.queries`. Labels are relevances: 0 for none.
 * Which queries count depends on the labels alone, so that it is the same for all models.
 * @throws RangeError without `evaluated.queries`, for a negative label, and as `perRow`.
 */
export function perQuery(evaluated: Evaluated, value: (query: RankedQuery) => number): Float64Array {
  const { labels, predictions } = evaluated
  checkPaired(labels, predictions)
  const { rows, ends } = byQuery(queriesOf(evaluated))
  const values: number[] = []
  for (const [query, end] of ends.entries()) {
    const own = rows.subarray(ends[query - 1] ?? 0, end)
    let relevant = 0
    for (const row of own) {
      finite(predictions[row], row)
      if (relevance(labels[row], row) > 0) relevant++
    }
    if (relevant === 0) continue
    const [label, score] = [(row: number) => labels[row] ?? 0, (row: number) => predictions[row] ?? 0]
    own.sort((a, b) => score(b) - score(a) || label(a) - label(b))
    values.push(value({ labels: Float64Array.from(own, label), scores: Float64Array.from(own, score), relevant }))
  }
  return Float64Array.from(values)
}

/**
 * The mean of one value per query with the influence of every query that counts on it, in their order. A query is of its
 * first row's cluster, and weighs what each of its rows weighs.
 * @throws RangeError as `values`, and for rows of one query with different weights: then nobody knows what the query weighs.
 */
export function queryInfluence(evaluated: Evaluated, values: Float64Array): RowInfluence {
  return meanInfluence(values, { labels: values, predictions: values, ...queryCounts(evaluated).units })
}

/** How many queries the rows are of, and how many of them have no relevant row and do not count. */
export interface QueryCounts {
  readonly queries: number
  readonly left: number
  /** Weights and clusters of those that count, in their order, where the rows have any. */
  readonly units: Units
}

/**
 * Counts the queries as `perQuery` does.
 * @throws RangeError without `evaluated.queries`, and for rows of one query with different weights.
 */
export function queryCounts(evaluated: Evaluated): QueryCounts {
  const { labels, clusters, weights } = evaluated
  const first = new Map<number, { readonly row: number; isRelevant: boolean }>()
  for (const [row, query] of queriesOf(evaluated).entries()) {
    const known = first.get(query) ?? { row, isRelevant: false }
    if ((labels[row] ?? 0) > 0) known.isRelevant = true
    if (weights !== undefined && weights[row] !== weights[known.row])
      throw new RangeError(
        `row ${row}: a query has one weight, and it is ${weights[row]} here and ${weights[known.row]} before`,
      )
    first.set(query, known)
  }
  const counted = [...first].filter(([, { isRelevant }]) => isRelevant).toSorted(([a], [b]) => a - b)
  const each = (of: ArrayLike<number> | undefined) => of && counted.map(([, { row }]) => of[row] ?? Number.NaN)
  return {
    queries: first.size,
    left: first.size - counted.length,
    units: { clusters: each(clusters), weights: each(weights) },
  }
}

function queriesOf({ queries, labels }: Evaluated): Int32Array {
  if (queries === undefined) throw new RangeError('ranking metrics need to know the query of each row')
  checkPaired(labels, queries)
  return queries
}

/** The rows query after query, and where those of each query end. */
function byQuery(queries: Int32Array): { readonly rows: Int32Array; readonly ends: Int32Array } {
  let count = 0
  for (const query of queries) count = Math.max(count, query + 1)
  const ends = new Int32Array(count)
  for (const query of queries) ends[query] = (ends[query] ?? 0) + 1
  for (let query = 1; query < count; query++) ends[query] = (ends[query] ?? 0) + (ends[query - 1] ?? 0)
  const next = Int32Array.from(ends, (_, query) => ends[query - 1] ?? 0)
  const rows = new Int32Array(queries.length)
  for (const [row, query] of queries.entries()) {
    const place = next[query] ?? 0
    rows[place] = row
    next[query] = place + 1
  }
  return { rows, ends }
}

function relevance(label: number | undefined, row: number): number {
  const known = finite(label, row)
  if (known < 0) throw new RangeError(`row ${row}: a relevance is 0 or more, got ${known}`)
  return known
}

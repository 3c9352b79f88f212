import type { CriterionResult } from '../records/verdict.ts'
import { counted } from '../main/words.ts'
import type { Metric } from '../stats/metrics.ts'
import { queryCounts } from '../stats/metrics/queries.ts'
import type { Evaluated } from '../stats/row-values.ts'

/** What a decision stands on, and what there is beside it. */
export interface Units {
  readonly unit: Unit
  /** Rows, or queries with a relevant row. */
  readonly n: number
  /** Queries without a relevant row, which say nothing. */
  readonly left: number
  readonly rows: number
}

/** What a metric has one value of. */
export type Unit = 'row' | 'query'

/**
 * Counts what the metric has values of. Both models have the same.
 * @throws RangeError for a metric of queries where the query of the rows is not known.
 */
export function unitsOf(metric: Pick<Metric, 'unit'>, evaluated: Evaluated): Units {
  const rows = evaluated.labels.length
  if (metric.unit !== 'query') return { unit: 'row', n: rows, left: 0, rows }
  const { queries, left } = queryCounts(evaluated)
  return { unit: 'query', n: queries - left, left, rows }
}

/** The numbers of a result that say what it stands on. */
export function standsOn({ unit, n }: Units): Pick<CriterionResult, 'n' | 'unit'> {
  return unit === 'query' ? { n, unit } : { n }
}

/** A sentence with what it stands on where that is not all rows. */
export function withUnits(sentence: string, { unit, n, left, rows }: Units): string {
  if (unit === 'row') return sentence
  const others =
    left === 0 ? '' : `; ${countedUnits(left, 'query')} without a relevant row ${left === 1 ? 'does' : 'do'} not count`
  return `${sentence} (${countedUnits(n, 'query')} of ${counted(rows, 'row')}${others}.)`
}

/** `84 queries`, `1 row`. */
export function countedUnits(n: number, unit: Unit): string {
  return unit === 'query' ? `${n.toLocaleString('en-US')} ${n === 1 ? 'query' : 'queries'}` : counted(n, 'row')
}

/**
 * How many values a metric has among some rows, by their places: rows, or queries with a relevant row.
 * @throws RangeError for a metric of queries where the query of the rows is not known.
 */
export function countAmong(
  rows: readonly number[],
  { unit }: Pick<Metric, 'unit'>,
  { labels, queries }: Pick<Evaluated, 'labels' | 'queries'>,
): { readonly n: number; readonly unit?: 'query' } {
  if (unit !== 'query') return { n: rows.length }
  if (queries === undefined) throw new RangeError('ranking metrics need to know the query of each row')
  return { n: new Set(rows.filter((row) => (labels[row] ?? 0) > 0).map((row) => queries[row])).size, unit }
}

import type { CriterionResult } from '../records/verdict.ts'
import { counted } from '../main/words.ts'
import type { Metric } from '../stats/metrics.ts'
import { queryCounts } from '../stats/metrics/queries.ts'
import type { Evaluated } from '../stats/row-values.ts'
import { effectiveRows, hasUnits } from '../stats/units.ts'
import type { Places } from './slices/read.ts'

/** What a decision stands on, and what there is beside it. */
export interface Units {
  readonly unit: Unit
  /** Rows, or queries with a relevant row. */
  readonly n: number
  /** Queries without a relevant row, which say nothing. */
  readonly left: number
  readonly rows: number
  /** In how many clusters, where there are any. */
  readonly clusters?: number
  /** How many independent rows (or queries) of equal weight they are worth, where they have weights, or rows clusters. */
  readonly effective?: number
}

/** What a metric has one value of. */
export type Unit = 'row' | 'query'

/**
 * Counts what the metric has values of. Both models have the same.
 * @throws RangeError for a metric of queries where the query of the rows is not known.
 */
export function unitsOf(metric: Pick<Metric, 'unit'>, evaluated: Evaluated): Units {
  const rows = evaluated.labels.length
  if (metric.unit !== 'query') return { unit: 'row', n: rows, left: 0, rows, ...worthOf(evaluated) }
  const { queries, left, units } = queryCounts(evaluated)
  const n = queries - left
  const effective = units.weights && effectiveRows(n, units)
  return { unit: 'query', n, left, rows, ...(effective !== undefined && { effective }) }
}

function worthOf(evaluated: Evaluated): Pick<Units, 'clusters' | 'effective'> {
  if (!hasUnits(evaluated)) return {}
  const { clusters, labels } = evaluated
  const effective = effectiveRows(labels.length, evaluated)
  return { effective, ...(clusters && { clusters: new Set(Array.from(clusters)).size }) }
}

/** The numbers of a result that say what it stands on. */
export function standsOn({
  unit,
  n,
  clusters,
  effective,
}: Units): Pick<CriterionResult, 'n' | 'unit' | 'clusters' | 'effective'> {
  const worth = { ...(clusters !== undefined && { clusters }), ...(effective !== undefined && { effective }) }
  return unit === 'query' ? { n, unit, ...worth } : { n, ...worth }
}

/** A sentence with what it stands on where that is not all rows, one like the other. */
export function withUnits(
  sentence: string,
  { unit, n, left, rows, clusters, effective }: Units,
  needed?: number,
): string {
  if (effective !== undefined && unit === 'row') {
    const where = clusters === undefined ? '' : ` in ${counted(clusters, 'cluster')}`
    const alike = clusters === undefined ? 'weighted like these' : 'in clusters like these'
    const more = needed === undefined ? '' : `; those needed are ${alike}`
    return `${sentence} (${counted(rows, 'row')}${where}, worth ${independentRows(effective)}${more}.)`
  }
  if (unit === 'row') return sentence
  const others =
    left === 0 ? '' : `; ${countedUnits(left, 'query')} without a relevant row ${left === 1 ? 'does' : 'do'} not count`
  const worth =
    effective === undefined ? '' : `, worth ${Math.floor(effective).toLocaleString('en-US')} of equal weight`
  return `${sentence} (${countedUnits(n, 'query')} of ${counted(rows, 'row')}${worth}${others}.)`
}

/** `20 independent ones`; a part of a row is none. */
function independentRows(effective: number): string {
  const whole = Math.floor(effective)
  return whole === 1 ? 'one independent row' : `${whole.toLocaleString('en-US')} independent ones`
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
  rows: Places,
  { unit }: Pick<Metric, 'unit'>,
  { labels, queries }: Pick<Evaluated, 'labels' | 'queries'>,
): { readonly n: number; readonly unit?: 'query' } {
  if (unit !== 'query') return { n: rows.length }
  if (queries === undefined) throw new RangeError('ranking metrics need to know the query of each row')
  return {
    n: new Set(
      Array.from(rows)
        .filter((row) => (labels[row] ?? 0) > 0)
        .map((row) => queries[row]),
    ).size,
    unit,
  }
}

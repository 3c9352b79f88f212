import { anywhere, type Doubt, type Range, type TInterval, tInterval } from './interval.ts'
import { moments } from './moments.ts'
import { clusterAt, effectiveRows, shares, type Units } from './units.ts'

/** Fewer independent units than this, and their variance is not to be trusted. */
const FEWEST_UNITS = 10

/** Relative size below which a spread counts as rounding noise, as for rows that are all the same. */
const NOISE = 1e-12

/** An estimate with its influence values and what its rows count for. */
export interface UnitInfluence {
  readonly estimate: number
  /** One per row: how far it moves the estimate, times n, its weight included. */
  readonly influence: ArrayLike<number>
  readonly units: Units
  readonly range?: Range | undefined
  /** What the estimate is small against, where it is a difference. */
  readonly scale?: number | undefined
  /** Effective rows of the rarest class that it stands on. */
  readonly fewest?: number | undefined
}

/**
 * The t interval of any statistic that is a smooth function of means where rows have weights, or belong to clusters, or
 * both. With S the sum of influence values over n in a unit (a cluster, or a row where there are none) and H the unit's
 * share of all weights, se² = Σ S² / (1 - 2 H + Σ H²): what a unit's distance from the weighted mean loses because the unit
 * pulls that mean itself. For equal weights and equally large clusters this is CR1 (Liang & Zeger 1986), and for rows that
 * are all the same the usual variance of a mean.
 *
 * The degrees of freedom are the effective number of units, (Σ H)² / Σ H², less one, or that of the rarest class if it is
 * fewer; under ten effective units are a doubt.
 *
 * Source: R. M. Bell, D. F. McCaffrey, Survey Methodology 28 (2002) 169-181, for a mean; L. Kish, Survey Sampling (1965).
 * @throws RangeError for NaN or infinite influence values, weights and clusters that `Units` does not allow, unequally many
 * of them, and an alpha outside (0, 0.5).
 */
export function unitInterval(of: UnitInfluence, alpha: number): TInterval {
  const { estimate, influence, units, range = anywhere, scale = 0, fewest = Infinity } = of
  const rows = moments(influence)
  const { sums, parts } = byUnit(of, rows.mean)
  const squares = parts.reduce((sum, part) => sum + part * part, 0)
  let variance = 0
  for (const [unit, sum] of sums.entries()) variance += sum ** 2 / (1 - 2 * (parts[unit] ?? 0) + squares)
  const standardError = parts.length < 2 ? Number.NaN : Math.sqrt(variance)
  const isNoise = standardError * Math.sqrt(rows.n) <= NOISE * Math.max(Math.abs(estimate), scale)
  const effective = effectiveRows(rows.n, units)
  return tInterval({
    estimate,
    standardError: isNoise ? 0 : standardError,
    degreesOfFreedom: Math.max(0, Math.min(effective, fewest) - 1),
    alpha,
    range,
    doubt: doubtOf({ effective, isClustered: units.clusters !== undefined, isNoise }),
  })
}

function doubtOf(facts: { effective: number; isClustered: boolean; isNoise: boolean }): Doubt | undefined {
  // A sum of shares that are all the same may end a few roundings short of their number.
  if (!(facts.effective > FEWEST_UNITS - 1e-6)) return facts.isClustered ? 'too-few-clusters' : 'too-few-rows'
  return facts.isNoise ? 'no-variation' : undefined
}

interface ByUnit {
  /** Of the centred influence values, over n. */
  readonly sums: Float64Array
  /** Of all weights. */
  readonly parts: Float64Array
}

function byUnit({ influence, units }: UnitInfluence, mean: number): ByUnit {
  const n = influence.length
  const share = shares(n, units)
  const { clusters } = units
  const places = new Map<number, number>()
  const [sums, parts] = [new Float64Array(n), new Float64Array(n)]
  for (let row = 0; row < n; row++) {
    const own = share[row] ?? 0
    const value = (influence[row] ?? Number.NaN) / n - own * mean
    const unit = clusters === undefined ? row : placeOf(places, clusterAt(clusters, row))
    sums[unit] = (sums[unit] ?? 0) + value
    parts[unit] = (parts[unit] ?? 0) + own
  }
  const count = clusters === undefined ? n : places.size
  return { sums: sums.subarray(0, count), parts: parts.subarray(0, count) }
}

/** Clusters by the order in which they first occur. */
function placeOf(places: Map<number, number>, cluster: number): number {
  const known = places.get(cluster)
  if (known !== undefined) return known
  places.set(cluster, places.size)
  return places.size - 1
}

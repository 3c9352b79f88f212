import { checkPaired } from './check.ts'
import type { Influence } from './influence.ts'
import { anywhere, type Doubt, type TInterval, tInterval } from './interval.ts'
import { type Moments, moments } from './moments.ts'

/** Fewer clusters than this, and their variance is not to be trusted. */
const FEWEST_CLUSTERS = 10

/** Relative size below which a spread counts as rounding noise, as for independent rows. */
const NOISE = 1e-12

/** An estimate with its influence values, and the cluster (user, session, household) of every row. */
export interface ClusteredInfluence extends Influence {
  /** The cluster's place, a whole number from 0 on, of each row; memory grows with the largest. Places may be unused. */
  readonly clusters: ArrayLike<number>
}

/** An interval over clusters, with the number of them. */
export interface ClusterInterval extends TInterval {
  readonly clusters: number
}

/**
 * The t interval of any statistic that is a smooth function of means where rows of one cluster depend on each other and
 * clusters do not, by its influence values ψ: se² = G/(G - 1) · Σ (Σ in cluster (ψ - mean ψ))² / n², with G - 1 degrees of
 * freedom for G clusters. With one row per cluster it is `influenceInterval`. For a difference of two models on the same
 * rows pass the row-wise difference of their influence values.
 *
 * Fewer than two rows, fewer than ten clusters and clusters without any variation give a `doubt` and the bounds `range`.
 *
 * Source: K.-Y. Liang, S. Zeger, Biometrika 73 (1986) 13-22, with the small-sample factor known as CR1; A. C. Cameron,
 * D. Miller, Journal of Human Resources 50 (2015) 317-372.
 * @throws RangeError for NaN or infinite values, unequally many clusters and values, clusters that are no places, and an
 * alpha outside (0, 0.5).
 */
export function clusterInfluenceInterval(of: ClusteredInfluence, alpha: number): ClusterInterval {
  const { estimate, influence, clusters, range = anywhere } = of
  checkPaired(influence, clusters)
  const rows = moments(influence)
  const sums = clusterSums(of, rows.mean)
  const groups = sums.length
  let squares = 0
  for (const sum of sums) squares += sum * sum
  const standardError = groups < 2 ? Number.NaN : Math.sqrt((squares * groups) / (groups - 1)) / rows.n
  const isNoise = standardError * Math.sqrt(rows.n) <= NOISE * scaleOf(estimate, rows)
  const interval = tInterval({
    estimate,
    standardError: isNoise ? 0 : standardError,
    degreesOfFreedom: Math.max(0, groups - 1),
    alpha,
    range,
    doubt: doubtOf(rows.n, groups, isNoise),
  })
  return { ...interval, clusters: groups }
}

function doubtOf(n: number, groups: number, isNoise: boolean): Doubt | undefined {
  if (n < 2) return 'too-few-rows'
  if (groups < FEWEST_CLUSTERS) return 'too-few-clusters'
  return isNoise ? 'no-variation' : undefined
}

function scaleOf(estimate: number, { mean, variance }: Moments): number {
  return Math.max(Math.abs(mean), Math.abs(estimate), Math.sqrt(variance))
}

/** The sum of the centred values of every cluster that has rows. */
function clusterSums({ influence, clusters }: ClusteredInfluence, mean: number): Float64Array {
  const sums = new Float64Array(largestPlace(clusters) + 1)
  const isUsed = new Uint8Array(sums.length)
  for (let row = 0; row < clusters.length; row++) {
    const place = clusters[row] ?? 0
    sums[place] = (sums[place] ?? 0) + ((influence[row] ?? Number.NaN) - mean)
    isUsed[place] = 1
  }
  return sums.filter((_, place) => isUsed[place] === 1)
}

/** -1 without rows. */
function largestPlace(clusters: ArrayLike<number>): number {
  let largest = -1
  for (let row = 0; row < clusters.length; row++) {
    const place = clusters[row]
    if (place === undefined || !Number.isInteger(place) || place < 0 || place >= 2 ** 31) {
      throw new RangeError(`row ${row}: a cluster is a place from 0 to 2^31 - 1, got ${place}`)
    }
    if (place > largest) largest = place
  }
  return largest
}

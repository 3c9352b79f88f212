import { checkPaired, clusterPlace } from './check.ts'

/** What rows count for and which of them depend on each other. Neither means: all the same, and independent. */
export interface Units {
  /** How much each row counts for: finite and above 0. Only their ratios matter. */
  readonly weights?: ArrayLike<number> | undefined
  /** The cluster's place (user, session, household) of each row: a whole number from 0 on. Places may be unused. */
  readonly clusters?: ArrayLike<number> | undefined
}

/** Whether rows are more than all the same and independent. */
export function hasUnits({ weights, clusters }: Units): boolean {
  return weights !== undefined || clusters !== undefined
}

/** 1/n for each of n rows; every metric of the same rows asks for them. */
let equalShares = new Float64Array()

/**
 * Each row's share of all weights; 1/n without weights. Nobody changes them: they may be those that another asked for.
 * @throws RangeError for weights that are not finite or not above 0, and for unequally many of them.
 */
export function shares(n: number, { weights }: Units): Float64Array {
  if (weights === undefined) {
    if (equalShares.length !== n) equalShares = new Float64Array(n).fill(1 / n)
    return equalShares
  }
  checkPaired({ length: n }, weights)
  let largest = 0
  for (let row = 0; row < n; row++) largest = Math.max(largest, weightAt(weights, row))
  // Divided by the largest first, so that nothing overflows.
  const share = new Float64Array(n)
  let total = 0
  for (let row = 0; row < n; row++) {
    const relative = weightAt(weights, row) / largest
    share[row] = relative
    total += relative
  }
  for (let row = 0; row < n; row++) share[row] = (share[row] ?? 0) / total
  return share
}

/**
 * The mean of rows by their weights; NaN without rows.
 * @throws RangeError as `shares`.
 */
export function weightedMean(rows: ArrayLike<number>, units: Units): number {
  const share = shares(rows.length, units)
  const origin = rows[0] ?? Number.NaN
  // Counted from the first row: equal rows have exactly their value as mean.
  let sum = 0
  for (let row = 0; row < share.length; row++) sum += (share[row] ?? 0) * ((rows[row] ?? Number.NaN) - origin)
  return origin + sum
}

/** Rows to be counted as independent units. */
export interface Counting extends Units {
  /** The group of each row, a place from 0 to `groups` - 1. */
  readonly group: ArrayLike<number>
  readonly groups: number
}

/**
 * How many independent rows of equal weight each group of rows is worth: (Σ W)² / Σ W² over the summed weights W of its
 * clusters, or of its rows where there are no clusters (L. Kish, Survey Sampling, 1965, §11.7). The number of its rows
 * without weights and clusters.
 * @throws RangeError as `shares`, and for clusters that are no places.
 */
export function effectiveByGroup(counting: Counting): Float64Array {
  const { group, groups, clusters } = counting
  const share = counting.weights === undefined ? undefined : shares(group.length, counting)
  const [sums, squares] = [new Float64Array(groups), new Float64Array(groups)]
  const add = (place: number, weight: number) => {
    sums[place] = (sums[place] ?? 0) + weight
    squares[place] = (squares[place] ?? 0) + weight * weight
  }
  if (clusters === undefined) {
    for (let row = 0; row < group.length; row++) add(group[row] ?? 0, share?.[row] ?? 1)
  } else {
    checkPaired(group, clusters)
    const together = new Map<number, number>()
    for (let row = 0; row < group.length; row++) {
      const key = clusterPlace(clusters[row], row) * groups + (group[row] ?? 0)
      together.set(key, (together.get(key) ?? 0) + (share?.[row] ?? 1))
    }
    for (const [key, weight] of together) add(key % groups, weight)
  }
  return sums.map((sum, place) => (sum > 0 ? sum ** 2 / (squares[place] ?? Number.NaN) : 0))
}

/**
 * How many independent rows of equal weight all rows are worth, as in `effectiveByGroup`.
 * @throws RangeError as `effectiveByGroup`.
 */
export function effectiveRows(n: number, units: Units): number {
  if (!hasUnits(units)) return n
  return effectiveByGroup({ ...units, group: new Uint8Array(n), groups: 1 })[0] ?? 0
}

function weightAt(weights: ArrayLike<number>, row: number): number {
  const weight = weights[row]
  if (weight === undefined || !(weight > 0 && weight < Infinity)) {
    throw new RangeError(`row ${row}: a weight is a finite number above 0, got ${weight}`)
  }
  return weight
}

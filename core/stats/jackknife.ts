import { checkCounts } from './check.ts'
import { type RowInfluence, undefinedOn } from './metrics/row-influence.ts'

/**
 * Any statistic of some of n rows, which are given by their places from 0 to n - 1; a place may occur several times. NaN where
 * it has no value. The array is used again for the next call: copy what is to be kept.
 */
export type RowStatistic = (rows: Uint32Array) => number

/** What is left out at a time. */
export interface JackknifeOptions {
  /** How many blocks the rows are dealt into, place by place, 2 to n; by default n, which is one row at a time. */
  readonly blocks?: number
}

/**
 * The influence values of a statistic that is known by its value alone, by leaving out a row (or a block of rows) at a time:
 * ψ = (n - 1)(θ - θ without it). Their t interval is the jackknife's. It asks for the statistic n + 1 times: for many rows deal
 * them into some hundred blocks, and there are as many influence values, of independent blocks. Only for smooth statistics:
 * for a median or any other quantile it is wrong however many rows there are.
 *
 * Where the statistic is NaN on all rows or on any part the doubt is `undefined`.
 *
 * Source: M. Quenouille, Biometrika 43 (1956) 353-360; J. Tukey, Annals of Mathematical Statistics 29 (1958) 614.
 * @throws RangeError for an n or a number of blocks that is no count, and for fewer than 2 or more than n blocks.
 */
export function jackknifeInfluence(n: number, statistic: RowStatistic, options: JackknifeOptions = {}): RowInfluence {
  const { blocks = n } = options
  checkCounts({ n, blocks })
  if (n < 2) return undefinedOn(n)
  if (blocks < 2 || blocks > n) throw new RangeError(`there must be 2 to ${n} blocks, got ${blocks}`)
  const estimate = statistic(Uint32Array.from({ length: n }, (_, row) => row))
  const influence = new Float64Array(blocks)
  for (let block = 0; block < blocks; block++) {
    influence[block] = (blocks - 1) * (estimate - statistic(without(block, n, blocks)))
  }
  // An infinite estimate less an infinite one is NaN: such a statistic has no smooth surroundings either.
  return influence.every(Number.isFinite) ? { estimate, influence } : undefinedOn(blocks)
}

function without(block: number, n: number, blocks: number): Uint32Array {
  const left = new Uint32Array(n - Math.ceil((n - block) / blocks))
  let at = 0
  for (let row = 0; row < n; row++) {
    if (row % blocks !== block) left[at++] = row
  }
  return left
}

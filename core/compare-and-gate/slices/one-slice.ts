import type { SliceResult } from '../../records/verdict.ts'
import { type Pair, pairedInterval, valueOf } from '../intervals.ts'
import { moreRowsNeeded, power as usualPower } from '../judge/needed.ts'
import { harmPValue } from './harm.ts'
import type { Slicing } from './shape.ts'

interface Alphas {
  /** For harm, before Holm, and for what is shown. */
  readonly alpha: number
  /** For what is proven. */
  readonly proofAlpha: number
}

type Said = Pick<SliceResult, 'kind' | 'candidate' | 'champion' | 'difference' | 'interval' | 'needed'> & {
  /** Of harm, not adjusted. */
  readonly p: number | undefined
}

/** What one slice says, before it is known how many others there are. */
export function testSlice(pair: Pair, slicing: Slicing, { alpha, proofAlpha }: Alphas): Said {
  const { metric } = pair
  const { noHarm: margin, proveNonInferior, minPower } = slicing
  const interval = pairedInterval(pair, alpha)
  const p = harmPValue(pair, interval, margin)
  if (p === undefined) return { p, kind: 'inconclusive' }
  const way = metric.direction === 'higher' ? 1 : -1
  const ends = [way * interval.lower, way * interval.upper].toSorted((a, b) => a - b)
  const [low = Number.NaN, high = Number.NaN] = ends
  const numbers = {
    p,
    candidate: valueOf(metric, pair.candidate),
    champion: valueOf(metric, pair.champion),
    difference: way * interval.estimate,
    interval: { low, high, level: 1 - 2 * alpha },
  }
  const needed = (power: number) => {
    // Without a margin nobody is proven to be as good.
    const rows =
      margin > 0 && moreRowsNeeded({ ...pair, least: -margin, alpha, interval }, { alpha: proofAlpha, power })
    return rows !== undefined && rows !== false && { needed: rows }
  }
  if (proveNonInferior) {
    const proof = proofAlpha === alpha ? interval : pairedInterval(pair, proofAlpha)
    if (proof.doubt === undefined && proof.lower > -margin) return { ...numbers, kind: 'proven' }
    return { ...numbers, kind: 'inconclusive', ...needed(usualPower) }
  }
  if (minPower === undefined) return { ...numbers, kind: 'no harm shown' }
  const rows = needed(minPower)
  return rows === false ? { ...numbers, kind: 'no harm shown' } : { ...numbers, kind: 'inconclusive', ...rows }
}

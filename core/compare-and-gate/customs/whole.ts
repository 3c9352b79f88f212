import { stateOf } from '../../stats/random.ts'
import { effectiveRows } from '../../stats/units.ts'
import type { Criteria } from '../criteria.ts'
import type { Evaluation } from '../evaluation.ts'
import type { SlicesBy } from '../slices/shape.ts'
import type { Cut } from './child.ts'
import { DRAWS, FEWEST_RESAMPLED, SEED } from './resampled.ts'
import type { Custom } from './shape.ts'

/** Rows are left out in so many parts at most: enough degrees of freedom, and the module is called so often for each side. */
const mostParts = 200

/** Rows on which a module is asked, and which slice they are; undefined for all rows. */
export interface AskedCut extends Cut {
  readonly slice?: { readonly by: string; readonly place: number }
}

/**
 * On which rows a metric of one number is asked: on all of them (and on resamples of them, where its interval needs these), and on every
 * slice of its entries that has enough rows to be tested.
 */
export function cutsOf(
  { name, interval }: Pick<Custom, 'name' | 'interval'>,
  { slices: slicings = [] }: Pick<Criteria, 'slices'>,
  { rows, slices, units: { weights } }: Pick<Evaluation, 'rows' | 'slices' | 'units'>,
): readonly AskedCut[] {
  const cuts = new Map<string, AskedCut>()
  for (const [entry, { by, custom, minRows }] of slicings.entries()) {
    if (custom?.name !== name) continue
    for (const [at, division] of by.entries())
      for (const [place, members] of (slices[entry]?.[at]?.rows ?? []).entries()) {
        if (members.length < minRows) continue
        const slice = { by: sliceKey(division), place }
        cuts.set(`${place} ${slice.by}`, { slice, rows: Array.from(members), ...partsOf(members, weights) })
      }
  }
  const places = Array.from({ length: rows }, (_, row) => row)
  const isResampled = interval === 'bca' && rows >= FEWEST_RESAMPLED
  const resampled = isResampled ? { draws: DRAWS, state: stateOf(SEED) } : {}
  return [{ ...partsOf(places, weights), ...resampled }, ...cuts.values()]
}

/** What a division is called in `Predictions.sliced`. */
export function sliceKey(by: SlicesBy): string {
  return JSON.stringify(by)
}

/**
 * Deals rows into parts to be left out one at a time: in turn; or, with weights, from the heaviest on, each into the part that is
 * lightest so far, and into no more parts than the rows are worth, so that a heavy row counts as the one unit that it is.
 */
export function partsOf(
  rows: ArrayLike<number> & Iterable<number>,
  weights: ArrayLike<number> | undefined,
): Pick<Cut, 'partOf' | 'parts'> {
  // A row alone has no parts.
  if (rows.length < 2) return { partOf: Array.from(rows, () => 0), parts: 0 }
  if (weights === undefined) {
    const parts = Math.min(rows.length, mostParts)
    return { partOf: Array.from(rows, (_, at) => at % parts), parts }
  }
  const own = Float64Array.from(rows, (row) => weights[row] ?? Number.NaN)
  const parts = Math.max(2, Math.min(mostParts, Math.floor(effectiveRows(own.length, { weights: own }))))
  const partOf = Array.from(own, () => 0)
  const loads = new Float64Array(parts)
  const heaviestFirst = Array.from(own.keys()).toSorted((a, b) => (own[b] ?? 0) - (own[a] ?? 0) || a - b)
  for (const at of heaviestFirst) {
    let lightest = 0
    for (let part = 1; part < parts; part++) if ((loads[part] ?? 0) < (loads[lightest] ?? 0)) lightest = part
    partOf[at] = lightest
    loads[lightest] = (loads[lightest] ?? 0) + (own[at] ?? 0)
  }
  return { partOf, parts }
}

/**
 * A statistic of all rows as values of which it is the mean, one for each part of the rows: Tukey's pseudo-values, shifted to
 * have exactly that mean. Their t interval is the jackknife's, and that of their differences the paired one.
 *
 * Source: J. Tukey, Annals of Mathematical Statistics 29 (1958) 614.
 * @param whole The statistic of all rows.
 * @param without The statistic without each of the parts, which are of one size, or of one weight.
 */
export function pseudoValues(whole: number, without: readonly number[]): Float64Array {
  const parts = without.length
  if (parts === 0) return Float64Array.of(whole)
  const mean = without.reduce((sum, value) => sum + (value - whole), 0) / parts
  return Float64Array.from(without, (value) => whole - (parts - 1) * (value - whole - mean))
}

import type { Facts } from '../facts.ts'
import type { Slices } from '../slices/read.ts'
import { type Counted, count, type RateName, rates } from './rates.ts'
import type { Fairness } from './shape.ts'

/** What counts for a rate in each group of an entry, for both models. */
export interface Counts extends Slices {
  readonly metric: RateName
  readonly groups: readonly { readonly candidate: Counted; readonly champion: Counted | undefined }[]
}

/**
 * Counts the rows of every entry's groups.
 * @throws RangeError when a model did not predict classes.
 */
export function countsOf(entries: readonly Fairness[], facts: Facts): readonly Counts[] {
  if (entries.length === 0) return []
  const { labels, weights, candidate, champion } = facts
  if (candidate.classes === undefined || (champion !== undefined && champion.classes === undefined))
    throw new RangeError('fairness needs a class, which the model did not predict')
  const sides = { candidate: candidate.classes, champion: champion?.classes }
  return entries.map(({ metric }, at) => {
    const { names, rows } = facts.groups?.[at] ?? { names: [], rows: [] }
    const groups = rows.map((among) => ({
      candidate: count(rates[metric], { labels, weights, classes: sides.candidate }, among),
      champion: sides.champion && count(rates[metric], { labels, weights, classes: sides.champion }, among),
    }))
    return { metric, names, rows, groups }
  })
}

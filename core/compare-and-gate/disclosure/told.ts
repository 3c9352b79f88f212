import type { Criteria } from '../criteria.ts'
import type { Facts } from '../facts.ts'
import { type Counts, countsOf } from '../fairness/counts.ts'
import { type Division, shownParts } from './divisions.ts'

/** Whether each slice and each group may be named: for each entry of the criteria, slices by each of its columns. */
export interface Told {
  readonly slices: readonly (readonly (readonly boolean[])[])[]
  readonly groups: readonly (readonly boolean[])[]
}

/**
 * What may be told of the slices and groups that the criteria ask for, of all of them together: a column that is both divides
 * the same rows, and what the one hides the other must not tell. Slices are told only where there is a champion. Found out once:
 * facts that have it keep it.
 *
 * @throws RangeError where groups are asked for and a model did not predict classes.
 */
export function toldOf({ slices = [], fairness = [] }: Pick<Criteria, 'slices' | 'fairness'>, facts: Facts): Told {
  if (facts.told !== undefined) return facts.told
  const sets = slices.map((_, entry) => (facts.champion === undefined ? [] : (facts.slices?.[entry] ?? [])))
  const counted = facts.groups === undefined ? [] : countsOf(fairness, facts)
  const shown = shownParts([...sets.flat(), ...counted.map(divisionOf)], facts.labels.length)
  let next = 0
  return {
    slices: sets.map((set) => set.map(() => shown[next++] ?? [])),
    groups: counted.map(() => shown[next++] ?? []),
  }
}

/** A group is told with how many of its rows count for each model. */
function divisionOf({ metric, names, rows, groups }: Counts): Division {
  const sizes = (side: 'candidate' | 'champion') => groups.map((group) => (group[side] ?? group.candidate).rows.length)
  return {
    names,
    rows,
    counts: { [`${metric} of the candidate`]: sizes('candidate'), [`${metric} of the champion`]: sizes('champion') },
  }
}

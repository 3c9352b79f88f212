import type { Criteria } from '../criteria.ts'
import { toldOf } from '../disclosure/told.ts'
import type { Facts } from '../facts.ts'
import { countsOf } from './counts.ts'
import type { Counted } from './rates.ts'

/** A group with what counts for a rate, for both models. */
export interface Group {
  /** `sex = f`. */
  readonly name: string
  readonly candidate: Counted
  readonly champion: Counted | undefined
  /** Nothing is shown of it: it has fewer than ten rows that count, or what is shown would tell of one that has. */
  readonly isHidden: boolean
}

/**
 * The groups of every entry of the criteria's `fairness`, with what counts of them.
 * @throws RangeError when a model did not predict classes.
 */
export function groupsOf(criteria: Criteria, facts: Facts): readonly (readonly Group[])[] {
  const told = toldOf(criteria, facts).groups
  return countsOf(criteria.fairness ?? [], facts).map(({ names, groups }, entry) =>
    groups.map((group, place) => ({
      ...group,
      name: names[place] ?? '',
      isHidden: told[entry]?.[place] !== true,
    })),
  )
}

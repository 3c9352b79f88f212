import type { Facts } from '../facts.ts'
import { FEWEST_SHOWN } from '../slices/shape.ts'
import { type Counted, count, rates } from './rates.ts'
import type { Fairness } from './shape.ts'

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
 * The groups of every entry, with what counts of them.
 * @throws RangeError when a model did not predict classes.
 */
export function groupsOf(entries: readonly Fairness[], facts: Facts): readonly (readonly Group[])[] {
  const { labels, weights, candidate, champion } = facts
  if (candidate.classes === undefined || (champion !== undefined && champion.classes === undefined))
    throw new RangeError('fairness needs a class, which the model did not predict')
  const sides = { candidate: candidate.classes, champion: champion?.classes }
  const all = entries.map((entry, at) => {
    const { names, rows } = facts.groups?.[at] ?? { names: [], rows: [] }
    const rate = rates[entry.metric]
    return rows.map((among, place) => ({
      name: names[place] ?? '',
      size: among.length,
      candidate: count(rate, { labels, weights, classes: sides.candidate }, among),
      champion: sides.champion && count(rate, { labels, weights, classes: sides.champion }, among),
    }))
  })
  return all.map((groups) => {
    // What one rate hides of a column, the others would tell.
    const alike = all.filter((others) => isSame(others, groups))
    const hidden = hiddenOf(alike.flatMap(sizesOf))
    return groups.map(({ name, candidate: mine, champion: theirs }, place) => ({
      name,
      candidate: mine,
      champion: theirs,
      isHidden: hidden[place] === true,
    }))
  })
}

type Sized = Omit<Group, 'isHidden'> & { readonly size: number }

function isSame(some: readonly Sized[], others: readonly Sized[]): boolean {
  return some.length === others.length && some.every(({ name }, place) => name === others[place]?.name)
}

/** All that could be shown of how large groups are: their rows, and those that count for each model. */
function sizesOf(groups: readonly Sized[]): readonly (readonly number[])[] {
  return [
    groups.map(({ size }) => size),
    groups.map(({ candidate }) => candidate.rows.length),
    groups.map(({ candidate, champion }) => (champion ?? candidate).rows.length),
  ]
}

/** Hidden are groups that are small by one of the sizes, and besides the smallest, until no total tells of fewer than ten rows. */
function hiddenOf(sizes: readonly (readonly number[])[]): readonly boolean[] {
  const hidden = (sizes[0] ?? []).map((_, place) => sizes.some((each) => (each[place] ?? 0) < FEWEST_SHOWN))
  for (;;) {
    const telling = sizes.find((each) => {
      const rows = each.reduce((sum, size, place) => sum + (hidden[place] === true ? size : 0), 0)
      return hidden.includes(true) && rows < FEWEST_SHOWN && hidden.includes(false)
    })
    if (telling === undefined) return hidden
    const [smallest] = telling
      .flatMap((size, place) => (hidden[place] === true ? [] : [{ size, place }]))
      .toSorted((a, b) => a.size - b.size)
    if (smallest !== undefined) hidden[smallest.place] = true
  }
}
